"""Which parts of a product differ from what was published: pure, on records as they are written.

A digest is 8 bytes of BLAKE2b over a part's JSON; that two versions of a part have the same one
happens once in 10^19 changes. The popularity is in no part: how often something is bought changes
daily for everything, and takes effect with the next snapshot, as its rank does.

Source: docs/feed.md, section 2.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from server.snapshots.writing import write_line

# that travel alone; a new one is added at the end, since digests are kept in this order
PARTS = ("price", "stock", "offers", "place", "prices")
NONE_NOW: Mapping[str, Any] = {"stock": [], "offers": [], "place": None, "prices": []}
DIGEST_BYTES = 8
_UNTOLD = {*PARTS, "popularity"}


def digest(value: Any) -> bytes:
    """Give the digest of anything that JSON can write."""
    return hashlib.blake2b(write_line(value), digest_size=DIGEST_BYTES).digest()


def digests(product: Mapping[str, Any]) -> bytes:
    """Give the digests of a product's record, one after the other: itself, then ``PARTS``."""
    own = {name: value for name, value in product.items() if name not in _UNTOLD}
    return digest(own) + b"".join(digest(product.get(part)) for part in PARTS)


def difference(
    product: Mapping[str, Any], now: bytes, before: bytes | None
) -> Mapping[str, Any] | None:
    """Give the record that leads from what was published to ``product``; None where all is said.

    ``now`` are the product's ``digests``, ``before`` those of what was published, or None where
    nothing was.
    """
    before = before and _with_all_parts(before)
    if now == before:
        return None
    if before is None or now[:DIGEST_BYTES] != before[:DIGEST_BYTES]:
        return product
    changed: dict[str, Any] = {"kind": "change", "sku": product["sku"]}
    for place, part in enumerate(PARTS, 1):
        at = slice(place * DIGEST_BYTES, (place + 1) * DIGEST_BYTES)
        if now[at] != before[at]:
            changed[part] = product.get(part, NONE_NOW.get(part))
    return changed


def _with_all_parts(before: bytes) -> bytes:
    """Give digests that were kept before there were as many parts: of those, nothing was told."""
    lacking = len(PARTS) + 1 - len(before) // DIGEST_BYTES
    return before + digest(None) * lacking
