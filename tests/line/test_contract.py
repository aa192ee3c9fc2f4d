"""The kiosk's side of the examples in tests/contract; the server's tests hold the other side."""

import json
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

from kiosk.feed.manifest import check_file, check_wanted, load_public_key, read_manifest
from kiosk.outbox.boot import NO_BOOT
from kiosk.outbox.rows import Accepted, Refused, Row, milliseconds_of
from kiosk.outbox.store import OutboxStore, open_database, transaction
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
