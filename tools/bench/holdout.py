"""Decoding on pictures that no threshold was set by: right and false reads, with a bound.

Scenes are generated (``scenes.py``) and, where ``../shared`` is, its photos altered at run time.
Seeds up to 99 are for developing; 100 and above are for reporting, and a fault that one of these
shows is mended by a rule that has a reason, then reported on a seed not used before.

The bound is the exact one of Clopper and Pearson: with 95 % confidence, no more than this share
of such pictures gives a false number. It holds for pictures of this kind, not for all there are.

    python -m tools.bench.holdout [--seed 100] [--count 1000] [--show]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import comb

import cv2
import numpy as np

from tools.bench.decoding import PHOTOS, Read, decoders, photos, spellings
from tools.bench.scenes import altered, item, trap

CONFIDENCE = 0.95
REPORTED_SEED = 100
LEFT_OUT = ("cv2",)  # seven times as slow as the others, and shown by tools.bench.decoding


@dataclass(frozen=True, slots=True)
class Case:
    """One picture: what is in it, and what may be read without being false."""

    name: str
    picture: np.ndarray
    expected: frozenset[str]
    allowed: frozenset[str]

    @property
    def kind(self) -> str:
        """Give the first word of the name."""
        return self.name.split()[0]


@dataclass(slots=True)
class Count:
    """What one decoder made of one kind of picture."""

    right: int = 0
    with_code: int = 0
    pictures: int = 0
    ms: list[float] = field(default_factory=list)
    false: list[str] = field(default_factory=list)


def cases(seed: int, count: int) -> Iterator[Case]:
    """Give ``count`` items, half as many traps, and every photo altered once or more."""
    for number in range(count):
        for scene in [item(seed, number), *([trap(seed, number)] if number % 2 else [])]:
            expected = _spelled(scene.expected)
            yield Case(scene.name, scene.picture, expected, expected | _spelled(scene.allowed))
    if (PHOTOS / "MANIFEST.tsv").exists():
        random = np.random.default_rng([seed, 3])
        also = _of_same_item()
        for photo in photos(PHOTOS):
            allowed = photo.allowed.union(*(also[each] for each in photo.expected))
            for _ in range(max(1, count // 500)):
                way, picture, whole = altered(photo.picture, random)
                expected = photo.expected if whole else frozenset()
                yield Case(f"photo {photo.name} {way}", picture, expected, allowed)


def _of_same_item() -> dict[str, frozenset[str]]:
    """Give by code all codes of its item: turned, a photo may show one not labelled in it."""
    also: dict[str, frozenset[str]] = {}
    for photo in photos(PHOTOS):
        for each in photo.expected:
            also[each] = also.get(each, frozenset()) | photo.allowed
    return also


def _spelled(codes: tuple[tuple[str, str], ...]) -> frozenset[str]:
    return frozenset().union(*(spellings(*each) for each in codes))


def measure(pictures: Iterator[Case], reads: dict[str, Read]) -> dict[tuple[str, str], Count]:
    """Let every decoder see every picture; counts by kind of picture and decoder."""
    counts: dict[tuple[str, str], Count] = {}
    for case in pictures:
        for name, read in reads.items():
            start = time.process_time()
            found = read(case.picture)
            count = counts.setdefault((case.kind, name), Count())
            count.ms.append((time.process_time() - start) * 1e3)
            _add(count, case, found)
    return counts


def _add(count: Count, case: Case, found: list[tuple[str, str]]) -> None:
    read = [spellings(*each) for each in found]
    count.pictures += 1
    count.with_code += bool(case.expected)
    count.right += any(each & case.expected for each in read)
    if wrong := [pair for pair, each in zip(found, read, strict=True) if not each & case.allowed]:
        count.false.append(f"{case.name}: {wrong}")


def bound(false: int, pictures: int, confidence: float = CONFIDENCE) -> float:
    """Give the greatest rate at which so few false reads are not yet improbable (one-sided)."""
    low, high = 0.0, 1.0
    for _ in range(50):
        rate = (low + high) / 2
        chance = sum(
            comb(pictures, k) * rate**k * (1 - rate) ** (pictures - k) for k in range(false + 1)
        )
        low, high = (rate, high) if chance > 1 - confidence else (low, rate)
    return high


def report(counts: dict[tuple[str, str], Count]) -> None:
    """Print a line for each kind of picture and decoder."""
    print(
        f"{'':8}{'':16}{'right':>12}{'false':>12}{'false, at most':>16}"
        f"{'median ms':>11}{'mean':>7}{'p95':>7}"
    )
    for (kind, name), count in sorted(counts.items()):
        false = f"{len(count.false)}/{count.pictures}"
        most = f"{100 * bound(len(count.false), count.pictures):.2f} %"
        right = f"{count.right}/{count.with_code}"
        print(
            f"{kind:8}{name:16}{right:>12}{false:>12}{most:>16}"
            f"{statistics.median(count.ms):>11.2f}{statistics.mean(count.ms):>7.1f}"
            f"{statistics.quantiles(count.ms, n=20)[-1]:>7.0f}"
        )


def promises(counts: dict[tuple[str, str], Count]) -> dict[str, bool]:
    """Say what is promised of pictures not seen before, and whether this run shows it."""
    false = {
        name: sum(len(count.false) for (_, each), count in counts.items() if each == name)
        for name in {name for _, name in counts}
    }
    normal, strict, zxing = (false[n] for n in ("kiosk", "kiosk --strict", "zxing-cpp"))
    return {
        f"false: {normal}, zxing-cpp {zxing}": normal <= zxing,
        f"strict false: {strict}": strict == 0,
    }


def main() -> int:
    """Print the table; the status is 1 where one of the promises does not hold."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench.holdout")
    parser.add_argument("--seed", type=int, default=REPORTED_SEED)
    parser.add_argument("--count", type=int, default=1000, help="items; half as many traps")
    parser.add_argument("--show", action="store_true", help="name each false read of ours")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    reads = {name: read for name, read in decoders().items() if name not in LEFT_OUT}
    counts = measure(cases(arguments.seed, arguments.count), reads)
    report(counts)
    for (_, name), count in counts.items() if arguments.show else ():
        for line in count.false if name.startswith("kiosk") else ():
            print(f"  {name} {line}")
    kept = promises(counts)
    for text, holds in kept.items():
        print(f"  {'ok  ' if holds else 'MISS'} {text}")
    return 0 if all(kept.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
