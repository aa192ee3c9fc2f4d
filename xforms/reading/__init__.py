"""From a person's file to a form: every problem at once, with sheet, row and column.

Loaded where a file is read, at head office and by ``kiosk survey``; a kiosk that asks has the
XForm, and needs none of this.

Source: docs/surveys.md, section 1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from pyxform.xls2json_backends import DefinitionData

from xforms.loading import Form, load
from xforms.loading.instances import with_files
from xforms.loading.reading_xml import Element, parse
from xforms.problems import FormRefusedError, Place, Problem
from xforms.reading.converting import converted
from xforms.reading.hostile import check_file
from xforms.reading.sheets import Places, Rows, data_of, sheets_of

ENDINGS: Final = (".xlsx", ".xlsm", ".xls", ".csv", ".md", ".xml")
_MARKUP: Final = re.compile(
    r"<\s*/?\s*(script|iframe|object|embed|img|svg|style|link|meta|form|input|video|audio)\b"
    r"|<[^>]*\son\w+\s*=|javascript:",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of a file: the form and its XForm, or none; and all problems, warnings too.

    What the form reads from files that came along is written into the XForm: it needs no file.
    """

    form: Form | None
    xform: str
    problems: tuple[Problem, ...]

    @property
    def refused(self) -> tuple[Problem, ...]:
        """Give what keeps it from being a form."""
        return tuple(each for each in self.problems if each.kind != "warning")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """Give what runs, but perhaps not as meant."""
        return tuple(each for each in self.problems if each.kind == "warning")


def read(name: str, content: bytes, media: Mapping[str, bytes] | None = None) -> Reading:
    """Read a form; ``name`` tells by its ending what the file is."""
    ending = "." + name.lower().rpartition(".")[2]
    try:
        if ending not in ENDINGS:
            told = f"Expected a file in {', '.join(ENDINGS)}, got {name!r:.100}"
            raise FormRefusedError([Problem("bad_form", "file", told)])
        check_file(name, content)
        if ending == ".xml":
            return _loaded(content, media or {})
        return _of_sheets(sheets_of(name, content), media or {})
    except FormRefusedError as error:
        return Reading(None, "", error.problems)


def read_rows(sheets: Mapping[str, Rows], media: Mapping[str, bytes] | None = None) -> Reading:
    """Read a form that was typed as rows: ``{"survey": [{"type": …}], "choices": …}``."""
    try:
        return _of_sheets(data_of(sheets), media or {})
    except FormRefusedError as error:
        return Reading(None, "", error.problems)


def _loaded(content: bytes, media: Mapping[str, bytes]) -> Reading:
    form = load(content, media)
    return Reading(form, with_files(content, media), form.warnings)


def _of_sheets(data: DefinitionData, media: Mapping[str, bytes]) -> Reading:
    told = converted(data)
    problems = [*told.problems, *_markup(data)]
    if not told.xform:
        more = _placed(data, media) if told.rest else []
        return Reading(None, "", _ordered([*problems, *more]))
    try:
        form = load(told.xform.encode("utf-8"), media)
    except FormRefusedError:
        return Reading(None, "", _ordered([*problems, *_placed(data, media)]))
    xform = with_files(told.xform.encode("utf-8"), media) if media else told.xform
    return Reading(form, xform, _ordered([*problems, *_unplaced(form.warnings)]))


def _placed(data: DefinitionData, media: Mapping[str, bytes]) -> list[Problem]:
    """Load it once more with a line for each element, and say where in the sheets each stands."""
    pretty = converted(data, pretty=True).rest.encode("utf-8")
    places = Places(data)
    try:
        load(pretty, media)
    except FormRefusedError as error:
        paths = _paths_by_line(parse(pretty))
        return [replace(each, place=_place(each, paths, places)) for each in error.problems]
    return []


def _unplaced(problems: tuple[Problem, ...]) -> list[Problem]:
    return [replace(each, place=Place()) for each in problems]


def _place(problem: Problem, paths: Mapping[int, str], places: Places) -> Place:
    if problem.place.column == "choices" and problem.code == "limit_size":
        return Place("choices")
    path = paths.get(problem.place.row, "")
    return places.of_path(path, problem.place.column) if path else Place()


def _paths_by_line(root: Element) -> dict[int, str]:
    """Give for each line the node that the element on it is about, or is in."""
    found: dict[int, str] = {}
    for node in root.iter("*"):
        about = ""
        here: Element | None = node
        while here is not None and not about:
            about = here.get("nodeset") or here.get("ref") or ""
            about = about if about.strip().startswith("/") and "[" not in about else ""
            here = here.getparent()
        if about:
            found.setdefault(node.sourceline or 0, about.strip())
    return found


def _markup(data: DefinitionData) -> list[Problem]:
    """Tell of labels with markup in them: it is shown as text, everywhere."""
    found = []
    for sheet in ("survey", "choices"):
        for number, row in enumerate(getattr(data, sheet) or (), start=2):
            for heading, cell in row.items():
                if isinstance(cell, str) and _MARKUP.search(cell):
                    told = "Expected words, got markup: it is shown as text"
                    found.append(Problem("warning", "markup", told, Place(sheet, number, heading)))
    return found


def _ordered(problems: list[Problem]) -> tuple[Problem, ...]:
    """Give each once, as they stand in the file, what has no place behind."""
    known = dict.fromkeys(problems)
    return tuple(
        sorted(known, key=lambda each: (not each.place.row, each.place.sheet, each.place.row))
    )
