"""The order in which offers go over a basket: exclusive ones, then priority by priority.

Source: docs/pricing.md, section 4, "Order of steps"; the functions stand in that order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from retail.pricing.earned import Candidate
from retail.pricing.pieces import Pieces, Priced
from retail.pricing.rules import Combine, Gift, TogetherOff
from retail.pricing.taking import take_pieces, take_together, worth_together

TRIES_MAX: Final = 4_000  # of choices among offers of goods together, at one priority


def take_off(
    lines: tuple[Priced, ...], offers: Sequence[Candidate]
) -> tuple[Pieces, list[Candidate]]:
    """Apply the offers that count, given by id; give the pieces after it, and the gifts earned."""
    alone = [each for each in offers if each.offer.combine is Combine.EXCLUSIVE]
    for offer in sorted(alone, key=lambda each: -each.offer.priority):  # of equals the first id
        pieces = Pieces(lines)
        _at_priority(pieces, [offer])
        gift = isinstance(offer.offer.benefit, Gift)
        if pieces.off or gift:
            return pieces, [offer] if gift else []
    pieces = Pieces(lines)
    others = [each for each in offers if each.offer.combine is not Combine.EXCLUSIVE]
    for priority in sorted({each.offer.priority for each in others}, reverse=True):
        _at_priority(pieces, [each for each in others if each.offer.priority == priority])
    return pieces, [each for each in others if isinstance(each.offer.benefit, Gift)]


def _at_priority(pieces: Pieces, offers: Sequence[Candidate]) -> None:
    """Apply the offers of one priority: of pieces, then of goods together."""
    goods = [each for each in offers if not isinstance(each.offer.benefit, Gift)]
    together = [each for each in goods if isinstance(each.offer.benefit, TogetherOff)]
    by_piece = [each for each in goods if not isinstance(each.offer.benefit, TogetherOff)]
    if best := [each for each in by_piece if _best_of(each)]:
        take_pieces(pieces, best, best_of=True)
    for offer in (each for each in by_piece if not _best_of(each)):
        take_pieces(pieces, [offer], best_of=False)
    _best_together(pieces, [each for each in together if _best_of(each)])
    for offer in (each for each in together if not _best_of(each)):
        lines = frozenset(offer.parts[0].lines)
        if off := worth_together(pieces, offer, lines):
            take_together(pieces, offer, lines, off)


def _best_of(candidate: Candidate) -> bool:
    return candidate.offer.combine is not Combine.COMPOUNDING


def _best_together(pieces: Pieces, offers: Sequence[Candidate]) -> None:
    """Apply those offers of goods together that share no line and take off most in all.

    A line that one has is not there for those of smaller priority.
    """
    worths = []
    for n, offer in enumerate(offers):
        lines = frozenset(offer.parts[0].lines) - pieces.lines_taken
        if off := worth_together(pieces, offer, lines):
            worths.append(_Worth(off, n, lines))
    worths.sort(key=lambda worth: (-worth.off, worth.place))
    tries = _Tries(worths)
    tries.look(0, 0, ())
    pieces.exact = pieces.exact and tries.left > 0
    for worth in tries.best:
        take_together(pieces, offers[worth.place], worth.lines, worth.off)
        pieces.lines_taken |= worth.lines


@dataclass(frozen=True, slots=True)
class _Worth:
    """What an offer of goods together would take off, and the lines that it is about."""

    off: int
    place: int
    lines: frozenset[int]


class _Tries:
    """The choice of offers that share no line and take off most; of equals the first found."""

    def __init__(self, worths: Sequence[_Worth]) -> None:
        self.best: tuple[_Worth, ...] = ()
        self.left = TRIES_MAX
        self._worths = worths
        self._best_off = 0

    def look(self, start: int, off: int, chosen: tuple[_Worth, ...]) -> None:
        """Add to what is chosen any of those from ``start`` on."""
        if off > self._best_off:
            self.best, self._best_off = chosen, off
        apart = [
            (n, worth)
            for n, worth in enumerate(self._worths[start:], start)
            if all(worth.lines.isdisjoint(other.lines) for other in chosen)
        ]
        rest = sum(worth.off for _, worth in apart)
        for n, worth in apart:
            if self.left <= 0 or off + rest <= self._best_off:
                return
            self.left -= 1
            self.look(n + 1, off + worth.off, (*chosen, worth))
            rest -= worth.off
