"""Publishing: a new signed snapshot for each store whose content changed.

Source: docs/snapshot.md, "The sequence".
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction

from server.catalogue.models import Product
from server.configuration import Configuration
from server.keys import signing_key
from server.snapshots.assemble import records
from server.snapshots.models import Snapshot
from server.snapshots.writing import (
    Heading,
    content_digest,
    write_line,
    write_manifest,
    write_snapshot,
)
from server.stores.models import Store

KEPT = 5  # snapshots a store: a kiosk that began to fetch one may finish after the next


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did for one store; ``unpriced`` products are not in its snapshot."""

    store_id: str
    sequence: int
    new: bool
    products: int
    unpriced: int


def publish(configuration: Configuration, at: datetime) -> list[Published]:
    """Publish for every store at the aware instant ``at``; raises ``SecretMissingError``."""
    key = signing_key(configuration.data_dir)
    store_ids = Store.objects.values_list("store_id", flat=True)
    return [publish_store(store_id, configuration, key, at) for store_id in store_ids]


@transaction.atomic
def publish_store(
    store_id: str, configuration: Configuration, key: Ed25519PrivateKey, at: datetime
) -> Published:
    """Publish for one store; two at the same time come one after the other."""
    store = Store.objects.select_for_update().get(store_id=store_id)
    lines = [write_line(record) for record in records(store, configuration.chain.currency, at)]
    products = sum(line.startswith(b'{"kind":"product"') for line in lines)
    unpriced = Product.objects.count() - products
    content = content_digest(lines)
    last = Snapshot.objects.filter(store=store).order_by("-sequence").first()
    if last is not None and last.content_sha256 == content:
        return Published(store_id, last.sequence, False, products, unpriced)
    chain = configuration.chain
    sequence = last.sequence + 1 if last else 1
    heading = Heading(chain.id, store_id, chain.currency, chain.zone, sequence, at)
    file = write_snapshot(heading, lines)
    path = f"/api/v1/catalogue/snapshots/{store_id}/{sequence}"
    Snapshot.objects.create(
        store=store,
        sequence=sequence,
        made_at=at.replace(microsecond=0),
        products=products,
        content_sha256=content,
        manifest=write_manifest(heading, file, key, path),
    )
    # before the commit: a row whose file is missing would be worse than a file without a row
    _write_whole(snapshot_file(configuration, store_id, sequence), file)
    transaction.on_commit(partial(_forget_old, configuration, store))
    return Published(store_id, sequence, True, products, unpriced)


def snapshot_file(configuration: Configuration, store_id: str, sequence: int) -> Path:
    """Give where the snapshot's file lies."""
    return configuration.snapshots_dir / store_id / f"{sequence}.ndjson.gz"


def _write_whole(file: Path, content: bytes) -> None:
    """Write a file so that after a power cut it is there whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    Path(stream.name).replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _forget_old(configuration: Configuration, store: Store) -> None:
    old = Snapshot.objects.filter(store=store).order_by("-sequence")[KEPT:]
    for snapshot in list(old):
        snapshot.delete()
        snapshot_file(configuration, store.store_id, snapshot.sequence).unlink(missing_ok=True)
