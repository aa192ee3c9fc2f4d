"""Functions of dates and times; what they give is ISO text, and a number where they say so."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any, Final

from xforms.xpath.values import (
    Value,
    date_of_days,
    instant_of_days,
    iso,
    moment_of,
    number,
    text,
    time_of,
)
from xforms.xpath.world import CURRENT

_MONTHS: Final = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()  # noqa: SIM905
_WEEKDAYS: Final = "Mon Tue Wed Thu Fri Sat Sun".split()  # noqa: SIM905


def _today(_context: Any) -> str:
    return CURRENT.get().now().date().isoformat()


def _now(_context: Any) -> str:
    return iso(CURRENT.get().now())


def _date(_context: Any, value: Value) -> str:
    told = text(value)
    if told == "":
        return ""
    if (at := moment_of(told)) is not None:
        return at.date().isoformat() if "T" in told else told.strip()
    return date_of_days(number(value))


def _date_time(_context: Any, value: Value) -> str:
    told = text(value)
    if told == "":
        return ""
    at = moment_of(told)
    return iso(at) if at is not None else instant_of_days(number(value))


def _decimal_date_time(_context: Any, value: Value) -> float:
    at = moment_of(text(value))
    if at is None:
        return number(value)
    return (at - datetime.fromtimestamp(0, UTC)).total_seconds() / 86_400


def _decimal_time(_context: Any, value: Value) -> float:
    told = text(value)
    clock = time_of(told.partition("T")[2] or told)
    if clock is None:
        return math.nan
    return (clock.hour * 3600 + clock.minute * 60 + clock.second + clock.microsecond / 1e6) / 86_400


def _format(_context: Any, value: Value, form: Value) -> str:
    """Write a date by ODK's letters; nothing of what is no date."""
    told = text(value)
    if told == "":
        return ""
    at = moment_of(told)
    if at is None and not math.isnan(days := number(value)):
        at = moment_of(instant_of_days(days))
    return _written(at, text(form)) if at is not None else ""


def _written(at: datetime, form: str) -> str:
    letters = {
        "Y": f"{at.year:04}",
        "y": f"{at.year % 100:02}",
        "m": f"{at.month:02}",
        "n": str(at.month),
        "b": _MONTHS[at.month - 1],
        "d": f"{at.day:02}",
        "e": str(at.day),
        "H": f"{at.hour:02}",
        "h": str(at.hour),
        "M": f"{at.minute:02}",
        "S": f"{at.second:02}",
        "3": f"{at.microsecond // 1000:03}",
        "a": _WEEKDAYS[at.weekday()],
        "W": f"{at.isocalendar().week:02}",
        "%": "%",
    }
    pieces = form.split("%")
    told = [pieces[0]]
    rest = iter(pieces[1:])
    for piece in rest:
        if piece == "":  # two signs are one
            told.append("%" + next(rest, ""))
        else:
            told.append(letters.get(piece[0], f"%{piece[0]}") + piece[1:])
    return "".join(told)


TABLE: Final[dict[str, tuple[Any, ...]]] = {
    "today": (0, 0, "date", _today, True),
    "now": (0, 0, "date", _now, True),
    "date": (1, 1, "date", _date),
    "date-time": (1, 1, "date", _date_time),
    "decimal-date-time": (1, 1, "number", _decimal_date_time),
    "decimal-time": (1, 1, "number", _decimal_time),
    "format-date": (2, 2, "string", _format),
    "format-date-time": (2, 2, "string", _format),
}
