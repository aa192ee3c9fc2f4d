"""``/api/v2/pictures/``: a picture by the SHA-256 of its bytes, for any kiosk of the chain.

A picture never changes under its name, so that whatever stands between may keep it.

Source: docs/feed.md, section 6; docs/line.md, section 6.
"""

from __future__ import annotations

from typing import Annotated

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponseBase
from ninja import Router
from pydantic import Field

from server.api.asking import refusal
from server.catalogue.models import Picture
from server.catalogue.pictures import picture_file
from server.feed.api import FOR_EVER, REFUSED

router = Router(tags=["pictures"])
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


@router.get("/pictures/{sha256}", response={200: bytes, **REFUSED})
def give_picture(request: HttpRequest, sha256: Sha256) -> HttpResponseBase:
    """Give the bytes of a picture."""
    row = Picture.objects.filter(sha256=sha256).first()
    try:
        stream = picture_file(settings.CONFIGURATION, sha256).open("rb") if row else None
    except FileNotFoundError:
        stream = None
    if row is None or stream is None:
        return refusal(404, "not_kept", f"Expected a picture that is kept, got {sha256}")
    answer = FileResponse(stream, content_type=row.media_type)
    answer["Cache-Control"] = FOR_EVER
    return answer
