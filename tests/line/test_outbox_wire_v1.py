"""Version 1 of the wire, for old servers: what is written, what is believed."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import DataError
from kiosk.outbox.boot import NO_BOOT
from kiosk.outbox.rows import Accepted, Refused, Row, milliseconds_of
from kiosk.outbox.wire_v1 import read_answer, write_batch

A, B, C = (UUID(f"0193589c-7a00-7000-8000-00000000000{n}") for n in "abc")
NOON = datetime(2026, 11, 23, 12, 0, 0, 250_000, tzinfo=UTC)


def answer(*results: object) -> bytes:
    return json.dumps({"results": results}).encode()


def test_a_batch_names_the_kiosk_and_each_event() -> None:
    body = '{"نام":"برنج","n":2}'
    row = Row(1, A, "scan", 1, milliseconds_of(NOON), NO_BOOT, 0, body, bytes(32), bytes(32))
    batch = write_batch("k-1", [row])

    assert json.loads(batch) == {
        "kiosk": "k-1",
        "events": [
            {
                "id": "0193589c-7a00-7000-8000-00000000000a",
                "kind": "scan",
                "at": "2026-11-23T12:00:00.250Z",
                "body": {"نام": "برنج", "n": 2},
            }
        ],
    }


def test_an_answer_settles_id_by_id() -> None:
    body = answer(
        {"id": str(A), "status": "accepted"},
        {"id": str(B), "status": "known"},
        {"id": str(C), "status": "rejected", "reason": "no such kind"},
    )

    assert read_answer(body, {A, B, C}) == (Accepted(A), Accepted(B), Refused(C, "no such kind"))


def test_an_id_that_is_missing_is_not_settled_and_a_foreign_one_is_passed_over() -> None:
    body = answer({"id": str(A), "status": "accepted"}, {"id": str(C), "status": "accepted"})

    assert read_answer(body, {A, B}) == (Accepted(A),)


def test_the_same_answer_twice_is_one_answer() -> None:
    result = {"id": str(A), "status": "accepted"}

    assert read_answer(answer(result, result), {A}) == (Accepted(A),)


def test_a_refusal_without_a_reason_still_has_words() -> None:
    assert read_answer(answer({"id": str(A), "status": "rejected"}), {A}) == (
        Refused(A, "the server gave no reason"),
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>502 Bad Gateway</html>",
        b"\xff\xfe",
        b"[" * 100_000,
        b"null",
        b"[]",
        b"{}",
        b'{"results": {}}',
        b'{"results": [1]}',
        b'{"results": [null]}',
        answer({}),
        answer({"id": 5, "status": "accepted"}),
        answer({"id": "abc", "status": "accepted"}),
        answer({"id": str(A)}),
        answer({"id": str(A), "status": "done"}),
        answer({"id": str(A), "status": True}),
        answer({"id": str(A), "status": "rejected", "reason": {"code": 1}}),
        answer({"id": str(A), "status": "accepted"}, {"id": str(A), "status": "rejected"}),
        answer({"id": str(A), "status": "accepted"}, {"id": str(B), "status": "what"}),
    ],
)
def test_an_answer_that_makes_no_sense_is_not_believed_at_all(body: bytes) -> None:
    with pytest.raises(DataError, match="Expected"):
        read_answer(body, {A, B})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just(str(A)),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "status", "reason", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(JSON)
def test_whatever_json_comes_is_believed_or_refused(results: object) -> None:
    try:
        settled = read_answer(json.dumps({"results": results}).encode(), {A})
    except DataError:
        return
    assert len(settled) <= 1
