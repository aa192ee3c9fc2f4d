"""What answers come to: shares, means, tables of two questions, trends, words, where people leave.

All from counts, so that a million answers cost what their different values cost.

>>> shares({"good": 3, "bad": 1}, 4)[0]
Share(value='good', count=3, share=0.75)
>>> numbers({5.0: 2, 2.0: 2}).mean
3.5

Source: docs/surveys.md, section 9.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from retail.folding import index_words

WORD_LENGTH_MIN: Final = 2
TEXTS_READ_MAX: Final = 20_000  # free texts whose words are counted; the newest of more
# what Persian and English sentences are made of besides what they are about
_LITTLE_WORDS: Final = """
    از به با بی در که را تا هم یا اگر اما ولی این آن اون ان برای است هست بود شد شده می نمی ای های
    ها ام ات اش ما من تو او شما آنها خیلی یک هر چه چی نیست باشد باشه کنید کرد کرده دارد داره دارم
    و the a an and or of to in on at is are was were be it its i you he she we they this that for
    with not no very my your our as by from but so if
"""
_LITTLE: Final = frozenset(_LITTLE_WORDS.split())


@dataclass(frozen=True, slots=True)
class Share:
    """How often a value was given, and its part of those who answered, 0 to 1."""

    value: str
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class Numbers:
    """What answers that are numbers come to; ``deviation`` of the sample, none below two."""

    count: int
    mean: float
    deviation: float | None
    least: float
    median: float
    most: float


@dataclass(frozen=True, slots=True)
class Bin:
    """How many numbers lie in ``[start, end)``; of the last bin the end belongs to it."""

    start: float
    end: float
    count: int


@dataclass(frozen=True, slots=True)
class Crossed:
    """Two questions against one another: ``cells[row][column]`` counts people.

    Where several may be chosen a person is in several cells, and ``answered`` is below the sum.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[int, ...], ...]
    answered: int

    @property
    def row_sums(self) -> tuple[int, ...]:
        """The sum of each row."""
        return tuple(sum(row) for row in self.cells)

    @property
    def column_sums(self) -> tuple[int, ...]:
        """The sum of each column."""
        return tuple(sum(column) for column in zip(*self.cells, strict=True))


@dataclass(frozen=True, slots=True)
class Step:
    """A page of the form: how many people came to it, and how many of them left there."""

    path: str
    reached: int
    left: int

    @property
    def share_left(self) -> float:
        """What part of those who came to it left there, 0 to 1."""
        return self.left / self.reached if self.reached else 0.0


def shares(
    counts: Mapping[str, int], answered: int, order: Sequence[str] = ()
) -> tuple[Share, ...]:
    """Give each value's part of ``answered`` people, in the form's order, others behind by count.

    A choice that nobody took has a count of 0; where several may be chosen, parts add up to more
    than 1.
    """
    known = dict.fromkeys(order)
    others = sorted(counts.keys() - known.keys(), key=lambda value: (-counts[value], value))
    return tuple(
        Share(value, counts.get(value, 0), counts.get(value, 0) / answered if answered else 0.0)
        for value in (*known, *others)
    )


def numbers(counts: Mapping[float, int]) -> Numbers | None:
    """Work out mean, deviation and median of numbers by how often each was given."""
    count = sum(counts.values())
    if not count:
        return None
    mean = math.fsum(value * n for value, n in counts.items()) / count
    squares = math.fsum(n * (value - mean) ** 2 for value, n in counts.items())
    return Numbers(
        count,
        mean,
        math.sqrt(squares / (count - 1)) if count > 1 else None,
        min(value for value, n in counts.items() if n),
        _median(counts, count),
        max(value for value, n in counts.items() if n),
    )


def _median(counts: Mapping[float, int], count: int) -> float:
    """Find the middle one, or the mean of the middle two, without listing all."""
    lower, upper, before = (count - 1) // 2, count // 2, 0
    low: float | None = None
    for value in sorted(counts):
        before += counts[value]
        if low is None and before > lower:
            low = value
        if low is not None and before > upper:
            return (low + value) / 2
    raise ValueError(f"Expected {count} numbers, got {before}")  # pragma: no cover


def bins(counts: Mapping[float, int], most: int = 12) -> tuple[Bin, ...]:
    """Sort numbers into at most ``most`` bins of a width that a person would take."""
    if not counts:
        return ()
    low, high = min(counts), max(counts)
    width = _round_width((high - low) / most) if high > low else 1.0
    start = math.floor(low / width) * width
    size = max(1, math.floor((high - start) / width) + 1)
    sums = Counter[int]()
    for value, n in counts.items():
        sums[min(size - 1, int((value - start) / width))] += n
    return tuple(Bin(start + i * width, start + (i + 1) * width, sums[i]) for i in range(size))


def _round_width(least: float) -> float:
    """Give the next of 1, 2, 5, 10, 20 … that is no less."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(step * power for step in (1.0, 2.0, 5.0, 10.0) if step * power >= least * 0.999999)


def crossed(
    counts: Mapping[tuple[str, str], int],
    answered: int,
    rows: Sequence[str] = (),
    columns: Sequence[str] = (),
) -> Crossed:
    """Put counts of pairs into a table, in the forms' orders, others behind."""
    across = _ordered((row for row, _ in counts), rows)
    down = _ordered((column for _, column in counts), columns)
    cells = tuple(tuple(counts.get((row, column), 0) for column in down) for row in across)
    return Crossed(across, down, cells, answered)


def _ordered(found: Iterable[str], order: Sequence[str]) -> tuple[str, ...]:
    known = dict.fromkeys(order)
    return (*known, *sorted(set(found) - known.keys()))


def steps(order: Sequence[str], complete: int, left: Mapping[str, int]) -> tuple[Step, ...]:
    """Work out who came how far: ``left`` by the page where they ended, all others completed.

    Pages are in the form's order; a page that some were never asked counts as passed by them. A
    place that the form does not have is not counted.
    """
    ends = [left.get(path, 0) for path in order]
    remaining = complete + sum(ends)
    found = []
    for path, gone in zip(order, ends, strict=True):
        found.append(Step(path, remaining, gone))
        remaining -= gone
    return tuple(found)


def top_words(texts: Iterable[str], most: int = 30) -> tuple[tuple[str, int], ...]:
    """Count in how many texts each word stands, folded as the search folds; little words apart."""
    found = Counter[str]()
    for text in texts:
        found.update(
            word for word in set(index_words(text))
            if len(word) >= WORD_LENGTH_MIN and word not in _LITTLE and not word.isdigit()
        )  # fmt: skip
    return tuple(sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))[:most])
