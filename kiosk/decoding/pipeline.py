"""The order of looks at one picture: what is cheap first, and no more than is needed.

1. *Glance*: zxing on every other row, then column, of the whole picture, for bars other than
   DataBar. What it reads is confirmed on strips cut across the bars that it points at.
2. *Matrix*: zxing on the whole picture for DataMatrix and QR.
3. *Bars*: places with bars (``bars.py``) are turned upright, enlarged and cut into strips,
   which zxing reads.
4. *Effort*: the same strips by zbar, then bars of other sizes by both.
5. *Enlarged*: small pictures enlarged, for two-dimensional codes.
6. *Whole*: the libraries with all their own efforts on the whole picture, if there was any
   sign of bars; what zxing reads is confirmed as in the glance.
7. *Likeness*: the strips by ``matching.py``, which costs more than all steps before it.

The steps end as soon as the rule believes a code. Whoever asks for live frames takes them one
by one (``video.py``).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np

from kiosk.decoding.agreement import NORMAL, Ballot, Look, Rule, is_fragile, placed
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
    Point,
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
SILENT_STRIPS = 2  # of the matcher's, after which the third alone would not be believed
RETAIL_ALTERNATIONS_MIN = 20  # UPC-E has 34 edges, blur takes some away
RETAIL_HEIGHT_MAX = 1.5  # of the width; bars are printed lower than wide
PATCH_PX = (420, 900)  # least and greatest width of a patch
ALTERNATIONS_MIN = 16  # EAN-8 has 44 edges; blur takes some away
SIDE_PX = 640  # a picture is reduced to this to look for bars
WIDE_WINDOW_CELLS = 11  # for bars so blurred or large that they seem to stand apart
ENLARGEMENTS = (2, 3)
ITF_MODULES = 9  # a digit; narrow and wide elements at 1 : 2.5, start and stop shared out
QUIET_NEAR, QUIET_FAR = 2.5, 6.0  # modules beside an ITF that must be light; 10 are printed
QUIET_DARK = 0.03  # of these, specks and a slanted edge
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

    def may_be_retail(self) -> bool:
        """Tell whether it has the shape of an EAN or UPC."""
        return (
            self.bars.height <= RETAIL_HEIGHT_MAX * self.bars.width
            and alternations(self.strips[0]) >= RETAIL_ALTERNATIONS_MIN
        )

    def stands_alone(self, reading: Reading, gray: Picture) -> bool:
        """Tell whether no bars go on beside what was read in a strip, in no row of the place.

        A row that leaves the bars through their upper or lower side, or the picture itself,
        sees a shorter ITF with light on both sides; rows above or below see the other bars.
        """
        xs = [x for x, _ in reading.corners]
        module = (max(xs) - min(xs)) / (ITF_MODULES * len(reading.text))
        rows = np.vstack(self.strips)
        shades = np.percentile(rows[:, int(min(xs)) : int(max(xs)) + 1], (10, 90))
        middle = float(shades.mean())
        for near, far in ((min(xs), -1), (max(xs), 1)):
            ends = sorted(near + far * module * each for each in (QUIET_NEAR, QUIET_FAR))
            if ends[0] < 0 or ends[1] > rows.shape[1]:
                return False
            if not _inside(self._at(near + far * module * QUIET_FAR, rows.shape[1]), gray):
                return False
            if (rows[:, int(ends[0]) : int(ends[1]) + 1] < middle).mean() > QUIET_DARK:
                return False
        return True

    def _at(self, x: float, width: int) -> Point:
        """Give where in the picture a column of the strips lies, at half their height."""
        along = (x / width - 0.5) * self.bars.width
        (cx, cy), (ux, uy) = self.bars.centre, self.bars.across
        return cx + along * ux, cy + along * uy


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
        self._steps = (
            self.glance,
            self.matrix,
            self.bars,
            self.effort,
            self.enlarged,
            self.whole,
            self.likeness,
        )

    def read(self, picture: Picture) -> list[Symbol]:
        """Give the codes in a still picture; bounded effort, and none for what was found."""
        scene = Scene(grey(picture), Ballot(self._rule))
        if is_blank(scene.gray):
            return []
        for step in self._steps:
            step(scene)
            if symbols := scene.ballot.symbols():
                return symbols
        return []

    def glance(self, scene: Scene) -> None:
        """Read the whole picture quickly and confirm what was read."""
        for upright in (True, False):
            lines = scene.gray if upright else scene.gray.T
            found = self._quick.read(np.ascontiguousarray(lines[::GLANCE_STEP]))
            for reading in found:
                scene.clues = True
                corners = _stretched(reading.corners, 1, GLANCE_STEP)
                corners = corners if upright else _mirrored(corners)
                self._confirm(scene, placed([reading], corners)[0], "glance")
            if found:
                return

    def _confirm(self, scene: Scene, reading: Reading, step: str) -> None:
        """Count what was read in the whole picture, and look again across these bars.

        However often zxing reads the whole picture, it is one look: the same rows lead to the
        same mistake.
        """
        if not is_fragile(reading):
            scene.ballot.add(Look("zxing", f"{scene.frame}picture"), [reading])
        if bars := _bars_at(reading.corners):
            width = min(max(bars.width, CONFIRMING_PX[0]), CONFIRMING_PX[1])
            strips = _strips(scene.gray, bars, CONFIRMING_STRIPS, CONFIRMING_ROWS, int(width))
            place = Place(f"{scene.frame}{step}", bars, strips)
            linear = self._linear if reading.format in DATABARS else self._quick
            self._look(scene, place, "zxing", linear, CONFIRMING_STRIPS)
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
        """Look again where bars are, by zbar, then for bars of other sizes."""
        for place in scene.places:
            self._look(scene, place, "zbar", self._zbar, STRIPS)
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

    def likeness(self, scene: Scene) -> None:
        """Look by likeness where bars are; it is slow, so not where it could not be enough."""
        if self._rule.libraries > 1 and not scene.ballot.votes():
            return
        for place in scene.places:
            if place.may_be_retail():
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
        if not scene.clues:
            return
        for reading in self._thorough.read(scene.gray):
            if reading.format in MATRIX:
                scene.ballot.add(Look("zxing", f"{scene.frame}whole"), [reading])
            else:
                self._confirm(scene, reading, "whole")
        if not scene.done():
            seen = [each for each in self._zbar.read(scene.gray) if not is_fragile(each)]
            scene.ballot.add(Look("zbar", f"{scene.frame}picture"), seen)

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
        silent = 0
        for i, strip in enumerate(place.strips[:strips]):
            if scene.done() or (decoder is self._matcher and silent == SILENT_STRIPS):
                return
            readings = [
                each
                for each in decoder.read(strip)
                if not is_fragile(each) or place.stands_alone(each, scene.gray)
            ]
            silent += not readings
            scene.ballot.add(Look(name, f"{place.name}.{i}"), placed(readings, place.bars.corners))


def _inside(point: Point, gray: Picture) -> bool:
    height, width = gray.shape
    return bool(0 <= point[0] < width and 0 <= point[1] < height)


def grey(picture: Picture) -> Picture:
    """Give a picture without colours and transparency, whole in memory as zxing asks for."""
    if picture.ndim == 3 and picture.shape[2] == 1:
        picture = picture[:, :, 0]
    if picture.ndim == 2 or not picture.size:
        return np.ascontiguousarray(picture.reshape(picture.shape[:2]))
    gray: Picture = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    return gray


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
