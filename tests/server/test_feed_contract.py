"""The feed's examples of tests/contract, from the server's side."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
import zstandard
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from retail.segment import (
    action_record,
    change_record,
    gone_record,
    heading_record,
    is_gone,
    read_action,
    read_change,
    read_gone,
    read_heading,
)
from retail.snapshot import category_record, product_record, read_category, read_product
from server.feed.writing import Packed, write_segment
from server.snapshots.writing import signed_bytes, write_line

CONTRACT = Path(__file__).parents[1] / "contract"
HEAD: dict[str, Any] = json.loads((CONTRACT / "feed_head.json").read_text("utf-8"))


def plain(sequence: int) -> bytes:
    return (CONTRACT / f"segment-{sequence}.ndjson").read_bytes()


def public_key() -> Ed25519PublicKey:
    key = load_pem_public_key((CONTRACT / "feed.pub").read_bytes())
    assert isinstance(key, Ed25519PublicKey)
    return key


@pytest.mark.parametrize("sequence", [8, 9])
def test_a_segment_is_what_this_server_writes(sequence: int) -> None:
    first, *lines, _end = plain(sequence).splitlines(keepends=True)
    written = write_segment(read_heading(json.loads(first)), lines)
    assert zstandard.decompress(written.content) == plain(sequence)


@pytest.mark.parametrize("sequence", [8, 9])
def test_each_record_is_written_as_it_was_read(sequence: int) -> None:
    ways: dict[str, Any] = {
        "segment": lambda record: heading_record(read_heading(record)),
        "category": lambda record: category_record(read_category(record)),
        "product": lambda record: product_record(read_product(record, "IRR")),
        "change": lambda record: change_record(read_change(record, "IRR")),
        "action": lambda record: action_record(read_action(record)),
        "weather": dict,
        "end": dict,
    }
    for line in plain(sequence).splitlines(keepends=True):
        record = json.loads(line)
        way = ways[record["kind"]] if not is_gone(record) else lambda r: gone_record(read_gone(r))
        assert write_line(way(record)) == line


@pytest.mark.parametrize("index", [0, 1])
def test_a_manifest_describes_its_segment(index: int) -> None:
    manifest = HEAD["segments"][index]
    packed = (CONTRACT / f"segment-{manifest['sequence']}.ndjson.zst").read_bytes()
    digest = Packed(packed, len(plain(manifest["sequence"]))).digest
    told = (manifest["sha256"], manifest["size"], manifest["unpacked"])
    assert told == (digest.sha256, digest.size, digest.unpacked)


def test_each_manifest_is_signed_and_no_field_of_it_can_be_changed() -> None:
    for manifest in HEAD["segments"] + HEAD["snapshots"]:
        signature = base64.b64decode(manifest["signature"])
        public_key().verify(signature, signed_bytes(manifest))
        for field in manifest.keys() - {"signature", "path"}:
            with pytest.raises(InvalidSignature):
                public_key().verify(signature, signed_bytes({**manifest, field: "other"}))
