"""A fetched segment: whole and as it was signed, or refused by name; nothing else can happen."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.feed.faults import Reason, RefusedError
from kiosk.feed.offer import Offer
from kiosk.feed.segment_file import SegmentFile
from kiosk.feed.unpacking import check_packed, unpack
from kiosk.line.fake_feed import FakeFeed, Packed
from retail.segment import LINE_BYTES_MAX, Change, Gone
from tests.line.feeding import CONTRACT, TEA, action, change, gone, offer_of, product, read_all
from tests.rules.test_snapshot_records import JSON

FEED = FakeFeed()
FEED.publish([TEA, gone("2"), change("3", 7), product("4", picture="a" * 64)])
PACKED = FEED.segments[1]
PLAIN = zstandard.decompress(PACKED.content)
LINES = PLAIN.splitlines(keepends=True)
ANY_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def packed(
    plain: bytes, pack: Callable[[bytes], bytes] = zstandard.compress, **changes: Any
) -> Packed:
    """A segment rightly described and signed, whatever it is."""
    content = pack(plain)
    size = {"size": max(len(content), 1), "unpacked": max(len(plain), 1)}
    return Packed(content, PACKED.manifest | size | changes)


def read(folder: Path, segment: Packed) -> list[object]:
    file = folder / "segment"
    file.write_bytes(segment.content)
    return list(read_all(file, offer_of(FEED, segment)))


def refusal(folder: Path, segment: Packed) -> tuple[Reason, str]:
    with pytest.raises(RefusedError) as refused:
        read(folder, segment)
    assert refused.value.refusal.sequence == segment.manifest["sequence"]
    return refused.value.refusal.reason, refused.value.refusal.told


def test_the_examples_that_both_sides_are_tested_with_are_read(tmp_path: Path) -> None:
    head = json.loads((CONTRACT / "feed_head.json").read_bytes())
    for manifest in head["segments"]:
        file = CONTRACT / f"segment-{manifest['sequence']}.ndjson.zst"
        offer = offer_of(FEED, Packed(b"", manifest))
        check_packed(file, offer)
        segment = SegmentFile(file, offer, "tehran-1-k1")
        records = list(segment.records())
        assert segment.heading.sequence == manifest["sequence"]
    assert records == [Change("10003", price=records[0].price)]  # type: ignore[union-attr]
    assert [each.do for each in segment.actions] == ["restart"]
    assert segment.passed_over == 1  # the weather


def test_records_come_in_order_and_the_rest_is_told_beside_them(tmp_path: Path) -> None:
    segment = packed(
        b"".join([*LINES[:-1], *lines(action(1, "restart"), action(2, "restart", "k2"),
                                      action(3, "sing"), {"kind": "weather"}), end(8)])
    )  # fmt: skip
    file = tmp_path / "segment"
    file.write_bytes(segment.content)
    reader = SegmentFile(file, offer_of(FEED, segment), "k1")

    category, away, changed, whole = reader.records()

    assert (category.category_id, away, changed.sku, whole.sku) == (  # type: ignore[union-attr]
        "tea", Gone("product", "2"), "3", "4")  # fmt: skip
    assert [each.action_id.int & 0xFF for each in reader.actions] == [1]
    assert reader.passed_over == 2  # what only a later version can do, and can say
    assert list(reader.pictures) == ["a" * 64]


def lines(*records: dict[str, Any]) -> list[bytes]:
    return [json.dumps(each).encode() + b"\n" for each in records]


def end(count: object) -> bytes:
    return json.dumps({"kind": "end", "records": count}).encode() + b"\n"


def heading(**changes: Any) -> bytes:
    return json.dumps(json.loads(LINES[0]) | changes).encode() + b"\n"


DEEP = b'{"kind":' + b"[" * 200_000
LONG = b'{"kind":"x","a":"' + b"x" * LINE_BYTES_MAX + b'"}\n'


@pytest.mark.parametrize(
    ("segment", "reason", "told"),
    [
        # the file
        (packed(PLAIN, lambda _: b""), Reason.TRUNCATED, "Expected"),
        (packed(PLAIN, lambda _: b"not zstd at all"), Reason.BAD_PACKING, "Expected a packed file"),
        (packed(PLAIN, lambda raw: zstandard.compress(raw)[:-5]), Reason.TRUNCATED, "Expected"),
        (packed(PLAIN, lambda raw: zstandard.compress(raw) + b"behind it"), Reason.BAD_PACKING, ""),
        (packed(PLAIN, lambda raw: zstandard.compress(raw) * 2), Reason.BOMB, "Expected"),
        (packed(PLAIN, unpacked=len(PLAIN) - 1), Reason.BOMB, "Expected"),
        (packed(PLAIN, unpacked=len(PLAIN) + 1), Reason.TRUNCATED, "Expected 1 bytes more"),
        # the heading
        (packed(heading(store="tehran-2") + b"".join(LINES[1:])), Reason.BAD_HEADING, "Expected"),
        (packed(heading(sequence=2) + b"".join(LINES[1:])), Reason.BAD_HEADING, "Expected"),
        (packed(heading(made_at="2027-01-01T00:00:00Z")), Reason.BAD_HEADING, "Expected segment 1"),
        (packed(heading(format=3)), Reason.BAD_HEADING, "Expected a segment of format 2"),
        (packed(heading(kind="catalogue")), Reason.BAD_HEADING, "Expected a segment"),
        (packed(b""), Reason.TRUNCATED, "Expected 1 bytes more"),
        (packed(b"\n"), Reason.BAD_RECORD, "line 1: Expected a JSON object"),
        # a record
        (packed(LINES[0] + b"{\n"), Reason.BAD_RECORD, "line 2: Expected a JSON object"),
        (packed(LINES[0] + DEEP), Reason.BAD_RECORD, "line 2: Expected a JSON object"),
        (packed(LINES[0] + LONG), Reason.BAD_RECORD, "line 2: Expected an object"),
        (packed(LINES[0] + b"[]\n"), Reason.BAD_RECORD, "line 2: Expected an object with its kind"),
        (packed(LINES[0] + b'{"kind":7}\n'), Reason.BAD_RECORD, "line 2: Expected an object"),
        (packed(LINES[0] + b"\xff\n"), Reason.BAD_RECORD, "line 2: Expected a JSON object"),
        (packed(LINES[0] + lines(change("3", -1))[0]), Reason.BAD_RECORD,
         "line 2: change: Expected a price of 0 or more, got -1"),
        (packed(LINES[0] + lines(product("3", picture=1))[0]), Reason.BAD_RECORD, "line 2: product"),
        (packed(LINES[0] + lines(product("3", note={"fa": "\ud800"}))[0]), Reason.BAD_RECORD,
         "line 2: Expected a JSON object"),
        (packed(LINES[0] + lines(action(1, "restart", until="soon"))[0]), Reason.BAD_RECORD, ""),
        (packed(LINES[0] + b"".join(lines(change("3", 1), TEA))), Reason.BAD_RECORD,
         "line 3: Expected it earlier: category"),
        (packed(LINES[0] + b"".join(lines(product("3"), gone("2")))), Reason.BAD_RECORD,
         "line 3: Expected it earlier: product"),
        # the end
        (packed(b"".join(LINES[:-1])), Reason.BAD_COUNT, "Expected an end record, got no more"),
        (packed(b"".join([*LINES[:-1], end(3)])), Reason.BAD_COUNT, "Expected 4 records"),
        (packed(b"".join([*LINES[:-1], end(True)])), Reason.BAD_COUNT, "Expected 4 records"),
        (packed(b"".join([*LINES[:-1], end(None)])), Reason.BAD_COUNT, "Expected 4 records"),
        (packed(PLAIN + b"\n"), Reason.BAD_COUNT, "Expected nothing after the end"),
    ],
)  # fmt: skip
def test_a_signed_segment_that_is_not_right_is_refused_by_name(
    tmp_path: Path, segment: Packed, reason: Reason, told: str
) -> None:
    found, said = refusal(tmp_path, segment)
    assert (found, said[: len(told)]) == (reason, told)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (PACKED.content[:-1], Reason.TRUNCATED),
        (PACKED.content + b"x", Reason.TAMPERED),
        (PACKED.content[:-1] + b"\x00", Reason.TAMPERED),
        (b"", Reason.TRUNCATED),
    ],
)
def test_a_file_that_is_not_the_one_that_was_signed_is_refused(
    tmp_path: Path, content: bytes, reason: Reason
) -> None:
    file = tmp_path / "segment"
    file.write_bytes(content)
    with pytest.raises(RefusedError) as refused:
        check_packed(file, offer_of(FEED, PACKED))
    assert refused.value.refusal.reason is reason


@pytest.mark.parametrize("frames", [1, 1_000])
def test_a_bomb_costs_no_more_than_was_told(tmp_path: Path, frames: int) -> None:
    bomb = zstandard.compress(bytes(64 << 20), 19) * frames  # 62 GiB of 1,000 frames
    segment = Packed(bomb, PACKED.manifest | {"size": len(bomb), "unpacked": 4_000})
    (tmp_path / "bomb").write_bytes(bomb)
    began = time.monotonic()

    with pytest.raises(RefusedError, match="bomb: Expected 4000 bytes unpacked, got more"):
        unpack(tmp_path / "bomb", offer_of(FEED, segment), tmp_path / "out")
    assert (tmp_path / "out").stat().st_size <= 4_000
    assert time.monotonic() - began < 2


def test_a_window_that_would_take_all_memory_is_refused(tmp_path: Path) -> None:
    wide = zstandard.ZstdCompressionParameters.from_level(3, window_log=28)
    writer = zstandard.ZstdCompressor(compression_params=wide).compressobj()
    content = writer.compress(PLAIN) + writer.flush()
    segment = Packed(content, PACKED.manifest | {"size": len(content), "unpacked": len(PLAIN)})

    assert refusal(tmp_path, segment)[0] is Reason.BAD_PACKING


def test_a_segment_in_several_frames_is_one_file(tmp_path: Path) -> None:
    """RFC 8878, section 3.1: frames that follow each other are one content."""
    halves = (PLAIN[:100], PLAIN[100:])
    segment = packed(PLAIN, lambda _: b"".join(map(zstandard.compress, halves)))
    assert len(read(tmp_path, segment)) == 4


@ANY_FOLDER
@given(content=st.binary(max_size=300))
def test_whatever_bytes_come_are_refused(tmp_path: Path, content: bytes) -> None:
    segment = Packed(content, PACKED.manifest | {"size": max(len(content), 1), "unpacked": 4_000})
    refusal(tmp_path, segment)


@ANY_FOLDER
@given(at=st.integers(0, len(PACKED.content) - 1), bit=st.integers(0, 7))
def test_whatever_bit_falls_over_is_noticed(tmp_path: Path, at: int, bit: int) -> None:
    content = bytearray(PACKED.content)
    content[at] ^= 1 << bit
    (tmp_path / "segment").write_bytes(content)
    offer = offer_of(FEED, PACKED)
    with pytest.raises(RefusedError, match="tampered"):
        check_packed(tmp_path / "segment", offer)
    with contextlib.suppress(RefusedError):  # and nothing else happens if it were not
        read_all(tmp_path / "segment", offer)


@ANY_FOLDER
@given(told=st.lists(JSON, max_size=4), field=st.sampled_from(["sku", "price", "stock", "picture"]))
def test_whatever_records_are_signed_are_read_or_refused(
    tmp_path: Path, told: list[Any], field: str
) -> None:
    hostile = [json.dumps(each).encode() + b"\n" for each in told]
    hostile += lines(*(product("9") | {field: each} for each in told))
    plain = b"".join([*LINES[:-1], *hostile, end(len(hostile) + 4)])
    with contextlib.suppress(RefusedError):
        read(tmp_path, packed(plain))


def test_what_comes_of_a_file_is_the_same_each_time_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "segment").write_bytes(PACKED.content)
    offer: Offer = offer_of(FEED, PACKED)
    reader = SegmentFile(tmp_path / "segment", offer, "k1")
    assert list(reader.records()) == list(reader.records())
