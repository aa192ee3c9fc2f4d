"""``/api/v2/feed/``: the head, segments and snapshots, for kiosks of the store.

``/feed/head`` is described here and answered by ``server.feed.hot`` where that stands in front.
It is part of the API by ``api.add_router("/feed", router)``. Files never change under their
path, so that whatever stands between may keep them; they are answered without
``Content-Encoding``, as they were signed.

Source: docs/feed.md, section 4; docs/line.md, sections 5 and 6.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponseBase, JsonResponse
from ninja import Query, Router, Schema
from pydantic import Field

from server.api.asking import refusal
from server.configuration import Configuration
from server.feed.files import segment_file, whole_file
from server.feed.heads import head, sequence_of
from server.feed.models import Segment, Whole
from server.feed.writing import Form
from server.fleet.gate import Admitted, NotAdmittedError

SEQUENCE_MAX = 2**63 - 1
FOR_EVER = "private, max-age=31536000, immutable"
_MEDIA_TYPES: dict[Form, str] = {
    "segment": "application/zstd",
    "records": "application/gzip",
    "ruled": "application/gzip",
    "built": "application/zstd",
}

router = Router(tags=["feed"])
Sequence = Annotated[int, Field(ge=1, le=SEQUENCE_MAX)]
SnapshotForm = Literal["records", "ruled", "built"]
After = Annotated[int, Query(ge=0, le=SEQUENCE_MAX)]


class Refusal(Schema):
    """A refusal: ``code`` for programs, ``error`` for people."""

    code: str
    error: str


REFUSED: dict[int, type[Schema]] = dict.fromkeys((401, 403, 404, 422, 503), Refusal)


class HeadOut(Schema):
    """How far the store's feed is, and what leads there; small segments come along in base64."""

    store: str
    sequence: int
    segments: list[dict[str, Any]]
    snapshots: list[dict[str, Any]]
    more: bool
    files: dict[str, str]


@router.get("/head", response={200: HeadOut, **REFUSED})
def tell_head(request: HttpRequest, after: After = 0) -> HttpResponseBase:
    """Tell how far the feed of the kiosk's store is, and what leads there from ``after``."""
    store_id = _store_of(request)
    sequence = sequence_of(store_id)
    if not sequence:
        return refusal(404, "nothing_yet", f"Expected a published feed of {store_id}, got none")
    told = head(store_id, after, sequence, _configuration())
    return JsonResponse(told, headers={"Cache-Control": "no-store"})


@router.get("/segments/{store}/{sequence}", response={200: bytes, **REFUSED})
def give_segment(request: HttpRequest, store: str, sequence: Sequence) -> HttpResponseBase:
    """Give a segment, as its manifest describes it."""
    _check_store(request, store)
    known = Segment.objects.filter(store=store, sequence=sequence).exists()
    file = segment_file(_configuration(), store, sequence)
    return _file(file, "segment") if known else _not_kept("segment", sequence)


@router.get("/snapshots/{store}/{sequence}/{form}", response={200: bytes, **REFUSED})
def give_snapshot(
    request: HttpRequest, store: str, sequence: Sequence, form: SnapshotForm
) -> HttpResponseBase:
    """Give a snapshot in one of its forms, as its manifest describes it."""
    _check_store(request, store)
    known = Whole.objects.filter(store=store, sequence=sequence, form=form).exists()
    file = whole_file(_configuration(), store, sequence, form)
    return _file(file, form) if known else _not_kept("snapshot", sequence)


def _file(file: Path, form: Form) -> HttpResponseBase:
    try:
        stream = file.open("rb")
    except FileNotFoundError:  # forgotten between the look at its row and now
        return _not_kept(form, file.name)
    # no Content-Encoding: the packed file itself is what was signed, and is to arrive as it is
    answer = FileResponse(stream, content_type=_MEDIA_TYPES[form])
    answer["Cache-Control"] = FOR_EVER
    return answer


def _not_kept(what: str, which: object) -> HttpResponseBase:
    return refusal(404, "not_kept", f"Expected a {what} that is kept, got {which}")


def _check_store(request: HttpRequest, store: str) -> None:
    own = _store_of(request)
    if store != own:
        raise NotAdmittedError(403, "store", f"Expected store {own!r}, got {store[:80]!r}")


def _store_of(request: HttpRequest) -> str:
    admitted: Admitted = request.auth  # type: ignore[attr-defined]
    return admitted.store_id


def _configuration() -> Configuration:
    configuration: Configuration = settings.CONFIGURATION
    return configuration
