"""Filters of the office's templates."""

from __future__ import annotations

from django import template

from server.office import persian

register = template.Library()


@register.filter
def in_digits(value: object) -> str:
    """Write a number in the digits of the language that is on."""
    return persian.in_digits(str(value))
