"""GS1 element strings: a message cut into elements, and the trade item that they describe.

Source: GS1 General Specifications, sections 7.8 (processing of data), 7.12 (the century of a
two-digit year) and 3.4 (a day of 00 is the last day of its month).
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date

from retail.barcodes.codes import CodeError, Element, Reason, TradeItem, sound_gtin
from retail.barcodes.identifiers import identifier_at, is_well_formed, predefined_length

GS = "\x1d"  # what a reader sends for FNC1 between two elements
_BRACKETED = re.compile(r"\(([0-9]{2,4})\)")


def split_message(message: str) -> tuple[Element, ...]:
    r"""Cut a message as a reader sends it: ``"10A7\x1d17261231"`` holds two elements."""
    elements = []
    rest = message.lstrip(GS)
    while rest:
        ai = identifier_at(rest)
        if not ai:
            raise CodeError(Reason.BROKEN, f"Expected a GS1 identifier, got {rest[:16]!r}")
        value, rest = _take_value(ai, rest[len(ai) :])
        elements.append(Element(ai, value))
        rest = rest.lstrip(GS)
    return tuple(elements)


def split_bracketed(text: str) -> tuple[Element, ...]:
    """Cut the form for people, ``"(01)04006381333931(10)A7"``; a value may hold brackets."""
    marks = [m for m in _BRACKETED.finditer(text) if identifier_at(m[1]) == m[1]]
    if not marks or marks[0].start() != 0:
        raise CodeError(Reason.BROKEN, f"Expected a GS1 identifier in brackets, got {text[:16]!r}")
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    return tuple(
        Element(m[1], text[m.end() : end].strip(GS)) for m, end in zip(marks, ends, strict=True)
    )


def item_of(elements: Iterable[Element], today: date) -> TradeItem:
    """Make the trade item that ``elements`` describe; refuses where AI 01 is not there.

    ``today`` is the store's date: it places a year of two digits in its century.
    """
    elements = tuple(elements)
    values = _by_identifier(elements)
    if "01" not in values:
        held = ", ".join(values) or "nothing"
        raise CodeError(Reason.NO_ITEM, f"Expected a GTIN in AI 01, got AIs {held}")
    if not is_well_formed("01", values["01"]):
        raise CodeError(Reason.BROKEN, f"Expected 14 digits behind AI 01, got {values['01']!r}")
    gtin = sound_gtin(values["01"])
    dates = {ai: read_date(values[ai][:6], today) for ai in ("17", "7003", "15") if ai in values}
    wrong = [e.ai for e in elements if not is_well_formed(e.ai, e.value)]
    wrong += [ai for ai, day in dates.items() if day is None and ai not in wrong]
    sound = {ai: value for ai, value in values.items() if ai not in wrong}
    expiries = [day for ai in ("17", "7003") if ai in sound and (day := dates[ai])]
    return TradeItem(
        gtin,
        batch=sound.get("10", ""),
        serial=sound.get("21", ""),
        expires_on=min(expiries, default=None),
        best_before=dates["15"] if "15" in sound else None,
        weight_g=_net_weight_g(sound),
        elements=elements,
        wrong=tuple(wrong),
    )


def read_date(yymmdd: str, today: date) -> date | None:
    """Read six digits as a date, the year between 49 before and 50 after ``today``'s.

    >>> read_date("270200", date(2026, 11, 23))
    datetime.date(2027, 2, 28)
    """
    if len(yymmdd) != 6 or not (yymmdd.isascii() and yymmdd.isdecimal()):
        return None
    year, month, day = (int(yymmdd[i : i + 2]) for i in (0, 2, 4))
    century, this_year = divmod(today.year, 100)
    if year - this_year > 50:
        century -= 1
    elif year - this_year < -49:
        century += 1
    year += 100 * century
    try:
        return date(year, month, day or monthrange(year, month)[1])
    except ValueError:
        return None


def _take_value(ai: str, rest: str) -> tuple[str, str]:
    length = predefined_length(ai)
    if length is None:
        value, _, rest = rest.partition(GS)
        return value, rest
    value = rest[:length]
    if len(value) < length or GS in value:
        raise CodeError(Reason.BROKEN, f"Expected {length} digits behind AI {ai}, got {value!r}")
    return value, rest[length:]


def _by_identifier(elements: Iterable[Element]) -> Mapping[str, str]:
    values: dict[str, str] = {}
    for element in elements:
        if values.setdefault(element.ai, element.value) != element.value:
            raise CodeError(Reason.BROKEN, f"Expected AI {element.ai} once, got two values")
    return values


def _net_weight_g(values: Mapping[str, str]) -> int | None:
    """Give AI 310n, kilograms with n decimals, where it comes to whole grams."""
    for ai, digits in values.items():
        if ai.startswith("310"):
            grams, rest = divmod(int(digits) * 1_000, 10 ** int(ai[3]))
            return None if rest else grams
    return None
