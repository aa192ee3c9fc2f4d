"""Counts of offers in the feed: with each publication, and alone at most once a minute.

They stand in segments and in no snapshot, which kiosks of before could not read; so after each
snapshot all of them are told once more.

Source: docs/feed.md, sections 2 and 3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from retail.fields import Record
from retail.segment import Gone, gone_record
from server.feed import published
from server.feed.models import Feed, PublishedRow
from server.feed.parts import digest
from server.pricing.using import used_lines

KIND: Final = "used"
ALONE_AFTER: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Counts:
    """The lines that differ from what was published, and the digests of all there are now."""

    lines: tuple[Record, ...] = ()
    now: Mapping[str, bytes] | None = None  # none: as before

    def remember(self, feed: Feed, at: datetime) -> None:
        """Keep what is published now; ``feed`` is saved by whoever numbers."""
        if self.now is not None:
            published.save_rows(feed.store_id, KIND, self.now)
            feed.counts_at = at


def compare(store_id: str, at: datetime) -> Counts:
    """Give what differs; an offer whose count nobody needs any more is gone."""
    lines = used_lines(store_id, at)
    now = {line["id"]: digest(line) for line in lines}
    before = published.read_rows(store_id, KIND)
    if now == before:
        return Counts()
    told = [line for line in lines if now[line["id"]] != before.get(line["id"])]
    told += [gone_record(Gone("used", key)) for key in sorted(before.keys() - now.keys())]
    return Counts(tuple(told), now)


def may_go_alone(feed: Feed, at: datetime) -> bool:
    """Tell whether counts may make a segment of their own now."""
    return feed.counts_at is None or at - feed.counts_at >= ALONE_AFTER


def any_due(at: datetime) -> bool:
    """Tell whether some store's kiosks are to be told of counts alone."""
    feeds = Feed.objects.filter(sequence__gt=0)
    waited = [feed for feed in feeds if may_go_alone(feed, at)]
    return any(compare(feed.store_id, at).lines for feed in waited)


def tell_again(store_id: str) -> None:
    """Let the next segment repeat all: whoever takes a new snapshot has none of them."""
    PublishedRow.objects.filter(store=store_id, kind=KIND).delete()
    Feed.objects.filter(pk=store_id).update(counts_at=None)
