"""Rules on the wire, between servers and kiosks of this version and of the one before.

``segment-10.ndjson`` and ``snapshot-ruled.ndjson`` are what a server of today writes; the examples
without rules are what the one before wrote, and what this one writes where there are none.
"""

from __future__ import annotations

import gzip
import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import zstandard

from kiosk.errors import DataError
from kiosk.feed.segment_file import SegmentFile
from kiosk.line.fake_feed import FakeFeed, Packed
from kiosk.storage import Catalogue, build
from kiosk.storage.file import SCHEMA_VERSION
from retail.catalogue import Product
from retail.pricing.rules import Adjustment, FixedPrice, Offer
from retail.rule_lines import ToldRule, read_rule_line, told_line
from retail.segment import SAME, Change, Gone, change_record, read_change
from retail.snapshot import product_record, read_product
from retail.unread_prices import Unread
from retail.used_lines import ToldUsed, Use, used_line
from retail.values import Money
from server.snapshots.writing import write_line
from tests.contract import kiosk_before
from tests.line.feeding import offer_of

CONTRACT = Path(__file__).parent
FEED = FakeFeed()


def lines_of(name: str) -> list[str]:
    return (CONTRACT / name).read_text("utf-8").splitlines(keepends=True)


def records_of(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines_of(name)]


def snapshot_file(folder: Path, lines: list[str]) -> Path:
    file = folder / "snapshot.ndjson.gz"
    file.write_bytes(gzip.compress("".join(lines).encode()))
    return file


def segment_records(folder: Path, name: str, sequence: int) -> tuple[list[object], int]:
    """Read a segment as a kiosk of today does; gives its records, and how many it passed over."""
    plain = (CONTRACT / name).read_bytes()
    content = zstandard.compress(plain)
    told = json.loads(plain.splitlines()[0])
    digest = {"size": len(content), "unpacked": len(plain), "sha256": "0" * 64}
    manifest = {
        **{"format": 2, "form": "segment", "store": told["store"], "sequence": sequence},
        **{"made_at": told["made_at"], "path": f"/api/v2/feed/segments/tehran-1/{sequence}"},
    }
    file = folder / "segment.zst"
    file.write_bytes(content)
    segment = SegmentFile(file, offer_of(FEED, Packed(content, manifest | digest)), "tehran-1-k1")
    return list(segment.records()), segment.passed_over


# ---- the server of today, the kiosk of today


@pytest.mark.parametrize("name", ["segment-10.ndjson", "snapshot-ruled.ndjson"])
def test_each_record_is_written_as_it_was_read(name: str) -> None:
    ways: dict[str, Any] = {
        "rule": lambda record: told_line(read_rule_line(record)),
        "product": lambda record: product_record(read_product(record, "IRR")),
        "change": lambda record: change_record(read_change(record, "IRR")),
    }
    for line, record in zip(lines_of(name), records_of(name), strict=True):
        way = ways.get(record["kind"], dict) if "gone" not in record else dict
        assert write_line(way(record)).decode() == line


def test_a_segment_of_today_brings_rules_and_prices(tmp_path: Path) -> None:
    records, passed_over = segment_records(tmp_path, "segment-10.ndjson", 10)
    hours, second, autumn, milk, change = records

    assert passed_over == 0
    assert isinstance(hours, ToldRule)
    assert isinstance(hours.read(), Adjustment)
    assert isinstance(second, ToldRule)
    assert isinstance(second.read(), Offer)
    assert autumn == Gone("rule", "autumn")
    assert isinstance(milk, Product)
    assert (milk.supplier, milk.reducible, milk.age_min) == ("sample-dairy", False, 18)
    assert [rule.price for rule in milk.fixed_prices] == [590_000, 3_000_000]
    assert isinstance(change, Change)
    assert change.fixed_prices is not SAME
    assert [type(rule) for rule in change.fixed_prices] == [FixedPrice]


def test_a_segment_of_today_brings_counts_and_prices_that_cannot_be_read(tmp_path: Path) -> None:
    (used, gone, moon), passed_over = segment_records(tmp_path, "segment-11.ndjson", 11)

    assert passed_over == 0
    assert isinstance(used, ToldUsed)
    assert write_line(used_line(used)).decode() == lines_of("segment-11.ndjson")[1]
    assert (used.whole, [*used.by.values()]) == (
        Use(12, 480_000),
        [Use(7, 280_000), Use(2, 80_000)],
    )
    assert gone == Gone("used", "nowruz")
    assert isinstance(moon, Unread)
    assert (moon.rule_id, moon.record) == ("moon", Change("10003", Money(459_000, "IRR")))


def test_a_snapshot_of_today_is_built_with_the_rule_that_cannot_be_read(tmp_path: Path) -> None:
    file = tmp_path / "catalogue-000001.db"
    build(snapshot_file(tmp_path, lines_of("snapshot-ruled.ndjson")), file)
    with closing(Catalogue(file)) as catalogue:
        assert catalogue.by_sku("10001") is not None
        fault = catalogue.rules.fault
        assert fault is not None
        assert fault.rule_id == "nowruz"


# ---- the server of today, the kiosk of before


def test_a_kiosk_of_before_passes_over_rules_in_a_segment_and_takes_all_else() -> None:
    taken, passed_over = kiosk_before.segment(lines_of("segment-10.ndjson"))
    assert passed_over == 3
    milk, change = taken
    today = read_product(records_of("segment-10.ndjson")[4], "IRR")
    before = replace(today, supplier="", floor=None, reducible=True, age_min=0, fixed_prices=())
    assert read_product(milk, "IRR") == before
    assert before.offers == today.offers != ()
    assert change == {"kind": "change", "sku": "10003"}  # of which it takes nothing


def test_a_kiosk_of_before_passes_over_counts() -> None:
    taken, passed_over = kiosk_before.segment(lines_of("segment-11.ndjson"))
    assert passed_over == 2
    assert [record["kind"] for record in taken] == ["change"]


def test_a_kiosk_of_before_would_refuse_a_snapshot_with_rules() -> None:
    with pytest.raises(kiosk_before.RefusedError, match="rule"):
        kiosk_before.snapshot(lines_of("snapshot-ruled.ndjson"))


def test_so_it_is_offered_one_without_and_does_not_look_at_the_other() -> None:
    forms: list[dict[str, Any]] = [
        {"form": "records"},
        {"form": "ruled"},
        {"form": "built", "schema": SCHEMA_VERSION},
    ]
    looked_at = kiosk_before.snapshots_of({"snapshots": forms})
    assert looked_at == [{"form": "records"}]
    heading, *rest = records_of("snapshot.ndjson")
    lines = [json.dumps(each) for each in ({**heading, "rules": 3}, *rest)]
    assert len(kiosk_before.snapshot(lines)) == len(rest) - 1


# ---- the server of before, the kiosk of today


def test_a_kiosk_of_today_takes_the_snapshot_of_a_server_of_before_as_it_is(
    tmp_path: Path,
) -> None:
    file = tmp_path / "catalogue-000001.db"
    build(snapshot_file(tmp_path, lines_of("snapshot.ndjson")), file)
    with closing(Catalogue(file)) as catalogue:
        assert catalogue.rules.fault is None
        milk = catalogue.by_sku("10001")
        assert milk is not None
        assert milk == replace(milk, supplier="", floor=None, fixed_prices=())
        assert [rule.rule_id for rule in milk.offers] == ["autumn-dairy", "members-5"]


@pytest.mark.parametrize(("sequence", "passed_over"), [(8, 0), (9, 1)])
def test_a_kiosk_of_today_reads_the_segments_of_a_server_of_before(
    tmp_path: Path, sequence: int, passed_over: int
) -> None:
    records, over = segment_records(tmp_path, f"segment-{sequence}.ndjson", sequence)
    assert over == passed_over
    assert not [each for each in records if isinstance(each, ToldRule)]


def test_a_kiosk_of_today_shows_no_prices_whose_rules_were_left_out(tmp_path: Path) -> None:
    heading, *rest = lines_of("snapshot.ndjson")
    told = json.dumps({**json.loads(heading), "rules": 3}) + "\n"
    file = snapshot_file(tmp_path, [told, *rest])
    with pytest.raises(DataError, match="expected a snapshot with all of its rules"):
        build(file, tmp_path / "catalogue-000001.db")
