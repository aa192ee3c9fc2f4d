"""A text provider for Kivy that draws Persian: HarfBuzz gets one directional run at a time.

SDL2_ttf shapes Arabic letters but knows no bidirectional text, and Kivy breaks lines before anybody
orders them. Here text stays logical; ``layout`` breaks it into lines and runs, and each run is
measured and drawn with its own direction and script. Nothing is installed on import:
``install()`` must run once, before anything imports ``kivy.uix.label``.

Differences from stock Kivy, on purpose: text that does not fit its ``text_size`` ends in an
ellipsis and is never clipped silently; ``markup`` and ``halign='justify'`` are refused with a
``ValueError``, for their span and space handling reorders mixed text wrongly.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial
from importlib import import_module
from itertools import groupby
from pathlib import Path
from typing import Any

import kivy.core.text
from kivy import kivy_data_dir
from kivy.core.text._text_sdl2 import _get_extents, _get_fontascent, _SurfaceContainer
from kivy.core.text.text_sdl2 import LabelSDL2

from kiosk.screens.text.coverage import characters_of
from kiosk.screens.text.layout import Box, Cut, Layout, Line, Measure, drawn, lay_out, set_line
from kiosk.screens.text.levels import base_level

MEASURED_MAX = 4096  # half a kilobyte each; a screen has about two hundred
FALLBACK = str(Path(kivy_data_dir, "fonts", "DejaVuSans.ttf"))

_DIRECTIONS = {"ltr": 0, "weak_ltr": None, "rtl": 1, "weak_rtl": None, None: None}
_CUTS: dict[str, Cut] = {"left": "start", "center": "middle", "right": "end"}
_JOINING_CONTROLS = frozenset(map(ord, "\u200c\u200d"))


@dataclass(frozen=True, slots=True)
class Style:
    """What decides the shape and the width of glyphs: all but the colour. Size in pixels."""

    file: str
    size_px: int
    underline: bool = False
    strikethrough: bool = False
    hinting: str | None = "normal"
    kerning: bool = True
    blended: bool = True
    outline_px: int = 0

    def in_file(self, file: str) -> "Style":
        return self if file == self.file else replace(self, file=file)


class _Pen:
    """What Kivy's SDL2 functions ask of a label: its options and the name of its open font."""

    def __init__(self, style: Style, rtl: bool, color: Any, outline_color: Any) -> None:
        self._id = f"{style.file}|{style.size_px}|{style.underline}|{style.strikethrough}"
        self.options = {
            "font_name_r": style.file,
            "font_size": style.size_px,
            "bold": False,
            "italic": False,
            "underline": style.underline,
            "strikethrough": style.strikethrough,
            "font_hinting": style.hinting,
            "font_kerning": style.kerning,
            "font_blended": style.blended,
            "outline_width": style.outline_px,
            "line_height": 1.0,
            "font_direction": "rtl" if rtl else "ltr",
            "font_script_name": "Arab" if rtl else "Latn",
            "color": color,
            "outline_color": outline_color,
        }

    def _get_font_id(self) -> str:
        return self._id


_INK = (1, 1, 1, 1)


@lru_cache(maxsize=MEASURED_MAX)
def extents(style: Style, text: str, rtl: bool) -> tuple[int, int]:
    """Width and height in pixels of one piece in one font.

    SDL2_ttf measures in the direction that was last drawn in, and Kivy closes the oldest of 64
    fonts at will: so a space is drawn first, each time.
    """
    pen = _Pen(style, rtl, _INK, _INK)
    _SurfaceContainer(1, 1).render(pen, " ", 0, 0)
    width, height = _get_extents(pen, text)
    return int(width), int(height)


@lru_cache(maxsize=64)
def ascent(style: Style) -> int:
    return int(_get_fontascent(_Pen(style, False, _INK, _INK)))


def pieces(text: str, file: str) -> Iterator[tuple[str, str]]:
    """Slice the text by the font that has its glyphs: ``file``, or else the fallback."""
    covered = _drawable(file)
    if covered.issuperset(map(ord, text)):
        if text:
            yield text, file
        return
    for lacking, group in groupby(text, lambda character: _lacks(ord(character), covered)):
        yield "".join(group), FALLBACK if lacking else file


@cache
def _drawable(file: str) -> frozenset[int]:
    return characters_of(file) | _JOINING_CONTROLS


def _lacks(code: int, covered: frozenset[int]) -> bool:
    return code not in covered and code in characters_of(FALLBACK)


def run_width(style: Style, text: str, rtl: bool) -> int:
    """Width in pixels of a run as drawn; the text has no layout controls any more."""
    return sum(
        extents(style.in_file(file), piece, rtl)[0] for piece, file in pieces(text, style.file)
    )


class PersianLabel(LabelSDL2):
    """Kivy's core label; widgets reach it as ``kivy.core.text.Label`` after ``install()``.

    Its texture is sampled unsmoothed, which costs a third less: draw it on whole pixels, at its
    size.
    """

    snug = False
    """Make the texture as wide as the longest line, not as ``text_size``: whoever draws it puts
    it to its side."""

    def __init__(self, *args: Any, max_lines: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.options["max_lines"] = max_lines  # the base class drops it
        self._layout = Layout("", ())
        self._surface: Any = None  # what is drawn on, while it is drawn

    @property
    def style(self) -> Style:
        options = self.options
        return Style(
            options["font_name_r"],
            int(options["font_size"]),
            bool(options["underline"]),
            bool(options["strikethrough"]),
            options["font_hinting"],
            bool(options["font_kerning"]),
            bool(options["font_blended"]),
            int(options["outline_width"] or 0),
        )

    @property
    def layout(self) -> Layout:
        """The lines of the last layout pass, for tests and for placing things on text."""
        return self._layout

    @property
    def measure(self) -> Measure:
        """How wide this label draws a run."""
        return partial(run_width, self.style)

    def one_line(self, text: str) -> Line:
        """Measure ``text`` unbroken, in this label's font and base direction; draws nothing."""
        return set_line(text, 0, len(text), self.measure, self._base(text))

    def get_extents(self, text: str) -> tuple[int, int]:
        """Width and height in pixels of one unbroken line in this label's base direction."""
        return self.one_line(text).width, extents(self.style, " ", False)[1]

    @staticmethod
    def find_base_direction(text: str) -> str:
        return "rtl" if _base_of(text, None) else "ltr"

    def _base(self, text: str) -> int:
        return _base_of(text, self.options["base_direction"])

    # -------------------------------------------------------------- first pass: lay out
    def render(self, real: bool = False) -> Any:
        """First pass: lay out and give the size in pixels; second (``real``): fill the texture."""
        if real:
            return self._render_real()
        text = self.text.strip() if self.options["strip"] else self.text
        self._layout = self._lay_out(text) if text else Layout("", ())
        self.is_shortened = self._layout.shortened
        left, top, right, bottom = self.options["padding"]
        box_width, box_height = self._text_size
        natural = len(self._layout.lines) * self._line_height
        self._internal_size = self._layout.width + left + right, natural + top + bottom
        if not text:
            return 0, 0
        width = self._internal_size[0] if self.snug or not box_width else box_width
        return int(max(width, 2)), int(box_height or self._internal_size[1])

    def refresh(self) -> None:
        """Lay out and make the texture, which is filled when it is first drawn."""
        super().refresh()
        self.texture.min_filter = self.texture.mag_filter = "nearest"

    @property
    def _line_height(self) -> float:
        return float(extents(self.style, " ", False)[1] * self.options["line_height"])

    def _lay_out(self, text: str) -> Layout:
        options = self.options
        box_width = self._text_size[0]
        if box_width is not None:
            box_width = max(0, int(box_width - options["padding"][0] - options["padding"][2]))
        cut = _CUTS[options["shorten_from"]] if options["shorten"] else "end"
        return lay_out(text, self.measure, self._base, Box(box_width, self._lines_max(), cut))

    def _lines_max(self) -> int:
        """How many lines are allowed by ``shorten``, ``max_lines`` and the height; 0 for any."""
        options = self.options
        if options["shorten"] and self._text_size[0] is not None:
            return 1
        limits = [options["max_lines"]] if options["max_lines"] else []
        if self._text_size[1] is not None:
            inner = self._text_size[1] - options["padding"][1] - options["padding"][3]
            limits.append(max(1, int(inner // self._line_height)))
        return min(limits, default=0)

    # -------------------------------------------------------------- second pass: draw
    def _render_real(self) -> None:
        if not self._layout.lines:
            self.clear_texture()
            return
        self._render_begin()
        y = self._first_line_y()
        for line in self._layout.lines:
            self._draw_line(line, self._line_x(line), int(y))
            y += self._line_height
        data = self._render_end()
        if data.width > 1:
            self.texture.blit_data(data)
        self._surface = None  # the pixels are the texture's now; Kivy would keep them twice

    def _first_line_y(self) -> float:
        top, bottom = self.options["padding"][1], self.options["padding"][3]
        free = self.size[1] - top - bottom - len(self._layout.lines) * self._line_height
        match self.options["valign"]:
            case "top":
                return float(top)
            case "bottom":
                return float(top + free)
            case _:
                return float(top + free / 2)

    def _line_x(self, line: Line) -> int:
        """Left edge of a line; one that is too wide keeps its beginning in sight."""
        left, right = self.options["padding"][0], self.options["padding"][2]
        free = int(self.size[0] - left - right - line.width)
        start_side = "right" if line.base else "left"
        match self.options["halign"] if free >= 0 else start_side:
            case "auto":
                return int(left + (free if line.base else 0))
            case "left":
                return int(left)
            case "center":
                return int(left + free // 2)
            case "right":
                return int(left + free)
            case other:
                raise ValueError(f"expected halign left, center, right or auto, got {other}")

    def _draw_line(self, line: Line, x: int, y: int) -> None:
        for run in line.runs:
            x = self._draw_run(drawn(self._layout.text[run.start : run.end]), run.rtl, x, y)

    def _draw_run(self, text: str, rtl: bool, x: int, y: int) -> int:
        """Draw from ``x`` on and return where the next run starts."""
        style = self.style
        parts = list(pieces(text, style.file))
        for piece, file in reversed(parts) if rtl else parts:
            font = style.in_file(file)
            pen = _Pen(font, rtl, self.options["color"], self.options["outline_color"])
            self._surface.render(pen, piece, x, y + ascent(style) - ascent(font))
            x += extents(font, piece, rtl)[0]
        return x


def _base_of(text: str, base_direction: str | None) -> int:
    known = _DIRECTIONS[base_direction]
    return base_level(text, int(base_direction == "weak_rtl")) if known is None else known


class MarkupRefused:
    """Stands where Kivy's markup label was: data must never be read as markup."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise ValueError(f"expected a label without markup, got markup={kwargs.get('text')!r}")


def install() -> None:
    """Make every Kivy label draw with ``PersianLabel``; again is harmless, too late is an error."""
    for name in ("kivy.uix.label", "kivy.uix.textinput"):
        module = sys.modules.get(name)
        bound = getattr(module, "CoreLabel", None) or getattr(module, "Label", None)
        if module is not None and bound is not PersianLabel:
            raise RuntimeError(f"expected install() before {name} is imported, got it after")
    kivy.core.text.Label = kivy.core.text.Text = PersianLabel
    import_module("kivy.core.text.markup").MarkupLabel = MarkupRefused  # type: ignore[attr-defined]
