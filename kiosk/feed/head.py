"""The head of a store's feed, as the server tells it. Pure; nothing is decided here.

The head itself is not signed, each manifest in it is: whoever forges a head can hide what is
new and nothing else. The list of segments ends at the first one that is refused.

Source: docs/feed.md, section 4.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.feed.faults import Reason, Refusal
from kiosk.feed.manifest import without_doubles
from kiosk.feed.offer import SEQUENCE_END, Offer, read_offer
from retail.fields import RecordError, take

SEGMENTS_MAX = 100
SNAPSHOTS_MAX = 20
SNAPSHOT_FORMS = ("records", "ruled", "built")


@dataclass(frozen=True, slots=True)
class Head:
    """What is offered: ``sequence`` is the newest, 0 where nothing was published.

    ``segments`` are in the order told, up to the one that is ``refused``, if one is;
    ``bad_snapshot`` says why one of the snapshots is not among ``snapshots``. ``files`` has the
    bytes of small segments that came along, by sequence; nothing of them is checked yet.
    """

    store: str
    sequence: int
    segments: tuple[Offer, ...] = ()
    snapshots: tuple[Offer, ...] = ()
    more: bool = False
    refused: Refusal | None = None
    bad_snapshot: Refusal | None = None
    files: Mapping[int, bytes] = field(default_factory=dict)


def read_head(body: bytes, key: Ed25519PublicKey, store: str) -> Head | Refusal:
    """Read an answer of ``/api/v2/feed/head``; another store's or none at all is refused."""
    try:
        told = json.loads(body, object_pairs_hook=without_doubles)
        head = _read(told, key, store)
    except (ValueError, RecursionError) as error:  # RecordError is one of the first
        return Refusal(Reason.BAD_FORMAT, f"Expected the feed's head, got another answer: {error}")
    if head.store != store:
        said = f"Expected the feed of store {store!r}, got that of {head.store!r:.80}"
        return Refusal(Reason.OTHER_STORE, said)
    return head


def _read(told: Any, key: Ed25519PublicKey, store: str) -> Head:
    sequence = take(told, "sequence", int)
    if not 0 <= sequence < SEQUENCE_END:
        raise RecordError(f"Expected a sequence of 0 or more, got {sequence!r:.40}")
    segments = take(told, "segments", list)[:SEGMENTS_MAX]
    snapshots = take(told, "snapshots", list)[:SNAPSHOTS_MAX]
    good, refused = _until_refused(_of_forms(segments, key, store, ("segment",)))
    known = [each for each in snapshots if _form_of(each) in SNAPSHOT_FORMS]
    read = list(_of_forms(known, key, store, SNAPSHOT_FORMS))
    return Head(
        store=take(told, "store", str),
        sequence=sequence,
        segments=tuple(good),
        snapshots=tuple(each for each in read if isinstance(each, Offer)),
        more=take(told, "more", bool, False),
        refused=refused,
        bad_snapshot=next((each for each in read if isinstance(each, Refusal)), None),
        files=dict(_files(take(told, "files", dict, {}))),
    )


def _files(told: Mapping[str, object]) -> Iterator[tuple[int, bytes]]:
    """Read what came along; what cannot be read is fetched as if it had not."""
    for name, text in islice(told.items(), SEGMENTS_MAX):
        if name.isascii() and name.isdecimal() and len(name) < 20 and isinstance(text, str):
            with suppress(ValueError):
                yield int(name), base64.b64decode(text, validate=True)


def _of_forms(
    told: Iterable[object], key: Ed25519PublicKey, store: str, forms: tuple[str, ...]
) -> Iterator[Offer | Refusal]:
    for each in told:
        read = read_offer(each, key, store)
        if isinstance(read, Offer) and read.form not in forms:
            said = f"Expected {' or '.join(forms)}, got {read.form}"
            read = Refusal(Reason.BAD_FORMAT, said, read.sequence)
        yield read


def _until_refused(read: Iterable[Offer | Refusal]) -> tuple[list[Offer], Refusal | None]:
    good: list[Offer] = []
    for each in read:
        if isinstance(each, Refusal):
            return good, each
        good.append(each)
    return good, None


def _form_of(told: object) -> object:
    """Give the form that is told; one of a later version is passed over."""
    return told.get("form") if isinstance(told, dict) else "records"
