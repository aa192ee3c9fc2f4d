"""Pictures of products: a file each in the data directory, named by the SHA-256 of its bytes.

The same picture is stored once, and a changed picture has a new name, so a kiosk never asks
twice for what it has.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from server.catalogue.models import Picture
from server.configuration import Configuration

PICTURE_BYTES_MAX = 2_000_000
MEDIA_TYPES = {  # by the first bytes of the file, never by its name
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"RIFF": "image/webp",
}


class PictureError(ValueError):
    """The bytes are no picture that a kiosk can show; the text says expected and got."""


def media_type_of(content: bytes) -> str:
    """Tell the media type from the first bytes; raises ``PictureError``."""
    if len(content) > PICTURE_BYTES_MAX:
        raise PictureError(f"Expected {PICTURE_BYTES_MAX} bytes or fewer, got {len(content)}")
    for start, media_type in MEDIA_TYPES.items():
        if content.startswith(start) and (start != b"RIFF" or content[8:12] == b"WEBP"):
            return media_type
    raise PictureError(f"Expected a PNG, JPEG or WebP picture, got {content[:8]!r}…")


def store_picture(configuration: Configuration, content: bytes) -> Picture:
    """Keep ``content`` as a picture, once; raises ``PictureError``."""
    media_type = media_type_of(content)
    sha256 = hashlib.sha256(content).hexdigest()
    file = picture_file(configuration, sha256)
    if not file.is_file():
        file.parent.mkdir(parents=True, exist_ok=True)
        new = file.with_suffix(".new")
        new.write_bytes(content)
        new.replace(file)
    picture, _ = Picture.objects.get_or_create(
        sha256=sha256, defaults={"media_type": media_type, "size": len(content)}
    )
    return picture


def picture_file(configuration: Configuration, sha256: str) -> Path:
    """Give where the picture's file lies."""
    return configuration.pictures_dir / sha256
