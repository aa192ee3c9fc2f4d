"""Answers as steps that somebody typed, and what is shown after each: a form without a screen.

``kiosk survey run`` prints it, the preview in the office replays it with each touch.

Source: docs/surveys.md, section 8.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Final

from xforms.session import Session

STEPS_MAX: Final = 20_000
_FLAGS: Final = ("next", "back", "complete")
_NAMED: Final = ("add", "remove", "language")
_WORDS: Final = frozenset({"label", "hint"})  # of a question, a choice, a row
Step = Mapping[str, Any]


class ScriptError(ValueError):
    """The steps are not as they should be; the text names the step and what was expected."""


@dataclass(frozen=True, slots=True)
class Script:
    """What to do, and under which circumstances; ``now`` is aware, none is the clock's."""

    steps: tuple[Step, ...]
    now: datetime | None = None
    seed: int = 0
    language: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)


def read_script(told: object) -> Script:
    """Read a script as JSON has it: a list of steps, or an object with ``steps``."""
    if isinstance(told, list):
        told = {"steps": told}
    if not isinstance(told, dict):
        raise ScriptError("Expected a list of steps, or an object with steps")
    steps = told.get("steps")
    if not isinstance(steps, list) or len(steps) > STEPS_MAX:
        raise ScriptError(f"steps: expected a list of at most {STEPS_MAX}")
    return Script(
        steps=tuple(read_step(step, number) for number, step in enumerate(steps, start=1)),
        now=_instant(told.get("now")),
        seed=_whole(told.get("seed", 0)),
        language=_text(told.get("language", ""), "language"),
        properties=_properties(told.get("properties", {})),
    )


def read_step(step: object, number: int) -> Step:
    """Check one step."""
    if not isinstance(step, dict):
        raise ScriptError(f"step {number}: expected an object, got {step!r:.60}")
    deeds = [name for name in (*_FLAGS, *_NAMED, "set") if name in step]
    if len(deeds) != 1 or step.keys() - {deeds[0], "to"}:
        wanted = ", ".join((*_FLAGS, *_NAMED, "set with to"))
        raise ScriptError(f"step {number}: expected one of {wanted}, got {', '.join(step)!r:.100}")
    (deed,) = deeds
    if deed in _FLAGS and step[deed] is not True:
        raise ScriptError(f"step {number}: expected true in {deed}, got {step[deed]!r:.60}")
    if deed not in _FLAGS:
        _text(step[deed], f"step {number}: {deed}")
    if deed == "set":
        return {"set": step["set"], "to": _value(step.get("to", ""), number)}
    return dict(step)


def _value(value: object, number: int) -> str:
    """Give an answer as it is kept: a text, a number, or several choices as a list."""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return " ".join(value)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ScriptError(f"step {number}: expected a text in to, got {value!r:.60}")
    return str(value)


def do(session: Session, step: Step) -> bool:
    """Do a step; tells whether it was taken. Raises ``UnknownPathError``."""
    match step:
        case {"set": path, "to": value}:
            session.answer(path, value)
        case {"next": _}:
            return session.forward()
        case {"back": _}:
            return session.back()
        case {"complete": _}:
            return session.finish()
        case {"language": language}:
            before = session.language
            session.speak(language)
            return session.language != before or language in (before, "")
        case {"add": path}:
            session.add(path)
        case {"remove": path}:
            session.remove(path)
    return True


def shown(session: Session) -> dict[str, Any]:
    """Give what is shown and kept now, as JSON has it."""
    return {
        "state": "complete" if session.complete else "open",
        "language": session.language,
        "languages": list(session.languages),
        "page": page_record(session),
        "visible": list(session.visible()),
        "errors": [
            {"path": path, "code": fault.code, "message": fault.message}
            for path, fault in session.faults()
        ],
        "data": session.data(),
    }


def page_record(session: Session) -> dict[str, Any]:
    """Give the page as JSON has it: words as plain texts."""
    return _plain(asdict(session.page))  # type: ignore[no-any-return]


def _plain(value: Any, words: bool = False) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(each, key in _WORDS) for key, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        if words or any(isinstance(each, Mapping) and "strong" in each for each in value):
            return "".join(each["text"] for each in value)
        return [_plain(each) for each in value]
    return value


def _instant(told: object) -> datetime | None:
    if told is None:
        return None
    try:
        at = datetime.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise ScriptError(f"now: expected an instant with its zone, got {told!r:.60}")
    return at


def _whole(told: object) -> int:
    if isinstance(told, bool) or not isinstance(told, int):
        raise ScriptError(f"seed: expected a whole number, got {told!r:.60}")
    return told


def _text(told: object, name: str) -> str:
    if not isinstance(told, str):
        raise ScriptError(f"{name}: expected a text, got {told!r:.60}")
    return told


def _properties(told: object) -> Mapping[str, str]:
    if not isinstance(told, dict) or not all(isinstance(each, str) for each in told.values()):
        raise ScriptError(f"properties: expected texts by name, got {told!r:.60}")
    return told
