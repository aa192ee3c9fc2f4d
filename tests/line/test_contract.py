"""The kiosk's side of the examples in tests/contract; the server's tests hold the other side."""

import json
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from kiosk.feed.manifest import check_file, check_wanted, load_public_key, read_manifest
from kiosk.outbox.boot import NO_BOOT, SetBox
from kiosk.outbox.rows import (
    Accepted,
    Batch,
    Position,
    Refused,
    Row,
    State,
    chain_of,
    instant_of,
    milliseconds_of,
)
from kiosk.outbox.store import OutboxStore, open_database, transaction
from kiosk.outbox.wire import read_acked, read_again, read_refusal, write_again
from kiosk.outbox.wire import write_batch as write_in_sequence
from kiosk.outbox.wire_v1 import read_answer, write_batch
from retail.snapshot import read_instant

CONTRACT = Path(__file__).parents[1] / "contract"


def example(name: str) -> bytes:
    return (CONTRACT / name).read_bytes()


def test_the_servers_manifest_is_believed_and_its_snapshot_is_sound() -> None:
    manifest = read_manifest(example("manifest.json"), load_public_key(CONTRACT / "server.pub"))

    assert check_wanted(manifest, "tehran-1", 6)
    assert not check_wanted(manifest, "tehran-1", 7)
    check_file(CONTRACT / "snapshot.ndjson.gz", manifest)


def test_the_servers_answer_settles_each_event() -> None:
    batch = json.loads(example("events_batch.json"))
    sent = {UUID(event["id"]) for event in batch["events"]}
    settled = read_answer(example("events_answer.json"), sent)

    assert {s.event_id for s in settled} == sent
    assert [s.reason[:9] for s in settled if isinstance(s, Refused)] == ["body.gtin"]
    assert sum(isinstance(s, Accepted) for s in settled) == len(sent) - 1


def row_of(event: dict[str, Any]) -> Row:
    wall_ms = milliseconds_of(read_instant(event["at"]))
    told = (NO_BOOT, 0, json.dumps(event["body"]), bytes(32), bytes(32))
    return Row(1, UUID(event["id"]), event["kind"], 1, wall_ms, *told)


def test_a_batch_is_written_as_the_server_reads_it() -> None:
    batch = json.loads(example("events_batch.json"))
    written = json.loads(write_batch(batch["kiosk"], [row_of(each) for each in batch["events"]]))
    for event in written["events"]:
        event["at"] = event["at"].replace(".000Z", "Z")  # we tell milliseconds too
    assert written == batch


def test_a_row_of_the_outbox_takes_every_kind_of_event(tmp_path: Path) -> None:
    """The server's ids and bodies fit our table as they stand."""
    events = {e["id"]: e for e in json.loads(example("events_batch.json"))["events"]}
    with closing(open_database(tmp_path / "kiosk.db")) as connection, transaction(connection):
        for event in events.values():
            event_id = UUID(event["id"])
            store = OutboxStore(connection, make_id=lambda event_id=event_id: event_id)  # type: ignore[misc]
            store.put(event["kind"], event["body"], read_instant(event["at"]))
        assert store.status().waiting == len(events)


# ---- version 2: each line of outbox.ndjson is a request and its answer

CASES = [json.loads(line) for line in example("outbox.ndjson").splitlines()]
TOLD = [case for case in CASES if case["status"] != 400]  # what a kiosk of ours can send


def box_of(sent: dict[str, Any]) -> SetBox:
    clock = sent["clock"]
    return SetBox(instant_of(clock["wall_ms"]), clock["mono_ms"], UUID(clock["boot_id"]))


def batch_of(sent: dict[str, Any]) -> Batch:
    after = sent.get("after") or {"seq": 0, "chain": ""}
    place = Position(after["seq"], bytes.fromhex(after["chain"]))
    rows, before = [], place.chain
    for raw in sent["rows"]:
        rows.append(chained_row(raw, before))
        before = rows[-1].chain
    told = (sent["stream"], UUID(sent["epoch"]), place, tuple(rows))
    return Batch(*told, lost_through=sent.get("lost_through"))


def chained_row(raw: dict[str, Any], before: bytes) -> Row:
    chain, parked = bytes.fromhex(raw["chain"]), raw.get("parked")
    body = json.dumps(raw.get("body", {}), ensure_ascii=False, separators=(",", ":"))
    times = (raw.get("wall_ms", 0), UUID(raw.get("boot_id", str(NO_BOOT))), raw.get("mono_ms", 0))
    known = (raw["seq"], UUID(raw["id"]), raw.get("kind", ""), raw.get("ver", 1), *times)
    if parked is not None:
        return Row(*known, body, before, chain, State.PARKED, error=parked)
    return Row(*known, body, before, chain)


@pytest.mark.parametrize("case", TOLD, ids=[case["case"] for case in TOLD])
def test_a_request_of_version_2_is_written_as_the_server_reads_it(case: dict[str, Any]) -> None:
    sent = json.loads(case["sent"])
    batch, box = batch_of(sent), box_of(sent)

    if case["path"].endswith("/again"):
        written = write_again(batch.stream, batch.epoch, batch.rows, box)
    else:
        written = write_in_sequence(batch, box)
        assert all(row.chain == chain_of(row.before, row.event_id, row.body) for row in batch.whole)

    assert json.loads(written) == sent
    assert all(row.body.encode() in written for row in batch.whole)


@pytest.mark.parametrize("case", TOLD, ids=[case["case"] for case in TOLD])
def test_an_answer_of_version_2_is_believed(case: dict[str, Any]) -> None:
    batch, told = batch_of(json.loads(case["sent"])), case["answer"]
    body = json.dumps(told).encode()

    if case["status"] == 409:
        assert read_refusal(body).acked_through == told["acked_through"]
    elif case["path"].endswith("/again"):
        settled = read_again(body, {row.event_id for row in batch.rows})
        assert [str(each.event_id) for each in settled] == told["accepted"]
    else:
        acked = read_acked(body, batch)
        assert (acked.through, acked.branch) == (told["acked_through"], told["branch"])
        assert [str(each.event_id) for each in acked.rejected] == [
            r["id"] for r in told["rejected"]
        ]
