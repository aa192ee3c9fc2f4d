"""The database counts people: against counting them by hand, on both engines."""

from __future__ import annotations

import random
import uuid
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from server.configuration import Configuration
from server.surveys.models import Answer, Left, Response
from server.surveys.reports import counting
from server.surveys.reports.asked import Asked, everything, responses, thrown_away
from tests.server.engines import EACH

DAWN = datetime(2026, 11, 22, 20, 30, tzinfo=UTC)  # midnight in Tehran, of the 23rd
SCORE, LIKED, WHY = "/data/score", "/data/liked", "/data/why"


def respond(at: datetime, answers: dict[str, list[str]], **columns: object) -> Response:
    response = Response.objects.create(
        **{
            "instance_id": uuid.uuid4(), "survey_id": "visit", "version": 1, "source": "kiosk",
            "kiosk_id": "k1", "store_id": "tehran-1", "began_at": at, "ended_at": at,
            "received_at": at, "complete": True, "xml": "<data/>", **columns,
        }
    )  # fmt: skip
    for path, values in answers.items():
        for place, value in enumerate(values):
            number = float(value) if value.replace(".", "").isdigit() else None
            Answer.objects.create(
                response=response, path=path, place=place, kind="", value=value, number=number
            )
    return response


@EACH
def test_what_is_counted_is_what_was_answered(chain: Configuration) -> None:
    seed = random.Random(3)
    people = []
    for n in range(60):
        score, liked = (
            seed.randint(0, 10),
            seed.sample(["bread", "fruit", "tea"], seed.randint(0, 3)),
        )
        answers = {SCORE: [str(score)], LIKED: liked, WHY: ["صف"] if n % 3 else []}
        respond(DAWN + timedelta(hours=n), answers)
        people.append((score, liked))
    of = responses(Asked("visit"))

    assert counting.by_number(of, SCORE) == Counter(float(score) for score, _ in people)
    assert counting.by_value(of, LIKED) == Counter(each for _, liked in people for each in liked)
    assert counting.answered(of, LIKED) == sum(bool(liked) for _, liked in people)
    assert len(counting.texts(of, WHY)) == 40
    assert counting.by_pair(of, LIKED, SCORE) == Counter(
        (each, str(score)) for score, liked in people for each in liked
    )
    assert counting.answered_both(of, LIKED, SCORE) == counting.answered(of, LIKED)
    ranks = counting.by_rank(of, LIKED)
    firsts = Counter(liked[0] for _, liked in people if liked)
    assert {value: first for value, (_, first) in ranks.items()} == firsts
    places = [liked.index("tea") + 1 for _, liked in people if "tea" in liked]
    assert ranks["tea"][0] == pytest.approx(sum(places) / len(places))


@EACH
def test_days_are_the_store_s(chain: Configuration) -> None:
    respond(DAWN - timedelta(seconds=1), {SCORE: ["4"]})
    respond(DAWN, {SCORE: ["6"]})
    respond(DAWN + timedelta(hours=23), {SCORE: ["9"]})
    of = responses(Asked("visit"))
    assert counting.by_day(of) == {date(2026, 11, 22): 1, date(2026, 11, 23): 2}
    assert counting.means_by_day(of, SCORE)[date(2026, 11, 23)] == (7.5, 2)
    assert (
        responses(Asked("visit", since=date(2026, 11, 23), until=date(2026, 11, 23))).count() == 2
    )
    assert responses(Asked("visit", hours=frozenset({23}))).count() == 2
    assert responses(Asked("visit", hours=frozenset({0}))).count() == 1


NARROWED = [
    (Asked("visit"), 2),
    (Asked("other"), 1),
    (Asked("visit", "partial"), 1),
    (Asked("visit", "repeat"), 1),
    (Asked("visit", "beyond"), 1),
    (Asked("visit", stores=("tehran-1",)), 1),
    (Asked("visit", kiosks=("k2", "k9")), 1),
    (Asked("visit", version=2), 1),
    (Asked("visit", languages=("en",)), 1),
    (Asked("visit", members="members"), 1),
    (Asked("visit", members="anonymous"), 1),
    (Asked("visit", answers=((LIKED, "tea"), (LIKED, "bread"))), 1),
    (Asked("visit", answers=((LIKED, "tea"), (SCORE, "1"))), 0),
]


@EACH
def test_a_report_is_narrowed_to_what_is_asked_for(chain: Configuration) -> None:
    respond(DAWN, {LIKED: ["tea", "bread"]}, language="fa")
    respond(
        DAWN,
        {LIKED: ["tea"]},
        store_id="karaj-2",
        kiosk_id="k2",
        version=2,
        language="en",
        member="m",
    )
    respond(DAWN, {}, survey_id="other")
    respond(DAWN, {}, complete=False, last=SCORE)
    respond(DAWN, {}, is_repeat=True)
    respond(DAWN, {}, beyond_quota=True)
    for asked, count in NARROWED:
        assert responses(asked).count() == count, asked
    assert everything(Asked("visit")).count() == 5
    assert counting.by_column(everything(Asked("visit")), "store_id") == {
        "karaj-2": 1,
        "tehran-1": 4,
    }


@EACH
def test_where_people_left_is_known_whether_answers_were_kept_or_not(chain: Configuration) -> None:
    respond(DAWN, {}, complete=False, last=SCORE)
    for last in (SCORE, WHY):
        Left.objects.create(
            event_id=uuid.uuid4(), survey_id="visit", version=1, kiosk_id="k1", store_id="tehran-1",
            at=DAWN, last=last,
        )  # fmt: skip
    asked = Asked("visit", "partial")
    assert counting.ended_at(responses(asked), thrown_away(asked)) == {SCORE: 2, WHY: 1}
