"""A published survey: who is asked it, where and when; and what its figures mean.

The form itself is read by ``xforms``; here it is text. No clock is read and nothing is counted
here: who asks brings the instant and what was answered before.

>>> from datetime import datetime, UTC
>>> visit = Survey("visit", 1, Text("بازدید"), "<h:html/>")
>>> visit.offered(Asking(datetime(2026, 11, 26, 9, tzinfo=UTC), UTC, "tehran-1-k1"))
True
>>> promoters([10, 9, 8, 6]).score
25.0

Source: docs/surveys.md, section 5; the score and its parts: Reichheld, "The One Number You Need
to Grow", Harvard Business Review 2003.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final, Literal, get_args

from retail.catalogue import Text
from retail.pricing.window import Window

ShownAt = Literal["menu", "attract", "after_sale"]
Asks = Literal["anyone", "members", "anonymous"]
Once = Literal["", "member", "day"]
AtIdle = Literal["discard", "partial"]
SHOWN_AT: Final[tuple[ShownAt, ...]] = get_args(ShownAt)
ASKS: Final[tuple[Asks, ...]] = get_args(Asks)
ONCES: Final[tuple[Once, ...]] = get_args(Once)
AT_IDLES: Final[tuple[AtIdle, ...]] = get_args(AtIdle)
PROMOTER_MIN, DETRACTOR_MAX, SCORE_MAX = 9, 6, 10
_CONFIDENCE: Final = 1.959964  # two-sided 95 % of the normal distribution
_ALWAYS: Final = Window()


@dataclass(frozen=True, slots=True)
class Asking:
    """The moment at which a survey might be asked: aware instant, the store's zone, who and where.

    ``member`` is a pseudonym, empty for somebody who is not signed in; ``answered`` and
    ``answered_today`` are the surveys that this member has answered, at all and on this day.
    """

    at: datetime
    zone: tzinfo
    kiosk: str
    member: str = ""
    groups: frozenset[str] = frozenset()
    answered: frozenset[str] = frozenset()
    answered_today: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Survey:
    """A form as published, and on which terms it is asked.

    ``version`` counts what was published under this id, from 1. ``kiosks`` and ``groups`` are
    all where empty. ``warn_s`` after the last touch the person is asked whether they are still
    there, ``end_s`` later the answers are dealt with as ``at_idle`` says. ``gap_s``: a one-touch
    answer sooner than that after the one before is a repeat. ``media`` are the form's pictures
    by their names, with the SHA-256 of each.
    """

    survey_id: str
    version: int
    title: Text
    xform: str
    window: Window = _ALWAYS
    shown_at: frozenset[ShownAt] = frozenset({"menu"})
    asks: Asks = "anyone"
    groups: frozenset[str] = frozenset()
    kiosks: frozenset[str] = frozenset()
    once: Once = ""
    reward_points: int = 0
    warn_s: int = 45
    end_s: int = 15
    at_idle: AtIdle = "discard"
    gap_s: int = 5
    thanks: Text | None = None
    media: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if not self.survey_id or self.version < 1:
            raise ValueError(
                f"Expected an id and a version from 1, got {self.survey_id!r}, {self.version}"
            )
        if not self.shown_at:
            raise ValueError(f"Expected at least one of {', '.join(SHOWN_AT)}, got none")
        if self.reward_points < 0 or self.gap_s < 0:
            raise ValueError(
                f"Expected points and a gap of 0 or more, got {self.reward_points}, {self.gap_s}"
            )
        if not (5 <= self.warn_s <= 600 and 5 <= self.end_s <= 120):
            raise ValueError(
                f"Expected a warning after 5 to 600 s and 5 to 120 s more, got {self.warn_s},"
                f" {self.end_s}"
            )
        if self.asks == "anonymous" and (self.groups or self.once or self.reward_points):
            raise ValueError("Expected no groups, once or points where members are not asked")

    def offered(self, asking: Asking) -> bool:
        """Tell whether it is asked of this person, here and now."""
        if not self.window.covers(asking.at, asking.zone):
            return False
        if self.kiosks and asking.kiosk not in self.kiosks:
            return False
        return self._of_whom(asking) and self._again(asking)

    def _of_whom(self, asking: Asking) -> bool:
        if self.asks == "members" and not asking.member:
            return False
        return not self.groups or bool(self.groups & asking.groups)

    def _again(self, asking: Asking) -> bool:
        if self.once == "member":
            return self.survey_id not in asking.answered
        if self.once == "day":
            return self.survey_id not in asking.answered_today
        return True


def offered_at(surveys: Iterable[Survey], place: ShownAt, asking: Asking) -> tuple[Survey, ...]:
    """Give what is asked at this place of the kiosk, in a fixed order: by id."""
    found = [each for each in surveys if place in each.shown_at and each.offered(asking)]
    return tuple(sorted(found, key=lambda each: each.survey_id))


def is_repeat(survey: Survey, before: datetime | None, at: datetime) -> bool:
    """Tell whether a one-touch answer comes too soon after the one before on the same kiosk.

    A clock that was set back makes no repeat of what is hours later.
    """
    return before is not None and timedelta(0) <= at - before < timedelta(seconds=survey.gap_s)


@dataclass(frozen=True, slots=True)
class Promoters:
    """The net promoter score with its three parts: counts, score and its half interval at 95 %.

    ``score`` is −100 to 100; the interval is of the mean of +1, 0 and −1 over the answers, and
    none where there are fewer than two.
    """

    promoters: int
    passives: int
    detractors: int
    score: float
    half_interval: float | None

    @property
    def count(self) -> int:
        """How many answered."""
        return self.promoters + self.passives + self.detractors


def promoters(scores: Collection[int]) -> Promoters | None:
    """Work out the score of answers 0 to 10; none without answers; refuses any other number."""
    for score in scores:
        if not 0 <= score <= SCORE_MAX:
            raise ValueError(f"Expected scores of 0 to {SCORE_MAX}, got {score}")
    if not scores:
        return None
    count = len(scores)
    good = sum(score >= PROMOTER_MIN for score in scores)
    bad = sum(score <= DETRACTOR_MAX for score in scores)
    mean = (good - bad) / count
    half = None
    if count > 1:
        variance = ((good + bad) - count * mean**2) / (count - 1)
        half = 100 * _CONFIDENCE * math.sqrt(max(variance, 0) / count)
    return Promoters(good, count - good - bad, bad, 100 * mean, half)
