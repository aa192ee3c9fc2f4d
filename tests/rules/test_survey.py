"""Who is asked a survey, when and where; what a repeat is; the net promoter score."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.catalogue import Text
from retail.fields import RecordError
from retail.pricing.window import Weekly, Window
from retail.survey import Asking, Survey, is_repeat, offered_at, promoters
from retail.survey_lines import read_survey_line, survey_line

AT = datetime(2026, 11, 26, 9, tzinfo=UTC)  # a Thursday, 12:30 in Tehran
TEHRAN = ZoneInfo("Asia/Tehran")
VISIT = Survey("visit", 3, Text("بازدید", "Your visit"), "<h:html/>")
SOMEBODY = Asking(AT, TEHRAN, "tehran-1-k1")
MEMBER = replace(SOMEBODY, member="m-1", groups=frozenset({"gold"}))

OFFERED = [
    ("nothing narrows it", VISIT, SOMEBODY, True),
    ("not yet begun", replace(VISIT, window=Window(AT + timedelta(seconds=1))), SOMEBODY, False),
    ("begins now", replace(VISIT, window=Window(AT)), SOMEBODY, True),
    ("ends now", replace(VISIT, window=Window(None, AT)), SOMEBODY, False),
    (
        "in the store's hours, not in UTC's",
        replace(VISIT, window=Window(weekly=(Weekly(frozenset({3}), time(12, 30), time(13)),))),
        SOMEBODY,
        True,
    ),
    ("another kiosk", replace(VISIT, kiosks=frozenset({"tehran-1-k2"})), SOMEBODY, False),
    ("this kiosk", replace(VISIT, kiosks=frozenset({"tehran-1-k1"})), SOMEBODY, True),
    ("members only, nobody signed in", replace(VISIT, asks="members"), SOMEBODY, False),
    ("members only", replace(VISIT, asks="members"), MEMBER, True),
    ("a group, nobody signed in", replace(VISIT, groups=frozenset({"gold"})), SOMEBODY, False),
    ("their group", replace(VISIT, groups=frozenset({"gold", "x"})), MEMBER, True),
    ("another group", replace(VISIT, groups=frozenset({"x"})), MEMBER, False),
    (
        "once each member, answered",
        replace(VISIT, once="member"),
        replace(MEMBER, answered=frozenset({"visit"})),
        False,
    ),
    (
        "once a day, answered before",
        replace(VISIT, once="day"),
        replace(MEMBER, answered=frozenset({"visit"})),
        True,
    ),
    (
        "once a day, answered today",
        replace(VISIT, once="day"),
        replace(MEMBER, answered_today=frozenset({"visit"})),
        False,
    ),
]


@pytest.mark.parametrize(("survey", "asking", "offered"), [each[1:] for each in OFFERED],
                         ids=[each[0] for each in OFFERED])  # fmt: skip
def test_who_is_asked(survey: Survey, asking: Asking, offered: bool) -> None:
    assert survey.offered(asking) is offered


def test_a_place_asks_what_is_for_it_in_a_fixed_order() -> None:
    touch = replace(VISIT, survey_id="a", shown_at=frozenset({"attract", "menu"}))
    assert [each.survey_id for each in offered_at([VISIT, touch], "menu", SOMEBODY)] == [
        "a",
        "visit",
    ]
    assert offered_at([VISIT, touch], "attract", SOMEBODY) == (touch,)
    assert offered_at([VISIT, touch], "after_sale", SOMEBODY) == ()


@pytest.mark.parametrize(
    ("before_s", "repeat"), [(None, False), (0, True), (4.9, True), (5, False), (-60, False)]
)
def test_a_touch_too_soon_is_a_repeat(before_s: float | None, repeat: bool) -> None:
    before = None if before_s is None else AT - timedelta(seconds=before_s)
    assert is_repeat(VISIT, before, AT) is repeat


FULL = Survey(
    "visit",
    3,
    Text("بازدید"),
    "<h:html/>",
    Window(AT, AT + timedelta(days=9), (Weekly(frozenset({0, 6}), time(9), time(21)),)),
    frozenset({"menu", "after_sale"}),
    "members",
    frozenset({"gold"}),
    frozenset({"k1", "k2"}),
    "day",
    50,
    30,
    20,
    "partial",
    9,
    Text("سپاس", "Thanks"),
    (("smile.png", "0" * 64),),
)


@pytest.mark.parametrize("survey", [VISIT, FULL])
def test_a_line_reads_as_it_was_written(survey: Survey) -> None:
    assert read_survey_line(survey_line(survey)) == survey


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("xform", "x" * (640 * 1024 + 1), "xform"),
        ("version", 0, "version"),
        ("shown_at", ["roof"], "shown_at"),
        ("shown_at", [], "menu"),
        ("asks", "dogs", "anyone"),
        ("at_idle", "burn", "discard"),
        ("media", [["a.png", "short"]], "media"),
        ("groups", [1], "groups"),
        ("title", {"en": "x"}, "title"),
        ("warn_s", 0, "warning"),
    ],
)
def test_a_wrong_line_is_refused_by_name(field: str, value: object, named: str) -> None:
    with pytest.raises(RecordError, match=named):
        read_survey_line(survey_line(FULL) | {field: value})


def test_anonymous_answers_earn_nothing() -> None:
    with pytest.raises(ValueError, match="points"):
        replace(VISIT, asks="anonymous", reward_points=5)


@given(st.lists(st.integers(0, 10), min_size=1, max_size=50))
def test_the_parts_add_up_and_the_score_is_their_difference(scores: list[int]) -> None:
    told = promoters(scores)
    assert told is not None
    assert told.count == len(scores)
    assert told.score == pytest.approx(100 * (told.promoters - told.detractors) / told.count)
    assert told.half_interval is None or 0 <= told.half_interval <= 200


def test_the_score_of_a_known_table() -> None:
    told = promoters([10] * 50 + [8] * 30 + [3] * 20)
    assert told is not None
    assert (told.promoters, told.passives, told.detractors, told.score) == (50, 30, 20, 30.0)
    assert told.half_interval == pytest.approx(15.38, abs=0.01)  # 1.96·√(0.61·100/99/100)
    assert promoters([]) is None
    with pytest.raises(ValueError, match="0 to 10"):
        promoters([11])
