"""What a kiosk is told that asks for news: the head of its store's feed.

Source: docs/feed.md, section 4.
"""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from server.configuration import Configuration
from server.feed.files import segment_file
from server.feed.models import Feed, Segment, Whole
from server.feed.writing import Form

MANIFESTS_MAX = 100
FILES_BYTES_MAX = 16_384  # of small segments that come with the head, sparing a request each
FORMS: tuple[Form, ...] = ("records", "ruled", "built")


def sequence_of(store_id: str) -> int:
    """Give the number of a store's feed; 0 before the first."""
    return Feed.objects.filter(store=store_id).values_list("sequence", flat=True).first() or 0


def head(store_id: str, after: int, sequence: int, configuration: Configuration) -> dict[str, Any]:
    """Give the head at ``sequence`` for a kiosk that has ``after`` (0: nothing).

    Segments stand there only where the very next one is kept.
    """
    segments = _segments(store_id, after, sequence)
    return {
        "store": store_id,
        "sequence": sequence,
        "segments": segments,
        "snapshots": _wholes(store_id),
        "more": bool(segments) and segments[-1]["sequence"] < sequence,
        "files": _files(store_id, segments, configuration),
    }


def _segments(store_id: str, after: int, sequence: int) -> list[dict[str, Any]]:
    if after >= sequence:
        return []
    # not beyond the head that is told, though there may be a newer one by now
    rows = Segment.objects.filter(store=store_id, sequence__gt=after, sequence__lte=sequence)
    manifests = list(rows.order_by("sequence").values_list("manifest", flat=True)[:MANIFESTS_MAX])
    return manifests if manifests and manifests[0]["sequence"] == after + 1 else []


def _files(
    store_id: str, segments: list[dict[str, Any]], configuration: Configuration
) -> dict[str, str]:
    """Give the first segments themselves by number, in base64, as far as they are small."""
    files, left = {}, FILES_BYTES_MAX
    for manifest in segments:
        left -= manifest["size"]
        if left < 0:
            break
        file = segment_file(configuration, store_id, manifest["sequence"])
        try:
            files[str(manifest["sequence"])] = b64encode(file.read_bytes()).decode("ascii")
        except FileNotFoundError:  # forgotten just now
            break
    return files


def _wholes(store_id: str) -> list[dict[str, Any]]:
    """Give the newest snapshot in each form, those that are ready to use last."""
    newest = (
        Whole.objects.filter(store=store_id, form=form)
        .order_by("-sequence")
        .values_list("manifest", flat=True)
        .first()
        for form in FORMS
    )
    return [manifest for manifest in newest if manifest is not None]
