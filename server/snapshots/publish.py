"""Publishing by hand: segments where something changed, and a snapshot of each store as it is.

Kiosks of version 1 know snapshots alone, and whoever publishes by hand wants to see one.

Source: docs/snapshot.md, "The sequence"; docs/feed.md, section 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.catalogue.models import Product
from server.configuration import Configuration
from server.feed import notes
from server.feed.files import whole_file
from server.feed.jobs import make_snapshot, prune
from server.feed.publish import publish_store as publish_segment
from server.feed.publisher import Publisher
from server.stores.models import Store


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
    publisher = Publisher.of(configuration)
    notes.take()
    store_ids = list(Store.objects.values_list("store_id", flat=True))
    done = [publish_store(store_id, configuration, publisher.key, at) for store_id in store_ids]
    notes.forget_published()
    return done


def publish_store(
    store_id: str, configuration: Configuration, key: Ed25519PrivateKey, at: datetime
) -> Published:
    """Publish for one store; two at the same time come one after the other."""
    publisher = Publisher(configuration, key)
    done = publish_segment(store_id, publisher, at)
    snapshot = make_snapshot(store_id, publisher, at)
    prune(store_id, configuration, at)
    unpriced = Product.objects.count() - snapshot.products
    return Published(store_id, done.sequence, done.new, snapshot.products, unpriced)


def snapshot_file(configuration: Configuration, store_id: str, sequence: int) -> Path:
    """Give where the snapshot's file lies."""
    return whole_file(configuration, store_id, sequence, "records")
