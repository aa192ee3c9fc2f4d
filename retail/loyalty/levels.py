"""Which level a member is on: up at once, down on the review's dates.

A member's history is what each day brought; from it, and the dates of reviews, every change
follows. So working it out again changes nothing.

Source: docs/members.md, section 5.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import assert_never

from retail.loyalty.months import months_after
from retail.loyalty.scheme import Basis, Down, Ladder, Period


@dataclass(frozen=True, slots=True)
class Happened:
    """What a day brought: points earned and money spent (below 0: taken back), or a fact's value.

    A fact is what a number is from this day on.
    """

    day: date
    earned: int = 0
    spent: int = 0
    facts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """On this day the level became another; places count from 0. ``count`` is what led to it."""

    day: date
    before: int
    after: int
    count: int
    review: bool


def count_at(ladder: Ladder, history: Iterable[Happened], day: date, year_from: date) -> int:
    """Count what a ladder counts, up to and with a day.

    ``year_from`` is the first day of the calendar year that ``day`` lies in.
    """
    first = _first_day(ladder, day, year_from)
    within = [each for each in history if each.day <= day and (first is None or first <= each.day)]
    match ladder.basis:
        case Basis.EARNED:
            return sum(each.earned for each in within)
        case Basis.SPENT:
            return sum(each.spent for each in within)
        case Basis.FACT:
            known = [each.facts[ladder.fact] for each in within if ladder.fact in each.facts]
            return known[-1] if known else 0
        case _:
            assert_never(ladder.basis)


def _first_day(ladder: Ladder, day: date, year_from: date) -> date | None:
    match ladder.period:
        case Period.ALL:
            return None
        case Period.YEAR:
            return year_from
        case Period.MONTHS:
            return months_after(day, -ladder.months) + timedelta(days=1)
        case _:
            assert_never(ladder.period)


@dataclass(frozen=True, slots=True)
class Reviewing:
    """The days on which levels may go down, and the first day of each day's calendar year."""

    days: Sequence[date] = ()
    years: Sequence[date] = ()  # the first day of each year, going up

    def year_from(self, day: date) -> date:
        """Give the first day of the year that a day lies in; raises ``ValueError``."""
        before = [first for first in self.years if first <= day]
        if not before:
            raise ValueError(f"Expected a calendar year that {day} lies in")
        return before[-1]


def changes(
    ladder: Ladder, history: Sequence[Happened], reviewing: Reviewing, until: date
) -> tuple[Change, ...]:
    """Give every change of level up to and with ``until``, the oldest first.

    ``history`` is in the order of days. On a day that is both, what happened comes before the
    review.
    """
    days = sorted({each.day for each in history if each.day <= until})
    turns = sorted(
        [(day, False) for day in days] + [(day, True) for day in reviewing.days if day <= until]
    )
    place, found = 0, []
    for day, review in turns:
        year_from = reviewing.year_from(day) if ladder.period is Period.YEAR else day
        count = count_at(ladder, history, day, year_from)
        after = _after(ladder, place, ladder.reached(count), review=review)
        if after != place:
            found.append(Change(day, place, after, count, review))
            place = after
    return tuple(found)


def _after(ladder: Ladder, place: int, reached: int, *, review: bool) -> int:
    if reached >= place or not review:
        return max(place, reached)
    return reached if ladder.down is Down.BALANCE_BASED else place - 1


def place_at(found: Sequence[Change]) -> int:
    """Give the level after these changes."""
    return found[-1].after if found else 0
