"""What a kiosk of the version before rules makes of a snapshot and of a segment.

It is that version's reading and nothing else: the kinds that it knew in their order, the fields
that it took out of a record, and what it did with all others. It is kept as it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

Record = dict[str, Any]

SNAPSHOT_KINDS = ("category", "store", "product")
SEGMENT_RANKS = {"category": 0, "store": 1, "product": 3, "change": 3, "action": 4}
RANK_OF_PRODUCTS_GONE = 2
SNAPSHOT_FORMS = ("records", "built")
SCHEMA = 2  # of the catalogues that it could read
PRODUCT_FIELDS = (
    *("kind", "sku", "name", "category", "price", "unit", "packs", "brand", "note", "labels"),
    *("size", "picture", "vat_bp", "popularity", "stock", "place", "offers"),
)
CHANGE_FIELDS = ("kind", "sku", "price", "stock", "offers", "place")
OFFER_FIELDS = ("id", "name", "starts_at", "ends_at", "off_bp", "members_only")


class RefusedError(Exception):
    """It did not take it at all."""


def snapshot(lines: Iterable[str]) -> list[Record]:
    """Give the records that it took of a snapshot."""
    records = [json.loads(line) for line in lines]
    heading, *body, end = records
    if (heading["kind"], heading["format"]) != ("catalogue", 1):
        raise RefusedError("heading")
    part = 0
    for record in body:
        if record["kind"] not in SNAPSHOT_KINDS[part:]:
            raise RefusedError(f"kind: got {record['kind']!r}")
        part = SNAPSHOT_KINDS.index(record["kind"])
    if end != {"kind": "end", "records": len(body)}:
        raise RefusedError("end")
    return [_taken(record) for record in body]


def segment(lines: Iterable[str]) -> tuple[list[Record], int]:
    """Give the records that it took of a segment, and how many it passed over."""
    records = [json.loads(line) for line in lines]
    heading, *body, end = records
    if (heading["kind"], heading["format"]) != ("segment", 2):
        raise RefusedError("heading")
    rank, taken, passed_over = 0, [], 0
    for record in body:
        own = SEGMENT_RANKS.get(record["kind"])
        if own is None:
            passed_over += 1
            continue
        if record["kind"] == "product" and record.get("gone") is True:
            own = RANK_OF_PRODUCTS_GONE
        if own < rank:
            raise RefusedError(f"order: got {record['kind']!r}")
        rank = own
        taken.append(_taken(record))
    if end != {"kind": "end", "records": len(body)}:
        raise RefusedError("end")
    return taken, passed_over


def snapshots_of(head: Record) -> list[Record]:
    """Give the manifests of snapshots in a head that it looked at."""
    known = (each for each in head["snapshots"] if each.get("form") in SNAPSHOT_FORMS)
    return [each for each in known if each.get("schema", SCHEMA) == SCHEMA]


def _taken(record: Record) -> Record:
    fields = {"product": PRODUCT_FIELDS, "change": CHANGE_FIELDS}.get(record["kind"])
    if fields is None or record.get("gone"):
        return record
    taken = {name: record[name] for name in fields if name in record}
    if "offers" in taken:
        offers = ({f: each[f] for f in OFFER_FIELDS if f in each} for each in taken["offers"])
        taken["offers"] = list(offers)
    return taken
