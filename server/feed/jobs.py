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
from django.db.models import QuerySet

from server.configuration import Configuration
from server.feed.files import segment_file, whole_file
from server.feed.models import Segment, Whole
from server.feed.publish import publish_store
from server.feed.publisher import Publisher
from server.feed.wholes import make_records
from server.snapshots.models import Snapshot

WHOLES_KEPT = 3  # a kiosk that began to fetch one may finish after the next
SEGMENTS_KEPT = timedelta(days=30)
STRAY_AGE_S = 24 * 3600.0  # files without a row, of a publishing that was cut short
TRIES = 10

logger = logging.getLogger(__name__)


class NoPauseError(Exception):
    """Somebody wrote without a pause, so that no snapshot could be made; try again later."""


def make_snapshot(store_id: str, publisher: Publisher, at: datetime) -> Snapshot:
    """Make the snapshot of what is published now; raises ``NoPauseError``."""
    for _ in range(TRIES):
        snapshot = make_records(store_id, publisher, at)
        if snapshot is not None:
            return snapshot
        publish_store(store_id, publisher, at)
    raise NoPauseError(f"Expected a pause between changes of {store_id}, got none")


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


def _strays(store_id: str, configuration: Configuration) -> Iterator[Path]:
    """Give files without a row, older than every publishing that may still be under way."""
    folders = [configuration.feed_dir / store_id, configuration.snapshots_dir / store_id]
    until = time.time() - STRAY_AGE_S
    old = [
        file
        for folder in folders
        if folder.is_dir()
        for file in folder.iterdir()
        if file.stat().st_mtime < until
    ]
    if old:
        segments = Segment.objects.filter(store=store_id)
        wholes = Whole.objects.filter(store=store_id)
        snapshots = Snapshot.objects.filter(store=store_id)
        with_row = set(_files(store_id, configuration, segments, wholes, snapshots))
        yield from (file for file in old if file not in with_row)
