"""A column of a table as a file has it: a name that stays, a heading in each language, a cell.

The name is the same for ever and in every language; the heading is for people. A file that is
imported may use either, in Persian or English.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils import timezone
from import_export.fields import Field

from retail.values import Gtin
from server.importing.columns import NAMES
from server.importing.guard import guarded, printable

NAME, PERSIAN, ENGLISH = "name", "fa", "en"  # what headings may be
CELL_LENGTH_MAX: Final = 32_767  # of XLSX
Cell = str | int


class Column(Field):
    """``attribute`` is the way from a row to its value, ``store__name_fa``; ``write`` another way.

    ``read`` makes an imported cell the value of ``attribute``, or raises ``CellError``; a column
    without it is for looking at and passed over in an import.
    """

    def __init__(
        self,
        fa: str,
        en: str,
        *also: str,
        attribute: str | None = None,
        write: Callable[[Any], Any] | None = None,
        read: Callable[[str], Any] | None = None,
    ) -> None:
        super().__init__(attribute=attribute, readonly=read is None)
        self.words, self.also = {PERSIAN: fa, ENGLISH: en}, also
        self.read = read
        self._write = write

    def heading(self, language: str) -> str:
        """Give the heading in a language, or the name."""
        return self.words.get(language, str(self.column_name))

    def known_as(self) -> tuple[str, ...]:
        """Give the words beside the name by which an import knows the column."""
        return (*self.words.values(), *self.also)

    def value_of(self, row: Any) -> Any:
        """Give the value that a row has here."""
        return self._write(row) if self._write else self.get_value(row)

    def export(self, instance: Any, **_: Any) -> Cell:
        """Give the cell of a row."""
        return cell_of(self.value_of(instance))


def of_products(name: str, **how: Any) -> Column:
    """Make a column that product files have, under the words by which they are imported."""
    words = NAMES[name]
    english = next((word for word in words if word.isascii()), name.replace("_", " "))
    return Column(words[0], english, *words[1:], **how)


def cell_of(value: Any) -> Cell:
    """Write a value into a cell: a number as such, all else as text that is carried out nowhere.

    Digits of a GTIN or SKU are text, so no zero is lost. Instants are ISO 8601 in the chain's zone.
    """
    if value is None:
        return ""
    if isinstance(value, int):
        return int(value)
    if isinstance(value, datetime):
        return instant_of(value)
    if isinstance(value, list):  # weekly hours, in what a change is told by
        value = json.dumps(value)
    assert isinstance(value, str | Gtin | UUID), value
    text = guarded(printable(str(value)))
    return text if len(text) <= CELL_LENGTH_MAX else f"{text[: CELL_LENGTH_MAX - 1]}…"


def instant_of(at: datetime) -> str:
    """Write an aware instant in the chain's zone: ``2026-11-23T12:00:00+03:30``."""
    try:
        return timezone.localtime(at).isoformat()
    except OverflowError:  # the first and the last hours of the calendar, in another zone
        return at.isoformat()
