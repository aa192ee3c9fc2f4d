"""Surveys in the feed: told when they differ, and gone when they are paused, closed or over.

They stand in segments and in no snapshot, which kiosks of before could not read; so after each
snapshot all of them are told once more.

Source: docs/feed.md, sections 2 and 3; docs/surveys.md, section 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from retail.fields import Record
from retail.segment import Gone, gone_record
from server.feed import published
from server.feed.models import Feed, PublishedRow
from server.feed.parts import digest
from server.surveys.telling import lines_for, running

KIND: Final = "survey"


@dataclass(frozen=True, slots=True)
class Surveys:
    """The lines that differ from what was published, and the digests of all there are now."""

    lines: tuple[Record, ...] = ()
    now: Mapping[str, bytes] | None = None  # none: as before

    def remember(self, feed: Feed) -> None:
        """Keep what is published now."""
        if self.now is not None:
            published.save_rows(feed.store_id, KIND, self.now)


def compare(store_id: str, at: datetime) -> Surveys:
    """Give what differs for a store at an instant."""
    lines = lines_for(store_id, at)
    now = {line["id"]: digest(line) for line in lines}
    before = published.read_rows(store_id, KIND)
    if now == before:
        return Surveys()
    told = [line for line in lines if now[line["id"]] != before.get(line["id"])]
    told += [gone_record(Gone("survey", key)) for key in sorted(before.keys() - now.keys())]
    return Surveys(tuple(told), now)


def any_due(at: datetime) -> bool:
    """Tell whether some store's kiosks are to be told of surveys; the same few queries for all."""
    told: dict[str, dict[str, bytes]] = {}
    rows = PublishedRow.objects.filter(kind=KIND).values_list("store_id", "key", "digest")
    for store_id, key, found in rows:
        told.setdefault(store_id, {})[key] = bytes(found)
    here = [(each, digest(each.line)) for each in running(at)]
    stores = Feed.objects.filter(sequence__gt=0).values_list("store_id", flat=True)
    return any(
        told.get(store_id, {})
        != {each.line["id"]: now for each, now in here if each.is_for(store_id)}
        for store_id in stores
    )


def tell_again(store_id: str) -> None:
    """Let the next segment repeat all: whoever takes a new snapshot has none of them."""
    PublishedRow.objects.filter(store=store_id, kind=KIND).delete()
