"""What the server says that it has, believed or refused by name, before a byte of it is fetched."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from hypothesis import given
from hypothesis import strategies as st

from kiosk.feed.faults import Reason, Refusal
from kiosk.feed.head import Head, read_head
from kiosk.feed.offer import Offer, read_offer
from kiosk.line.fake_feed import FakeFeed
from tests.line.feeding import CONTRACT, STORE, product
from tests.rules.test_snapshot_records import JSON

KEY = Ed25519PrivateKey.generate()
FEED = FakeFeed(key=KEY)
FEED.publish([product("1")])
FEED.add_snapshot("records", [product("1")])
FEED.add_snapshot("built", [product("1")])
MANIFEST = FEED.segments[1].manifest
HEAD = FEED.head(0)


def read(told: object) -> Offer | Refusal:
    return read_offer(told, KEY.public_key(), STORE)


def head(**changes: Any) -> Head | Refusal:
    return read_head(json.dumps(HEAD | changes).encode(), KEY.public_key(), STORE)


def refusal(told: object) -> tuple[Reason, str]:
    refused = read(told)
    assert isinstance(refused, Refusal)
    return refused.reason, refused.told


def test_the_examples_that_both_sides_are_tested_with_are_believed() -> None:
    key = load_pem_public_key((CONTRACT / "feed.pub").read_bytes())
    assert isinstance(key, Ed25519PublicKey)
    found = read_head((CONTRACT / "feed_head.json").read_bytes(), key, STORE)

    assert isinstance(found, Head)
    assert (found.sequence, found.more, found.refused, found.bad_snapshot) == (9, False, None, None)
    assert [each.sequence for each in found.segments] == [8, 9]
    assert [(each.form, each.sequence) for each in found.snapshots] == [("records", 7)]


def test_the_example_brings_its_small_segments_along_as_they_would_be_fetched() -> None:
    key = load_pem_public_key((CONTRACT / "feed.pub").read_bytes())
    assert isinstance(key, Ed25519PublicKey)
    found = read_head((CONTRACT / "feed_head.json").read_bytes(), key, STORE)
    assert isinstance(found, Head)
    for offer in found.segments:
        assert hashlib.sha256(found.files[offer.sequence]).hexdigest() == offer.sha256


@pytest.mark.parametrize(
    ("files", "read"),
    [
        ({}, {}),
        ({"1": "aGVhZA=="}, {1: b"head"}),
        ({"1": "no base64", "2": 7, "x": "aGVhZA==", "-1": "aGVhZA==", "9" * 40: "aGVhZA=="}, {}),
    ],
)
def test_what_came_along_and_cannot_be_read_is_passed_over(
    files: dict[str, Any], read: dict[int, bytes]
) -> None:
    found = head(files=files)
    assert isinstance(found, Head)
    assert found.files == read


@pytest.mark.parametrize(
    ("changes", "reason", "told"),
    [
        ({"format": 1}, Reason.BAD_FORMAT, "Expected a manifest of format 2, got 1"),
        ({"format": 3}, Reason.BAD_FORMAT, "Expected a manifest of format 2, got 3"),
        ({"format": True}, Reason.BAD_FORMAT, "Expected a manifest, got"),
        ({"format": "2"}, Reason.BAD_FORMAT, "Expected a manifest, got"),
        ({"form": "tar"}, Reason.BAD_FORMAT, "Expected one of segment, records, ruled, built"),
        ({"store": 7}, Reason.BAD_FORMAT, "Expected str in 'store'"),
        ({"store": "tehran-2"}, Reason.OTHER_STORE, "Expected store 'tehran-1', got 'tehran-2'"),
        ({"sequence": 0}, Reason.BAD_FORMAT, "Expected sequence from 1"),
        ({"sequence": 1 << 62}, Reason.BAD_FORMAT, "Expected sequence from 1"),
        ({"sequence": True}, Reason.BAD_FORMAT, "Expected int in 'sequence'"),
        ({"made_at": "today"}, Reason.BAD_FORMAT, "made_at: Expected an instant"),
        ({"sha256": "../../etc/passwd"}, Reason.BAD_FORMAT, "Expected sha256 as"),
        ({"size": -1}, Reason.BAD_FORMAT, "Expected size from 1"),
        ({"size": 1 << 40}, Reason.BAD_FORMAT, "Expected size from 1"),
        ({"unpacked": 1 << 40}, Reason.BAD_FORMAT, "Expected unpacked from 1"),
        ({"unpacked": None}, Reason.BAD_FORMAT, "Expected int in 'unpacked'"),
        ({"path": "https://else.example/x"}, Reason.BAD_FORMAT, "Expected path as"),
        ({"path": "//else.example/x"}, Reason.BAD_FORMAT, "Expected path as"),
        ({"form": "built"}, Reason.BAD_FORMAT, "Expected a field 'schema'"),
    ],
)  # fmt: skip
def test_a_manifest_that_is_signed_and_not_right_is_refused_by_name(
    changes: dict[str, Any], reason: Reason, told: str
) -> None:
    found, said = refusal(FEED.signed(MANIFEST | changes))
    assert found is reason
    assert said.startswith(told)


@pytest.mark.parametrize("field", ["form", "store", "sequence", "made_at", "sha256", "size",
                                   "unpacked", "signature", "more"])  # fmt: skip
def test_no_field_can_be_changed_after_signing(field: str) -> None:
    changed = FEED.signed(MANIFEST) | {field: "other"}
    assert refusal(changed)[0] is Reason.BAD_SIGNATURE


def test_the_signature_is_looked_at_before_what_it_stands_under() -> None:
    assert refusal(MANIFEST | {"store": "tehran-2", "signature": ""})[0] is Reason.BAD_SIGNATURE
    assert refusal(MANIFEST | {"format": 9})[0] is Reason.BAD_FORMAT


def test_a_path_is_only_a_hint() -> None:
    assert isinstance(read(FEED.signed(MANIFEST) | {"path": "/elsewhere"}), Offer)


@given(JSON)
def test_whatever_is_told_is_believed_or_refused(told: Any) -> None:
    assert isinstance(read(told), Refusal)
    assert isinstance(head(segments=[told]), Head)
    assert isinstance(read(MANIFEST | {"signature": told}), Refusal)


@given(st.sampled_from(sorted(MANIFEST)), JSON)
def test_whatever_stands_in_a_signed_field_is_believed_or_refused(field: str, told: Any) -> None:
    assert isinstance(read(FEED.signed(MANIFEST | {field: told})), Offer | Refusal)


# ---- the head


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b"7", b"{}", b'{"store":1,"store":1}', b"[" * 99_999, b"\xff",
     b'{"store":"\\ud800","sequence":1,"segments":[],"snapshots":[]}'],
)  # fmt: skip
def test_a_head_that_is_none_is_refused(body: bytes) -> None:
    refused = read_head(body, KEY.public_key(), STORE)
    assert isinstance(refused, Refusal)
    assert refused.reason in (Reason.BAD_FORMAT, Reason.OTHER_STORE)


@pytest.mark.parametrize(
    "changes", [{"sequence": -1}, {"sequence": 1 << 62}, {"sequence": "9"}, {"segments": {}},
                {"snapshots": None}, {"more": 1}, {"store": None}]
)  # fmt: skip
def test_a_head_with_a_wrong_field_is_refused(changes: dict[str, Any]) -> None:
    refused = head(**changes)
    assert isinstance(refused, Refusal)
    assert refused.reason is Reason.BAD_FORMAT


def test_the_head_of_another_stores_feed_is_refused() -> None:
    refused = head(store="tehran-2")
    assert isinstance(refused, Refusal)
    assert refused.in_words().startswith("other_store: Expected the feed of store 'tehran-1'")


def test_the_segments_end_at_the_first_that_is_refused() -> None:
    good = FEED.signed(MANIFEST)
    found = head(segments=[good, good | {"size": 7}, good])
    assert isinstance(found, Head)
    assert len(found.segments) == 1
    assert found.refused is not None
    assert found.refused.reason is Reason.BAD_SIGNATURE


def test_a_bad_snapshot_does_not_keep_the_good_one_back() -> None:
    bad, good = HEAD["snapshots"]
    found = head(snapshots=[bad | {"size": 7}, good])
    assert isinstance(found, Head)
    assert [each.form for each in found.snapshots] == ["built"]
    assert found.bad_snapshot is not None


def test_a_snapshot_of_a_form_of_a_later_version_is_passed_over() -> None:
    found = head(snapshots=[{"form": "parquet", "format": 9}])
    assert isinstance(found, Head)
    assert (found.snapshots, found.bad_snapshot) == ((), None)


def test_a_snapshot_is_no_segment_and_a_segment_no_snapshot() -> None:
    found = head(segments=HEAD["snapshots"], snapshots=HEAD["segments"])
    assert isinstance(found, Head)
    assert (found.segments, found.snapshots) == ((), ())
    assert found.refused is not None
    assert found.refused.told == "Expected segment, got records"
