"""What the tests of the feed share: a store's records, and a feed that publishes them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kiosk.feed.offer import Offer, read_offer
from kiosk.feed.segment_file import SegmentFile, SegmentRecord
from kiosk.line.fake_feed import FakeFeed, Packed

STORE = "tehran-1"
CONTRACT = Path(__file__).parents[1] / "contract"


def product(sku: str, price: int = 100, **more: Any) -> dict[str, Any]:
    return {
        "kind": "product", "sku": sku, "name": {"fa": f"کالا {sku}"}, "category": "tea",
        "price": price, "unit": {"fa": "بسته"}, "packs": [], **more,
    }  # fmt: skip


def change(sku: str, price: int) -> dict[str, Any]:
    return {"kind": "change", "sku": sku, "price": price}


def gone(sku: str) -> dict[str, Any]:
    return {"kind": "product", "sku": sku, "gone": True}


def action(
    number: int, do: str, kiosk: str = "k1", until: str = "2026-11-23T10:00:00Z", **more: Any
) -> dict[str, Any]:
    uuid = f"019ab000-0000-7000-8000-{number:012}"
    return {"kind": "action", "id": uuid, "kiosk": kiosk, "do": do, "until": until, **more}


TEA = {"kind": "category", "id": "tea", "name": {"fa": "چای"}}


def offer_of(feed: FakeFeed, packed: Packed) -> Offer:
    offer = read_offer(feed.signed(packed.manifest), feed.key.public_key(), feed.store)
    assert isinstance(offer, Offer), offer
    return offer


def read_all(file: Path, offer: Offer) -> list[SegmentRecord]:
    return list(SegmentFile(file, offer, "k1").records())
