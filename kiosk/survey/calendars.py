"""Two calendars as pages of days: Jalali for Persian, Gregorian for English. What is kept is ISO.

>>> JALALI.month_of(date(2026, 11, 26))
(1405, 9)
>>> JALALI.moved(date(2026, 11, 26), 1)
datetime.date(2026, 12, 22)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from persiantools.jdatetime import JalaliDate

from kiosk.language import Language

MONTHS: Final = 12
WEEK: Final = 7
FIRST_YEAR, LAST_YEAR = 1_900, 2_100  # of the Gregorian calendar: what a form may ask for


@dataclass(frozen=True, slots=True)
class Calendar:
    """``first_weekday`` counts from Monday, as ``date.weekday`` does."""

    jalali: bool
    first_weekday: int

    def month_of(self, day: date) -> tuple[int, int]:
        """Give year and month of a day."""
        if self.jalali:
            there = JalaliDate(day)
            return there.year, there.month
        return day.year, day.month

    def number_of(self, day: date) -> int:
        """Give the day's number in its month."""
        return int(JalaliDate(day).day) if self.jalali else day.day

    def first_of(self, year: int, month: int) -> date:
        """Give the first day of a month."""
        if self.jalali:
            first: date = JalaliDate(year, month, 1).to_gregorian()
            return first
        return date(year, month, 1)

    def moved(self, shown: date, months: int) -> date:
        """Give the first day of the month so many months on; as far as a form may ask."""
        year, month = self.month_of(shown)
        there, month = divmod(year * MONTHS + month - 1 + months, MONTHS)
        lowest, highest = (self.month_of(date(each, 6, 1))[0] for each in (FIRST_YEAR, LAST_YEAR))
        return self.first_of(min(max(there, lowest), highest), month + 1)

    def weeks(self, shown: date) -> tuple[date | None, ...]:
        """Give the days of a month in whole weeks; none where a week has a day of another."""
        year, month = self.month_of(shown)
        first = self.first_of(year, month)
        length = (self.moved(first, 1) - first).days
        before = (first.weekday() - self.first_weekday) % WEEK
        days = [None] * before + [first + timedelta(days=each) for each in range(length)]
        return (*days, *[None] * (-len(days) % WEEK))


JALALI: Final = Calendar(jalali=True, first_weekday=5)  # Saturday
GREGORIAN: Final = Calendar(jalali=False, first_weekday=0)


def calendar_in(language: Language) -> Calendar:
    """Give the calendar that people read in a language."""
    return JALALI if language is Language.FA else GREGORIAN
