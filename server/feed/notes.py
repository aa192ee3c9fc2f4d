"""What was touched: notes taken in numbered batches, each kept until every store is done.

A batch's number is given under a lock, as a store's is, so a store that has published batch 41
has missed none before it. A note of a transaction that is still under way is in a later batch.

Source: docs/feed.md, section 2.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.db.models import Min, Q

from server.catalogue.models import Offer
from server.feed.models import Batch, Change, Feed, Touched
from server.feed.triggers import EVERYTHING

_TAKEN = "SELECT DISTINCT %s, kind, key, store_id FROM "
_INTO = "INSERT INTO feed_touched (batch, kind, key, store_id) "


@dataclass(slots=True)
class TouchedRows:
    """What one store has to look at; ``everything``: each product, whatever ``products`` says."""

    products: set[int] = field(default_factory=set)
    categories: bool = False
    stores: bool = False
    rules: bool = False
    everything: bool = False

    def __bool__(self) -> bool:
        heads = self.categories or self.stores or self.rules
        return bool(self.products or heads or self.everything)


def take() -> int:
    """Make the notes that are visible a batch; gives the number of the last one."""
    with transaction.atomic(durable=True):
        batch = Batch.objects.select_for_update().get()
        with connection.cursor() as cursor:
            if _move(cursor, batch.last + 1):
                batch.last += 1
                batch.save()
    return batch.last


def _move(cursor, number: int) -> int:  # type: ignore[no-untyped-def]
    """Move all notes; on PostgreSQL in one statement, since a second one would see more."""
    if connection.vendor == "postgresql":
        taken = "WITH taken AS (DELETE FROM feed_change RETURNING kind, key, store_id) "
        cursor.execute(f"{taken}{_INTO}{_TAKEN}taken", [number])
        return int(cursor.rowcount)
    cursor.execute(f"{_INTO}{_TAKEN}feed_change", [number])
    moved = int(cursor.rowcount)
    if moved:
        cursor.execute("DELETE FROM feed_change")
    return moved


def any_waiting() -> bool:
    """Tell whether there is a note that nobody took yet."""
    return Change.objects.exists()


def last_batch() -> int:
    """Give the number of the last batch."""
    return Batch.objects.values_list("last", flat=True).get()


def touched_for(store_id: str, after: int) -> TouchedRows:
    """Give what was touched after batch ``after``, and what nobody took yet but is visible.

    Together that is all that differs in the transaction that asks, so a segment shows
    everything of another's transaction or nothing of it.
    """
    rows = TouchedRows()
    offers = set()
    for kind, key in _notes_for(store_id, after):
        match kind:
            case "product":
                rows.products.add(int(key))
            case "offer":
                offers.add(key)
            case "category":
                rows.categories = True
            case "store":
                rows.stores = True
            case "rule":
                rows.rules = True
            case str(other):
                assert other == EVERYTHING, other
                rows.everything = rows.categories = rows.stores = rows.rules = True
    rows.products.update(
        Offer.products.through.objects.filter(offer__in=offers).values_list("product_id", flat=True)
    )
    return rows


def is_pending(store_id: str, after: int) -> bool:
    """Tell whether something was touched that the store has not looked at."""
    of_store = _of(store_id)
    return (
        Touched.objects.filter(of_store, batch__gt=after).exists()
        or Change.objects.filter(of_store).exists()
    )


def forget_published() -> None:
    """Delete the batches that every store is done with."""
    done = Feed.objects.aggregate(Min("batch"))["batch__min"]
    if done is not None:
        Touched.objects.filter(batch__lte=done).delete()


def _notes_for(store_id: str, after: int) -> Iterator[tuple[str, str]]:
    of_store = _of(store_id)
    yield from Touched.objects.filter(of_store, batch__gt=after).values_list("kind", "key")
    yield from Change.objects.filter(of_store).values_list("kind", "key").distinct()


def _of(store_id: str) -> Q:
    return Q(store_id=store_id) | Q(store_id__isnull=True)
