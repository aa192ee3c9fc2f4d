"""When a reading is believed: no linear code on the word of one look.

A look is one decoder on one part of one frame. Two looks at other rows of the same bars, by
another library or in another frame, make other mistakes; that they invent the same number with
a right check digit is rare. Two-dimensional codes correct their own errors (Reed-Solomon) and
are believed at once.

Not here: where looks come from (``pipeline.py``, ``video.py``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from kiosk.decoding.symbols import (
    DATABARS,
    MATRIX,
    Corners,
    Format,
    Key,
    Point,
    Reading,
    Symbol,
)
from retail.values import GTIN_LENGTHS, Gtin, InvalidGtinError

ITF_DIGITS_MIN = 6  # a cut-off ITF is a shorter ITF: too short to be told from a fragment


@dataclass(frozen=True, slots=True)
class Look:
    """Who looked, and at what: ``part`` names rows of one box in one frame."""

    library: str
    part: str


@dataclass(frozen=True, slots=True)
class Rule:
    """Looks and libraries that must agree on a linear code.

    ``weak`` is asked of symbologies with little redundancy: EAN-8 and UPC-E have few digits,
    ITF has neither length nor check digit of its own. ``zbar_looks`` is asked where zbar stands
    alone: on neighbouring rows of small bars it may well read the same wrong number twice.
    """

    looks: int
    libraries: int
    weak_looks: int
    weak_libraries: int
    zbar_looks: int
    lead: int  # looks for a code, against one look for another code in the same place


NORMAL = Rule(looks=2, libraries=1, weak_looks=3, weak_libraries=1, zbar_looks=3, lead=3)
STRICT = Rule(looks=3, libraries=2, weak_looks=4, weak_libraries=2, zbar_looks=3, lead=4)


@dataclass(frozen=True, slots=True)
class Vote:
    """One reading in one look."""

    look: Look
    reading: Reading


class Ballot:
    """The looks at one frame, by what they read; ``earlier`` are votes on frames before it.

    Earlier votes help a code that is read again, and hold nothing against another code: the
    shopper may just have changed the item.
    """

    def __init__(self, rule: Rule, earlier: Iterable[Vote] = ()) -> None:
        self._rule = rule
        self._fresh: dict[Key, dict[Look, Reading]] = {}
        self._earlier: dict[Key, dict[Look, Reading]] = {}
        for vote in earlier:
            self._earlier.setdefault(vote.reading.key, {})[vote.look] = vote.reading

    def add(self, look: Look, readings: Iterable[Reading]) -> None:
        """Count a look; what it read twice counts once."""
        for reading in readings:
            self._fresh.setdefault(reading.key, {}).setdefault(look, reading)

    def votes(self) -> list[Vote]:
        """Give the votes on this frame."""
        return [Vote(look, each) for looks in self._fresh.values() for look, each in looks.items()]

    def symbols(self) -> list[Symbol]:
        """Give the codes in this frame that the rule believes, one for each place."""
        found = []
        for key, fresh in self._fresh.items():
            looks = fresh | self._earlier.get(key, {})
            if self._enough(looks) and not self._contested(key, len(looks)):
                found.append(_symbol(looks))
        return found

    def _enough(self, looks: dict[Look, Reading]) -> bool:
        reading, rule = next(iter(looks.values())), self._rule
        if reading.format in MATRIX:
            return True
        if reading.format is Format.ITF and len(reading.text) < ITF_DIGITS_MIN:
            return False
        names = {look.library for look in looks}
        libraries = len(names)
        if _is_weak(reading):
            return len(looks) >= rule.weak_looks and libraries >= rule.weak_libraries
        if reading.format in DATABARS:  # zxing alone reads them
            return len(looks) >= rule.looks
        least = rule.zbar_looks if names == {"zbar"} else rule.looks
        return len(looks) >= least and libraries >= rule.libraries

    def _contested(self, key: Key, looks: int) -> bool:
        """Tell whether other looks at the same place read something else too often."""
        place = next(iter(self._fresh[key].values()))
        if place.format in MATRIX:
            return False
        against = sum(
            _overlap(place.corners, reading.corners)
            for other, others in self._fresh.items()
            if other != key
            for reading in others.values()
        )
        return looks < self._rule.lead * against


def is_fragile(reading: Reading) -> bool:
    """Tell whether a part of such a code looks like a whole one: ITF but for a GTIN-14."""
    return reading.format is Format.ITF and not _is_gtin_14(reading.text)


def _is_weak(reading: Reading) -> bool:
    return is_fragile(reading) or reading.format in (Format.EAN8, Format.UPCE)


def _is_gtin_14(digits: str) -> bool:
    try:
        return len(digits) == GTIN_LENGTHS[-1] and bool(Gtin(digits))
    except InvalidGtinError:
        return False


def _symbol(looks: dict[Look, Reading]) -> Symbol:
    first = next(iter(looks.values()))
    return Symbol(first.format, first.text, first.raw, first.symbology, first.corners, len(looks))


def _overlap(one: Corners, other: Corners) -> bool:
    """Tell whether the middle of either lies in the upright box around the other."""
    return _in_box(_middle(one), other) or _in_box(_middle(other), one)


def _middle(corners: Corners) -> Point:
    return sum(x for x, _ in corners) / 4, sum(y for _, y in corners) / 4


def _in_box(point: Point, corners: Corners) -> bool:
    xs, ys = zip(*corners, strict=True)
    return min(xs) <= point[0] <= max(xs) and min(ys) <= point[1] <= max(ys)


def placed(readings: Iterable[Reading], corners: Corners) -> list[Reading]:
    """Put readings of a patch where the patch was cut from the picture."""
    return [replace(reading, corners=corners) for reading in readings]
