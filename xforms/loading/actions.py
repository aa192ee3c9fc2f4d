"""Values that are set when something happens.

Source: ODK XForms specification, "Actions".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, get_args

from xforms.loading.form import Action, Event
from xforms.loading.noting import Notes
from xforms.loading.reading_xml import Element, elements, line_of, name

_EVENTS: Final[tuple[Event, ...]] = get_args(Event)
_EVENT: Final = "{http://www.w3.org/2001/xml-events}event"
_REFUSED: Final = {"setgeopoint": "limit_location", "recordaudio": "limit_recording"}


def read_actions(
    model: Element, sources: Iterable[tuple[str, Element]], root: str, notes: Notes
) -> tuple[Action, ...]:
    """Read the actions of the model, of questions and of repeats, in the form's order."""
    found: list[Action] = []
    for source, parent in [(f"/{root}", model), *sources]:
        for node in elements(parent, "setvalue", *_REFUSED):
            found += _actions(node, source, notes)
    return tuple(found)


def _actions(node: Element, source: str, notes: Notes) -> list[Action]:
    line, tag = line_of(node), name(node)
    if tag in _REFUSED:
        notes.limit(_REFUSED[tag], f"Expected no {tag}, got one", line)
        return []
    events = (node.get(_EVENT) or node.get("event") or "").split()
    wrong = [event for event in events if event not in _EVENTS]
    if wrong or not events:
        notes.bad(
            "event", f"Expected one of {', '.join(_EVENTS)}, got {' '.join(wrong)!r:.60}", line
        )
        return []
    target = notes.expression(node.get("ref") or node.get("bind") or "", source, line, "trigger")
    if target is None:
        notes.bad("ref", "Expected a node to set, got none", line)
        return []
    aims = sorted(target.depends) or [source]
    value = notes.expression(node.get("value", ""), aims[0], line, "calculation")
    return [
        Action(event, source, target, value, (node.text or "").strip())
        for event in _EVENTS
        if event in events
    ]
