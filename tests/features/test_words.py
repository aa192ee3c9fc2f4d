"""Numbers, money and dates as people read them, in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from kiosk.config import MoneyStyle
from kiosk.messages import Language
from kiosk.words import Words, read_texts
from retail.catalogue import Text
from retail.values import Money

TEHRAN = ZoneInfo("Asia/Tehran")
FA = Words(Language.FA, TEHRAN, texts=read_texts(Language.FA))
EN = Words(Language.EN, TEHRAN)


@pytest.mark.parametrize(
    ("minor", "fa", "en"),
    [
        (0, "۰", "0"),
        (10, "۱", "1"),
        (14_250_000, "۱٬۴۲۵٬۰۰۰", "1,425,000"),
        (14_250_005, "۱٬۴۲۵٬۰۰۰٫۵", "1,425,000.5"),
        (-500, "\u2066-۵۰\u2069", "\u2066-50\u2069"),
    ],
)
def test_rial_are_written_as_toman(minor: int, fa: str, en: str) -> None:
    assert FA.amount(Money(minor, "IRR")) == fa
    assert EN.amount(Money(minor, "IRR")) == en


def test_a_store_may_write_rial() -> None:
    words = Words(Language.FA, TEHRAN, MoneyStyle.RIAL, read_texts(Language.FA))

    assert words.money(Money(14_250_000, "IRR")) == "۱۴٬۲۵۰٬۰۰۰ ریال"


@pytest.mark.parametrize(
    ("basis_points", "fa", "en"),
    [
        (1_500, "٪۱۵", "15%"),
        (1_250, "٪۱۲٫۵", "12.5%"),
        (1_205, "٪۱۲٫۰۵", "12.05%"),
        (5, "٪۰٫۰۵", "0.05%"),
    ],
)
def test_a_share_is_written_as_percent(basis_points: int, fa: str, en: str) -> None:
    assert (FA.percent(basis_points), EN.percent(basis_points)) == (fa, en)


@pytest.mark.parametrize(
    ("at", "fa", "en"),
    [
        (datetime(2026, 11, 23, 8, 30, tzinfo=UTC), "۲ آذر ۱۴۰۵", "23 November 2026"),
        # 20:30 UTC is midnight in Tehran: the store has a new day
        (datetime(2026, 11, 23, 20, 29, tzinfo=UTC), "۲ آذر ۱۴۰۵", "23 November 2026"),
        (datetime(2026, 11, 23, 20, 30, tzinfo=UTC), "۳ آذر ۱۴۰۵", "24 November 2026"),
        (date(2025, 3, 20), "۳۰ اسفند ۱۴۰۳", "20 March 2025"),  # 1403 is a leap year
        (date(2025, 3, 21), "۱ فروردین ۱۴۰۴", "21 March 2025"),
    ],
)
def test_a_date_is_jalali_in_persian_and_counted_in_the_store(
    at: datetime | date, fa: str, en: str
) -> None:
    assert (FA.day(at), EN.day(at)) == (fa, en)


def test_an_instant_of_today_is_told_by_its_time_alone() -> None:
    now = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)

    assert FA.moment(now, now) == "امروز ساعت ۱۲:۰۰"
    assert FA.moment(now.replace(day=21), now) == "۳۰ آبان ۱۴۰۵ ساعت ۱۲:۰۰"


@pytest.mark.parametrize(
    ("noun", "joined"),
    [("کیسه", "کیسه\u0654"), ("بطری", "بطری"), ("عدد", "عدد"), ("جا", "جای")],
)
def test_a_noun_takes_its_joining_vowel_before_an_attribute(noun: str, joined: str) -> None:
    assert FA.joined(Text(noun, "x")) == joined
    assert EN.joined(Text(noun, "x")) == "x"


@pytest.mark.parametrize(
    ("code", "fa", "en"),
    [("A", "الف", "A"), ("C", "پ", "C"), ("12", "۱۲", "12"), ("AB", "AB", "AB")],
)
def test_a_shelf_is_called_as_the_signs_in_the_store_call_it(code: str, fa: str, en: str) -> None:
    assert (FA.letter(code), EN.letter(code)) == (fa, en)


def test_a_text_without_english_is_said_in_persian() -> None:
    assert EN.of(Text("برنج")) == "برنج"


def test_a_text_that_a_language_lacks_is_said_in_english_with_its_digits() -> None:
    assert FA.say("{count} giraffes", count=12) == "۱۲ giraffes"


def test_a_code_keeps_its_order_in_a_persian_line() -> None:
    assert FA.code("A-12") == "\u2066A-۱۲\u2069"
