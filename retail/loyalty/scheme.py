"""A loyalty scheme as head office writes it: earning, keeping, levels and conversion.

Points are counted in thousandths. Source: docs/members.md, sections 1 and 4 to 6.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from retail.goods import EVERYTHING, Goods
from retail.values import is_whole

POINT: Final = 1_000  # thousandths
WHOLE: Final = 10_000  # basis points of all of it
_KEY: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def check_key(key: str) -> None:
    """Refuse a name that is no short Latin word; raises ``ValueError``."""
    if not _KEY.fullmatch(key):
        raise ValueError(f"Expected a name of small letters, digits and dashes, got {key!r}")


# ---- earning


@dataclass(frozen=True, slots=True)
class PerAmount:
    """``points`` for each whole step of ``per`` (money, smallest unit)."""

    points: int
    per: int

    def __post_init__(self) -> None:
        if not (is_whole(self.points, 1) and is_whole(self.per, 1)):
            raise ValueError(f"Expected points and a step of 1 or more, got {self}")


@dataclass(frozen=True, slots=True)
class PerVisit:
    """``points`` for a purchase; ``returning``: not for the member's first."""

    points: int
    returning: bool = False

    def __post_init__(self) -> None:
        if not is_whole(self.points, 1):
            raise ValueError(f"Expected points of 1 or more, got {self.points}")


@dataclass(frozen=True, slots=True)
class Gap:
    """``factor_bp`` of the points where the last visit is at most ``months`` ago; none: longer."""

    factor_bp: int
    months: int | None = None


@dataclass(frozen=True, slots=True)
class EarnRule:
    """One rule; ``gaps`` go up in months, the last one without an end, or there are none.

    ``spend_from`` is what the member has spent in the scheme's period with this purchase. Both
    days count.
    """

    rule_id: str
    gives: PerAmount | PerVisit
    goods: Goods = EVERYTHING
    groups: frozenset[str] = frozenset()
    first_day: date | None = None
    last_day: date | None = None
    family: str = ""
    spend_from: int = 0
    gaps: tuple[Gap, ...] = ()

    def __post_init__(self) -> None:
        check_key(self.rule_id)
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValueError(f"{self.rule_id}: expected days that go up")
        if self.spend_from and not self.family:
            raise ValueError(f"{self.rule_id}: expected a family where spend_from is given")
        months = [gap.months for gap in self.gaps]
        if self.gaps and (
            months[-1] is not None
            or None in months[:-1]
            or months[:-1] != sorted({each for each in months[:-1] if each is not None})
        ):
            raise ValueError(f"{self.rule_id}: expected gaps that go up, the last without an end")

    def on(self, day: date) -> bool:
        """Tell whether it holds on a day."""
        return (self.first_day is None or self.first_day <= day) and (
            self.last_day is None or day <= self.last_day
        )


# ---- keeping


@dataclass(frozen=True, slots=True)
class Keeping:
    """When points vest and expire: days after the sale, and months after it; none: never."""

    vest_days: int = 0
    expire_months: int | None = None

    def __post_init__(self) -> None:
        months = self.expire_months
        if not is_whole(self.vest_days) or (months is not None and not is_whole(months, 1)):
            raise ValueError(f"Expected days of 0 or more and months of 1 or more, got {self}")
        if months is not None and self.vest_days > 28 * months:
            raise ValueError("Expected points that vest before they expire")


# ---- levels


class Basis(StrEnum):
    """What a ladder counts."""

    EARNED = "earned"  # points, as they were earned
    SPENT = "spent"  # money
    FACT = "fact"  # a number that head office keeps of a member


class Period(StrEnum):
    """Over what it is counted."""

    ALL = "all"
    MONTHS = "months"  # the last so many
    YEAR = "year"  # the calendar's, so far


class Down(StrEnum):
    """How a review takes a level away."""

    BALANCE_BASED = "balance_based"  # to what the count gives
    ONE_DOWN = "one_down"


@dataclass(frozen=True, slots=True)
class Level:
    """From ``threshold`` on a member is of ``group``, with the discount that its prices give."""

    group: str
    threshold: int
    discount_bp: int = 0

    def __post_init__(self) -> None:
        check_key(self.group)
        if not is_whole(self.threshold) or not 0 <= self.discount_bp <= WHOLE:
            raise ValueError(f"{self.group}: expected 0 or more, and up to {WHOLE} bp, got {self}")


@dataclass(frozen=True, slots=True)
class Ladder:
    """Levels from the lowest up; the first one has the threshold 0, for everybody is somewhere.

    ``months`` is of the period ``months``; ``fact`` names the number of the basis ``fact``.
    """

    ladder_id: str
    basis: Basis
    levels: tuple[Level, ...]
    period: Period = Period.ALL
    months: int = 0
    down: Down = Down.BALANCE_BASED
    fact: str = ""

    def __post_init__(self) -> None:
        check_key(self.ladder_id)
        steps = [level.threshold for level in self.levels]
        if not steps or steps[0] != 0 or steps != sorted(set(steps)):
            raise ValueError(f"{self.ladder_id}: expected levels from 0 that go up, got {steps}")
        if (self.period is Period.MONTHS) != (self.months > 0):
            raise ValueError(f"{self.ladder_id}: expected months where the period is of months")
        if (self.basis is Basis.FACT) != bool(self.fact):
            raise ValueError(f"{self.ladder_id}: expected a fact where the basis is one")

    def reached(self, count: int) -> int:
        """Give the place of the highest level that a count reaches."""
        places = [n for n, level in enumerate(self.levels) if level.threshold <= count]
        return places[-1] if places else 0


# ---- conversion


@dataclass(frozen=True, slots=True)
class Conversion:
    """From ``at_least`` points on, each whole step of ``points`` becomes ``credit`` (money)."""

    at_least: int
    points: int
    credit: int

    def __post_init__(self) -> None:
        if not all(is_whole(each, 1) for each in (self.at_least, self.points, self.credit)):
            raise ValueError(f"Expected numbers of 1 or more, got {self}")

    def of(self, there: int) -> tuple[int, int]:
        """Give the points that become credit, and the credit; 0 and 0 where it is not reached."""
        steps = there // self.points if there >= self.at_least else 0
        return steps * self.points, steps * self.credit


# ---- all of it


@dataclass(frozen=True, slots=True)
class Scheme:
    """A scheme; ``spend_months`` is the period of ``EarnRule.spend_from``, 0: all time."""

    scheme_id: str
    rules: tuple[EarnRule, ...] = ()
    keeping: Keeping = Keeping()
    ladders: tuple[Ladder, ...] = ()
    conversion: Conversion | None = None
    spend_months: int = 0

    def __post_init__(self) -> None:
        check_key(self.scheme_id)
        for what, names in (
            ("rule", [rule.rule_id for rule in self.rules]),
            ("ladder", [ladder.ladder_id for ladder in self.ladders]),
        ):
            if len(set(names)) != len(names):
                raise ValueError(f"{self.scheme_id}: expected each {what} once, got {names}")
