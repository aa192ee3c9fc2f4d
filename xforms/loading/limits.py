"""What a question may ask for and is left out here, by name.

Source: docs/surveys.md, section 7.
"""

from __future__ import annotations

import math
from typing import Final

from xforms.loading.form import Control
from xforms.loading.noting import Notes

_SIGNED: Final = frozenset({"signature", "draw"})
_CALENDARS: Final = frozenset(
    {"ethiopian", "coptic", "islamic", "bikram-sambat", "myanmar", "buddhist"}
)
_APPS: Final = frozenset({"printer", "bearing"})


def check_control(control: Control, notes: Notes) -> None:
    """Note what of a question is left out, and what of it is wrong."""
    where, line, looks = control.path.rpartition("/")[2], control.line, control.appearance
    if control.tag == "upload" and not _is_signature(control):
        told = control.mediatype or "a file"
        notes.limit("limit_recording", f"{where}: expected no recording, got {told}", line, "type")
    if calendars := looks & _CALENDARS:
        notes.limit("limit_calendar", f"{where}: expected the Gregorian or Persian calendar, got "
                    f"{min(calendars)}", line, "appearance")  # fmt: skip
    if apps := {each for each in looks if each.startswith("ex:") or each in _APPS}:
        notes.limit("limit_external_app", f"{where}: expected no other app, got {min(apps)[:60]}",
                    line, "appearance")  # fmt: skip
    if any(each.startswith("search(") for each in looks) and "search" not in looks:
        notes.limit("limit_external_data", f"{where}: expected choices of the form, got search()",
                    line, "appearance")  # fmt: skip
    if control.tag in ("select", "select1") and looks & {"map", "image-map"}:
        notes.limit("limit_location", f"{where}: expected no choosing on a map", line, "appearance")
    if control.tag == "range":
        _check_scale(control, notes)


def _is_signature(control: Control) -> bool:
    return control.mediatype.startswith("image/") and bool(control.appearance & _SIGNED)


def _check_scale(control: Control, notes: Notes) -> None:
    where = control.path.rpartition("/")[2]
    try:
        start, end, step = (float(part) for part in control.scale or ())
    except ValueError:
        notes.bad("range", f"{where}: expected a start, an end and a step that are numbers",
                  control.line, "parameters")  # fmt: skip
        return
    if not all(map(math.isfinite, (start, end, step))):
        notes.bad("range", f"{where}: expected a finite start, end and step", control.line,
                  "parameters")  # fmt: skip
    elif step <= 0 or start == end or abs(end - start) < step:
        notes.bad("range", f"{where}: expected a step of more than 0 that fits between {start:g}"
                  f" and {end:g}, got {step:g}", control.line, "parameters")  # fmt: skip
    elif abs(end - start) / step > 10_000:
        notes.limit("limit_size", f"{where}: expected at most 10000 steps", control.line,
                    "parameters")  # fmt: skip
