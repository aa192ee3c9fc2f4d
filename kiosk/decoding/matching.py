"""EAN and UPC read by likeness: the digits that, drawn and blurred, look like the profile.

Libraries look for the edges between bars. Where the picture is out of focus or a module is
hardly wider than a pixel, narrow bars have no edges left, yet each digit still has a shape of
its own. Here the geometry and the blur are fitted, and each digit is chosen by its normalised
correlation with what the camera would show of it between its neighbours. The margin to the
second best digit tells how sure it is; a profile that is no EAN has none.

Not here: finding bars, and believing one look (``agreement.py``).

Source: GS1 General Specifications, section 5.2 (number sets A, B, C, guards, parities).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

from kiosk.decoding.bars import QUIET
from kiosk.decoding.symbols import Format, Picture, Reading, retail_reading

_Array = npt.NDArray[np.float32]

SAMPLES = 4  # a module
MARGIN = 5  # modules drawn on each side of the code: its quiet zone
CONTEXT = 3  # modules on each side of a digit that shine into it
EDGE = 1  # of these, those that are compared as well
BLURS = (0.3, 0.5, 0.75, 1.0, 1.3)  # standard deviations in modules
FIRST_BLUR = 2  # of these
UNKNOWN = 0.5  # a module that may be dark or light
ENDS_STEEP = 0.12  # of the steepest slope
ENDS_BY_QUIET, ENDS_BY_PLACE = 3, 4  # places tried for each end of the code
LIKENESS_MIN = 0.90  # mean correlation over the digits; measured in docs/decoding.md
MARGIN_MIN = 0.045  # least lead of a digit over the second best
TWO_MARGINS_MIN = 0.12  # of two digits together: one wrong digit, the check digit finds
GUARDS_MIN = 0.70  # where a guard is not like one, the code lies elsewhere
HOPE = (0.64, 0.85)  # likeness after the first guess and after the first fit: below, give up
QUIET_MODULES = 4  # checked beside the short codes, which may else be seen inside long ones


_SET_A = [
    "0001101",
    "0011001",
    "0010011",
    "0111101",
    "0100011",
    "0110001",
    "0101111",
    "0111011",
    "0110111",
    "0001011",
]
_SET_C = [digit.translate(str.maketrans("01", "10")) for digit in _SET_A]
_SET_B = [digit[::-1] for digit in _SET_C]
_DIGITS = np.array([[int(m) for m in d] for d in (*_SET_A, *_SET_B, *_SET_C)], np.float32)
_A, _B, _C = range(10), range(10, 20), range(20, 30)
_FIRST_DIGIT = [
    "AAAAAA",
    "AABABB",
    "AABBAB",
    "AABBBA",
    "ABAABB",
    "ABBAAB",
    "ABBBAA",
    "ABABAB",
    "ABABBA",
    "ABBABA",
]
_UPC_E_CHECK = [
    "BBBAAA",
    "BBABAA",
    "BBAABA",
    "BBAAAB",
    "BABBAA",
    "BAABBA",
    "BAAABB",
    "BABABA",
    "BABAAB",
    "BAABAB",
]


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where a symbology has its digits: ``starts`` in modules, the sets that each may use."""

    format: Format
    known: str  # each module: 0 light, 1 dark, ? within a digit
    starts: tuple[int, ...]
    sets: tuple[tuple[int, ...], ...]

    @property
    def modules(self) -> int:
        return len(self.known)

    @property
    def guards(self) -> tuple[int, ...]:
        """Where windows as wide as a digit begin that have a guard in them."""
        middle = self.known.find("01010") - 1
        inner = (middle,) if 3 < middle < self.modules - 10 else ()
        return (-2, *inner, self.modules - 5)


_LEFT, _RIGHT = "0?????1", "1?????0"
_AB = (*_A, *_B)
_EAN13 = _Layout(
    Format.EAN13,
    "101" + 6 * _LEFT + "01010" + 6 * _RIGHT + "101",
    tuple(3 + 7 * i + 5 * (i > 5) for i in range(12)),
    6 * (_AB,) + 6 * (tuple(_C),),
)
_EAN8 = _Layout(
    Format.EAN8,
    "101" + 4 * _LEFT + "01010" + 4 * _RIGHT + "101",
    tuple(3 + 7 * i + 5 * (i > 3) for i in range(8)),
    4 * (tuple(_A),) + 4 * (tuple(_C),),
)
_UPCE = _Layout(
    Format.UPCE,
    "101" + 6 * _LEFT + "010101",
    tuple(3 + 7 * i for i in range(6)),
    6 * (_AB,),
)


@dataclass(frozen=True, slots=True)
class Likeness:
    """The digits that a profile looks most like: ``text`` is empty where they are no number."""

    format: Format
    text: str
    mean: float
    least_margin: float
    guards: float  # least correlation of a guard
    two_leads: float  # the two least leads together

    @property
    def is_sure(self) -> bool:
        """Tell whether it is like a code and not, nearly as much, like another one."""
        return (
            self.mean >= LIKENESS_MIN
            and self.guards >= GUARDS_MIN
            and self.least_margin >= MARGIN_MIN
            and self.two_leads >= TWO_MARGINS_MIN
        )


def most_like(likenesses: Iterable[Likeness]) -> Likeness | None:
    """Give the one to be believed, if any: a short code is often seen inside a long one.

    So a short one must be more like the profile than the long one, whether that could be read
    or not.
    """
    found = list(likenesses)
    long = [each for each in found if each.format is Format.EAN13]
    if long and long[0].text and long[0].is_sure:
        return long[0]
    best = max(found, key=lambda each: each.mean, default=None)
    return None if best in long else best


@dataclass(frozen=True, slots=True)
class _Fit:
    """Place of the code in the profile (ends and bulge, in pixels), blur, and how like it is."""

    left: float
    right: float
    bulge: float
    blur: int
    likeness: float

    @property
    def place(self) -> _Array:
        return np.array([[self.left], [self.right], [self.bulge]], np.float32)


class Matcher:
    """A ``Decoder`` for one upright strip as ``pipeline.py`` cuts it, in grey."""

    def __init__(self, formats: Iterable[Format]) -> None:
        wanted = set(formats)
        self._layouts = [each for each in (_EAN13, _EAN8, _UPCE) if each.format in wanted]

    def read(self, picture: Picture) -> list[Reading]:
        """Give the number that the strip looks like, if it is like one beyond doubt."""
        profile = cv2.reduce(picture, 0, cv2.REDUCE_AVG, dtype=cv2.CV_32F)[0]
        height, width = (float(side) for side in picture.shape)
        corners = ((0.0, 0.0), (width, 0.0), (width, height), (0.0, height))
        best = most_like(self.likenesses(profile))
        if best is None or not best.is_sure:
            return []
        reading = retail_reading(best.format, best.text, corners)
        return [reading] if reading else []

    def likenesses(self, profile: _Array) -> Iterator[Likeness]:
        """Compare with each symbology, the way round that fits better."""
        directions = [profile, np.ascontiguousarray(profile[::-1])]
        for layout in self._layouts:
            matches = [_Match(each, layout) for each in directions]
            best = max(matches, key=lambda match: match.fit.likeness)
            if likeness := best.likeness():
                yield likeness


_MOVES = np.array(np.meshgrid([-1, 0, 1], [-1, 0, 1], [-1, 0, 1]), np.float32).reshape(3, -1)
_STAYS = 13  # the middle of the moves


class _Match:
    """Fitting of one layout to one profile; ``fit`` is the best so far."""

    def __init__(self, profile: _Array, layout: _Layout) -> None:
        self._profile, self._layout = profile, layout
        self._templates = _unknown_templates(layout)
        self._chosen: list[int] | None = None
        self.fit = self._first_guess()

    def likeness(self) -> Likeness | None:
        """Fit place and blur, choose the digits, fit again with them as neighbours."""
        if self.fit.likeness < HOPE[0]:
            return None
        self._refine(0.5, 0.25)
        if self.fit.likeness < HOPE[1]:
            return None
        if self.fit.blur != FIRST_BLUR:  # another blur, another place: that one was a guess
            self._refine(0.5, 0.25)
        for steps in ((0.25, 0.12), (0.12, 0.06)):
            self._chosen = [int(each) for each in self._correlations().argmax(axis=1)]
            self._templates = _templates(self._layout, _modules(self._layout, self._chosen))
            self._refine(*steps)
        correlations = self._correlations()
        chosen = [int(each) for each in correlations.argmax(axis=1)]
        ranked = np.sort(correlations, axis=1)
        leads = np.sort(ranked[:, -1] - ranked[:, -2])
        lead = float(leads[0])
        quiet = self._layout.format is Format.EAN13 or self._is_quiet()
        text = _number(self._layout.format, chosen) if quiet else ""
        mean, guards = float(ranked[:, -1].mean()), self._guards(chosen)
        return Likeness(self._layout.format, text, mean, lead, guards, float(leads[0] + leads[1]))

    def _guards(self, chosen: list[int]) -> float:
        """Give the least correlation of the guards, drawn between the digits beside them."""
        drawn = _guard_templates(self._layout, _modules(self._layout, chosen))[self.fit.blur]
        at = (np.array(self._layout.guards)[:, None] - EDGE + MARGIN) * SAMPLES
        windows = self._sampled(self.fit.place)[0][at + np.arange((7 + 2 * EDGE) * SAMPLES)]
        return float(np.einsum("gs,gs->g", _normalised(windows), drawn).min())

    def _first_guess(self) -> _Fit:
        left, right = _ends(self._profile)
        if not (len(left) and len(right)):
            return _Fit(0.0, 0.0, 0.0, 0, 0.0)
        lefts, rights = np.repeat(left, len(right)), np.tile(right, len(left))
        places = np.stack([lefts, rights, np.zeros_like(lefts)])
        return self._best_of(places, FIRST_BLUR)[0]

    def _refine(self, *steps: float) -> None:
        """Move the ends and the bulge by ``steps`` (modules) while it helps, then fit the blur."""
        module = (self.fit.right - self.fit.left) / self._layout.modules
        for step in steps:
            for _ in range(3):
                places = self.fit.place + _MOVES * np.float32(step * module)
                self.fit, best = self._best_of(places, self.fit.blur)
                if best == _STAYS:
                    break
        windows = self._windows(self.fit.place)
        scores = [float(self._scores(windows, blur)[0]) for blur in range(len(BLURS))]
        best = int(np.argmax(scores))
        self.fit = replace(self.fit, blur=best, likeness=scores[best])

    def _best_of(self, places: _Array, blur: int) -> tuple[_Fit, int]:
        """Give the best of n places (3 × n) and which it is."""
        scores = self._scores(self._windows(places), blur)
        best = int(scores.argmax())
        left, right, bulge = (float(value) for value in places[:, best])
        return _Fit(left, right, bulge, blur, float(scores[best])), best

    def _scores(self, windows: _Array, blur: int) -> _Array:
        """Give for n windows the likeness of the chosen digits, or of the best ones."""
        templates, cells = self._templates[blur], len(self._layout.starts)
        if self._chosen is not None:
            own = templates[np.arange(cells), self._chosen].ravel()
            return np.asarray(windows.reshape(len(windows), -1) @ own / cells, np.float32)
        best = np.zeros(len(windows), np.float32)
        for some, allowed in _groups(self._layout):
            shapes = templates[some, allowed].transpose(0, 2, 1)
            likeness = np.matmul(windows[:, some].transpose(1, 0, 2), shapes)
            best += likeness.max(axis=2).sum(axis=0)
        return best / np.float32(cells)

    def _correlations(self) -> _Array:
        """Give digits × shapes where the fit is now."""
        windows = self._windows(self.fit.place)[0]
        likeness = np.matmul(self._templates[self.fit.blur], windows[:, :, None])[:, :, 0]
        return np.asarray(likeness + _barred(self._layout), np.float32)

    def _windows(self, places: _Array) -> _Array:
        """Sample the digits at n places: n × digits × samples, each normalised."""
        return _normalised(self._sampled(places)[:, _samples(self._layout)])

    def _sampled(self, places: _Array) -> _Array:
        return _sampled(self._profile, self._layout, places)

    def _is_quiet(self) -> bool:
        """Tell whether both sides are light, as light as the spaces of the bars next to them."""
        sampled = self._sampled(self.fit.place)[0]
        for side in (sampled, sampled[::-1]):
            quiet = side[(MARGIN - QUIET_MODULES) * SAMPLES : (MARGIN - 1) * SAMPLES]
            beside = side[MARGIN * SAMPLES : (MARGIN + 14) * SAMPLES]
            if quiet.min() < (float(beside.min()) + float(beside.max())) / 2:
                return False
        return True


def _sampled(profile: _Array, layout: _Layout, places: _Array) -> _Array:
    """Sample code and margins at n places (3 × n), each from the left end to the right one."""
    x = places.T @ _shares(layout)
    row, y = profile[None], np.zeros_like(x)
    sampled = cv2.remap(row, x, y, cv2.INTER_LINEAR, None, cv2.BORDER_REPLICATE)
    return np.asarray(sampled, np.float32)


def _ends(profile: _Array) -> tuple[_Array, _Array]:
    """Give places where the first bar may begin and the last one end, in pixels.

    They lie beside a long quiet stretch (within a code no space is wider than four modules, and
    an add-on stands at least seven away), or where the box's ends say.
    """
    width = len(profile)
    slope = np.diff(cv2.GaussianBlur(profile[None], (0, 0), 1.5)[0])
    steep = ENDS_STEEP * float(abs(slope).max())
    top = (slope[1:-1] > slope[:-2]) & (slope[1:-1] >= slope[2:])
    low = (slope[1:-1] < slope[:-2]) & (slope[1:-1] <= slope[2:])
    lighter = 1 + np.flatnonzero(top & (slope[1:-1] > steep))
    darker = 1 + np.flatnonzero(low & (slope[1:-1] < -steep))
    before = np.concatenate([[0], lighter])[np.searchsorted(lighter, darker)]
    after = np.concatenate([darker, [width]])[np.searchsorted(darker, lighter)]
    expected = QUIET / (1 + 2 * QUIET) * width  # where the box was cut rightly
    return (
        _ends_among(darker, darker - before, expected, 0.45 * width),
        _ends_among(lighter, after - lighter, width - expected, 0.55 * width),
    )


def _ends_among(
    slopes: npt.NDArray[np.intp], quiet: npt.NDArray[np.intp], expected: float, limit: float
) -> _Array:
    """Give the slopes beside the longest stretches, and those nearest to the expected place.

    None lies beyond ``limit``. Half a pixel is added, for a slope lies between two pixels.
    """
    own_side = (slopes < limit) == (expected < limit)
    slopes, quiet = slopes[own_side], quiet[own_side]
    by_quiet = slopes[np.argsort(-quiet, kind="stable")[:ENDS_BY_QUIET]]
    by_place = slopes[np.argsort(abs(slopes - expected), kind="stable")[:ENDS_BY_PLACE]]
    return np.asarray(np.union1d(by_quiet, by_place) + 0.5, np.float32)


def _normalised(shapes: _Array) -> _Array:
    shapes = shapes - shapes.mean(axis=-1, keepdims=True)
    norm = np.sqrt(np.einsum("...i,...i->...", shapes, shapes))[..., None]
    return np.asarray(shapes / (norm + 1e-3), np.float32)


@cache
def _samples(layout: _Layout) -> npt.NDArray[np.intp]:
    """Give digits × samples: where each digit's window lies among the samples of a code."""
    at = (np.array(layout.starts)[:, None] - EDGE + MARGIN) * SAMPLES
    return np.asarray(at + np.arange((7 + 2 * EDGE) * SAMPLES), np.intp)


@cache
def _shares(layout: _Layout) -> _Array:
    """Give 3 × samples: how much of left end, right end and bulge is in a sample's place."""
    m = (np.arange((layout.modules + 2 * MARGIN) * SAMPLES) + 0.5) / SAMPLES - MARGIN
    t = m / layout.modules
    return np.stack([1 - t, t, 4 * t * (1 - t)]).astype(np.float32)


@cache
def _groups(layout: _Layout) -> list[tuple[slice, slice]]:
    """Give the neighbouring digits that may use the same shapes, and these shapes."""
    found = []
    for allowed in dict.fromkeys(layout.sets):
        first = layout.sets.index(allowed)
        some = slice(first, first + layout.sets.count(allowed))
        found.append((some, slice(min(allowed), max(allowed) + 1)))
    return found


@cache
def _barred(layout: _Layout) -> _Array:
    """Give digits × 30 shapes: 0 where the shape may stand, a great loss elsewhere."""
    barred = np.full((len(layout.starts), len(_DIGITS)), -9.0, np.float32)
    for cell, allowed in enumerate(layout.sets):
        barred[cell, list(allowed)] = 0.0
    return barred


@cache
def _unknown_templates(layout: _Layout) -> list[_Array]:
    modules = [{"0": 0.0, "1": 1.0, "?": UNKNOWN}[each] for each in layout.known]
    return _templates(layout, np.array(modules, np.float32))


def _modules(layout: _Layout, chosen: list[int]) -> _Array:
    modules = np.array([float(each == "1") for each in layout.known], np.float32)
    for start, shape in zip(layout.starts, chosen, strict=True):
        modules[start : start + 7] = _DIGITS[shape]
    return modules


def _templates(layout: _Layout, modules: _Array) -> list[_Array]:
    """Draw each shape in each cell between these neighbours, once for each blur."""
    around = np.pad(modules, MARGIN)
    drawn = np.empty((len(layout.starts), len(_DIGITS), 7 + 2 * CONTEXT), np.float32)
    for cell, start in enumerate(layout.starts):
        begin = start + MARGIN - CONTEXT
        drawn[cell] = around[begin : begin + 7 + 2 * CONTEXT]
    drawn[:, :, CONTEXT : CONTEXT + 7] = _DIGITS
    return [_normalised(-drawn @ _blurring(blur)) for blur in BLURS]


def _guard_templates(layout: _Layout, modules: _Array) -> list[_Array]:
    around = np.pad(modules, MARGIN)
    begins = [start + MARGIN - CONTEXT for start in layout.guards]
    drawn = np.stack([around[begin : begin + 7 + 2 * CONTEXT] for begin in begins])
    return [_normalised(-drawn @ _blurring(blur)) for blur in BLURS]


@cache
def _blurring(blur: float) -> _Array:
    """Give the matrix from modules (digit and context) to samples (digit and edge)."""
    fine = 4 * SAMPLES
    count = 7 + 2 * CONTEXT
    at = (np.arange(count * fine) + 0.5) / fine
    samples = (np.arange((7 + 2 * EDGE) * SAMPLES) + 0.5) / SAMPLES + CONTEXT - EDGE
    spread = np.exp(-0.5 * ((samples[None] - at[:, None]) / np.hypot(blur, 0.07)) ** 2)
    spread /= spread.sum(axis=0)
    return np.asarray(spread.reshape(count, fine, -1).sum(axis=1), np.float32)


def _number(found: Format, chosen: list[int]) -> str:
    digits = "".join(str(shape % 10) for shape in chosen)
    sets = "".join("ABC"[shape // 10] for shape in chosen)
    if found is Format.EAN13:
        first = _FIRST_DIGIT.index(sets[:6]) if sets[:6] in _FIRST_DIGIT else None
        return "" if first is None else f"{first}{digits}"
    if found is Format.UPCE:
        swapped = sets.translate(str.maketrans("AB", "BA"))
        if sets in _UPC_E_CHECK:
            return f"0{digits}{_UPC_E_CHECK.index(sets)}"
        if swapped in _UPC_E_CHECK:
            return f"1{digits}{_UPC_E_CHECK.index(swapped)}"
        return ""
    return digits
