"""Figures of a report as people read them: digits of the language, parts in percent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.utils.translation import get_language

from server.office.persian import grouped, in_digits, percent, written
from server.office.surveys.sheets import Part

register = template.Library()


@register.filter
def is_figure(value: Any) -> bool:
    """Tell whether a cell is a number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


@register.filter
def figure(value: Any) -> Any:
    """Write a number with its thousands apart and at most two places; leave a text alone."""
    if isinstance(value, Part):
        return part(value)
    if not is_figure(value):
        return value
    if isinstance(value, int) or float(value).is_integer():
        return grouped(int(value))
    whole, _dot, places = f"{abs(value):.2f}".partition(".")
    point = "٫" if get_language() == "fa" else "."
    text = grouped(int(whole)) + in_digits(f"{point}{places}".rstrip("0"))
    return f"−{text}" if value < 0 else text


@register.filter
def jalali(value: datetime) -> str:
    """Write an instant as people read it."""
    return written(value)


@register.filter
def signed(value: float) -> str:
    """Write a whole score with its sign."""
    whole = round(value)
    return f"{'−' if whole < 0 else '+' if whole else ''}{grouped(abs(whole))}"


@register.filter
def part(value: float) -> str:
    """Write a part of 1 in percent."""
    return percent(round(value * 10_000 / 10) * 10)
