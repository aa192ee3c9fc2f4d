import base64
import gzip
import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.snapshots.writing import (
    FileDigest,
    Heading,
    Packing,
    signed_bytes,
    write_line,
    write_manifest,
)
from tests.server.line import NOON

HEADING = Heading("pishkhan", "tehran-1", "IRR", "Asia/Tehran", 7, NOON)
LINES = [write_line({"kind": "category", "id": "food", "name": {"fa": "خوراکی"}})]
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))


def pack(heading: Heading = HEADING, lines: Iterable[bytes] = LINES) -> tuple[bytes, Packing]:
    packing = Packing()
    return b"".join(packing.pieces(heading, lines)), packing


def manifest_of(path: str) -> dict[str, Any]:
    return write_manifest(HEADING, pack()[1].digest, KEY, path)


def check(manifest: dict[str, Any]) -> None:
    signature = base64.b64decode(manifest["signature"], validate=True)
    KEY.public_key().verify(signature, signed_bytes(manifest))


def test_a_snapshot_stands_between_its_heading_and_its_end() -> None:
    plain = gzip.decompress(pack()[0]).decode()
    heading, category, end, rest = plain.split("\n")
    assert json.loads(heading)["made_at"] == "2026-11-23T08:30:00Z"
    assert category == '{"kind":"category","id":"food","name":{"fa":"خوراکی"}}'
    assert (end, rest) == ('{"kind":"end","records":1}', "")


def test_the_same_content_gives_the_same_bytes_and_carries_no_time_of_packing() -> None:
    file, packing = pack()
    assert file == pack(lines=iter(LINES))[0]
    assert file[4:8] == bytes(4)
    unpacked = len(gzip.decompress(file))
    assert packing.digest == FileDigest(hashlib.sha256(file).hexdigest(), len(file), unpacked)


def test_the_content_is_told_apart_from_its_heading() -> None:
    later = replace(HEADING, sequence=8, made_at=NOON + timedelta(1))
    assert pack(later)[0] != pack()[0]
    assert pack(later)[1].content_sha256 == pack()[1].content_sha256
    assert pack(lines=[*LINES, b"{}\n"])[1].content_sha256 != pack()[1].content_sha256


def test_a_manifest_is_signed_over_everything_but_path_and_signature() -> None:
    manifest = manifest_of("/somewhere")
    check(manifest)
    check({**manifest, "path": "/elsewhere"})


@pytest.mark.parametrize(
    ("field", "other"),
    [
        ("format", 2),
        ("store", "tehran-2"),
        ("sequence", 8),
        ("made_at", "2026-11-24T08:30:00Z"),
        ("sha256", "0" * 64),
        ("size", 1),
    ],
)
def test_no_signed_field_can_be_changed(field: str, other: Any) -> None:
    manifest = manifest_of("/")
    with pytest.raises(InvalidSignature):
        check({**manifest, field: other})
