"""A scheme as JSON: the samples read, all comes back as it was, and a slip is named."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.fields import RecordError
from retail.goods import Goods, Item
from retail.loyalty.earning import Buyer, Line, earn
from retail.loyalty.levels import Happened, Reviewing, changes, place_at
from retail.loyalty.records import points_text, read_points, read_scheme, scheme_record
from retail.loyalty.scheme import (
    POINT,
    Basis,
    Conversion,
    Down,
    EarnRule,
    Gap,
    Keeping,
    Ladder,
    Level,
    PerAmount,
    Period,
    PerVisit,
    Scheme,
)

SAMPLES = Path(__file__).parents[3] / "config/sample/schemes"
DAY = date(2026, 11, 27)
WHOLE = Scheme(
    "whole",
    (
        EarnRule("a", PerAmount(750, 1_000), Goods(brands=frozenset({"x"})), frozenset({"g"}), DAY, DAY, "f", 5),
        EarnRule("b", PerVisit(5 * POINT, returning=True), gaps=(Gap(7_500, 3), Gap(0))),
    ),
    Keeping(7, 12),
    (
        Ladder("l", Basis.EARNED, (Level("x", 0), Level("y", 1_500, 500)), Period.MONTHS, 6, Down.ONE_DOWN),
        Ladder("m", Basis.FACT, (Level("z", 0),), fact="cars"),
        Ladder("n", Basis.SPENT, (Level("w", 0),), Period.YEAR),
    ),
    Conversion(500 * POINT, 100 * POINT, 100_000),
    12,
)  # fmt: skip


def sample(name: str) -> Any:
    return json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))


@pytest.mark.parametrize("file", sorted(SAMPLES.glob("*.json")), ids=lambda file: file.stem)
def test_each_sample_is_read_and_written_again(file: Path) -> None:
    scheme = read_scheme(json.loads(file.read_text("utf-8")))
    assert scheme.scheme_id == file.stem
    assert read_scheme(json.loads(json.dumps(scheme_record(scheme)))) == scheme


def test_all_that_a_scheme_may_say_comes_back() -> None:
    assert read_scheme(json.loads(json.dumps(scheme_record(WHOLE)))) == WHOLE
    assert read_scheme(scheme_record(Scheme("least"))) == Scheme("least")


def test_the_car_makers_club_as_it_is_described() -> None:
    scheme = read_scheme(sample("car-club"))
    service = Line("1", Item("oil", frozenset({"guarantee-service"})), 1_000_000)  # 100,000 Toman
    first = earn(scheme, [service], 0, Buyer(), DAY)
    assert sum(each.points for each in first) == 1 * POINT
    for last, points in (
        (date(2026, 10, 1), 6_000),
        (date(2026, 7, 1), 5_750),
        (date(2025, 1, 1), 5_500),
    ):
        earned = earn(scheme, [service], 0, Buyer(last_visit=last), DAY)
        assert sum(each.points for each in earned) == points
    (ladder,) = scheme.ladders
    names = [(level.group, level.discount_bp) for level in ladder.levels]
    assert names == [("general", 0), ("committed", 500), ("loyal", 800), ("partner", 1_200)]
    history = [Happened(DAY, earned=150 * POINT)]
    assert ladder.levels[place_at(changes(ladder, history, Reviewing(), DAY))].group == "loyal"


def test_a_dealers_discount_is_by_cars_and_by_where_they_were_bought() -> None:
    here, elsewhere = read_scheme(sample("dealer")).ladders
    history = [Happened(DAY, facts={"cars_here": 3, "cars_elsewhere": 1})]
    found = [
        ladder.levels[place_at(changes(ladder, history, Reviewing(), DAY))].discount_bp
        for ladder in (here, elsewhere)
    ]
    assert found == [1_000, 100]


@given(st.integers(0, 10**12))
def test_points_are_written_as_people_say_them(points: int) -> None:
    assert read_points(points_text(points)) == points


@pytest.mark.parametrize("text", ["", "a", "-1", "1.0001", "NaN", "inf", 5, None, "1e99"])
def test_what_is_no_number_of_points_is_refused(text: object) -> None:
    with pytest.raises(RecordError):
        read_points(text)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"scheme": "A b"}, "small letters"),
        ({"earn": [{"id": "a", "points": "1"}]}, r"earn\[0\]: .*'per'"),
        ({"earn": [{"id": "a", "points": "x", "per": 1}]}, r"earn\[0\]: points: Expected points"),
        ({"earn": [{"id": "a", "per": 1}]}, r"earn\[0\]: points"),
        ({"earn": [{"id": "a", "points": "1", "per": 0}]}, r"earn\[0\]: .*1 or more"),
        ({"earn": [{"id": "a", "points": "1", "per": 1, "last_day": "soon"}]}, "last_day: Expected a day"),
        ({"earn": [{"id": "a", "points": "1", "per": 1, "goods": {"colour": []}}]}, "colour"),
        ({"keep": {"vest_days": 90, "expire_months": 1}}, "keep: .*vest before"),
        ({"ladders": [{"id": "l", "levels": []}]}, r"ladders\[0\]: .*from 0"),
        ({"ladders": [{"id": "l", "by": "luck", "levels": []}]}, "by: Expected one of"),
        ({"convert": {"at_least": "1", "points": "1"}}, "convert: .*credit"),
        ({"colour": 1}, "colour: Expected one of"),
    ],
)  # fmt: skip
def test_a_slip_is_named_by_its_field(change: dict[str, Any], named: str) -> None:
    with pytest.raises(RecordError, match=named):
        read_scheme({**scheme_record(WHOLE), **change})


def test_two_rules_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="each rule once"):
        replace(WHOLE, rules=(WHOLE.rules[0], WHOLE.rules[0]))
