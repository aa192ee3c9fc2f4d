"""What the tests of the feed share: publishing at an instant, and what a segment then says."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import zstandard
from django.db import connection

from server.catalogue.models import Price, Product
from server.configuration import Configuration
from server.feed.files import segment_file
from server.feed.models import Change, Feed, Segment
from server.feed.publish import Publication, publish_all
from server.feed.publisher import Publisher
from tests.server.line import NOON


def publish(chain: Configuration, at: Any = NOON) -> dict[str, Publication]:
    return {done.store_id: done for done in publish_all(Publisher.of(chain), at)}


def segment(chain: Configuration, sequence: int, store: str = "tehran-1") -> list[dict[str, Any]]:
    """The records of a segment between its heading and its end."""
    packed = segment_file(chain, store, sequence).read_bytes()
    lines = [json.loads(line) for line in zstandard.decompress(packed).splitlines()]
    assert lines[-1] == {"kind": "end", "records": len(lines) - 2}
    assert lines[0]["sequence"] == sequence
    return lines[1:-1]


def published(chain: Configuration, store: str = "tehran-1") -> list[dict[str, Any]]:
    """Publish, and give the records of the store's new segment; none where there is none."""
    done = publish(chain)[store]
    return segment(chain, done.sequence, store) if done.new else []


def sequence(store: str = "tehran-1") -> int:
    return Feed.objects.get(pk=store).sequence


def segments(store: str = "tehran-1") -> list[int]:
    numbers = Segment.objects.filter(store=store).order_by("sequence")
    return list(numbers.values_list("sequence", flat=True))


def milk() -> Product:
    return Product.objects.get(sku="10001")


def set_price(amount: int, sku: str = "10001") -> None:
    Price.objects.filter(product__sku=sku, store=None).update(amount=amount)


def notes() -> set[tuple[str, str, str | None]]:
    return set(Change.objects.values_list("kind", "key", "store_id"))


@contextmanager
def beside(act: Callable[[], None]) -> Iterator[threading.Thread]:
    """Run ``act`` in a thread with a connection of its own; its fault is raised at the end."""
    faults: list[BaseException] = []

    def run() -> None:
        try:
            act()
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield thread
    finally:
        thread.join(30)
        assert not thread.is_alive()
    for fault in faults:
        raise fault
