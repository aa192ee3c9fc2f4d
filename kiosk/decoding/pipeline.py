"""The order of looks at one picture: what is cheap first, and no more than is needed.

1. *Glance*: zxing on the whole picture, level, retail codes only. What it reads is confirmed
   on strips cut across the bars that it points at.
2. *Matrix*: zxing on the whole picture for DataMatrix and QR.
3. *Bars*: every place with bars (``bars.py``) is turned upright, enlarged and cut into strips,
   which zxing, zbar and at last the matcher read, until the rule believes a number.
4. *Whole*: the libraries with all their own efforts on the whole picture.

A step is taken only where those before it found nothing. Whoever asks for live frames takes
the steps one by one (``video.py``).
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import cv2

from kiosk.decoding.agreement import NORMAL, Ballot, Look, Rule, placed
from kiosk.decoding.bars import QUIET, Bars, alternations, cut, locate
from kiosk.decoding.libraries import Decoder, Zbar, Zxing
from kiosk.decoding.matching import Matcher
from kiosk.decoding.symbols import LINEAR, MATRIX, RETAIL, Corners, Format, Picture, Symbol

STRIP_ROWS = 14
STRIPS = 5
CONFIRMING_STRIPS = 3
PATCH_PX = (420, 900)  # least and greatest width of a patch
ALTERNATIONS_MIN = 16  # EAN-8 has 44 edges; blur takes some away
SIDES = (640, 240, 1280)  # pictures are reduced to these to look for bars of any size
_MIDDLE_FIRST = (2, 1, 3, 0, 4)


class Pipeline:
    """The decoders and the rule; holds no state between pictures."""

    def __init__(self, rule: Rule = NORMAL) -> None:
        self._rule = rule
        self._quick = Zxing(RETAIL)
        self._matrix = Zxing(MATRIX)
        self._thorough = Zxing(LINEAR | MATRIX, thorough=True)
        self._linear: list[tuple[str, Decoder, int]] = [
            ("zxing", Zxing(LINEAR), STRIPS),
            ("zbar", Zbar(LINEAR), STRIPS),
            ("matcher", Matcher((Format.EAN13, Format.UPCE, Format.EAN8)), 3),
        ]
        self._zbar = Zbar(LINEAR)

    def read(self, picture: Picture) -> list[Symbol]:
        """Give the codes in a still picture; bounded effort, and none for what was found."""
        gray = grey(picture)
        ballot = Ballot(self._rule)
        for step in (self.glance, self.matrix, self.bars, self.whole):
            step(gray, ballot)
            if symbols := ballot.symbols():
                return symbols
        return []

    def glance(self, gray: Picture, ballot: Ballot, frame: str = "") -> None:
        """Read the whole picture quickly and confirm what was read."""
        for reading in self._quick.read(gray):
            ballot.add(Look("zxing", f"{frame}glance"), [reading])
            if bars := _bars_at(reading.corners):
                self._read_bars(gray, bars, ballot, f"{frame}glance", CONFIRMING_STRIPS)

    def matrix(self, gray: Picture, ballot: Ballot, frame: str = "") -> None:
        """Look for two-dimensional codes."""
        ballot.add(Look("zxing", f"{frame}matrix"), self._matrix.read(gray))

    def bars(self, gray: Picture, ballot: Ballot, frame: str = "") -> None:
        """Look where bars are, from large to small, until something is read."""
        seen: list[Bars] = []
        for side in SIDES:
            if side > SIDES[0] and side / 1.5 > max(gray.shape):
                continue
            for bars in locate(gray, side):
                if any(bars.is_like(other) for other in seen):
                    continue
                seen.append(bars)
                self._read_bars(gray, bars, ballot, f"{frame}bars{len(seen)}", STRIPS)
            if ballot.symbols():
                return

    def whole(self, gray: Picture, ballot: Ballot, frame: str = "") -> None:
        """Let the libraries try all that they can on the whole picture."""
        ballot.add(Look("zxing", f"{frame}whole"), self._thorough.read(gray))
        ballot.add(Look("zbar", f"{frame}whole"), self._zbar.read(gray))

    def _read_bars(self, gray: Picture, bars: Bars, ballot: Ballot, part: str, strips: int) -> None:
        before = len(ballot.symbols())
        for look, decoder, strip in self._looks(_strips(gray, bars, strips), part):
            ballot.add(look, placed(decoder.read(strip), bars.corners))
            if len(ballot.symbols()) > before:
                return

    def _looks(self, strips: list[Picture], part: str) -> Iterator[tuple[Look, Decoder, Picture]]:
        for name, decoder, count in self._linear:
            for i, strip in enumerate(strips[:count]):
                yield Look(name, f"{part}.{i}"), decoder, strip


def grey(picture: Picture) -> Picture:
    """Give a picture without colours."""
    return picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)


def _strips(gray: Picture, bars: Bars, count: int) -> list[Picture]:
    """Cut strips across the bars, the middle one first; none where there are too few bars."""
    width = int(min(max(2 * bars.width, PATCH_PX[0]), PATCH_PX[1]))
    patch = cut(gray, bars, width, STRIP_ROWS * count)
    strips = [patch[i * STRIP_ROWS : (i + 1) * STRIP_ROWS] for i in range(count)]
    strips = [strips[count // 2]] + [s for i, s in enumerate(strips) if i != count // 2]
    return strips if alternations(strips[0]) >= ALTERNATIONS_MIN else []


def _bars_at(corners: Corners) -> Bars | None:
    """Give the box around bars that a library read: it tells their ends, not their height."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = corners
    ux, uy = (bx + cx - ax - dx) / 2, (by + cy - ay - dy) / 2
    width = math.hypot(ux, uy)
    if width < 20:
        return None
    height = (math.hypot(dx - ax, dy - ay) + math.hypot(cx - bx, cy - by)) / 2
    centre = ((ax + bx + cx + dx) / 4, (ay + by + cy + dy) / 4)
    across = (ux / width, uy / width)
    return Bars(centre, across, width * (1 + 2 * QUIET), max(height, width * 0.12))
