"""What kind of question a control is, and in which style it is drawn.

Source: docs/surveys.md, section 4 (the table of kinds).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from xforms.loading.form import Control
from xforms.page import Choice, Kind, Scale, Style

_BY_TYPE: Final[dict[str, Kind]] = {
    **dict.fromkeys(("int", "integer", "long"), "integer"),
    "decimal": "decimal",
    "date": "date",
    "time": "time",
    "dateTime": "datetime",
    "barcode": "barcode",
}
_STYLES: Final[tuple[tuple[str, Style], ...]] = (
    ("likert", "likert"),
    ("autocomplete", "search"),
    ("search", "search"),
    ("minimal", "minimal"),
    ("quick", "list"),
    ("columns", "grid"),
    ("columns-pack", "grid"),
    ("compact", "grid"),
    ("horizontal", "grid"),
    ("horizontal-compact", "grid"),
    ("multiline", "multiline"),
    ("masked", "masked"),
    ("numbers", "numbers"),
)
_COLUMNS: Final = re.compile(r"(?:columns|compact)-(\d+)|w\d")
_YES_NO: Final = (frozenset({"yes", "no"}), frozenset({"true", "false"}), frozenset({"1", "0"}))
NPS_SCALE: Final = Scale("0", "10", "1")


def kind_of(control: Control, type_name: str, readonly: bool, choices: Sequence[Choice]) -> Kind:
    """Tell what kind of question it is."""
    looks = control.appearance
    match control.tag:
        case "select1":
            return _of_one(looks, choices)
        case "select":
            return "select_many"
        case "rank":
            return "rank"
        case "range":
            return _of_range(control)
        case "upload":
            return "signature"
        case "trigger":
            return "acknowledge"
        case _:
            return _of_input(looks, type_name, readonly)


def _of_one(looks: frozenset[str], choices: Sequence[Choice]) -> Kind:
    if "smileys" in looks and 2 <= len(choices) <= 5:
        return "smileys"
    values = frozenset(choice.value.lower() for choice in choices)
    if len(choices) == 2 and ("yes-no" in looks or values in _YES_NO[:1]):
        return "yes_no"
    return "select_one"


def _of_range(control: Control) -> Kind:
    looks = control.appearance
    start, end, step = control.scale or ("", "", "")
    if "nps" in looks and (start, end, step) == ("0", "10", "1"):
        return "nps"
    if "smileys" in looks and steps_of(Scale(start, end, step)) in (3, 4, 5):
        return "smileys"
    return "rating" if "rating" in looks else "range"


def _of_input(looks: frozenset[str], type_name: str, readonly: bool) -> Kind:
    if readonly:
        return "note"
    kind = _BY_TYPE.get(type_name, "text")
    if kind == "integer" and "nps" in looks:
        return "nps"
    if kind == "text" and "phone" in looks:
        return "phone"
    return kind


def scale_of(control: Control, kind: Kind) -> Scale | None:
    """Give the scale of a question that has one."""
    if control.scale is not None:
        return Scale(*control.scale)
    return NPS_SCALE if kind == "nps" else None


def steps_of(scale: Scale) -> int:
    """Count the values of a scale; 0 where it is none."""
    try:
        start, end, step = float(scale.start), float(scale.end), float(scale.step)
        return int(abs(end - start) / step + 1e-9) + 1
    except (ValueError, ZeroDivisionError):
        return 0


def style_of(control: Control, choices: Sequence[Choice]) -> Style:
    """Tell how it is drawn."""
    for look, style in _STYLES:
        if look in control.appearance:
            return style
    if columns_of(control):
        return "grid"
    if choices and all(choice.picture for choice in choices):
        return "pictures"
    return "list" if choices else ""


def columns_of(control: Control) -> int:
    """Give how many choices stand side by side, 0 where the form does not say."""
    for look in control.appearance:
        match = _COLUMNS.fullmatch(look)
        if match and match[1]:
            return max(1, min(10, int(match[1])))
    return 0
