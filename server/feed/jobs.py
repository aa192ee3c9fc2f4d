"""What is done beside publishing: snapshots made when they are due, old files forgotten.

Source: docs/feed.md, sections 3 and 4.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import QuerySet, Sum

from server.configuration import Configuration
from server.feed import notes, terms
from server.feed.files import segment_file, whole_file
from server.feed.models import Feed, Segment, Whole
from server.feed.publish import publish_store
from server.feed.publisher import Publisher
from server.feed.wholes import make_records
from server.snapshots.models import Snapshot

WHOLES_KEPT = 3  # a kiosk that began to fetch one may finish after the next
SEGMENTS_KEPT = timedelta(days=30)
STRAY_AGE_S = 24 * 3600.0  # files without a row, of a publishing that was cut short
SEGMENTS_BYTES_MIN = 262_144  # less is never worth a snapshot
TRIES = 10

logger = logging.getLogger(__name__)


class NoPauseError(Exception):
    """Somebody wrote without a pause, so that no snapshot could be made; try again later."""


def make_snapshot(store_id: str, publisher: Publisher, at: datetime) -> Snapshot:
    """Make the snapshot of what is published now; raises ``NoPauseError``."""
    if terms.differ(store_id, publisher.configuration.chain):
        publish_store(store_id, publisher, at)  # which begins anew
    for _ in range(TRIES):
        snapshot = make_records(store_id, publisher, at)
        if snapshot is not None:
            Feed.objects.filter(store=store_id, wanted_at__isnull=False).update(wanted_at=None)
            return snapshot
        notes.take()  # what is compared and not taken would still seem to wait
        publish_store(store_id, publisher, at)
    raise NoPauseError(f"Expected a pause between changes of {store_id}, got none")


def want_snapshot(store_id: str, newest: int, at: datetime) -> None:
    """Note that a kiosk of version 1 asked, which has no other way to hear of what is new."""
    behind = Feed.objects.filter(store=store_id, sequence__gt=newest, wanted_at__isnull=True)
    behind.update(wanted_at=at)


def snapshot_is_wanted(store_id: str) -> bool:
    """Tell whether a kiosk of version 1 asked since the last snapshot."""
    return Feed.objects.filter(store=store_id, sequence__gt=0, wanted_at__isnull=False).exists()


def built_is_due(store_id: str, every: int) -> bool:
    """Tell whether a new ready-made snapshot would spare kiosks something.

    It would after ``every`` segments, and once those since the last one outweigh a quarter of it.
    """
    feed = Feed.objects.filter(store=store_id, sequence__gt=0).first()
    if feed is None:
        return False
    last = Whole.objects.filter(store=store_id, form="built").order_by("-sequence").first()
    if last is None:
        return True
    since = Segment.objects.filter(store=store_id, sequence__gt=last.sequence)
    if since.filter(counts_only=False).count() >= every:
        return True
    weight = since.aggregate(Sum("size"))["size__sum"] or 0
    return weight > max(last.size / 4, SEGMENTS_BYTES_MIN)


def prune(store_id: str, configuration: Configuration, at: datetime) -> None:
    """Forget snapshots and segments that nobody needs any more, and files without a row."""
    kept = _sequences_kept(store_id)
    segments = Segment.objects.filter(store=store_id, made_at__lt=at - SEGMENTS_KEPT)
    segments = segments.filter(sequence__lte=kept[1]) if len(kept) >= 2 else segments.none()
    wholes = Whole.objects.filter(store=store_id).exclude(sequence__in=kept)
    snapshots = Snapshot.objects.filter(store=store_id).exclude(sequence__in=kept)
    with transaction.atomic(durable=True):
        files = set(_files(store_id, configuration, segments, wholes, snapshots))
        for old in (segments, wholes, snapshots):
            old.delete()
    # rows first: a row whose file is missing would be worse than a file without a row
    for file in (*files, *_strays(store_id, configuration)):
        file.unlink(missing_ok=True)


def _sequences_kept(store_id: str) -> list[int]:
    """Give the numbers of the newest snapshots, newest first."""
    numbers = Snapshot.objects.filter(store=store_id).order_by("-sequence")
    return list(numbers.values_list("sequence", flat=True)[:WHOLES_KEPT])


def _files(
    store_id: str,
    configuration: Configuration,
    segments: QuerySet[Segment],
    wholes: QuerySet[Whole],
    snapshots: QuerySet[Snapshot],
) -> Iterator[Path]:
    for sequence in segments.values_list("sequence", flat=True):
        yield segment_file(configuration, store_id, sequence)
    for sequence, form in wholes.values_list("sequence", "form"):
        yield whole_file(configuration, store_id, sequence, form)
    for sequence in snapshots.values_list("sequence", flat=True):
        yield whole_file(configuration, store_id, sequence, "records")


def _is_older(file: Path, than_s: float) -> bool:
    try:
        return file.stat().st_mtime < than_s
    except FileNotFoundError:  # another publishing's, which has just got its name
        return False


def _strays(store_id: str, configuration: Configuration) -> Iterator[Path]:
    """Give files without a row, older than every publishing that may still be under way."""
    folders = [configuration.feed_dir / store_id, configuration.snapshots_dir / store_id]
    until = time.time() - STRAY_AGE_S
    old = [
        file
        for folder in folders
        if folder.is_dir()
        for file in folder.iterdir()
        if _is_older(file, until)
    ]
    if old:
        segments = Segment.objects.filter(store=store_id)
        wholes = Whole.objects.filter(store=store_id)
        snapshots = Snapshot.objects.filter(store=store_id)
        with_row = set(_files(store_id, configuration, segments, wholes, snapshots))
        yield from (file for file in old if file not in with_row)
