"""Publishing: what differs from what kiosks were told becomes their store's next segment.

Source: docs/feed.md, sections 1 and 2.
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO

from django.db import transaction

from retail.segment import SegmentHeading
from server.feed import actions, counts, notes, surveys, terms
from server.feed.comparing import Differing, compare
from server.feed.counts import Counts
from server.feed.files import move, segment_file, writing
from server.feed.locking import TRIES, numbering, reading
from server.feed.models import Action, Feed, Segment
from server.feed.publisher import Publisher
from server.feed.surveys import Surveys
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

    The first number of a store is a snapshot, and so is the first one after its prices begin or
    cease to include VAT; every other one is a segment.
    """
    chain = publisher.configuration.chain
    if feed_of(store_id).sequence == 0 or terms.differ(store_id, chain):
        return Publication(store_id, begin(store_id, publisher, at), new=True)
    folder = segment_file(publisher.configuration, store_id, 0).parent
    for _ in range(TRIES):
        with writing(folder) as file:
            with reading():
                draft = _draft(store_id, publisher, at, file)
            if isinstance(draft, Publication):
                return draft
            done = numbering(partial(_publish, draft, publisher, Path(file.name)))
        if done is not None:
            return done
    with writing(folder) as file:  # others were always faster: nobody is from here on
        return numbering(partial(_publish_locked, store_id, publisher, at, file))


@dataclass(frozen=True, slots=True)
class _Draft:
    """A segment that is written and has no number yet: it has the next one, if nobody is faster."""

    feed: Feed  # as of the instant at which all was compared
    batch: int  # all its notes were visible then
    differing: Differing
    counted: Counts
    surveys: Surveys
    alone: bool  # the counts, with nothing beside them
    asked: list[Action]
    packed: Packed
    records: int
    made_at: datetime


def _draft(
    store_id: str, publisher: Publisher, at: datetime, file: BinaryIO
) -> _Draft | Publication:
    """Compare, and write the segment to ``file``, without keeping anybody from writing."""
    feed = Feed.objects.select_related("store").get(store=store_id)
    batch = notes.last_batch()
    touched = notes.touched_for(store_id, feed.batch)
    asked = list(actions.waiting(store_id, at))
    chain = publisher.configuration.chain
    differing = compare(feed, feed.store, touched, chain.currency, at)
    counted, asking = counts.compare(store_id, at), surveys.compare(store_id, at)
    others = actions.records(asked)
    records = [*differing.records((*counted.lines, *asking.lines)), *others]
    alone = len(records) == len(counted.lines)
    if not records or (alone and not counts.may_go_alone(feed, at)):
        transaction.on_commit(partial(_look_no_more, feed, batch))
        return Publication(store_id, feed.sequence, new=False)
    at = at.replace(microsecond=0)
    heading = SegmentHeading(
        chain.id, store_id, chain.currency, feed.sequence + 1, at, chain.vat_included
    )
    packed = write_segment(heading, map(write_line, records))
    file.write(packed.content)
    file.flush()
    os.fsync(file.fileno())
    return _Draft(feed, batch, differing, counted, asking, alone, asked, packed, len(records), at)


def _publish(draft: _Draft, publisher: Publisher, file: Path) -> Publication | None:
    """Give the draft its number; None where another was faster and all is to be compared anew."""
    store_id = draft.feed.store_id
    feed = Feed.objects.select_for_update().get(store=store_id)
    if feed.sequence != draft.feed.sequence:
        return None
    feed.sequence, feed.batch = feed.sequence + 1, max(feed.batch, draft.batch)
    # the file is there before its row: a row whose file is missing would be worse
    move(file, segment_file(publisher.configuration, store_id, feed.sequence))
    _add_segment(draft, publisher, feed.sequence)
    draft.differing.remember(feed)
    draft.counted.remember(feed, draft.made_at)
    draft.surveys.remember(feed)
    asked = Action.objects.filter(pk__in=[each.pk for each in draft.asked])
    asked.update(sequence=feed.sequence)
    feed.save(update_fields=("sequence", "batch", "categories", "counts_at"))
    announce(store_id)
    logger.info(
        "feed-published store=%s sequence=%d records=%d", store_id, feed.sequence, draft.records
    )
    return Publication(store_id, feed.sequence, new=True, records=draft.records)


def _publish_locked(
    store_id: str, publisher: Publisher, at: datetime, file: BinaryIO
) -> Publication:
    Feed.objects.select_for_update().get(store=store_id)
    draft = _draft(store_id, publisher, at, file)
    if isinstance(draft, Publication):
        return draft
    done = _publish(draft, publisher, Path(file.name))
    assert done is not None, "nobody numbers while the row is locked"
    return done


def _add_segment(draft: _Draft, publisher: Publisher, sequence: int) -> None:
    store_id = draft.feed.store_id
    path = segment_path(store_id, sequence)
    about = About("segment", store_id, sequence, draft.made_at, path)
    Segment.objects.create(
        store_id=store_id,
        sequence=sequence,
        made_at=draft.made_at,
        records=draft.records,
        size=len(draft.packed.content),
        manifest=write_manifest(about, draft.packed.digest, publisher.key),
        counts_only=draft.alone,
    )


def _look_no_more(feed: Feed, batch: int) -> None:
    """Remember that nothing up to ``batch`` made a difference here."""
    if feed.batch < batch:
        Feed.objects.filter(pk=feed.pk, batch__lt=batch).update(batch=batch)
