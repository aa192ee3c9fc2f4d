"""Publishing: what differs from what kiosks were told becomes their store's next segment.

Source: docs/feed.md, sections 1 and 2.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from retail.segment import SegmentHeading
from server.feed import actions, notes
from server.feed.comparing import compare
from server.feed.files import segment_file, write_whole
from server.feed.locking import numbering
from server.feed.models import Action, Batch, Feed, Segment
from server.feed.publisher import Publisher
from server.feed.watch import announce
from server.feed.wholes import begin, feed_of
from server.feed.writing import About, Packed, segment_path, write_manifest, write_segment
from server.snapshots.writing import write_line
from server.stores.models import Store

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Publication:
    """What publishing did for one store; ``records`` stand in its new segment, if it is new."""

    store_id: str
    sequence: int
    new: bool
    records: int = 0


def publish_all(publisher: Publisher, at: datetime) -> list[Publication]:
    """Publish for every store, at the aware instant ``at``."""
    notes.take()
    store_ids = list(Store.objects.values_list("store_id", flat=True))
    done = [publish_store(store_id, publisher, at) for store_id in store_ids]
    notes.forget_published()
    return done


def publish_store(store_id: str, publisher: Publisher, at: datetime) -> Publication:
    """Publish for one store; two at the same time come one after the other.

    The first number of a store is a snapshot, every later one a segment.
    """
    if feed_of(store_id).sequence == 0:
        return Publication(store_id, begin(store_id, publisher, at), new=True)
    return numbering(partial(_publish, store_id, publisher, at))


def _publish(store_id: str, publisher: Publisher, at: datetime) -> Publication:
    feed = Feed.objects.select_for_update().get(store=store_id)
    batch = Batch.objects.values_list("last", flat=True).get()
    touched = notes.touched_for(store_id, feed.batch)
    asked = list(actions.waiting(store_id, at))
    if not (touched or asked):
        _look_no_more(feed, batch)
        return Publication(store_id, feed.sequence, new=False)
    store = Store.objects.get(pk=store_id)
    differing = compare(feed, store, touched, publisher.configuration.chain.currency, at)
    records = [*differing.records(), *actions.records(asked)]
    if not records:
        _look_no_more(feed, batch)
        return Publication(store_id, feed.sequence, new=False)
    feed.sequence, feed.batch = feed.sequence + 1, batch
    # the file is on the disk before its row: a row whose file is missing would be worse
    _add_segment(feed, publisher, at, [write_line(record) for record in records])
    differing.remember(feed)
    Action.objects.filter(pk__in=[each.pk for each in asked]).update(sequence=feed.sequence)
    feed.save(update_fields=("sequence", "batch", "categories"))
    announce(store_id)
    logger.info(
        "feed-published store=%s sequence=%d records=%d", store_id, feed.sequence, len(records)
    )
    return Publication(store_id, feed.sequence, new=True, records=len(records))


def _add_segment(feed: Feed, publisher: Publisher, at: datetime, lines: list[bytes]) -> None:
    chain = publisher.configuration.chain
    store_id, sequence = feed.store_id, feed.sequence
    heading = SegmentHeading(chain.id, store_id, chain.currency, sequence, at)
    packed: Packed = write_segment(heading, lines)
    write_whole(segment_file(publisher.configuration, store_id, sequence), packed.content)
    about = About("segment", store_id, sequence, at, segment_path(store_id, sequence))
    Segment.objects.create(
        store_id=store_id,
        sequence=sequence,
        made_at=at.replace(microsecond=0),
        records=len(lines),
        size=len(packed.content),
        manifest=write_manifest(about, packed.digest, publisher.key),
    )


def _look_no_more(feed: Feed, batch: int) -> None:
    """Remember that nothing up to ``batch`` made a difference here."""
    if feed.batch != batch:
        Feed.objects.filter(pk=feed.pk).update(batch=batch)
