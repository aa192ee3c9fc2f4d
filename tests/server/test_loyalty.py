"""Points of sales, returns, levels and conversion on real databases: once each, and replayable."""

from __future__ import annotations

import json
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from retail.goods import Item
from retail.loyalty.earning import Line
from retail.loyalty.levels import Reviewing
from retail.loyalty.scheme import POINT
from server.configuration import Configuration
from server.ledger.models import POINTS, Account, Entry
from server.ledger.writing import (
    Cause,
    Give,
    Take,
    account_of,
    balance,
    chain_account,
    lots_of,
    post,
    spendable,
)
from server.loyalty.converting import convert
from server.loyalty.earning import CameBack, PurchaseError, Sold, earn, points_account, take_back
from server.loyalty.levels import bring_up_to_date, groups_of
from server.loyalty.models import Fact, LevelChange, Purchase, SchemeVersion
from server.loyalty.schemes import newest_of, put_scheme, scheme_of
from server.members.models import Consent, Member
from server.members.registering import Asked, merge, register
from tests.server.engines import EACH

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
DAY = date(2026, 11, 27)
SAMPLES = Path(__file__).parents[2] / "config/sample/schemes"


def sample(name: str) -> SchemeVersion:
    return put_scheme(json.loads((SAMPLES / f"{name}.json").read_text("utf-8")), "office", NOON)


@pytest.fixture
def club(configuration: Configuration) -> SchemeVersion:
    return sample("supermarket-club")


@pytest.fixture
def member(club: SchemeVersion) -> Member:
    Consent.objects.create(version="1", text_fa="موافقم", made_at=NOON)
    return made(1)


def made(number: int) -> Member:
    mobile = f"98912000{number:04d}"
    return register(Asked(UUID(int=number), mobile, "سارا", "1", NOON), NOON)


def sold(number: int, *paid: int, days: int = 0, **more: Any) -> Sold:
    lines = tuple(Line(str(n), Item(f"sku{n}"), each) for n, each in enumerate(paid))
    gap = timedelta(days=days)
    return Sold(UUID(int=number), NOON + gap, DAY + gap, lines, **more)


def came(name: str, sale: int, line: str, paid: int, days: int = 0) -> CameBack:
    gap = timedelta(days=days)
    return CameBack(name, UUID(int=sale), line, paid, NOON + gap, DAY + gap)


def spend(member: Member, points: int, days: int = 10) -> None:
    from django.db import transaction

    with transaction.atomic():
        moves = (Take(points_account(member), points), Give(chain_account("spent", POINTS), points))
        post(Cause(f"spent:{points}:{days}", "spent", NOON + timedelta(days=days)), moves)


# ---- a scheme


@EACH
def test_a_scheme_is_kept_as_versions_and_the_same_one_is_none(club: SchemeVersion) -> None:
    body = json.loads((SAMPLES / "supermarket-club.json").read_text("utf-8"))
    assert put_scheme(body, "office", NOON) == club
    second = put_scheme({**body, "keep": {}}, "office", NOON)
    assert (second.number, newest_of("supermarket-club")) == (2, second)
    assert (
        scheme_of(club).keeping.expire_months == 12
    )  # the old one stays for what was earned by it


# ---- earning


@EACH
def test_a_sale_is_earned_once_and_its_points_vest_and_expire(
    member: Member, club: SchemeVersion
) -> None:
    first = earn(member, club, sold(1, 1_000_000))
    assert earn(member, club, sold(1, 1_000_000)) == first
    account = points_account(member)
    assert (first.points, balance(account)) == (10 * POINT, 10 * POINT)
    (lot,) = lots_of(account)
    assert lot.vests_at == NOON + timedelta(days=7)
    assert lot.expires_at == datetime(2027, 11, 27, 12, tzinfo=UTC)
    assert spendable(account, NOON) == 0
    assert spendable(account, NOON + timedelta(days=7)) == 10 * POINT


@EACH
def test_what_earns_nothing_is_a_purchase_all_the_same(member: Member, club: SchemeVersion) -> None:
    earn(member, club, sold(1, 99_999))
    assert not Entry.objects.exists()
    assert Purchase.objects.get().paid == 99_999


@EACH
def test_the_car_makers_club_weighs_by_the_visit_before(member: Member) -> None:
    car = sample("car-club")

    def service(number: int, days: int) -> int:
        gap = timedelta(days=days)
        line = Line("1", Item("oil", frozenset({"guarantee-service"})), 1_000_000)
        return earn(member, car, Sold(UUID(int=number), NOON + gap, DAY + gap, (line,))).points

    assert [service(1, 0), service(2, 60), service(3, 200), service(4, 600)] == [
        1_000,
        6_000,
        5_750,
        5_500,
    ]


@EACH
def test_a_sale_told_by_many_at_once_is_earned_once(member: Member, club: SchemeVersion) -> None:
    points_account(member)
    start, faults = threading.Barrier(8), []

    def tell() -> None:
        start.wait(30)
        try:
            earn(member, club, sold(1, 1_000_000))
        except Exception as error:
            faults.append(error)
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=tell) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert faults == []
    assert balance(points_account(member)) == 10 * POINT


# ---- returns


@EACH
def test_half_of_a_sale_that_comes_back_halves_its_points(
    member: Member, club: SchemeVersion
) -> None:
    earn(member, club, sold(1, 1_000_000, 1_000_000))
    account = points_account(member)
    take_back(came("r1", 1, "0", 1_000_000))
    take_back(came("r1", 1, "0", 1_000_000))  # told twice
    assert balance(account) == 10 * POINT
    take_back(came("r2", 1, "1", 500_000))
    take_back(came("r3", 1, "1", 500_000))
    assert balance(account) == 0
    with pytest.raises(PurchaseError, match="no more to come back"):
        take_back(came("r4", 1, "1", 1))
    with pytest.raises(PurchaseError, match="sale of a member"):
        take_back(came("r5", 9, "1", 1))


@EACH
def test_a_return_takes_the_sales_own_points_and_what_is_spent_is_owed(
    member: Member, club: SchemeVersion
) -> None:
    earn(member, club, sold(1, 1_000_000))
    earn(member, club, sold(2, 500_000, days=1))
    account = points_account(member)
    take_back(came("r", 2, "0", 500_000, days=2))
    (lot,) = lots_of(account)
    assert (lot.left, lot.vests_at) == (10 * POINT, NOON + timedelta(days=7))  # that of the first
    spend(member, 10 * POINT)
    take_back(came("r2", 1, "0", 1_000_000, days=11))
    assert balance(account) == -10 * POINT
    earn(member, club, sold(3, 1_500_000, days=12))
    assert spendable(account, NOON + timedelta(days=30)) == 5 * POINT


# ---- levels

NOBODY_GOES_DOWN = Reviewing()


@EACH
def test_who_buys_goes_up_at_once_and_a_review_takes_one_step(
    member: Member, club: SchemeVersion
) -> None:
    scheme = scheme_of(club)
    assert groups_of(member, scheme, DAY) == {"bronze"}
    earn(member, club, sold(1, 600_000_000))
    reviews = Reviewing((date(2027, 3, 21), date(2028, 3, 20), date(2029, 3, 20)))
    bring_up_to_date(member, scheme, reviews, date(2030, 1, 1))
    steps = [(row.day, row.after, row.review) for row in LevelChange.objects.filter(member=member)]
    assert steps == [
        (DAY, "gold", False), (date(2028, 3, 20), "silver", True), (date(2029, 3, 20), "bronze", True)
    ]  # fmt: skip
    found = [groups_of(member, scheme, day) for day in (DAY, date(2028, 3, 19), date(2028, 3, 20))]
    assert found == [{"gold"}, {"gold"}, {"silver"}]


@EACH
def test_points_that_were_spent_take_no_level(member: Member, club: SchemeVersion) -> None:
    earn(member, club, sold(1, 100_000_000))
    spend(member, 1_000 * POINT)
    scheme = scheme_of(club)
    bring_up_to_date(member, scheme, Reviewing((date(2027, 3, 21),)), date(2027, 12, 1))
    assert groups_of(member, scheme, date(2027, 4, 1)) == {"silver"}


@EACH
def test_a_review_that_is_run_again_or_late_changes_nothing(
    member: Member, club: SchemeVersion
) -> None:
    chance, scheme = Random(11), scheme_of(club)
    for number in range(1, 25):
        earn(member, club, sold(number, chance.randrange(10**8), days=chance.randrange(700)))
    reviews = Reviewing(tuple(date(2027 + n // 2, 3 + 6 * (n % 2), 21) for n in range(6)))
    bring_up_to_date(member, scheme, reviews, date(2030, 1, 1))
    once = list(LevelChange.objects.values_list())
    assert len(once) > 1
    for until in (date(2030, 1, 1), date(2030, 6, 1)):
        bring_up_to_date(member, scheme, reviews, until)
        assert list(LevelChange.objects.values_list()) == once  # the very rows
    LevelChange.objects.all().delete()
    for until in (date(2027, 5, 1), date(2028, 1, 1), date(2030, 1, 1)):  # run at its time
        bring_up_to_date(member, scheme, reviews, until)
    assert [row[1:] for row in LevelChange.objects.values_list()] == [row[1:] for row in once]


@EACH
def test_what_comes_late_from_a_kiosk_counts_on_its_day(
    member: Member, club: SchemeVersion
) -> None:
    scheme = scheme_of(club)
    earn(member, club, sold(1, 100_000_000, days=30))
    bring_up_to_date(member, scheme, NOBODY_GOES_DOWN, date(2027, 6, 1))
    earn(member, club, sold(2, 100_000_000, days=10))
    bring_up_to_date(member, scheme, NOBODY_GOES_DOWN, date(2027, 6, 1))
    (change,) = LevelChange.objects.all()
    assert (change.day, change.after) == (DAY + timedelta(days=10), "silver")


@EACH
def test_who_was_merged_brings_along_what_they_bought(member: Member, club: SchemeVersion) -> None:
    other = made(2)
    for who, number in ((member, 1), (other, 2)):
        earn(who, club, sold(number, 60_000_000))
    into = merge(other, member, "office", NOON)
    scheme = scheme_of(club)
    bring_up_to_date(into, scheme, NOBODY_GOES_DOWN, date(2027, 6, 1))
    assert groups_of(into, scheme, DAY) == {"silver"}
    earn(Member.objects.get(pk=other.pk), club, sold(3, 1_000_000))  # told late, for the other one
    assert Purchase.objects.get(pk=UUID(int=3)).member == into


@EACH
def test_a_dealer_is_graded_by_what_head_office_keeps(member: Member) -> None:
    dealer = scheme_of(sample("dealer"))
    Fact.objects.create(member=member, name="cars_here", day=DAY, value=3)
    Fact.objects.create(member=member, name="cars_elsewhere", day=DAY, value=1)
    bring_up_to_date(member, dealer, NOBODY_GOES_DOWN, DAY)
    assert groups_of(member, dealer, DAY) == {"here-fleet", "elsewhere-one"}


# ---- conversion


@EACH
def test_points_become_credit_in_whole_steps_with_both_trails(
    member: Member, club: SchemeVersion
) -> None:
    scheme, later = scheme_of(club), NOON + timedelta(days=8)
    earn(member, club, sold(1, 75_000_000))
    assert convert(member, scheme, "IRR", NOON) is None  # nothing has vested
    assert convert(member, scheme, "IRR", later) is not None
    assert convert(member, scheme, "IRR", later) is None
    credit = account_of(Account.Kind.CREDIT, str(member.pk), "IRR")
    assert (balance(points_account(member)), balance(credit)) == (50 * POINT, 700_000)
    entry = Entry.objects.get(kind="converted")
    assert sorted(entry.postings.values_list("account__unit", "amount")) == [
        ("IRR", -700_000), ("IRR", 700_000), ("PTS", -700 * POINT), ("PTS", 700 * POINT)
    ]  # fmt: skip
