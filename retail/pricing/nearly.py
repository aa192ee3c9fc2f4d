"""What a basket nearly earns: the pieces or the money that are missing, and what that would save.

An offer is near where a few pieces of what the basket has already, or a small part of its money,
are missing. For the nearest ones the basket is worked out again with the missing pieces.

Source: docs/pricing.md, section 7.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from retail.basket import QUANTITY_MAX
from retail.pricing.earned import Asked, Candidate, Held, next_step, with_more
from retail.pricing.pieces import Pieces, Priced
from retail.pricing.quoted import Nearly
from retail.pricing.rules import By, EachOff, Gift, SetOff, TogetherOff

PIECES_NEAR: Final = 2  # missing at the most
MONEY_NEAR: Final = 4  # missing at the most one part in so many of what is asked for
TOLD_MAX: Final = 5
TRIED_MAX: Final = 3

Worth = Callable[[tuple[Priced, ...], Sequence[Candidate]], Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class _Missing:
    """What an offer misses, and the line of which more would do, by its place."""

    candidate: Candidate
    pieces: int
    money: int
    line: int | None = None


def nearly(
    asked: Asked,
    lines: tuple[Priced, ...],
    offers: Sequence[Candidate],
    pieces: Pieces,
    worth: Worth,
) -> tuple[Nearly, ...]:
    """Give what is nearly earned, the fewest pieces first, then the least money, then by id.

    ``worth`` gives what each offer takes off lines. Left out is what was tried and saves nothing,
    or only by other offers on the missing pieces.
    """
    missing = [each for offer in offers if (each := _missing(offer, lines, pieces))]
    missing.sort(key=lambda each: (each.pieces, each.money, each.candidate.offer.rule_id))
    told: list[Nearly] = []
    now = sum(pieces.off.values())
    tried = 0 if pieces.exact else TRIED_MAX  # what a search was too long for is not tried again
    for each in missing:
        if len(told) == TOLD_MAX:
            break
        saves = 0
        if each.line is not None and tried < TRIED_MAX:
            tried += 1
            more = _with_more(lines, each.line, each.pieces)
            after = worth(more, with_more(asked, offers, more, each.line))
            saves = sum(after.values()) - now
            rule_id = each.candidate.offer.rule_id
            if saves <= 0 or after.get(rule_id, 0) <= pieces.off[rule_id]:
                continue
        told.append(_told(each, lines, saves))
    return tuple(told)


def _missing(candidate: Candidate, lines: tuple[Priced, ...], pieces: Pieces) -> _Missing | None:
    """Give what an offer misses, if it is near."""
    if not candidate.counts:
        return _of_needs(candidate)
    match candidate.offer.benefit:
        case EachOff(_, steps, by) | TogetherOff(_, steps, by):
            of = candidate.parts[0]
            step = next_step(steps, by, of)
            if step is None or not of.pieces:
                return None
            if by is By.QUANTITY:
                return _of_pieces(candidate, step.at_least - of.pieces, of, lines)
            return _of_money(candidate, step.at_least - of.money, step.at_least)
        case SetOff(parts):
            quantities = [part.quantity for part in parts]
            return _of_set(candidate, quantities, lines, pieces)
        case Gift():
            return None


def _of_needs(candidate: Candidate) -> _Missing | None:
    """Give what the needs miss; goods are not chosen for the shopper, so nothing is tried."""
    asked = sum(need.money for need in candidate.offer.needs)
    near = candidate.pieces <= PIECES_NEAR and candidate.money * MONEY_NEAR <= asked
    near = near and candidate.begun
    return _Missing(candidate, candidate.pieces, candidate.money) if near else None


def _of_money(candidate: Candidate, money: int, asked: int) -> _Missing | None:
    return _Missing(candidate, 0, money) if money * MONEY_NEAR <= asked else None


def _of_pieces(
    candidate: Candidate, count: int, of: Held, lines: tuple[Priced, ...]
) -> _Missing | None:
    if not 0 < count <= PIECES_NEAR:
        return None
    return _Missing(candidate, count, 0, _more_of(of, count, lines))


def _of_set(
    candidate: Candidate, quantities: Sequence[int], lines: tuple[Priced, ...], pieces: Pieces
) -> _Missing | None:
    """Give what one more set misses, beside the sets that the offer has taken."""
    times = pieces.times[candidate.offer.rule_id] + 1
    if candidate.left.of_times(times) < times or sum(quantities) == 1:
        return None  # of a set of one piece every piece is one, and no more is earned by the next
    held = candidate.parts
    short = [max(n * times - of.pieces, 0) for n, of in zip(quantities, held, strict=True)]
    count = max(sum(short), sum(quantities) * times - _of_any(held, lines))
    begun = any(of.pieces for of in held)
    if not begun or not 0 < count <= PIECES_NEAR:
        return None
    if sum(map(bool, short)) > 1:  # of several parts: which goods, the shopper chooses
        return _Missing(candidate, count, 0)
    part = next((n for n, each in enumerate(short) if each), 0)
    return _of_pieces(candidate, count, held[part], lines)


def _of_any(held: Sequence[Held], lines: tuple[Priced, ...]) -> int:
    """Count the pieces of all parts, each once."""
    return sum(lines[n].line.quantity for n in {n for of in held for n in of.lines})


def _more_of(of: Held, count: int, lines: tuple[Priced, ...]) -> int | None:
    """Give the line, by its place, of which so many more would do: the newest that can be more."""
    can = [
        n
        for n in of.lines
        if not lines[n].line.tag.one_piece_only and lines[n].line.quantity + count <= QUANTITY_MAX
    ]
    return max(can, key=lambda n: lines[n].line.line_id, default=None)


def _with_more(lines: tuple[Priced, ...], place: int, count: int) -> tuple[Priced, ...]:
    line = lines[place].line
    more = replace(lines[place], line=replace(line, quantity=line.quantity + count))
    return (*lines[:place], more, *lines[place + 1 :])


def _told(each: _Missing, lines: tuple[Priced, ...], saves: int) -> Nearly:
    offer = each.candidate.offer
    line_id = None if each.line is None else lines[each.line].line.line_id
    return Nearly(
        offer.rule_id, each.pieces, each.money, line_id, saves, offer.name_fa, offer.name_en
    )
