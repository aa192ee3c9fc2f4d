"""Ways to write a small shop's snapshot, rightly and wrongly, and to open its catalogue."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.storage import Catalogue, build
from retail.catalogue import Product
from retail.snapshot import category_record, product_record, store_record
from tests.storage.shop import CATEGORIES, STORES

HEADING = {
    "kind": "catalogue",
    "format": 1,
    "chain": "pishkhan",
    "store": "vanak",
    "currency": "IRR",
    "sequence": 7,
    "made_at": "2026-11-23T08:30:00Z",
    "zone": "Asia/Tehran",
}
Records = Iterable[dict[str, Any]]
Snapshot = Callable[..., Path]
Open = Callable[..., Catalogue]


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    """Write a snapshot of products, or of records that may be wrong."""

    def write(
        *products: Product,
        heading: dict[str, Any] | None = None,
        records: Records | None = None,
        end: dict[str, Any] | None = None,
    ) -> Path:
        if records is None:
            records = [
                *map(category_record, CATEGORIES),
                *map(store_record, STORES),
                *map(product_record, products),
            ]
        body = list(records)
        last = {"kind": "end", "records": len(body)} if end is None else end
        lines = [HEADING | (heading or {}), *body, *([last] if last else [])]
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        file = tmp_path / "snapshot.ndjson.gz"
        file.write_bytes(gzip.compress(text.encode(), mtime=0))
        return file

    return write


@pytest.fixture
def catalogue(tmp_path: Path, snapshot: Snapshot) -> Iterator[Open]:
    """Build and open a catalogue of products; it is closed after the test."""
    opened: list[Catalogue] = []

    def make(*products: Product, **changes: Any) -> Catalogue:
        file = tmp_path / f"catalogue-{len(opened) + 1:06}.db"
        build(snapshot(*products, **changes), file)
        opened.append(Catalogue(file))
        return opened[-1]

    yield make
    for each in opened:
        each.close()
