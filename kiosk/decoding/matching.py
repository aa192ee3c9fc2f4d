"""EAN and UPC read by likeness: which digits, drawn and blurred, look like this profile?

Libraries look for the edges between bars. Where the picture is out of focus or a module is
hardly wider than a pixel, narrow bars have no edges left, yet each digit still has a shape of
its own. Here the geometry and the blur are fitted, and each digit is chosen by its normalised
correlation with what the camera would show of it between its neighbours. The margin to the
second best digit tells how sure it is; a profile that is no EAN has none.

Not here: finding bars, and believing one look (``agreement.py``).

Source: GS1 General Specifications, section 5.2 (number sets A, B, C, guards, parities).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

from kiosk.decoding.bars import QUIET
from kiosk.decoding.symbols import Corners, Format, Picture, Reading, retail_reading

_Array = npt.NDArray[np.float32]

SAMPLES = 4  # a module
MARGIN = 5  # modules drawn on each side of the code: its quiet zone
CONTEXT = 3  # modules on each side of a digit that shine into it
EDGE = 1  # of these, those that are compared as well
BLURS = (0.3, 0.5, 0.75, 1.0, 1.3)  # standard deviations in modules
UNKNOWN = 0.5  # a module that may be dark or light
EDGES_MAX = 5  # places tried for each end of the code
LIKENESS_MIN = 0.90  # mean correlation over the digits; measured in docs/decoding.md
MARGIN_MIN = 0.045  # least lead of a digit over the second best

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


@dataclass(frozen=True, slots=True)
class _Fit:
    """Place of the code in the profile (ends and bulge, in pixels) and how like it is."""

    left: float
    right: float
    bulge: float
    blur: int
    likeness: float


class Matcher:
    """A ``Decoder`` for an upright strip cut by ``bars.cut``: light above and below cut off."""

    def __init__(self, formats: tuple[Format, ...] = (Format.EAN13,)) -> None:
        self._layouts = [each for each in (_EAN13, _EAN8, _UPCE) if each.format in formats]

    def read(self, picture: Picture) -> list[Reading]:
        """Give the number that the strip looks like, if it is like one beyond doubt."""
        found = [
            likeness
            for likeness in self.likenesses(picture.mean(axis=0).astype(np.float32))
            if likeness.mean >= LIKENESS_MIN and likeness.least_margin >= MARGIN_MIN
        ]
        best = max(found, key=lambda likeness: likeness.mean, default=None)
        if best is None:
            return []
        height, width = picture.shape
        w, h = float(width), float(height)
        corners: Corners = ((0.0, 0.0), (w, 0.0), (w, h), (0.0, h))
        reading = retail_reading(best.format, best.text, corners)
        return [reading] if reading else []

    def likenesses(self, profile: _Array) -> Iterator[Likeness]:
        """Compare with each symbology, forwards and upside down."""
        for layout in self._layouts:
            for turned in (profile, profile[::-1]):
                if likeness := _match(np.ascontiguousarray(turned), layout):
                    yield likeness


def _match(profile: _Array, layout: _Layout) -> Likeness | None:
    left, right = _ends(profile)
    if not (len(left) and len(right)):
        return None
    templates = _unknown_templates(layout)
    fit = _coarse(profile, layout, templates, left, right)
    fit = _refine(profile, layout, templates, fit, (0.5, 0.25))
    modules = np.empty(0, np.float32)
    for steps in ((0.25, 0.12), (0.12, 0.06)):
        chosen, _ = _choose(profile, layout, templates, fit)
        modules = _with_digits(layout, chosen)
        templates = _templates(layout, modules)
        fit = _refine(profile, layout, templates, fit, steps, tuple(chosen))
    chosen, correlations = _choose(profile, layout, templates, fit)
    ranked = np.sort(correlations, axis=1)
    return Likeness(
        layout.format,
        _number(layout.format, chosen),
        float(ranked[:, -1].mean()),
        float((ranked[:, -1] - ranked[:, -2]).min()),
    )


def _ends(profile: _Array) -> tuple[_Array, _Array]:
    """Give places where the first bar may begin and the last one end, most likely first."""
    width = len(profile)
    slope = np.diff(cv2.GaussianBlur(profile[None], (0, 0), 1.5)[0])
    expected = QUIET / (1 + 2 * QUIET) * width

    def peaks(of: _Array, start: int, stop: int, near: float) -> _Array:
        at = np.arange(max(1, start), min(len(of) - 1, stop))
        top = (of[at] > of[at - 1]) & (of[at] >= of[at + 1]) & (of[at] > 0.12 * of.max())
        at = at[top]
        return np.asarray(at[np.argsort(abs(at - near))[:EDGES_MAX]] + 0.5, np.float32)

    return (
        peaks(-slope, 0, int(0.4 * width), expected),
        peaks(slope, int(0.6 * width), width, width - expected),
    )


def _coarse(
    profile: _Array, layout: _Layout, templates: list[_Array], left: _Array, right: _Array
) -> _Fit:
    lefts, rights = np.repeat(left, len(right)), np.tile(right, len(left))
    blur = 2
    scores = _scores(profile, layout, templates[blur], lefts, rights, np.zeros_like(lefts))
    best = int(scores.argmax())
    return _Fit(float(lefts[best]), float(rights[best]), 0.0, blur, float(scores[best]))


_MOVES = np.array(np.meshgrid([-1, 0, 1], [-1, 0, 1], [-1, 0, 1]), np.float32).reshape(3, -1)


def _refine(
    profile: _Array,
    layout: _Layout,
    templates: list[_Array],
    fit: _Fit,
    steps: tuple[float, ...],
    chosen: tuple[int, ...] | None = None,
) -> _Fit:
    """Move the ends and the bulge by ``steps`` (modules) while the likeness grows, then fit blur."""
    module = (fit.right - fit.left) / layout.modules
    for step in steps:
        for _ in range(3):
            at = np.array([fit.left, fit.right, fit.bulge], np.float32)[:, None]
            places = at + _MOVES * np.float32(step * module)
            scores = _scores(profile, layout, templates[fit.blur], *places, chosen)
            best = int(scores.argmax())
            stays = best == 13  # the middle of the moves
            fit = _Fit(*(float(p) for p in places[:, best]), fit.blur, float(scores[best]))
            if stays:
                break
    place = [np.array([v], np.float32) for v in (fit.left, fit.right, fit.bulge)]
    blurs = [float(_scores(profile, layout, t, *place, chosen)[0]) for t in templates]
    best = int(np.argmax(blurs))
    return _Fit(fit.left, fit.right, fit.bulge, best, blurs[best])


def _windows(
    profile: _Array, layout: _Layout, left: _Array, right: _Array, bulge: _Array
) -> _Array:
    """Sample the digits for each of n places: n × digits × samples, each normalised."""
    m = (np.arange((layout.modules + 2 * MARGIN) * SAMPLES) + 0.5) / SAMPLES - MARGIN
    t = (m / layout.modules).astype(np.float32)
    x = left[:, None] + (right - left)[:, None] * t + bulge[:, None] * (4 * t * (1 - t))
    # linear interpolation by hand: np.interp is slower on a matrix
    x = np.clip(x, 0, len(profile) - 1.001)
    i = x.astype(np.int32)
    f = x - i
    sampled = profile[i] * (1 - f) + profile[i + 1] * f
    at = (np.array(layout.starts)[:, None] - EDGE + MARGIN) * SAMPLES
    at = at + np.arange((7 + 2 * EDGE) * SAMPLES)
    return _normalised(sampled[:, at])


def _normalised(shapes: _Array) -> _Array:
    shapes = shapes - shapes.mean(axis=-1, keepdims=True)
    norm = np.sqrt(np.einsum("...i,...i->...", shapes, shapes))[..., None]
    return np.asarray(shapes / (norm + 1e-3), np.float32)


def _scores(
    profile: _Array,
    layout: _Layout,
    templates: _Array,
    left: _Array,
    right: _Array,
    bulge: _Array,
    chosen: tuple[int, ...] | None = None,
) -> _Array:
    """Give the mean likeness for each place: of the best digits, or of those chosen."""
    windows = _windows(profile, layout, left, right, bulge)
    if chosen is not None:
        own = templates[np.arange(len(chosen)), list(chosen)]
        return np.asarray(np.einsum("ncs,cs->n", windows, own) / len(chosen), np.float32)
    likeness = np.einsum("ncs,cds->ncd", windows, templates, optimize=True)
    return np.asarray((likeness + _barred(layout)).max(axis=2).mean(axis=1), np.float32)


def _choose(
    profile: _Array, layout: _Layout, templates: list[_Array], fit: _Fit
) -> tuple[list[int], _Array]:
    place = [np.array([v], np.float32) for v in (fit.left, fit.right, fit.bulge)]
    windows = _windows(profile, layout, *place)[0]
    likeness = np.einsum("cs,cds->cd", windows, templates[fit.blur]) + _barred(layout)
    return [int(each) for each in likeness.argmax(axis=1)], likeness


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


def _with_digits(layout: _Layout, chosen: list[int]) -> _Array:
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
