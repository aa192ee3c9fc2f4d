"""What is wrong with a form, where in the person's own file, and in which way.

Source: docs/surveys.md, sections 1 and 7.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["bad_form", "limit", "hostile", "warning"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the file: sheet, row from 1, column as it is headed; empty where not known.

    For an XForm ``row`` is the line of the XML and ``sheet`` is empty.
    """

    sheet: str = ""
    row: int = 0
    column: str = ""

    def __str__(self) -> str:
        """Say it in a line, as ``survey, row 7, relevant``."""
        row = (f"row {self.row}" if self.sheet else f"line {self.row}") if self.row else ""
        return ", ".join(part for part in (self.sheet, row, self.column) if part)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong; ``code`` is for programs (``cycle``, ``limit_location`` …)."""

    kind: Kind
    code: str
    message: str  # what was expected and what came, in one sentence
    place: Place = Place()

    def __str__(self) -> str:
        """Say it in a line that begins with the place."""
        place = str(self.place)
        return f"{place}: {self.message}" if place else self.message


class FormRefusedError(ValueError):
    """The form cannot be asked; ``problems`` has every reason, none of them a warning."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(str(each) for each in self.problems))
