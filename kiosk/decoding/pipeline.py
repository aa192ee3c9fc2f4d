"""The order of looks at one picture: what is cheap first, and no more than is needed.

1. *Glance*: zxing on every other row, then column, of the whole picture, for bars other than
   DataBar. What it reads is confirmed on strips cut across the bars that it points at.
2. *Matrix*: zxing on the whole picture for DataMatrix and QR.
3. *Bars*: places with bars (``bars.py``) are turned upright, enlarged and cut into strips,
   which zxing reads.
4. *Effort*: the same strips by zbar and by likeness (``matching.py``), then bars of other
   sizes.
5. *Enlarged*: small pictures enlarged, for two-dimensional codes.
6. *Whole*: the libraries with all their own efforts on the whole picture, if there was any
   sign of bars.

The steps end as soon as the rule believes a code. Whoever asks for live frames takes them one
by one (``video.py``).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np

from kiosk.decoding.agreement import NORMAL, Ballot, Look, Rule, placed
from kiosk.decoding.bars import QUIET, WINDOW_CELLS, Bars, alternations, cut, is_blank, locate
from kiosk.decoding.libraries import Decoder, Zbar, Zxing
from kiosk.decoding.matching import Matcher
from kiosk.decoding.symbols import (
    DATABARS,
    LINEAR,
    MATRIX,
    RETAIL,
    Corners,
    Picture,
    Reading,
    Symbol,
)

GLANCE_STEP = 2  # rows; half of them read 95 % of what all do, in 60 % of the time
STRIPS = 5
STRIP_ROWS = 8
CONFIRMING_STRIPS = 3
CONFIRMING_ROWS = 16
CONFIRMING_PX = (300, 900)  # what was read once needs no enlarging
MATCHED_STRIPS = 3
MATCHED_PLACES = 3  # the matcher is slow; true bars are seldom further down the list
PATCH_PX = (420, 900)  # least and greatest width of a patch
ALTERNATIONS_MIN = 16  # EAN-8 has 44 edges; blur takes some away
SIDE_PX = 640  # a picture is reduced to this to look for bars
WIDE_WINDOW_CELLS = 11  # for bars so blurred or large that they seem to stand apart
ENLARGEMENTS = (2, 3)
FINE_SIDE_PX = 1280  # and to this for small ones


@dataclass(slots=True)
class Scene:
    """One picture and what has been found in it so far."""

    gray: Picture
    ballot: Ballot
    frame: str = ""  # tells looks at this picture from looks at others in the same ballot
    places: list[Place] = field(default_factory=list)
    clues: bool = False

    def done(self) -> bool:
        """Tell whether a code is believed."""
        return bool(self.ballot.symbols())


@dataclass(frozen=True, slots=True)
class Place:
    """Bars and the strips across them, the middle one first."""

    name: str
    bars: Bars
    strips: list[Picture]


class Pipeline:
    """The decoders and the rule; holds no state between pictures."""

    def __init__(self, rule: Rule = NORMAL) -> None:
        self._rule = rule
        self._quick: Decoder = Zxing(LINEAR - DATABARS)
        self._matrix: Decoder = Zxing(MATRIX)
        self._matrix_histogram: Decoder = Zxing(MATRIX, histogram=True)
        self._linear: Decoder = Zxing(LINEAR)
        self._zbar: Decoder = Zbar(LINEAR)
        self._matcher: Decoder = Matcher(RETAIL)
        self._thorough: Decoder = Zxing(LINEAR | MATRIX, thorough=True)

    def read(self, picture: Picture) -> list[Symbol]:
        """Give the codes in a still picture; bounded effort, and none for what was found."""
        scene = Scene(grey(picture), Ballot(self._rule))
        if is_blank(scene.gray):
            return []
        for step in (self.glance, self.matrix, self.bars, self.effort, self.enlarged, self.whole):
            step(scene)
            if symbols := scene.ballot.symbols():
                return symbols
        return []

    def glance(self, scene: Scene) -> None:
        """Read the whole picture quickly and confirm what was read."""
        for upright in (True, False):
            lines = scene.gray if upright else scene.gray.T
            found = self._quick.read(np.ascontiguousarray(lines[::GLANCE_STEP]))
            self._confirm(scene, found, upright)
            if found:
                return

    def _confirm(self, scene: Scene, found: list[Reading], upright: bool) -> None:
        """Look again, across the bars, at what was read in every other row or column."""
        for reading in found:
            scene.clues = True
            corners = _stretched(reading.corners, 1, GLANCE_STEP)
            if not upright:
                corners = _mirrored(corners)
            scene.ballot.add(Look("zxing", f"{scene.frame}glance"), placed([reading], corners))
            if bars := _bars_at(corners):
                width = min(max(bars.width, CONFIRMING_PX[0]), CONFIRMING_PX[1])
                strips = _strips(scene.gray, bars, CONFIRMING_STRIPS, CONFIRMING_ROWS, int(width))
                place = Place(f"{scene.frame}glance", bars, strips)
                self._look(scene, place, "zxing", self._quick, CONFIRMING_STRIPS)
                self._look(scene, place, "zbar", self._zbar, CONFIRMING_STRIPS)

    def bars(self, scene: Scene) -> None:
        """Look where bars are, by the quickest library."""
        side = min(SIDE_PX, max(scene.gray.shape))
        for place in self._new_places(scene, side):
            self._look(scene, place, "zxing", self._linear, STRIPS)

    def matrix(self, scene: Scene) -> None:
        """Look for two-dimensional codes."""
        scene.ballot.add(Look("zxing", f"{scene.frame}matrix"), self._matrix.read(scene.gray))

    def effort(self, scene: Scene) -> None:
        """Look again where bars are, by the slower decoders, then for bars of other sizes."""
        for place in scene.places:
            self._look(scene, place, "zbar", self._zbar, STRIPS)
        for place in scene.places[:MATCHED_PLACES]:
            self._look(scene, place, "matcher", self._matcher, MATCHED_STRIPS)
        longest = max(scene.gray.shape)
        half = min(SIDE_PX, longest) // 2
        sizes = [(half, WINDOW_CELLS), (half, WIDE_WINDOW_CELLS)]
        if longest > SIDE_PX:
            sizes.append((min(FINE_SIDE_PX, longest), WINDOW_CELLS))
        for side, window in sizes:
            if scene.done():
                return
            for place in self._new_places(scene, side, window):
                self._look(scene, place, "zxing", self._linear, STRIPS)
                self._look(scene, place, "zbar", self._zbar, STRIPS)
                self._look(scene, place, "matcher", self._matcher, MATCHED_STRIPS)

    def closer(self, scene: Scene) -> None:
        """Look once more, by the slower decoders, at the strongest place: some 20 ms."""
        for place in scene.places[:1]:
            self._look(scene, place, "zbar", self._zbar, CONFIRMING_STRIPS)
            self._look(scene, place, "matcher", self._matcher, 1)

    def enlarged(self, scene: Scene) -> None:
        """Look for two-dimensional codes again, enlarged: their modules may be too small."""
        for factor in ENLARGEMENTS:
            if factor * max(scene.gray.shape) > FINE_SIDE_PX or scene.done():
                return
            large = cv2.resize(scene.gray, None, fx=factor, fy=factor)
            for name, decoder in (("", self._matrix), ("h", self._matrix_histogram)):
                readings = [
                    placed([found], _stretched(found.corners, 1 / factor, 1 / factor))[0]
                    for found in decoder.read(large)
                ]
                scene.ballot.add(Look("zxing", f"{scene.frame}matrix{name}{factor}"), readings)

    def whole(self, scene: Scene) -> None:
        """Let the libraries try all that they can on the whole picture."""
        if scene.clues:
            scene.ballot.add(Look("zxing", f"{scene.frame}whole"), self._thorough.read(scene.gray))
            scene.ballot.add(Look("zbar", f"{scene.frame}whole"), self._zbar.read(scene.gray))

    def _new_places(self, scene: Scene, side: int, window: int = WINDOW_CELLS) -> Iterator[Place]:
        """Give the places that look like bars and were not known, until a code is believed."""
        for bars in locate(scene.gray, side, window):
            if scene.done():
                return
            if any(bars.is_like(other.bars) for other in scene.places):
                continue
            width = min(max(2 * bars.width, PATCH_PX[0]), PATCH_PX[1])
            strips = _strips(scene.gray, bars, STRIPS, STRIP_ROWS, int(width))
            if alternations(strips[0]) < ALTERNATIONS_MIN:
                continue
            scene.clues = True
            scene.places.append(Place(f"{scene.frame}bars{len(scene.places)}", bars, strips))
            yield scene.places[-1]

    def _look(self, scene: Scene, place: Place, name: str, decoder: Decoder, strips: int) -> None:
        """Read strip by strip until a code is believed; a strip may already have been enough."""
        for i, strip in enumerate(place.strips[:strips]):
            if scene.done():
                return
            readings = placed(decoder.read(strip), place.bars.corners)
            scene.ballot.add(Look(name, f"{place.name}.{i}"), readings)


def grey(picture: Picture) -> Picture:
    """Give a picture without colours."""
    return picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)


def _strips(gray: Picture, bars: Bars, count: int, rows: int, width: int) -> list[Picture]:
    """Cut strips of so many rows and columns across the bars, the middle one first."""
    patch = cut(gray, bars, width, rows * count)
    strips = [patch[i * rows : (i + 1) * rows] for i in range(count)]
    return [strips.pop(count // 2), *strips]


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


def _stretched(corners: Corners, by_x: float, by_y: float) -> Corners:
    a, b, c, d = ((x * by_x, y * by_y) for x, y in corners)
    return a, b, c, d


def _mirrored(corners: Corners) -> Corners:
    """Exchange rows and columns."""
    a, b, c, d = ((y, x) for x, y in corners)
    return a, b, c, d
