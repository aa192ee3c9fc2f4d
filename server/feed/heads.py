"""What a kiosk is told that asks for news: the head of its store's feed.

Source: docs/feed.md, section 4.
"""

from __future__ import annotations

from typing import Any

from server.feed.models import Feed, Segment, Whole
from server.feed.writing import Form

MANIFESTS_MAX = 100
FORMS: tuple[Form, ...] = ("records", "built")


def head(store_id: str, after: int) -> dict[str, Any] | None:
    """Give the head for a kiosk that has ``after`` (0: nothing); None before the first number.

    Segments stand there only where the very next one is kept.
    """
    sequence = Feed.objects.filter(store=store_id).values_list("sequence", flat=True).first()
    if not sequence:
        return None
    segments = _segments(store_id, after, sequence)
    return {
        "store": store_id,
        "sequence": sequence,
        "segments": segments,
        "snapshots": _wholes(store_id),
        "more": bool(segments) and segments[-1]["sequence"] < sequence,
    }


def _segments(store_id: str, after: int, sequence: int) -> list[dict[str, Any]]:
    if after >= sequence:
        return []
    # not beyond the head that is told, though there may be a newer one by now
    rows = Segment.objects.filter(store=store_id, sequence__gt=after, sequence__lte=sequence)
    manifests = list(rows.order_by("sequence").values_list("manifest", flat=True)[:MANIFESTS_MAX])
    return manifests if manifests and manifests[0]["sequence"] == after + 1 else []


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
