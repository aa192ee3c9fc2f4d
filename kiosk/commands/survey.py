"""``kiosk survey``: check a form, or answer it by a script, without a screen.

Exit status of ``check``: 0: the form can be asked; 1: it is refused; 2: wrong use. Of ``run``: 0:
all steps were done; 1: the form is refused, or a step names what is not there; 2: wrong use.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from xforms.problems import Problem
    from xforms.reading import Reading
    from xforms.replay import Script

MEDIA_MAX: Final = 64  # files beside a form
FILE_MAX: Final = 5 * 1024 * 1024
_KINDS: Final = {"bad_form": "error", "limit": "limit", "hostile": "hostile", "warning": "warning"}


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the sub-command."""
    parser = subparsers.add_parser("survey", help="check a form, or answer it by a script")
    parts = parser.add_subparsers(required=True, metavar="DO")
    check = parts.add_parser("check", help="all problems of a form at once, with row and column")
    check.add_argument("form", type=Path, metavar="FORM", help=".xlsx, .xls, .csv, .md or .xml")
    replay = parts.add_parser("run", help="answer a form by a script, and print what is shown")
    replay.add_argument("form", type=Path, metavar="FORM", help=".xlsx, .xls, .csv, .md or .xml")
    replay.add_argument(
        "--script",
        type=Path,
        required=True,
        metavar="STEPS.json",
        help="docs/surveys.md, section 8",
    )
    for each, deed in ((check, run_check), (replay, run_replay)):
        each.add_argument(
            "--media", type=Path, metavar="DIR", help="files of the form; default: beside it"
        )
        each.add_argument("--json", action="store_true", help="JSON, one object a line")
        each.set_defaults(run=deed)


def run_check(arguments: argparse.Namespace) -> int:
    """Check a form and tell all that is wrong; gives the exit status."""
    import json

    reading = _read(arguments)
    if arguments.json:
        print(json.dumps(_record(reading), ensure_ascii=False))  # noqa: T201
    else:
        _tell(arguments.form.name, reading)
    return 0 if reading.form is not None else 1


def run_replay(arguments: argparse.Namespace) -> int:
    """Answer a form step by step; gives the exit status. Once complete, no step changes it."""
    import json

    script = _script(arguments.script)
    reading = _read(arguments)
    if reading.form is None:
        if arguments.json:
            print(json.dumps(_record(reading), ensure_ascii=False))  # noqa: T201
        else:
            _tell(arguments.form.name, reading)
        return 1
    return _replay(reading, script, _printer(arguments.json))


def _script(file: Path) -> Script:
    import json

    from kiosk.errors import DataError
    from xforms.replay import ScriptError, read_script

    try:
        told = json.loads(file.read_text("utf-8-sig"))
        if place := _half_a_sign(told, ""):
            raise ScriptError(f"{place}: expected text, got half of a pair of surrogates")
        return read_script(told)
    except OSError as error:
        raise DataError(f"{file}: expected a file, got {error.strerror}") from None
    except ScriptError as error:
        raise DataError(f"{file}: {error}") from None
    except (ValueError, RecursionError) as error:
        raise DataError(f"{file}: expected JSON in UTF-8, got {error}") from None


def _half_a_sign(told: object, place: str) -> str:
    """Find the first text with half of a surrogate pair in it; gives its place, or nothing."""
    if isinstance(told, str):
        return (place or "the file") if any("\ud800" <= each <= "\udfff" for each in told) else ""
    inside: list[tuple[object, str]] = []
    if isinstance(told, list):
        inside = [(each, f"{place or 'step'} {at}") for at, each in enumerate(told, start=1)]
    elif isinstance(told, dict):
        for key, each in told.items():
            here = "step" if key == "steps" and not place else f"{place}: {key}".lstrip(": ")
            inside += [(key, f"{place or 'the file'}: a name"), (each, here)]
    return next((found for each, at in inside if (found := _half_a_sign(each, at))), "")


def _replay(reading: Reading, script: Script, tell: Callable[[Mapping[str, Any]], None]) -> int:
    from xforms.replay import do, shown
    from xforms.session import Circumstances, Session, UnknownPathError

    assert reading.form is not None
    session = Session.begin(
        reading.form,
        Circumstances(
            now=_clock(script.now),
            seed=script.seed,
            language=script.language,
            instance_id="00000000-0000-4000-8000-000000000000",
            properties=script.properties,
        ),
    )
    tell({"step": 0, **shown(session)})
    for number, step in enumerate(script.steps, start=1):
        try:
            done = (not session.complete or "language" in step) and do(session, step)
        except UnknownPathError as error:
            tell({"step": number, "did": dict(step), "error": str(error)})
            return 1
        tell({"step": number, "did": dict(step), "done": done, **shown(session)})
    return 0


def _clock(now: datetime | None) -> Callable[[], datetime]:
    from kiosk.clock import SystemClock

    if now is not None:
        return lambda: now
    clock = SystemClock()
    return lambda: clock.now().astimezone()


def _printer(as_json: bool) -> Callable[[Mapping[str, Any]], None]:
    import json

    def tell(record: Mapping[str, Any]) -> None:
        if as_json:
            print(json.dumps(record, ensure_ascii=False), flush=True)  # noqa: T201
        else:
            print("\n".join(_lines(record)), flush=True)  # noqa: T201

    return tell


def _lines(record: Mapping[str, Any]) -> list[str]:
    """Tell a step to a person: what was done, what is asked, what is wrong."""
    lines = [f"step {record['step']}: {record.get('did', 'begin')}"]
    if "error" in record:
        return [*lines, f"  {record['error']}"]
    for question in record["page"]["questions"]:
        lines.append(f"  [{question['kind']}] {question['label']} = {question['value']!r}")
    lines += [f"  ! {each['path']}: {each['code']} {each['message']}" for each in record["errors"]]
    if record["state"] == "complete":
        lines += [f"  {path} = {value}" for path, value in record["data"].items() if value]
    return lines


def _read(arguments: argparse.Namespace) -> Reading:
    from kiosk.errors import ConfigError
    from xforms.reading import read
    from xforms.reading.hostile import FILE_MAX as FORM_MAX

    form: Path = arguments.form
    try:
        with form.open("rb") as stream:
            content = stream.read(FORM_MAX + 1)
        media = _media(arguments.media or form.parent, form)
    except OSError as error:
        raise ConfigError(f"{form}: {error.strerror or error}") from None
    return read(form.name, content, media)


def _media(folder: Path, form: Path) -> dict[str, bytes]:
    """Read the data files beside a form; pictures are only named."""
    found: dict[str, bytes] = {}
    for path in sorted(folder.iterdir())[: MEDIA_MAX * 8]:
        if path == form or not path.is_file() or len(found) >= MEDIA_MAX:
            continue
        if path.suffix.lower() in (".csv", ".xml", ".geojson") and path.stat().st_size <= FILE_MAX:
            found[path.name] = path.read_bytes()
    return found


def _record(reading: Reading) -> dict[str, Any]:
    form = reading.form
    return {
        "ok": form is not None,
        "title": form.title if form else "",
        "form_id": form.form_id if form else "",
        "version": form.version if form else "",
        "languages": list(form.languages) if form else [],
        "questions": form.count if form else 0,
        "problems": [_problem(each) for each in reading.problems],
    }


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "kind": problem.kind,
        "code": problem.code,
        "sheet": problem.place.sheet,
        "row": problem.place.row,
        "column": problem.place.column,
        "message": problem.message,
    }


def _tell(name: str, reading: Reading) -> None:
    for problem in reading.problems:
        print(f"{_KINDS[problem.kind]} {problem.code}: {problem}")  # noqa: T201
    form = reading.form
    if form is None:
        print(f"{name}: refused, {len(reading.refused)} problems")  # noqa: T201
    else:
        languages = ", ".join(form.languages) or "one language"
        print(f"{name}: {form.title or form.form_id}: {form.count} questions, {languages}")  # noqa: T201
