"""Snapshots of a store's feed as the records of docs/snapshot.md: the first one, and later ones.

A snapshot is exactly what the segments up to its number lead to. It is read as of one instant at
which nothing is left to publish, without keeping anybody from writing, however long it takes.

Source: docs/feed.md, sections 1, 2 and 3.
"""

from __future__ import annotations

import json
import logging
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO, BinaryIO, Self

from django.db import transaction
from django.db.models import Max

from retail.catalogue import Product
from retail.fields import Record
from retail.snapshot import product_record
from server.feed import actions, counts, notes, published, surveys, terms
from server.feed.comparing import digest_of_all, digests_by_key, rule_digests
from server.feed.files import move, whole_file, writing
from server.feed.locking import numbering, reading
from server.feed.models import Batch, Feed, Segment, Whole
from server.feed.parts import digests
from server.feed.published import Told
from server.feed.publisher import Publisher
from server.feed.ruled import write_ruled
from server.feed.watch import announce
from server.feed.writing import About, Form, snapshot_path, write_manifest
from server.snapshots.assemble import category_records, products, rule_lines, store_records
from server.snapshots.models import Snapshot
from server.snapshots.writing import FileDigest, Heading, Packing, write_line
from server.snapshots.writing import write_manifest as write_manifest_1
from server.stores.models import Store

Note = Callable[[Told], None]
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Found:
    """What was read of a store as of one instant; the file still has no name."""

    heading: Heading
    packing: Packing
    batch: int  # all its notes were visible
    categories: dict[str, bytes]
    stores: dict[str, bytes]
    rules: list[Record]


@dataclass(frozen=True, slots=True)
class _Files:
    """The files of a snapshot, still without their names: without rules, and with them if any."""

    records: Path
    ruled: Path
    with_rules: Packing | None

    @classmethod
    def of(cls, found: _Found, records: BinaryIO, ruled: BinaryIO) -> Self:
        """Write the second one, where there are rules."""
        files = Path(records.name), Path(ruled.name)
        if not found.rules:
            return cls(*files, None)
        return cls(*files, write_ruled(files[0], found.heading, found.rules, ruled))

    def each(self, packing: Packing) -> Iterator[tuple[Form, Path, FileDigest]]:
        """Give each form with its file and what is to be said of it."""
        yield "records", self.records, packing.digest
        if self.with_rules is not None:
            yield "ruled", self.ruled, self.with_rules.digest


def feed_of(store_id: str) -> Feed:
    """Give the row of a store's feed, which keeps notes from now on if it is new."""
    with transaction.atomic(durable=True):
        batch = Batch.objects.values_list("last", flat=True).get()
        feed, _ = Feed.objects.get_or_create(store_id=store_id, defaults={"batch": batch})
    return feed


def begin(store_id: str, publisher: Publisher, at: datetime, above: int = 0) -> int:
    """Give the store's first number, and any first one ``above``, to a snapshot; gives the number.

    Every digest is written anew. Nothing happens where another was faster: its number is given.
    """
    before = feed_of(store_id)
    folder = whole_file(publisher.configuration, store_id, 0, "records").parent
    with (
        writing(folder) as file,
        writing(folder) as ruled,
        tempfile.TemporaryFile("w+", encoding="utf-8") as spool,
    ):
        with reading():
            last = Snapshot.objects.filter(store=store_id).aggregate(last=Max("sequence"))["last"]
            number = max(before.sequence, last or 0, above) + 1
            heading = _heading(store_id, number, publisher, at)
            found = _read(heading, publisher, file, partial(_spool, spool))
        files = _Files.of(found, file, ruled)
        return numbering(partial(_begin, before.sequence, found, publisher, files, spool))


def make_records(store_id: str, publisher: Publisher, at: datetime) -> Snapshot | None:
    """Make the newest number's snapshot, if there is none; None where writers left no pause.

    What is left to publish is published first, by who calls: see ``server.feed.jobs``.
    """
    folder = whole_file(publisher.configuration, store_id, 0, "records").parent
    with writing(folder) as file, writing(folder) as ruled:
        with reading():
            feed = Feed.objects.get(store=store_id)
            known = Snapshot.objects.filter(store=store_id, sequence=feed.sequence).first()
            if known is not None:
                return known
            if notes.is_pending(store_id, feed.batch):
                return None
            found = _read(_heading(store_id, feed.sequence, publisher, at), publisher, file)
        files = _Files.of(found, file, ruled)
        with transaction.atomic(durable=True):
            Feed.objects.select_for_update().get(store=store_id)
            return _add(found, publisher, files)


def _begin(seen: int, found: _Found, publisher: Publisher, files: _Files, spool: IO[str]) -> int:
    store_id = found.heading.store
    feed = Feed.objects.select_for_update().get(store=store_id)
    if feed.sequence != seen:
        return feed.sequence
    spool.seek(0)
    published.forget_everything(store_id)
    published.save_products(store_id, _spooled(spool))
    published.save_rows(store_id, "category", found.categories)
    published.save_rows(store_id, "store", found.stores)
    published.save_rows(store_id, "rule", rule_digests(found.rules))
    Segment.objects.filter(store=store_id).delete()  # none of them leads to this number
    feed.sequence, feed.batch = found.heading.sequence, found.batch
    feed.categories = digest_of_all(found.categories)
    feed.save(update_fields=("sequence", "batch", "categories"))
    terms.note(store_id, feed.sequence, publisher.configuration.chain, found.heading.made_at)
    _add(found, publisher, files)
    announce(store_id)
    logger.info("feed-begun store=%s sequence=%d", store_id, feed.sequence)
    return feed.sequence


def _add(found: _Found, publisher: Publisher, files: _Files) -> Snapshot:
    """Give the files their names and write their rows, one for each version of the line."""
    heading, packing = found.heading, found.packing
    store_id, sequence = heading.store, heading.sequence
    for form, file, digest in files.each(packing):
        _add_whole(form, heading, publisher, file, digest)
    path = f"/api/v1/catalogue/snapshots/{store_id}/{sequence}"
    snapshot, _ = Snapshot.objects.get_or_create(
        store_id=store_id,
        sequence=sequence,
        defaults={
            "made_at": heading.made_at,
            "products": packing.products,
            "content_sha256": packing.content_sha256,
            "manifest": write_manifest_1(heading, packing.digest, publisher.key, path),
        },
    )
    actions.tell_again(store_id, sequence)
    counts.tell_again(store_id)
    surveys.tell_again(store_id)
    return snapshot


def _add_whole(
    form: Form, heading: Heading, publisher: Publisher, file: Path, digest: FileDigest
) -> None:
    store_id, sequence = heading.store, heading.sequence
    move(file, whole_file(publisher.configuration, store_id, sequence, form))
    path = snapshot_path(store_id, sequence, form)
    about = About(form, store_id, sequence, heading.made_at, path)
    Whole.objects.get_or_create(
        store_id=store_id,
        sequence=sequence,
        form=form,
        defaults={
            "made_at": heading.made_at,
            "size": digest.size,
            "manifest": write_manifest(about, digest, publisher.key),
        },
    )


def _read(
    heading: Heading, publisher: Publisher, file: BinaryIO, note: Note | None = None
) -> _Found:
    """Write what the store's kiosks are to know to ``file``, and flush it to the disk."""
    store = Store.objects.get(pk=heading.store)
    heads = [category_records(), store_records()]
    rules = rule_lines(heading.store, heading.made_at)
    heading = replace(heading, rules=len(rules))
    packing = Packing()
    sold = products(store, publisher.configuration.chain.currency, heading.made_at)
    file.writelines(packing.pieces(heading, _lines(heads, sold, note)))
    file.flush()
    os.fsync(file.fileno())
    batch = Batch.objects.values_list("last", flat=True).get()
    categories, stores = map(digests_by_key, heads)
    return _Found(heading, packing, batch, categories, stores, rules)


def _heading(store_id: str, sequence: int, publisher: Publisher, at: datetime) -> Heading:
    chain, at = publisher.configuration.chain, at.replace(microsecond=0)
    return Heading(
        chain.id,
        store_id,
        chain.currency,
        chain.zone,
        sequence,
        at,
        vat_included=chain.vat_included,
    )


def _lines(
    heads: Iterable[list[Record]], sold: Iterable[tuple[int, Product]], note: Note | None
) -> Iterator[bytes]:
    for records in heads:
        yield from map(write_line, records)
    for key, product in sold:
        record = product_record(product)
        if note is not None:
            note(Told(key, product.sku, digests(record)))
        yield write_line(record)


def _spool(spool: IO[str], told: Told) -> None:
    json.dump([told.product_id, told.sku, told.digests.hex()], spool)
    spool.write("\n")


def _spooled(spool: Iterable[str]) -> Iterator[Told]:
    for line in spool:
        key, sku, digest = json.loads(line)
        yield Told(key, sku, bytes.fromhex(digest))
