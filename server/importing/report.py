"""What came of an import: counts, and each refused row by number, column, expected and got."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

GOT_LENGTH_MAX = 60


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row was refused; ``expected`` is an English phrase that the office translates."""

    row: int
    column: str
    expected: str
    got: str

    def __str__(self) -> str:
        return (
            f"row {self.row}, {self.column}: expected {self.expected}, got {self.got or 'nothing'}"
        )


@dataclass(frozen=True, slots=True)
class Mended:
    """A GTIN whose lost zeros were put back because the check digit proves them."""

    row: int
    column: str
    got: str
    taken: str


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of one import; ``refused`` has one entry a fault, so a row may stand twice."""

    dry_run: bool
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: Sequence[Fault] = ()
    mended: Sequence[Mended] = ()
    ignored_columns: Sequence[str] = field(default=())

    @property
    def refused_rows(self) -> int:
        """How many rows were refused."""
        return len({fault.row for fault in self.refused})

    def record(self) -> dict[str, Any]:
        """Write the report as JSON."""
        return {**asdict(self), "refused_rows": self.refused_rows}

    def text(self) -> str:
        """Write the report for a terminal: the counts, then a line a fault."""
        counts = (
            f"{'would create' if self.dry_run else 'created'} {self.created}, "
            f"updated {self.updated}, unchanged {self.unchanged}, refused {self.refused_rows}"
        )
        ignored = [
            f"column {name!r} is not known and was left out" for name in self.ignored_columns
        ]
        mended = [
            f"row {each.row}, {each.column}: {each.got} taken as {each.taken}, zeros put back"
            for each in self.mended
        ]
        return "\n".join([counts, *ignored, *mended, *map(str, self.refused)])
