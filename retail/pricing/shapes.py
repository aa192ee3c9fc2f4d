"""What a record may look like, told field by field: every fault of it at once, not the first alone.

A shape is a function that takes a value and the name of its field, and gives what is wrong with
it. It must find fault with whatever ``retail.pricing.records`` does not read.

>>> whole(1, 100)(101, "count")[0].en
'Expected at most 100, got 101'
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from retail.fields import RecordError
from retail.instants import read_instant
from retail.pricing.refusal_words import Refusal, refusal
from retail.pricing.rule_parts import read_time
from retail.values import Gtin, InvalidGtinError

Found = tuple[Refusal, ...]
Shape = Callable[[Any, str], Found]
Together = tuple[tuple[str, ...], Shape]


def fields(
    required: Mapping[str, Shape], optional: Mapping[str, Shape], *together: Together
) -> Shape:
    """Give the shape of an object with these fields and no other.

    ``together`` says what fields must be to one another; it is looked at where nothing is wrong
    with any of the fields that it names.
    """
    known = {**required, **optional}

    def look(value: Any, field: str) -> Found:
        if not isinstance(value, dict):
            return (refusal(field, "not_an_object"),)
        wrong: dict[str, Found] = {
            name: known[name](value[name], under(field, name))
            if name in known
            else (refusal(under(field, name), "unknown_field", names=", ".join(known)),)
            for name in value
        }
        wrong |= {
            name: (refusal(under(field, name), "missing"),)
            for name in required
            if name not in value
        }
        found = [each for founds in wrong.values() for each in founds]
        for names, check in together:
            if not any(wrong.get(name) for name in names):
                found += check(value, field)
        return tuple(found)

    return look


def each(shape: Shape, *, least: int = 0) -> Shape:
    """Give the shape of a list of such values, ``least`` of them or more."""

    def look(value: Any, field: str) -> Found:
        if not isinstance(value, list):
            return (refusal(field, "not_a_list", got=value),)
        if len(value) < least:
            return (refusal(field, "empty_list"),)
        return tuple(f for i, entry in enumerate(value) for f in shape(entry, f"{field}[{i}]"))

    return look


def whole(least: int | None = None, most: int | None = None) -> Shape:
    """Give the shape of a whole number within bounds, both included."""

    def look(value: Any, field: str) -> Found:
        if type(value) is not int:
            return (refusal(field, "not_whole", got=value),)
        if least is not None and value < least:
            return (refusal(field, "too_small", least=least, got=value),)
        if most is not None and value > most:
            return (refusal(field, "too_great", most=most, got=value),)
        return ()

    return look


def choice(*names: str) -> Shape:
    """Give the shape of one of these texts."""

    def look(value: Any, field: str) -> Found:
        sound = isinstance(value, str) and value in names
        return () if sound else (refusal(field, "no_choice", names=", ".join(names), got=value),)

    return look


def text(value: Any, field: str) -> Found:
    """Look at a text that must say something."""
    sound = isinstance(value, str) and bool(value.strip())
    return () if sound else (refusal(field, "not_text", got=repr(value)),)


def any_text(value: Any, field: str) -> Found:
    """Look at a text that may be empty."""
    return () if isinstance(value, str) else (refusal(field, "not_text", got=repr(value)),)


def identifier(value: Any, field: str) -> Found:
    """Look at an id: a text without spaces around it."""
    if found := text(value, field):
        return found
    return () if value == value.strip() else (refusal(field, "spaces"),)


def flag(value: Any, field: str) -> Found:
    """Look at a yes or no."""
    return () if type(value) is bool else (refusal(field, "not_yes_or_no", got=value),)


def instant(value: Any, field: str) -> Found:
    """Look at an instant with its zone."""
    try:
        read_instant(value)
    except (RecordError, TypeError):
        return (refusal(field, "no_instant", got=value),)
    return ()


def clock_time(value: Any, field: str) -> Found:
    """Look at a time of a day."""
    try:
        read_time(value)
    except (RecordError, TypeError):
        return (refusal(field, "no_time", got=value),)
    return ()


def gtin(value: Any, field: str) -> Found:
    """Look at a GTIN of any of its lengths."""
    try:
        Gtin.parse(value)
    except (InvalidGtinError, TypeError):
        return (refusal(field, "no_gtin", got=value),)
    return ()


def under(field: str, name: str) -> str:
    """Name a field of an object that stands in a field."""
    return f"{field}.{name}" if field else name
