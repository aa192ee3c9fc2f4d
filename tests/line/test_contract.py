"""The kiosk's side of the examples in tests/contract; the server's tests hold the other side."""

import json
import sqlite3
from pathlib import Path
from uuid import UUID

from kiosk.feed.manifest import check_file, check_wanted, load_public_key, read_manifest
from kiosk.outbox.store import Accepted, Event, Refused
from kiosk.outbox.wire import read_answer, write_batch
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


def test_a_batch_is_written_as_the_server_reads_it() -> None:
    batch = json.loads(example("events_batch.json"))
    events = [
        Event(UUID(e["id"]), e["kind"], read_instant(e["at"]), json.dumps(e["body"]))
        for e in batch["events"]
    ]

    written = json.loads(write_batch(batch["kiosk"], events))
    for event in written["events"]:
        event["at"] = event["at"].replace(".000Z", "Z")  # we tell milliseconds too
    assert written == batch


def test_a_row_of_the_outbox_takes_every_kind_of_event() -> None:
    """The server's ids and bodies fit our table as they stand."""
    schema = (Path(__file__).parents[2] / "kiosk/outbox/schema.sql").read_text()
    connection = sqlite3.connect(":memory:")
    connection.executescript(schema)
    events = {e["id"]: e for e in json.loads(example("events_batch.json"))["events"]}
    for event in events.values():
        connection.execute(
            "INSERT INTO outbox (id, kind, at, body) VALUES (?, ?, 0, ?)",
            (UUID(event["id"]).bytes, event["kind"], json.dumps(event["body"])),
        )
    assert connection.execute("SELECT count(*) FROM outbox").fetchone() == (len(events),)
    connection.close()
