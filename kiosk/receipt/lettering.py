"""Text on paper: fonts, how wide a line is, and where a long one is broken.

Pillow draws with raqm (HarfBuzz shapes, FriBidi orders), so that Persian is joined and mixed lines
stand in the right order. Without raqm Pillow would draw unjoined letters from left to right: there
is no receipt then, and staff are told what to install.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from io import BytesIO

from PIL import ImageFont, features

from kiosk.errors import DeviceError

_BREAKS_AFTER = "-/\u200b"
_JOINED_ON = "\u200c\u200d\u0640"  # ZWNJ, ZWJ, kashida: no line begins with one


def check_lettering() -> None:
    """Raise ``DeviceError`` where this machine cannot draw Persian."""
    missing = [name for name in ("raqm", "fribidi") if not features.check(name)]
    if missing:
        raise DeviceError(
            f"Expected Pillow with raqm and FriBidi to draw receipts, got none of {missing}: "
            "install libfribidi0, and Pillow as a wheel from PyPI"
        )


@dataclass(frozen=True, slots=True)
class Style:
    """A weight of the vendored Vazirmatn, and its size in dots."""

    weight: str
    size: int


@cache
def font_of(style: Style) -> ImageFont.FreeTypeFont:
    """Load a font, with raqm; raises ``DeviceError`` where there is none."""
    check_lettering()
    file = resources.files("kiosk").joinpath(
        "screens", "assets", "fonts", f"Vazirmatn-UI-{style.weight}.ttf"
    )
    content = BytesIO(file.read_bytes())
    return ImageFont.truetype(content, style.size, layout_engine=ImageFont.Layout.RAQM)


def width_of(text: str, style: Style, *, rtl: bool) -> float:
    """Measure one line in dots."""
    direction = "rtl" if rtl else "ltr"
    return font_of(style).getlength(text, direction=direction, language=_language(rtl=rtl))


def _language(*, rtl: bool) -> str:
    return "fa" if rtl else "en"


def broken(text: str, style: Style, width: float, *, rtl: bool) -> tuple[str, ...]:
    """Break a text into lines of at most ``width`` dots, at spaces where it can.

    A word that is wider than a line is broken within, never before a mark that belongs to the
    letter before it.
    """
    lines: list[str] = []
    line = ""
    for word in _words(text):
        tried = line + word if line else word.lstrip()
        if not line or width_of(tried.rstrip(), style, rtl=rtl) <= width:
            line = tried
        else:
            lines.append(line.rstrip())
            line = word.lstrip()
        if width_of(line.rstrip(), style, rtl=rtl) > width:
            *whole, line = _cut(line, style, width, rtl=rtl)
            lines += whole
    return (*lines, line.rstrip())


def _words(text: str) -> Iterator[str]:
    """Give the words, each with the space before it; some signs end one."""
    word = ""
    for each in " ".join(text.split(" ")):
        if each == " " and word.strip():
            yield word
            word = ""
        word += each
        if each in _BREAKS_AFTER and len(word.strip()) > 1:
            yield word
            word = ""
    if word.strip() or not text.strip():
        yield word


def _cut(word: str, style: Style, width: float, *, rtl: bool) -> Iterator[str]:
    piece = ""
    for cluster in _clusters(word):
        if piece and width_of(piece + cluster, style, rtl=rtl) > width:
            yield piece
            piece = ""
        piece += cluster
    yield piece


def _clusters(word: str) -> Iterator[str]:
    cluster = ""
    for each in word:
        joins = unicodedata.combining(each) or each in _JOINED_ON
        if cluster and not joins:
            yield cluster
            cluster = ""
        cluster += each
    if cluster:
        yield cluster


def is_rtl(text: str) -> bool:
    """Tell which way a text of unknown language runs, by its first letter (UAX #9, P2 and P3)."""
    for each in text:
        kind = unicodedata.bidirectional(each)
        if kind in ("L", "R", "AL"):
            return kind != "L"
    return False
