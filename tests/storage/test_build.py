"""A snapshot becomes a catalogue file, whole or not at all: docs/catalogue.md, section 2."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kiosk.errors import DataError
from kiosk.storage import Catalogue, build, check
from retail.snapshot import category_record, product_record, store_record
from tests.storage.conftest import Open, Snapshot
from tests.storage.shop import BARE, CATEGORIES, FULL, STORES, gtin, in_stock, product

CONTRACT = Path(__file__).parents[1] / "contract" / "snapshot.ndjson.gz"


def test_a_catalogue_says_what_the_snapshots_heading_said(
    snapshot: Snapshot, tmp_path: Path
) -> None:
    info = build(snapshot(FULL, BARE), tmp_path / "catalogue.db")

    assert (info.chain, info.store_id, info.currency) == ("pishkhan", "vanak", "IRR")
    assert (info.zone, info.sequence) == ("Asia/Tehran", 7)
    assert info.made_at == datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
    assert (info.products, info.packs) == (2, 3)


@pytest.mark.parametrize("given", [FULL, BARE], ids=["everything", "the least"])
def test_a_product_comes_out_as_it_went_in(catalogue: Open, given: Any) -> None:
    assert catalogue(FULL, BARE).by_sku(given.sku) == given


def test_the_example_that_the_server_is_tested_with_can_be_built(tmp_path: Path) -> None:
    build(CONTRACT, tmp_path / "catalogue.db")

    products, total = Catalogue(tmp_path / "catalogue.db").products_in("", 10)
    records = [json.loads(line) for line in gzip.decompress(CONTRACT.read_bytes()).splitlines()]
    assert total == len(products)
    assert [product_record(each) for each in products] == sorted(
        (record for record in records if record["kind"] == "product"),
        key=lambda record: -record["popularity"],
    )


def test_a_store_without_any_product_has_a_catalogue_too(catalogue: Open) -> None:
    empty = catalogue()

    assert empty.search("شیر").products == ()
    assert empty.children("") == []


def test_a_field_that_a_newer_server_added_is_ignored(snapshot: Snapshot, tmp_path: Path) -> None:
    records = [*map(category_record, CATEGORIES), *map(store_record, STORES)]
    records.append(product_record(product(1, "شیر")) | {"smell": "fresh"})

    assert build(snapshot(records=records), tmp_path / "catalogue.db").products == 1


HEADINGS: list[tuple[dict[str, Any], str]] = [
    ({"format": 2}, "line 1: format: expected 1, got 2"),
    ({"kind": "manifest"}, "line 1: kind: expected 'catalogue', got 'manifest'"),
    ({"sequence": "7"}, "line 1: sequence: expected int, got '7'"),
    ({"store": None}, "line 1: store: expected str, got None"),
    ({"made_at": "2026-11-23T08:30:00"}, "line 1: made_at: "),
]


@pytest.mark.parametrize(("heading", "told"), HEADINGS)
def test_a_wrong_heading_is_refused(
    snapshot: Snapshot, tmp_path: Path, heading: dict[str, Any], told: str
) -> None:
    with pytest.raises(DataError, match=told):
        build(snapshot(FULL, heading=heading), tmp_path / "catalogue.db")


def wrong(**changes: Any) -> dict[str, Any]:
    return product_record(product(1, "شیر", stock=in_stock())) | changes


BROKEN: list[tuple[list[dict[str, Any]], str]] = [
    ([wrong(price="12")], "line 10: .*price.*'12'"),
    ([wrong(price=-1)], "line 10: .*-1"),
    ([wrong(name={"en": "Milk"})], "line 10: .*name: .*'fa'"),
    ([wrong(packs=[{"gtin": "06260000000012"}])], r"line 10: .*packs\[0\]: .*check digit"),
    ([wrong(category="moon")], "line 10: category: expected a known one, got 'moon'"),
    ([wrong(popularity="much")], "line 10: popularity: .*'much'"),
    ([wrong(popularity=1 << 70)], "line 10: popularity: "),
    ([wrong(price=1 << 70)], "line 10: "),
    ([wrong(stock=[{"store": "mars", "on_hand": 1, "counted_at": "2026-11-23T08:30:00Z"}])],
     "line 10: stock: expected a known store, got 'mars'"),
    ([wrong(stock=[{"store": "vanak", "on_hand": 1, "counted_at": "2026-11-23T08:30:00Z"}] * 2)],
     "line 10: stock: expected each store once"),
    ([wrong(), wrong(sku="2")], r"line 11: packs\[0\]: gtin: expected one that is new"),
    ([wrong(), wrong(packs=[])], "line 11: sku: expected one that is new, got '1' again"),
    ([wrong(kind="price")], "line 10: kind: expected store, rule, product, end, got 'price'"),
    ([wrong(), category_record(CATEGORIES[0])], "line 11: kind: expected product, end"),
]  # fmt: skip


@pytest.mark.parametrize(("records", "told"), BROKEN)
def test_a_broken_record_is_refused_by_line_and_field(
    snapshot: Snapshot, tmp_path: Path, records: list[dict[str, Any]], told: str
) -> None:
    before = [*map(category_record, CATEGORIES), *map(store_record, STORES)]

    with pytest.raises(DataError, match=told):
        build(snapshot(records=before + records), tmp_path / "catalogue.db")


def test_a_category_that_comes_before_its_parent_is_refused(
    snapshot: Snapshot, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match=r"line 2: parent: .*'dairy'"):
        build(snapshot(records=[category_record(CATEGORIES[2])]), tmp_path / "catalogue.db")


def test_a_category_or_store_said_twice_is_refused(snapshot: Snapshot, tmp_path: Path) -> None:
    for record in (category_record(CATEGORIES[0]), store_record(STORES[0])):
        with pytest.raises(DataError, match="line 3: id: expected one that is new"):
            build(snapshot(records=[record, record]), tmp_path / "catalogue.db")


ENDS: list[tuple[dict[str, Any], str]] = [
    ({}, "line 9: expected an end record, got no more"),
    ({"kind": "end", "records": 99}, "line 10: records: expected 8, .* got 99"),
    ({"kind": "end"}, "line 10: records: expected 8, .* got None"),
]


@pytest.mark.parametrize(("end", "told"), ENDS, ids=["no end", "too many", "no count"])
def test_a_snapshot_that_is_not_whole_is_refused(
    snapshot: Snapshot, tmp_path: Path, end: dict[str, Any], told: str
) -> None:
    written = snapshot(end=end or {"kind": "end", "records": 8})
    if not end:
        lines = gzip.decompress(written.read_bytes()).splitlines(keepends=True)
        written.write_bytes(gzip.compress(b"".join(lines[:-1])))

    with pytest.raises(DataError, match=told):
        build(written, tmp_path / "catalogue.db")


def test_lines_behind_the_end_are_refused(snapshot: Snapshot, tmp_path: Path) -> None:
    written = snapshot(FULL)
    with gzip.open(written, "ab") as file:
        file.write(b'{"kind":"product"}\n')

    with pytest.raises(DataError, match="expected nothing after the end"):
        build(written, tmp_path / "catalogue.db")


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.99])
def test_a_file_cut_off_anywhere_is_refused(
    snapshot: Snapshot, tmp_path: Path, share: float
) -> None:
    written = snapshot(*(product(i, f"شیر {i}") for i in range(1, 50)))
    whole = written.read_bytes()
    written.write_bytes(whole[: int(len(whole) * share)])

    with pytest.raises(DataError, match=r"snapshot\.ndjson\.gz line"):
        build(written, tmp_path / "catalogue.db")


@pytest.mark.parametrize(
    "content",
    [b"", b"not gzip", gzip.compress(b"\n"), gzip.compress(b"[1]\n"), gzip.compress(b"\xff\n"),
     gzip.compress(b"[" * 200_000), gzip.compress(b"x" * 3_000_000)],
    ids=["empty", "no gzip", "empty line", "no object", "no UTF-8", "a deep pit", "a long line"],
)  # fmt: skip
def test_what_is_no_snapshot_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "snapshot.ndjson.gz").write_bytes(content)

    with pytest.raises(DataError, match=r"snapshot\.ndjson\.gz line 1: "):
        build(tmp_path / "snapshot.ndjson.gz", tmp_path / "catalogue.db")


def test_a_snapshot_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="expected a snapshot, got no file"):
        build(tmp_path / "none.gz", tmp_path / "catalogue.db")


def test_a_refused_snapshot_leaves_the_last_good_catalogue_and_no_litter(
    snapshot: Snapshot, tmp_path: Path
) -> None:
    file = tmp_path / "catalogue.db"
    build(snapshot(FULL), file)
    good = file.read_bytes()

    with pytest.raises(DataError):
        build(snapshot(FULL, end={"kind": "end", "records": 0}), file)

    assert file.read_bytes() == good
    assert {each.name for each in tmp_path.iterdir()} == {"catalogue.db", "snapshot.ndjson.gz"}


def test_a_folder_that_cannot_be_written_is_told(snapshot: Snapshot, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="expected to write a catalogue"):
        build(snapshot(FULL), tmp_path / "missing" / "catalogue.db")


def test_a_kill_in_the_middle_of_a_build_leaves_the_last_good_catalogue(
    snapshot: Snapshot, tmp_path: Path
) -> None:
    file = tmp_path / "catalogue.db"
    build(snapshot(FULL), file)
    many = snapshot(*(product(i, f"شیر {i} نمونه") for i in range(1, 4_001)))
    code = "import sys, pathlib; from kiosk.storage import build; build(*map(pathlib.Path, sys.argv[1:]))"

    victim = subprocess.Popen(
        [sys.executable, "-c", code, many, file], cwd=Path(__file__).parents[2]
    )
    part = tmp_path / "catalogue.db.part"
    while not (part.exists() and part.stat().st_size > 200_000) and victim.poll() is None:
        pass
    victim.send_signal(signal.SIGKILL)

    assert victim.wait() == -signal.SIGKILL, "the build was over before it was killed"
    assert part.exists()
    assert check(file).products == 1
    assert build(many, file).products == 4_000
    assert not part.exists()


def test_the_same_snapshot_gives_the_same_bytes(snapshot: Snapshot, tmp_path: Path) -> None:
    written = snapshot(FULL, BARE, *(product(i, f"شیر {i}") for i in range(10, 30)))
    build(written, tmp_path / "one.db")
    build(written, tmp_path / "other.db")

    assert (tmp_path / "one.db").read_bytes() == (tmp_path / "other.db").read_bytes()


def test_memory_does_not_grow_with_the_number_of_products(
    snapshot: Snapshot, tmp_path: Path
) -> None:
    def peak(count: int) -> int:
        written = snapshot(*(product(i, f"شیر {i % 50}") for i in range(1, count + 1)))
        tracemalloc.start()
        build(written, tmp_path / "catalogue.db")
        (_, most), _ = tracemalloc.get_traced_memory(), tracemalloc.stop()
        return most

    assert peak(12_000) < 1.5 * peak(4_000)


def test_building_does_not_disturb_who_reads_the_same_name(
    catalogue: Open, snapshot: Snapshot
) -> None:
    old = catalogue(FULL)

    build(snapshot(product(1, "نان")), old.file)

    assert old.by_sku(FULL.sku) == FULL
    assert os.stat(old.file).st_ino  # the name leads to the new one
    assert Catalogue(old.file).by_sku("1") is not None


def test_gtins_of_one_product_lead_to_it_each_with_its_own_pack(catalogue: Open) -> None:
    opened = catalogue(FULL, product(4, "نان"))

    for pack in FULL.packs:
        assert opened.by_gtin(pack.gtin) == (FULL, pack)
    assert opened.by_gtin(gtin(99)) is None
