"""Section 4's table of docs/outbox.md, row by row: what an answer means."""

import json

import pytest

from kiosk.line.server import Answer
from kiosk.outbox.halving import all_refused, divide
from kiosk.outbox.policy import Gap, NotNow, Whole, judge, judge_again, judge_refusal
from kiosk.outbox.rows import Accepted, Refused, Row
from kiosk.outbox.wire import Acked
from tests.line.outbox_rows import a_batch

BATCH = a_batch(3, first=58)
IDS = [row.event_id for row in BATCH.rows]


def said(status: int, retry_after_s: float | None = None, **fields: object) -> Answer:
    return Answer(status, json.dumps(fields).encode(), retry_after_s)


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (said(200, acked_through=60), Acked(60, (), 0)),
        (said(200, acked_through=57), Acked(57, (), 0)),
        (
            said(200, acked_through=60, rejected=[{"id": str(IDS[0]), "reason": "no"}], branch=1),
            Acked(60, (Refused(IDS[0], "no"),), 1),
        ),
        (said(409, code="gap", acked_through=41), Gap(41)),
        (said(409, code="gap", acked_through=0), Gap(0)),
        (Answer(400, b"no JSON"), Whole("HTTP 400: no JSON")),
        (Answer(413), Whole("HTTP 413")),
        (Answer(422), Whole("HTTP 422")),
        (Answer(429, b"", 7.0), NotNow("HTTP 429", 7.0, down=False)),
        (Answer(503, b"", 90.0), NotNow("HTTP 503", 90.0)),
        (Answer(404), NotNow("HTTP 404", missing=True)),
    ],
)
def test_each_answer_has_its_meaning(answer: Answer, verdict: object) -> None:
    assert judge(answer, BATCH) == verdict


@pytest.mark.parametrize("code", ["signature", "key_unknown", "key_revoked", "clock", "replayed"])
def test_a_key_that_is_refused_means_a_pause_and_nothing_else(code: str) -> None:
    verdict = judge(said(401, code=code, error="Expected …"), BATCH)

    assert isinstance(verdict, NotNow)
    assert verdict.told.startswith("the server does not know this kiosk: HTTP 401")
    assert isinstance(judge(said(403, code="not_approved"), BATCH), NotNow)


@pytest.mark.parametrize(
    "status", [100, 201, 204, 301, 302, 307, 308, 402, 404, 405, 408, 409, 410, 415, 418, 431, 500, 502, 504, 599]
)  # fmt: skip
def test_any_other_answer_means_later(status: int) -> None:
    for verdict in (judge(Answer(status, b"x"), BATCH), judge_again(Answer(status), IDS)):
        assert isinstance(verdict, NotNow)
        assert not verdict.stream, "the line is at fault, not the stream"


@pytest.mark.parametrize(
    "answer",
    [
        said(200),
        said(200, acked_through=61),
        Answer(200, b"<html>welcome to the hotel wifi</html>"),
        said(409, code="gap", acked_through=57),
        said(409, code="gap", acked_through=99),
    ],
)
def test_what_cannot_be_believed_stops_this_stream_and_not_the_other(answer: Answer) -> None:
    verdict = judge(answer, BATCH)

    assert isinstance(verdict, NotNow)
    assert verdict.stream


def test_rows_tried_again_have_no_gap() -> None:
    answered = said(200, accepted=[str(IDS[0])], rejected=[{"id": str(IDS[1]), "reason": "no"}])

    assert judge_again(answered, IDS) == (Accepted(IDS[0]), Refused(IDS[1], "no"))
    assert isinstance(judge_again(said(409, code="gap", acked_through=1), IDS), NotNow)
    assert judge_again(Answer(413), IDS) == Whole("HTTP 413")


def test_an_old_server_refuses_in_the_same_way() -> None:
    assert judge_refusal(Answer(400)) == Whole("HTTP 400")
    assert isinstance(judge_refusal(Answer(401)), NotNow)


@pytest.mark.parametrize("poison", [{20}, {1}, {50}, {1, 50}, {7, 8, 9}, set(range(2, 51))])
def test_halving_finds_each_bad_row_and_sends_the_others_in_sequence(poison: set[int]) -> None:
    rows, taken, asked = a_batch(50).rows, [], 0

    def attempt(part: list[Row]) -> str | None:
        nonlocal asked
        asked += 1
        if poison & {row.seq for row in part}:
            return "bad"
        taken.extend(row.seq for row in part)
        return None

    refused: dict[int, str] = {}
    divide(rows, "bad", attempt, refused)  # type: ignore[arg-type]

    assert set(refused) == poison
    assert taken == [seq for seq in range(1, 51) if seq not in poison]
    assert not all_refused(rows, refused)
    assert asked <= 12 * len(poison)


def test_where_every_row_of_several_is_refused_it_is_not_the_rows() -> None:
    rows = a_batch(3).rows

    assert all_refused(rows, {1: "x", 2: "x", 3: "x"})
    assert not all_refused(rows, {1: "x", 3: "x"})
    assert not all_refused(rows[:1], {1: "x"})
