"""What libxml2 hands to a function, made a text, a number or a truth as XPath says; and dates.

A date is ISO text; as a number it is days since 1970-01-01T00:00:00Z, with its part of a day.

Source: XPath 1.0, section 4; ODK XForms specification, "Data types" and "XPath functions".
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Any, Final

from xforms.xpath.world import CURRENT

Value = Any  # a text, a float, a bool, or a list of nodes and texts of attributes
EPOCH: Final = date(1970, 1, 1)
_EPOCH_INSTANT: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DATE: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:T(.+))?")
_TIME: Final = re.compile(
    r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2}|[+-]\d{2})?"
)
_NUMBER: Final = re.compile(r"\s*-?(\d+(\.\d*)?|\.\d+)\s*")
_DAY_S: Final = 86_400
NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def text_of_node(node: Value) -> str:
    """Give a node's text: an attribute is a text already."""
    if isinstance(node, str):
        return node
    if len(node) == 0:
        return node.text or ""
    return "".join(node.itertext())


def texts(value: Value) -> list[str]:
    """Give each node's text, or the one text that a value is."""
    if isinstance(value, list):
        return [text_of_node(each) for each in value]
    return [text(value)]


def text(value: Value) -> str:
    """Make a text: of nodes the first one's."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return text_of_node(value[0]) if value else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return text_of_number(float(value))


def text_of_number(number: float) -> str:
    """Write a number as XPath does: no exponent, no point where it is whole."""
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    if number.is_integer():
        return str(int(number))
    written = repr(number)
    return f"{number:.20f}".rstrip("0") if "e" in written else written


def number(value: Value) -> float:
    """Make a number; a date becomes its days, what is none becomes NaN."""
    if isinstance(value, bool):
        return 1.0 if value else 0.0
    if isinstance(value, int | float):
        return float(value)
    told = text(value)
    if _NUMBER.fullmatch(told):
        return float(told)
    days = days_of(told)
    return math.nan if days is None else days


def numbers(values: Sequence[Value]) -> list[float]:
    """Make numbers of all nodes of all arguments."""
    return [number(each) for value in values for each in _each(value)]


def _each(value: Value) -> list[Value]:
    return [text_of_node(node) for node in value] if isinstance(value, list) else [value]


def truth(value: Value) -> bool:
    """Make a truth: a number that is not 0, a text or nodes that are not empty."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return bool(value) and not math.isnan(value)
    return bool(value)


def zone() -> tzinfo:
    """Give the zone that dates without one are in."""
    return CURRENT.get().now().tzinfo or UTC


def moment_of(told: str) -> datetime | None:
    """Read a date or an instant; midnight in the world's zone where it has no time."""
    match = _DATE.fullmatch(told.strip())
    if match is None:
        return None
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
        if match[4] is None:
            return datetime.combine(day, time.min, zone())
        clock = time_of(match[4])
        return None if clock is None else datetime.combine(day, clock)
    except ValueError:
        return None


def time_of(told: str) -> time | None:
    """Read a time; in the world's zone where it has none."""
    match = _TIME.fullmatch(told.strip())
    if match is None:
        return None
    micros = int((match[4] or "0").ljust(6, "0")[:6])
    try:
        return time(int(match[1]), int(match[2]), int(match[3] or 0), micros, _offset(match[5]))
    except ValueError:
        return None


def _offset(told: str | None) -> tzinfo:
    if told is None:
        return zone()
    if told == "Z":
        return UTC
    minutes = int(told[1:3]) * 60 + int(told[-2:] if len(told) > 3 else 0)
    return timezone(timedelta(minutes=-minutes if told[0] == "-" else minutes))


def days_of(told: str) -> float | None:
    """Give an ISO date or instant as days since 1970; a date as a whole number of them."""
    match = _DATE.fullmatch(told.strip())
    if match is None:
        return None
    if match[4] is None:
        try:
            return float((date(int(match[1]), int(match[2]), int(match[3])) - EPOCH).days)
        except ValueError:
            return None
    at = moment_of(told)
    return None if at is None else (at - _EPOCH_INSTANT).total_seconds() / _DAY_S


def date_of_days(days: float) -> str:
    """Write days since 1970 as a date; nothing where the calendar has none (years 1 to 9999)."""
    try:
        return (EPOCH + timedelta(days=math.floor(days))).isoformat()
    except (OverflowError, ValueError):  # ValueError: not a number
        return ""


def instant_of_days(days: float) -> str:
    """Write days since 1970 as an instant in the world's zone; nothing where there is none."""
    try:
        return iso((_EPOCH_INSTANT + timedelta(days=days)).astimezone(zone()))
    except (OverflowError, ValueError):
        return ""


def iso(at: datetime) -> str:
    """Write an aware instant as ODK does, to the thousandth of a second."""
    return at.isoformat(timespec="milliseconds")
