"""Version 2 of the wire: what is sent holds the hashed bytes, what comes back is not believed."""

import contextlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import DataError
from kiosk.line.fake_events import Sent, chain_of
from kiosk.outbox.boot import SetBox
from kiosk.outbox.rows import Accepted, Batch, Position, Refused, origin_of
from kiosk.outbox.wire import (
    BATCH_BYTES_MAX,
    BODIES_BYTES_MAX,
    ROWS_MAX,
    Acked,
    Refusal,
    read_acked,
    read_again,
    read_refusal,
    write_again,
    write_batch,
)
from tests.line.outbox_rows import BOOT, EPOCH, PARKED, a_batch, a_row

NOON = datetime(2026, 11, 23, 12, 0, 0, 123_000, tzinfo=UTC)
BOX = SetBox(NOON, mono=81_234_567, boot_id=BOOT)
BATCH = a_batch(3, first=58)
IDS = [row.event_id for row in BATCH.rows]
STRANGER = UUID(int=7)


def answer(**fields: object) -> bytes:
    return json.dumps(fields).encode()


# ---- what is sent


def test_a_batch_tells_where_it_begins_and_what_the_clocks_show() -> None:
    written = json.loads(write_batch(BATCH, BOX))

    assert list(written) == ["epoch", "stream", "after", "clock", "rows"]
    assert written["epoch"] == str(EPOCH)
    assert written["stream"] == "ledger"
    assert written["after"] == {"seq": 57, "chain": (b"\x3a" * 32).hex()}
    assert written["clock"] == {
        "boot_id": str(BOOT),
        "mono_ms": 81_234_567,
        "wall_ms": 1_795_435_200_123,
    }
    assert list(written["rows"][0]) == [
        "seq", "id", "kind", "ver", "wall_ms", "boot_id", "mono_ms", "chain", "body"
    ]  # fmt: skip


def test_a_parked_row_goes_as_its_shell() -> None:
    rows = json.loads(write_batch(a_batch(2, parked=[1]), BOX))["rows"]

    assert rows[0] == {
        "seq": 1,
        "id": str(a_batch(1).rows[0].event_id),
        "chain": a_batch(1).rows[0].chain.hex(),
        "parked": PARKED,
    }
    assert rows[1]["body"] == {"n": 2}


def test_what_is_no_more_on_the_box_is_said() -> None:
    assert json.loads(write_batch(replace(BATCH, lost_through=57), BOX))["lost_through"] == 57


def test_what_is_tried_again_has_no_place() -> None:
    written = json.loads(write_again("ledger", EPOCH, BATCH.rows, BOX))

    assert list(written) == ["epoch", "stream", "clock", "rows"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)  # fmt: skip


@given(st.lists(st.dictionaries(st.text(max_size=5), JSON, max_size=3), min_size=1, max_size=5))
def test_whatever_a_body_says_its_hashed_bytes_are_sent(bodies: list[dict[str, object]]) -> None:
    before = origin_of(EPOCH)
    rows = []
    for seq, body in enumerate(bodies, 1):
        text = json.dumps(body, ensure_ascii=False, indent=seq % 3)
        try:
            rows.append(a_row(seq, before, text))
        except UnicodeEncodeError:  # a lone surrogate, which ``put`` refuses
            return
        before = rows[-1].chain
    batch = Batch("telemetry", EPOCH, Position(0, origin_of(EPOCH)), tuple(rows))

    sent = msgspec.json.decode(write_batch(batch, BOX), type=Sent)

    chain = origin_of(EPOCH).hex()
    for row in sent.rows:
        chain = chain_of(chain, row.id, bytes(row.body))
        assert row.chain == chain


def test_the_largest_batch_fits_into_a_request() -> None:
    before, rows, left = origin_of(EPOCH), [], BODIES_BYTES_MAX
    for seq in range(1, ROWS_MAX + 1):
        size = left // (ROWS_MAX - seq + 1)
        rows.append(a_row(seq, before, json.dumps({"x": "x" * (size - 10)}), kind="k" * 63))
        before, left = rows[-1].chain, left - size

    assert (
        len(write_batch(Batch("ledger", EPOCH, Position(0, before), tuple(rows)), BOX))
        < BATCH_BYTES_MAX
    )


# ---- what comes back


def test_an_answer_says_how_far_all_is_stored_and_what_is_not() -> None:
    body = answer(
        acked_through=59, rejected=[{"id": str(IDS[1]), "reason": "no such kind"}], branch=2, more=1
    )

    assert read_acked(body, BATCH) == Acked(59, (Refused(IDS[1], "no such kind"),), 2)


def test_what_may_be_left_out_may_be_left_out() -> None:
    assert read_acked(answer(acked_through=57), BATCH) == Acked(57, (), 0)
    told = answer(acked_through=60, rejected=[{"id": str(IDS[0])}])
    assert read_acked(told, BATCH).rejected == (Refused(IDS[0], "the server gave no reason"),)


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
        answer(acked_through=56),
        answer(acked_through=61),
        answer(acked_through="59"),
        answer(acked_through=True),
        answer(acked_through=59.0),
        answer(acked_through=None),
        answer(acked_through=-1),
        b'{"acked_through": 58, "acked_through": 60}',
        b'{"acked_through": NaN}',
        b'{"acked_through": ' + b"9" * 5_000 + b"}",
        answer(acked_through=59, branch=-1),
        answer(acked_through=59, branch=True),
        answer(acked_through=59, rejected={}),
        answer(acked_through=59, rejected=None),
        answer(acked_through=59, rejected=[1]),
        answer(acked_through=59, rejected=[{}]),
        answer(acked_through=59, rejected=[{"id": 5}]),
        answer(acked_through=59, rejected=[{"id": "abc"}]),
        answer(acked_through=59, rejected=[{"id": str(STRANGER), "reason": "x"}]),
        answer(acked_through=59, rejected=[{"id": str(IDS[0]), "reason": {"code": 1}}]),
        answer(acked_through=59, rejected=[{"id": str(IDS[0]), "reason": "a"}, {"id": str(IDS[0]), "reason": "b"}]),
    ],
)  # fmt: skip
def test_an_answer_that_makes_no_sense_is_not_believed_at_all(body: bytes) -> None:
    with pytest.raises(DataError, match="Expected"):
        read_acked(body, BATCH)


def test_a_reason_that_no_database_takes_is_made_one_that_it_takes() -> None:
    body = answer(acked_through=58, rejected=[{"id": str(IDS[0]), "reason": "\ud800x"}])

    assert read_acked(body, BATCH).rejected == (Refused(IDS[0], "?x"),)


def test_rows_that_were_tried_again_are_settled_id_by_id() -> None:
    body = answer(accepted=[str(IDS[2])], rejected=[{"id": str(IDS[0]), "reason": "no"}])

    assert read_again(body, set(IDS)) == (Accepted(IDS[2]), Refused(IDS[0], "no"))


@pytest.mark.parametrize(
    "body",
    [
        answer(),
        answer(accepted={}),
        answer(accepted=[7]),
        answer(accepted=[str(STRANGER)]),
        answer(accepted=[str(IDS[0])], rejected=[{"id": str(IDS[0]), "reason": "no"}]),
        answer(accepted=[], rejected=[{"id": str(STRANGER), "reason": "no"}]),
    ],
)
def test_an_answer_to_rows_tried_again_is_believed_no_more_easily(body: bytes) -> None:
    with pytest.raises(DataError, match="Expected"):
        read_again(body, set(IDS))


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        (answer(code="gap", acked_through=41), Refusal("gap", 41)),
        (answer(code="gap", acked_through=0), Refusal("gap", 0)),
        (answer(code="gap"), Refusal("")),
        (answer(code="gap", acked_through="41"), Refusal("")),
        (answer(code="gap", acked_through=-1), Refusal("")),
        (answer(code="clock", error="Expected …"), Refusal("clock")),
        (answer(code=7), Refusal("")),
        (b"<html>", Refusal("")),
    ],
)
def test_a_refusal_is_read_or_says_nothing(body: bytes, refusal: Refusal) -> None:
    assert read_refusal(body) == refusal


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.integers(56, 61) | st.text(max_size=5)
    | st.sampled_from([str(each) for each in IDS]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["id", "reason", "rejected", "accepted", "acked_through", "branch", "x"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(ANY)
def test_whatever_json_comes_is_believed_or_refused(said: object) -> None:
    body = json.dumps(said).encode()
    try:
        acked = read_acked(body, BATCH)
    except DataError:
        pass
    else:
        assert 57 <= acked.through <= 60
        assert {each.event_id for each in acked.rejected} <= set(IDS)
    with contextlib.suppress(DataError):
        assert {each.event_id for each in read_again(body, set(IDS))} <= set(IDS)
    read_refusal(body)


@given(st.binary(max_size=60))
def test_whatever_bytes_come_are_believed_or_refused(body: bytes) -> None:
    for read in (lambda: read_acked(body, BATCH), lambda: read_again(body, set(IDS))):
        with contextlib.suppress(DataError):
            read()
    read_refusal(body)
