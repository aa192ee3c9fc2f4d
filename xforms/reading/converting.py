"""An XLSForm made an XForm by pyxform, and everything that it objects to.

pyxform stops at the first thing that is wrong. The row is then set aside, a plain note with its
name in its place, and it is asked again, so that all problems are told at once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from pyxform.errors import PyXFormError
from pyxform.xls2json_backends import DefinitionData
from pyxform.xls2xform import convert

from xforms.problems import Place, Problem
from xforms.reading.sheets import Places, as_keywords

ROUNDS_MAX: Final = 50
_ROW: Final = re.compile(r"\[row\s*:\s*(\d+)\]\s*", re.IGNORECASE)
_SHEET: Final = re.compile(r"'(survey|choices|settings|entities)' sheet")
_COLUMN: Final = re.compile(r"the '([^']+)' value")
_REFERENCE: Final = re.compile(r"\$\{\s*([^}]+?)\s*\}")
_NAMED: Final = re.compile(r"named '([^']+)'")
_CHOICE: Final = re.compile(r"\[([^\]]+)\] in \[([^\]]+)\]")
_TYPE: Final = re.compile(r"Unknown question type '([^']*)'")
_STRUCTURE: Final = re.compile(r"(begin|end)[\s_]", re.IGNORECASE)


@dataclass
class Converted:
    """The XForm, empty where there is none, and what pyxform says.

    ``rest`` is the XForm of what is left when all that is wrong is set aside.
    """

    xform: str = ""
    rest: str = ""
    problems: list[Problem] = field(default_factory=list)


def converted(data: DefinitionData, pretty: bool = False) -> Converted:
    """Make an XForm of sheets, or list what is wrong with them."""
    keywords, places = as_keywords(data), Places(data)
    told = Converted()
    for _ in range(ROUNDS_MAX):
        warnings: list[str] = []
        try:
            result = convert(keywords, warnings=warnings, validate=False, pretty_print=pretty)
        except PyXFormError as error:
            problem = _problem(str(error), places)
        except RecursionError:
            problem = Problem("hostile", "limit_size", "Expected fewer groups within one another")
        except Exception as error:  # pyxform breaks on what it does not expect
            problem = Problem("bad_form", "xlsform", f"Expected a form: {error}"[:500])
        else:
            told.rest = result.xform
            told.xform = "" if told.problems else result.xform
            told.problems += [_warning(each) for each in warnings]
            return told
        if problem in told.problems:
            return told
        told.problems.append(problem)
        if not _set_aside(keywords, problem.place):
            return told
        keywords = {**keywords}
    return told


def _problem(message: str, places: Places) -> Problem:
    row, sheet = _ROW.search(message), _SHEET.search(message)
    column, said = _COLUMN.search(message), _ROW.sub("", message).strip()[:500]
    if row:
        name = sheet[1] if sheet else "survey"
        place = Place(name, int(row[1]), column[1] if column else "")
    elif named := _TYPE.search(message):
        place = places.of_text(named[1])
    elif named := _CHOICE.search(message):
        place = places.of_choice(named[1], named[2])
    elif named := _NAMED.search(message):
        place = places.of_name(named[1])
    elif named := _REFERENCE.search(message):
        place = places.of_text(named[0])
    else:
        place = Place(sheet[1] if sheet else "")
    return Problem("bad_form", "xlsform", said, place)


def _set_aside(keywords: dict[str, Any], place: Place) -> bool:
    """Put something harmless in the place of a row; tell whether that was possible."""
    rows = keywords.get(place.sheet)
    if not place.row or not rows or place.row - 2 >= len(rows):
        return False
    at = place.row - 2
    row = rows[at]
    if place.sheet != "survey":
        if not row:
            return False
        rows[at] = {}
        return True
    told = next((str(row[key]) for key in row if key.strip().lower() == "type"), "")
    if _STRUCTURE.match(told) or (row.get("type") == "note" and row.get("label") == _ASIDE):
        return False
    name = next((str(row[key]) for key in row if key.strip().lower() == "name"), "")
    fresh = name if re.fullmatch(r"[A-Za-z_][\w.-]*", name) else f"row_{place.row}"
    taken = any(other.get("name") == fresh for n, other in enumerate(rows) if n != at)
    rows[at] = {"type": "note", "name": f"row_{place.row}" if taken else fresh, "label": _ASIDE}
    return True


_ASIDE: Final = "…"


def _warning(message: str) -> Problem:
    row = _ROW.search(message)
    place = Place("survey", int(row[1])) if row else Place()
    return Problem("warning", "xlsform", _ROW.sub("", message).strip()[:500], place)
