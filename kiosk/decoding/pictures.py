"""Decode a picture in one call: ``(format, text)`` of each code, for tools and measuring."""

from __future__ import annotations

from functools import cache

from kiosk.decoding.agreement import NORMAL, STRICT, Rule
from kiosk.decoding.pipeline import Pipeline
from kiosk.decoding.symbols import Picture


def decode(picture: Picture) -> list[tuple[str, str]]:
    """Give format and text of each code in a blue-green-red or grey picture."""
    return [(symbol.format.value, symbol.text) for symbol in _pipeline(NORMAL).read(picture)]


def decode_strict(picture: Picture) -> list[tuple[str, str]]:
    """Give only what two libraries agree on: rather nothing than something wrong."""
    return [(symbol.format.value, symbol.text) for symbol in _pipeline(STRICT).read(picture)]


@cache
def _pipeline(rule: Rule) -> Pipeline:
    return Pipeline(rule)
