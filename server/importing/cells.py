"""The cells of one row by the columns that they stand in, and the faults found on the way. Pure.

A reading goes on after a fault, so that all of a row's are told at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from server.importing.columns import CellError
from server.importing.report import GOT_LENGTH_MAX, Fault, Mended
from server.importing.tables import Row, Table, TableError

T = TypeVar("T")


def named_columns(table: Table, column_of: Callable[[str], str | None]) -> dict[str, str]:
    """Give the header's word for each column that the file has; raises ``TableError``."""
    named: dict[str, str] = {}
    for word in table.header:
        column = column_of(word)
        if column in named:
            raise TableError(f"expected each column once, got {named[column]!r} and {word!r}")
        if column is not None:
            named[column] = word
    return named


class Cells:
    """One row of ``table``; ``named`` gives the header's word for each column."""

    def __init__(self, row: Row, named: Mapping[str, str], table: Table) -> None:
        self._row, self._named, self._table = row, named, table
        self.faults: list[Fault] = []
        self.mended: list[Mended] = []

    @property
    def number(self) -> int:
        """The row's number as a spreadsheet shows it."""
        return self._row.number

    def has(self, column: str) -> bool:
        """Tell whether the file has the column."""
        return column in self._named

    def take(self, column: str, read: Callable[[str], T]) -> T | None:
        """Read the cell of ``column``; None where the file has none, or with a fault."""
        if column not in self._named:
            return None
        try:
            return read(self._cell(column))
        except CellError as error:
            self.fault(column, error.expected, error.got)
            return None

    def was_number(self, column: str) -> bool:
        """Tell whether the cell was a number in the file, so that it may have lost zeros."""
        return (self._row.number, self._named[column]) in self._table.numbers

    def fault(self, column: str, expected: str, got: str) -> None:
        """Note what is wrong with a cell."""
        got = got if len(got) <= GOT_LENGTH_MAX else f"{got[: GOT_LENGTH_MAX - 1]}…"
        self.faults.append(Fault(self._row.number, column, expected, got))

    def mend(self, column: str, got: str, taken: str) -> None:
        """Note that a number got its lost zeros back."""
        self.mended.append(Mended(self._row.number, column, got, taken))

    def _cell(self, column: str) -> str:
        name = self._named[column]
        if expected := self._table.odd.get((self._row.number, name)):
            raise CellError(expected, self._row.cells[name])
        return self._row.cells[name]
