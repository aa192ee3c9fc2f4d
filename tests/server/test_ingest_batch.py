"""What a batch says, and what is refused of it: the whole, or a row by its id."""

import json
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.ingest.batch import BatchError, first_mark, read_again, read_batch
from tests.server.boxes import Box, as_bytes


def read(batch: dict[str, Any]) -> Any:
    return read_batch(as_bytes(batch))


def test_a_batch_is_read_with_each_row_as_it_was_written() -> None:
    box = Box()
    box.put(body={"code": "۱۲", "symbology": ""})
    box.put("device_back", {"device": "scanner"})
    batch = read(box.batch())
    assert (batch.epoch, batch.stream, batch.after) == (box.epoch, "ledger", first_mark(box.epoch))
    assert [row.kind for row in batch.rows] == ["unknown_code", "device_back"]
    assert batch.rows[0].body == '{"code":"۱۲","symbology":""}'
    assert batch.rows[0].told == {"code": "۱۲", "symbology": ""}
    assert [mark.seq for mark in batch.marks] == [1, 2]
    assert batch.refused == ()


def test_a_body_keeps_its_very_bytes_so_that_the_chain_fits() -> None:
    box = Box()
    row = box.put(body={"symbology": "E0", "code": "1", "more": 1.50})
    sent = as_bytes(box.batch())
    assert not read_batch(sent).refused
    same = sent.replace(b'"more":1.5', b'"more":1.50')
    assert same != sent
    assert [str(each.id) for each in read_batch(same).refused] == [row["id"]]


def test_a_row_that_was_damaged_is_refused_and_the_next_one_still_fits() -> None:
    box = Box().fill(3)
    box.rows[1]["body"] = {"device": "another"}
    batch = read(box.batch())
    assert [row.mark.seq for row in batch.rows] == [1, 3]
    assert [(each.mark.seq, each.reason[:6]) for each in batch.refused] == [(2, "chain:")]


def test_a_parked_rows_shell_keeps_the_chain_whole() -> None:
    box = Box().fill(3)
    parked = box.rows[1]
    shell = {key: parked[key] for key in ("seq", "id", "chain")} | {"parked": "HTTP 400: \0"}
    batch = read(box.batch(rows=[box.rows[0], shell, box.rows[2]]))
    assert [row.mark.seq for row in batch.rows] == [1, 3]
    assert [(each.mark.seq, each.parked, each.reason) for each in batch.refused] == [
        (2, True, "HTTP 400: \ufffd")
    ]


@pytest.mark.parametrize(
    ("kind", "ver", "body"), [("door_opened", 1, {"by": "staff"}), ("unknown_code", 2, {"new": 1})]
)
def test_a_kind_or_version_that_is_not_known_is_taken_unread(
    kind: str, ver: int, body: Any
) -> None:
    box = Box()
    box.put(kind, body, ver)
    (row,) = read(box.batch()).rows
    assert (row.kind, row.ver, row.told, json.loads(row.body)) == (kind, ver, None, body)


@pytest.mark.parametrize(
    ("kind", "body", "told"),
    [
        ("unknown_code", {"code": "", "symbology": ""}, "body.code: expected a text"),
        ("unknown_code", {"code": "1"}, "body.symbology: expected a value, got none"),
        ("unknown_code", [1], "Expected `object`, got `array`"),
        ("x", {"a": "\0"}, "without NUL"),
        ("Door", {}, "kind: expected a name"),
        ("x", {"a": "b" * 65_536}, "body: expected at most 65536 bytes"),
        ("search_made", {"text": "a", "hits": -1}, "body.hits"),
    ],
)
def test_a_wrong_row_is_refused_by_its_id_and_keeps_back_no_other(
    kind: str, body: Any, told: str
) -> None:
    box = Box()
    wrong = box.put(kind, body)
    box.fill(1)
    batch = read(box.batch())
    assert [row.mark.seq for row in batch.rows] == [2]
    (refused,) = batch.refused
    assert (str(refused.id), told in refused.reason) == (wrong["id"], True), refused.reason


def test_a_body_nested_without_end_is_refused_and_does_no_harm() -> None:
    box = Box().fill(1)
    sent = as_bytes(box.batch()).replace(b'{"device":"scanner 0"}', b"[" * 90_000 + b"]" * 90_000)
    with pytest.raises(BatchError):
        read_batch(sent)


def without(batch: dict[str, Any], *path: Any) -> dict[str, Any]:
    copied = json.loads(json.dumps(batch))
    place = copied
    for key in path[:-1]:
        place = place[key]
    del place[path[-1]]
    return copied  # type: ignore[no-any-return]


SENT = Box(UUID(int=1)).fill(2).batch()
WRONG: dict[str, tuple[Any, str]] = {
    "no object": ([], "Expected `object`"),
    "no epoch": (without(SENT, "epoch"), "epoch"),
    "an epoch that is none": ({**SENT, "epoch": "x"}, "epoch"),
    "another stream": ({**SENT, "stream": "gossip"}, "stream"),
    "no clock": (without(SENT, "clock"), "clock"),
    "no place": (without(SENT, "after"), "Expected after"),
    "no rows": ({**SENT, "rows": []}, "rows"),
    "51 rows": (Box().fill(51).batch(count=51), "rows"),
    "a hole": ({**SENT, "rows": SENT["rows"][1:]}, "rows[0].seq: expected 1, got 2"),
    "out of sequence": ({**SENT, "rows": SENT["rows"][::-1]}, "rows[0].seq: expected 1, got 2"),
    "a row without a body": (without(SENT, "rows", 0, "body"), "rows[0]: expected kind"),
    "a row without a kind": (without(SENT, "rows", 1, "kind"), "rows[1]: expected kind"),
    "a row without a boot": (without(SENT, "rows", 1, "boot_id"), "rows[1]: expected kind"),
    "a short chain": ({**SENT, "after": {"seq": 0, "chain": "ab"}}, "after: expected 64 hex"),
    "a chain in words": ({**SENT, "after": {"seq": 0, "chain": "?" * 64}}, "after: expected 64"),
    "before the first row": ({**SENT, "after": {**SENT["after"], "seq": -1}}, "after.seq"),
    "more than a database counts": (
        {**SENT, "clock": {**SENT["clock"], "mono_ms": 2**63}},
        "mono_ms",
    ),
    "an id twice": (
        {**SENT, "rows": [SENT["rows"][0], {**SENT["rows"][1], "id": SENT["rows"][0]["id"]}]},
        "each id once",
    ),
}


@pytest.mark.parametrize(("batch", "told"), WRONG.values(), ids=WRONG.keys())
def test_a_request_of_another_shape_is_refused_as_a_whole(batch: Any, told: str) -> None:
    with pytest.raises(BatchError) as error:
        read(batch)
    assert told in str(error.value)


def test_fields_that_this_server_does_not_know_are_passed_over() -> None:
    batch = Box().fill(1).batch(weather="fine")
    batch["rows"][0]["mood"] = "good"
    assert len(read(batch).rows) == 1


def test_rows_that_are_tried_again_may_come_in_any_order_and_no_chain_is_looked_at() -> None:
    box = Box().fill(5)
    box.rows[3]["chain"] = "00" * 32
    batch = read_again(as_bytes(box.again(box.rows[3], box.rows[1])))
    assert ([row.mark.seq for row in batch.rows], batch.after) == ([4, 2], None)


def test_a_shell_cannot_be_tried_again() -> None:
    shell = {"seq": 1, "id": str(UUID(int=1)), "chain": "00" * 32, "parked": "HTTP 400"}
    with pytest.raises(BatchError, match="expected a body, got a parked row"):
        read_again(as_bytes(Box().fill(1).again(shell)))


@given(st.binary(max_size=200) | st.recursive(
    st.none() | st.integers() | st.text() | st.floats(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from([*SENT, "seq", "id"]), inner),
).map(lambda value: json.dumps(value).encode()))  # fmt: skip
def test_whatever_comes_is_read_or_refused_and_nothing_else(content: bytes) -> None:
    for way in (read_batch, read_again):
        with pytest.raises(BatchError):
            way(content)
