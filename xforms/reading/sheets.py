"""The sheets of an XLSForm as rows, and where in them something stands.

pyxform reads the file; its rows are counted as people see them, the headings being row 1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, Final

from pyxform.errors import PyXFormError
from pyxform.xls2json_backends import DefinitionData, get_xlsform

from xforms.problems import FormRefusedError, Place, Problem
from xforms.reading.hostile import check_rows

SHEETS: Final = ("survey", "choices", "settings", "external_choices", "entities", "osm")
_ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    "relevant": ("relevant", "relevance", "bind::relevant", "bind:relevant"),
    "constraint": ("constraint", "bind::constraint", "bind:constraint"),
    "calculation": ("calculation", "calculate", "bind::calculate", "bind:calculate"),
    "calculate": ("calculation", "calculate", "bind::calculate", "bind:calculate"),
    "required": ("required", "bind::required", "bind:required"),
    "readonly": ("read_only", "readonly", "read only", "bind::readonly", "bind:readonly"),
    "choice_filter": ("choice_filter", "choice filter"),
    "repeat_count": ("repeat_count", "repeat count", "count", "jr:count"),
    "appearance": ("appearance", "body::appearance", "control::appearance", "control:appearance"),
    "parameters": ("parameters", "body::parameters"),
}
_BEGIN: Final = re.compile(r"begin[\s_]+(group|repeat|loop)", re.IGNORECASE)
_END: Final = re.compile(r"end[\s_]+(group|repeat|loop)", re.IGNORECASE)
Rows = Sequence[Mapping[str, Any]]


def sheets_of(name: str, content: bytes) -> DefinitionData:
    """Read the sheets of a file; raises ``FormRefusedError``."""
    ending = "." + name.lower().rpartition(".")[2]
    try:
        data = get_xlsform(content, file_type=ending)
    except PyXFormError as error:
        raise FormRefusedError([Problem("bad_form", "file", str(error)[:500])]) from None
    except Exception as error:  # a broken file breaks its reader in any way there is
        told = f"Expected a form in {ending[1:]}: {type(error).__name__}: {error}"[:500]
        raise FormRefusedError([Problem("bad_form", "file", told)]) from None
    return checked(data)


def data_of(sheets: Mapping[str, Rows]) -> DefinitionData:
    """Make the same of rows that were typed elsewhere."""
    known: dict[str, Any] = {}
    for name, rows in sheets.items():
        if name in SHEETS and rows:
            known[name] = [dict(row) for row in rows]
            headings = dict.fromkeys(key for row in rows for key in row)
            known[f"{name}_header"] = [dict.fromkeys(headings)]
    return checked(DefinitionData(sheet_names=list(known), **known))


def checked(data: DefinitionData) -> DefinitionData:
    """Refuse more rows than any form has."""
    for sheet in SHEETS:
        check_rows(sheet, len(getattr(data, sheet) or ()))
    return data


def as_keywords(data: DefinitionData) -> dict[str, Any]:
    """Give the sheets as pyxform takes them, rows copied."""
    found: dict[str, Any] = {}
    for field in fields(data):
        value = getattr(data, field.name)
        if field.name in SHEETS and value is not None:
            value = [dict(row) for row in value]
        found[field.name] = value
    return found


class Places:
    """Finds rows and columns: of a node by its path, of a text by looking for it."""

    def __init__(self, data: DefinitionData) -> None:
        self._data = data
        self._survey: Rows = data.survey or ()
        self._row_of = _rows_by_path(self._survey)

    def of_path(self, path: str, column: str) -> Place:
        """Give the place of a node: ``path`` is absolute, its first step is the form's root."""
        inside = path.strip("/").partition("/")[2]
        row = self._row_of.get(inside)
        if row is None:
            return Place("survey", 0, column) if column else Place()
        return Place("survey", row, self._heading(row, column))

    def of_name(self, name: str, column: str = "") -> Place:
        """Give the place of the first question of a name."""
        for number, row in enumerate(self._survey, start=2):
            if _cell(row, "name") == name:
                return Place("survey", number, column)
        return Place()

    def of_choice(self, name: str, listed: str) -> Place:
        """Give the place of a choice in its list."""
        rows: Rows = self._data.choices or ()
        for number, row in enumerate(rows, start=2):
            if _cell(row, "name") == name and listed in (
                _cell(row, "list_name"),
                _cell(row, "list name"),
            ):
                return Place("choices", number, "name")
        return Place("choices")

    def of_text(self, text: str) -> Place:
        """Give the first place of a text in a cell of the survey, then of the choices."""
        for sheet in ("survey", "choices"):
            rows: Rows = getattr(self._data, sheet) or ()
            for number, row in enumerate(rows, start=2):
                for heading, cell in row.items():
                    if isinstance(cell, str) and text in cell:
                        return Place(sheet, number, heading)
        return Place()

    def _heading(self, row: int, column: str) -> str:
        """Give a column as it is headed in the file."""
        headings = list(self._survey[row - 2])
        wanted = _ALIASES.get(column, (column,))
        for heading in headings:
            if heading.strip().lower() in wanted:
                return heading
        if column in ("label", "media"):
            return next((h for h in headings if h.lower().startswith(column)), column)
        return column


def _rows_by_path(survey: Rows) -> dict[str, int]:
    found: dict[str, int] = {}
    around: list[str] = []
    for number, row in enumerate(survey, start=2):
        told, name = _cell(row, "type"), _cell(row, "name")
        if _END.match(told):
            around = around[:-1]
            continue
        path = "/".join((*around, name))
        if name:
            found.setdefault(path, number)
            found.setdefault(f"{path}_count", number)  # of a repeat: pyxform makes a node of it
        if _BEGIN.match(told):
            around.append(name)
    return found


def _cell(row: Mapping[str, Any], column: str) -> str:
    for heading, cell in row.items():
        if heading.strip().lower() == column:
            return str(cell).strip()
    return ""
