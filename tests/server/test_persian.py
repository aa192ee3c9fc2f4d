from datetime import UTC, datetime

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from server.office import persian
from tests.server.line import NOON


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("۱۴۰۵/۰۹/۰۲ ۱۲:۰۰", NOON),
        ("1405/9/2 12:00", NOON),
        ("1405-09-02، 12:00", NOON),
        ("2026-11-23 12:00", NOON),
        ("1405/09/02", datetime(2026, 11, 22, 20, 30, tzinfo=UTC)),
        ("1403/12/30", datetime(2025, 3, 19, 20, 30, tzinfo=UTC)),  # a leap year's last day
    ],
)
def test_a_day_is_read_in_both_calendars_and_digits(typed: str, at: datetime) -> None:
    assert persian.read(typed) == at


@pytest.mark.parametrize(
    "typed", ["", "tomorrow", "1405/13/01", "1404/12/30", "1405/09/02 25:00", "1405/09", "0/0/0"]
)
def test_a_day_that_there_is_not_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        persian.read(typed)


def test_an_instant_is_written_in_the_language_that_is_on() -> None:
    with translation.override("fa"):
        assert persian.written(NOON) == "۱۴۰۵/۰۹/۰۲ ۱۲:۰۰"
        assert persian.grouped(13_660_000) == "۱۳٬۶۶۰٬۰۰۰"
    with translation.override("en"):
        assert persian.written(NOON) == "2026-11-23 12:00"
        assert persian.grouped(13_660_000) == "13,660,000"


@pytest.mark.parametrize(
    ("basis_points", "fa", "en"),
    [(10_000, "٪۱۰۰", "100%"), (1_250, "٪۱۲٫۵", "12.5%"), (1, "٪۰٫۰۱", "0.01%"), (0, "٪۰", "0%")],
)
def test_a_share_is_written_in_percent(basis_points: int, fa: str, en: str) -> None:
    with translation.override("fa"):
        assert persian.percent(basis_points) == fa
    with translation.override("en"):
        assert persian.percent(basis_points) == en


@given(
    st.datetimes(datetime(2023, 1, 1), datetime(2070, 1, 1)).map(  # noqa: DTZ001
        lambda naive: naive.replace(second=0, microsecond=0, tzinfo=UTC)
    )
)
def test_what_is_written_is_read_back(at: datetime) -> None:
    with translation.override("fa"):
        assert persian.read(persian.written(at)) == at
