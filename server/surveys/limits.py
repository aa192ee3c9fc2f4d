"""What keeps the answers to a form out of the tables: said when the form comes, not when they do.

A form that the engine takes may still have names that no column holds. Each is a problem of the
person's file, with its row.

Source: docs/surveys.md, sections 1 and 7.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from server.surveys.answer_models import LANGUAGE_LENGTH_MAX, PATH_LENGTH_MAX
from server.surveys.models import MEDIUM_LENGTH_MAX
from xforms.loading import Form
from xforms.problems import Place, Problem
from xforms.reading.sheets import Places

REPEATS_DEEP_MAX: Final = 8  # their places are at most 40 characters then, as the column is
NAME_SHOWN: Final = 60


def unstorable(form: Form, places: Callable[[], Places | None]) -> tuple[Problem, ...]:
    """Give what the tables cannot hold of a form; ``places`` finds rows, for an XForm none."""
    paths = [path for path in form.scope.types if len(path) > PATH_LENGTH_MAX]
    deep = [path for path in form.repeats if _depth(form, path) > REPEATS_DEEP_MAX]
    found = [*_of_the_whole(form)]
    if paths or deep:
        rows = places()
        for path in paths:
            told = f"a path of at most {PATH_LENGTH_MAX} characters, got {len(path)}"
            found.append(_limit(told, path, _place(form, path, rows)))
        for path in deep:
            told = f"at most {REPEATS_DEEP_MAX} repeats within each other, got {_depth(form, path)}"
            found.append(_limit(told, path, _place(form, path, rows)))
    return tuple(found)


def asks_something(form: Form) -> bool:
    """Tell whether anybody is ever asked anything: not where all is read only, or never shown."""
    return any(_asked(form, path) for path in form.controls)


def _asked(form: Form, path: str) -> bool:
    bind = form.binds.get(path)
    if bind and bind.readonly and bind.readonly.text.strip() == "true()":
        return False
    around = path.split("/")
    up = ("/".join(around[:count]) for count in range(2, len(around) + 1))
    hidden = (form.binds[each].relevant for each in up if each in form.binds)
    return not any(each and each.text.strip() == "false()" for each in hidden)


def _of_the_whole(form: Form) -> Iterator[Problem]:
    for language in form.languages:
        if len(language) > LANGUAGE_LENGTH_MAX:
            told = f"a language's name of at most {LANGUAGE_LENGTH_MAX} characters"
            yield _limit(f"{told}, got {len(language)}", language, Place())
    for picture in sorted(form.pictures):
        if len(picture) > MEDIUM_LENGTH_MAX:
            told = f"a picture's name of at most {MEDIUM_LENGTH_MAX} characters"
            yield _limit(f"{told}, got {len(picture)}", picture, Place())


def _depth(form: Form, path: str) -> int:
    """Count the repeats around a path, its own among them."""
    return sum(path == each or path.startswith(f"{each}/") for each in form.repeats)


def _place(form: Form, path: str, rows: Places | None) -> Place:
    if rows is not None:
        return rows.of_path(path, "name")
    known = form.controls.get(path) or form.binds.get(path)
    return Place(row=known.line) if known else Place()


def _limit(told: str, name: str, place: Place) -> Problem:
    shown = name.rpartition("/")[2][:NAME_SHOWN]
    return Problem("limit", "limit_size", f"{shown}: expected {told}", place)
