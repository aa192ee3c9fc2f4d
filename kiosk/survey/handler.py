"""From a touch to the answer that it gives: what stands on a page, and what it becomes.

Pure: values of questions in, values out. Paths and values that the page does not have are for a
screen that has just been replaced, and lead nowhere (none).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from kiosk.survey.calendars import Calendar
from xforms.page import Question, Scale

FIGURES_MAX: Final = 24  # characters of a number or a phone number
TEXT_MAX: Final = 2_000  # characters of one text, where the form does not say
LISTED_MAX: Final = 40  # choices that are looked through; more are found by typing
FIND_MAX: Final = 80  # characters that narrow a list
STOPS_MAX: Final = 1_001  # of a slider; a longer scale is typed
NUMBERS: Final = ("integer", "decimal", "range")
_SIGNS: Final = {
    "integer": "-",
    "decimal": "-.",
    "range": "-.",
    "phone": "+",
    "text": "-.",
    "barcode": "",
}


def given(question: Question, path: str, value: str) -> str | None:
    """Give the answer after ``value`` was touched; touched again it is taken away.

    A required one stays: nothing else would be the answer then.
    """
    before, required, allowed = question.value, question.required, _allowed(question)
    for row in question.rows:
        if row.path == path:
            before, required = row.value, row.required
    if question.readonly or (allowed is not None and value not in allowed):
        return None
    return "" if before == value and not required else value


def _allowed(question: Question) -> set[str] | None:
    return {choice.value for choice in question.choices} if question.choices else None


def toggled(question: Question, value: str) -> str | None:
    """Give the answer with one choice more or less, in the form's order."""
    chosen = set(question.value.split()) ^ {value}
    known = [choice.value for choice in question.choices]
    if question.readonly or value not in known:
        return None
    return " ".join(each for each in known if each in chosen)


def ranked(question: Question) -> list[str]:
    """Give the choices in the order that is answered; the form's, where none is yet."""
    known = [choice.value for choice in question.choices]
    placed = [each for each in question.value.split() if each in known]
    return placed + [each for each in known if each not in placed]


def moved(question: Question, value: str, by: int) -> str | None:
    """Give the ranking after a choice went up or down."""
    order = ranked(question)
    if question.readonly or (by and value not in order):
        return None
    if by:
        at = order.index(value)
        to = min(max(at + by, 0), len(order) - 1)
        order.insert(to, order.pop(at))
    return " ".join(order)


def stops_of(scale: Scale) -> int:
    """Count the stops of a scale; 0 for one that leads nowhere."""
    start, end, step = (Decimal(each) for each in (scale.start, scale.end, scale.step))
    return int((end - start) / step) + 1 if step and (end - start) / step >= 0 else 0


def stop(scale: Scale, number: int) -> str:
    """Give the value of a stop, counted from 0: exact, without an exponent."""
    value = Decimal(scale.start) + Decimal(scale.step) * number
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def stop_at(scale: Scale, value: str) -> int | None:
    """Give which stop a value is, or none."""
    if not value:
        return None
    steps = (Decimal(value) - Decimal(scale.start)) / Decimal(scale.step)
    return int(steps) if steps == int(steps) and 0 <= steps < stops_of(scale) else None


def picked(question: Question, number: int) -> str | None:
    """Give the value of the stop at which a slider was let go."""
    scale = question.scale
    if question.readonly or scale is None or not 0 <= number < stops_of(scale):
        return None
    return stop(scale, number)


def may_be_below_zero(question: Question) -> bool:
    """Tell whether a number may have a minus, as far as its kind says."""
    scale = question.scale
    return question.kind in ("integer", "decimal") or (
        scale is not None and min(float(scale.start), float(scale.end)) < 0
    )


def struck(question: Question, typed: str, character: str) -> str:
    """Give what stands in a field of figures after a key; one that cannot be is left out."""
    if not character:
        return typed[:-1]
    signs = _SIGNS.get(question.kind, "")
    if character == "-" and question.kind in NUMBERS:
        return typed[1:] if typed.startswith("-") else ("-" + typed)[:FIGURES_MAX]
    wrong = (
        (character in "+-" and bool(typed))
        or (character == "." and "." in typed)
        or not (character.isdecimal() or character in signs)
        or len(typed) >= min(FIGURES_MAX, question.length_max or FIGURES_MAX)
    )
    return typed if wrong else typed + character


def as_answer(question: Question, typed: str) -> str:
    """Give the answer that is meant by what was typed so far; nothing by a lone sign."""
    if question.kind not in NUMBERS:
        return typed
    number = typed.rstrip(".")
    return number if any(each.isdecimal() for each in number) else ""


def written(question: Question, text: str) -> str:
    """Give a text as it is kept: no longer than it may be, without characters that XML lacks."""
    printable = "".join(each for each in text if each >= " " or each == "\n")
    return printable[: min(TEXT_MAX, question.length_max or TEXT_MAX)]


def turned(question: Question, calendar: Calendar, shown: date, pages: int, years: int) -> date:
    """Give a day of what a calendar shows after it was turned."""
    months = {"": 1, "month": 12, "year": 144}[question.unit]
    return calendar.moved(shown, months * pages + 12 * years)
