"""The examples of tests/contract, from the server's side."""

import base64
import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from retail.snapshot import (
    category_record,
    product_record,
    read_category,
    read_instant,
    read_product,
    read_store,
    store_record,
)
from server.events.models import Event
from server.snapshots.publish import publish
from server.snapshots.writing import Heading, Packing, signed_bytes, write_line
from tests.server.line import NOON, Line

CONTRACT = Path(__file__).parents[1] / "contract"


def example(name: str) -> Any:
    return json.loads((CONTRACT / name).read_text("utf-8"))


def test_the_snapshot_is_what_this_server_writes() -> None:
    plain = (CONTRACT / "snapshot.ndjson").read_bytes()
    packed = (CONTRACT / "snapshot.ndjson.gz").read_bytes()
    assert gzip.decompress(packed) == plain
    first, *lines, _end = plain.splitlines(keepends=True)
    told = json.loads(first)
    heading = Heading(
        chain=told["chain"],
        store=told["store"],
        currency=told["currency"],
        zone=told["zone"],
        sequence=told["sequence"],
        made_at=read_instant(told["made_at"]),
    )
    assert gzip.decompress(b"".join(Packing().pieces(heading, lines))) == plain


def test_each_record_is_written_as_it_was_read() -> None:
    ways: dict[str, Any] = {
        "category": lambda record: category_record(read_category(record)),
        "store": lambda record: store_record(read_store(record)),
        "product": lambda record: product_record(read_product(record, "IRR")),
    }
    for line in (CONTRACT / "snapshot.ndjson").read_bytes().splitlines(keepends=True)[1:-1]:
        record = json.loads(line)
        assert write_line(ways[record["kind"]](record)) == line


def test_the_manifest_is_signed_for_the_file() -> None:
    manifest = example("manifest.json")
    packed = (CONTRACT / "snapshot.ndjson.gz").read_bytes()
    assert manifest["sha256"] == hashlib.sha256(packed).hexdigest()
    assert manifest["size"] == len(packed)
    key = load_pem_public_key((CONTRACT / "server.pub").read_bytes())
    assert isinstance(key, Ed25519PublicKey)
    key.verify(base64.b64decode(manifest["signature"]), signed_bytes(manifest))


def test_the_server_answers_a_manifest_of_the_same_fields(line: Line) -> None:
    publish_for(line)
    answer = line.get("/api/v1/catalogue/manifest?store=tehran-1").json()
    shown = example("manifest.json")
    assert [(name, type(value)) for name, value in answer.items()] == [
        (name, type(value)) for name, value in shown.items()
    ]


def test_the_batch_gets_the_answer(line: Line) -> None:
    response = line.post("/api/v1/events", json=example("events_batch.json"))
    assert (response.status_code, response.json()) == (200, example("events_answer.json"))
    assert Event.objects.count() == 10


def test_each_refusal_is_answered_as_shown(line: Line) -> None:
    batch = {"kiosk": "tehran-1-k1", "events": [{}] * 51}
    ways = {
        "no key, or a wrong one": Line(line.url, "wrong").get("/api/v1/catalogue/manifest"),
        "another store's catalogue": line.get("/api/v1/catalogue/manifest?store=tehran-2"),
        "events in another kiosk's name": line.post(
            "/api/v1/events", json={"kiosk": "tehran-2-k1", "events": []}
        ),
        "nothing published yet": line.get("/api/v1/catalogue/manifest?store=tehran-1"),
        "more than 50 events": line.post("/api/v1/events", json=batch),
    }
    shown = {each["case"]: (each["status"], each["answer"]) for each in example("errors.json")}
    assert {case: (a.status_code, a.json()) for case, a in ways.items()} == shown


def publish_for(line: Line) -> None:
    from django.conf import settings

    publish(settings.CONFIGURATION, NOON)
