"""Digests and base64."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Any, Final

from xforms.xpath.values import Value, text

_ALGORITHMS: Final = {
    "MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512",
}  # fmt: skip


def _digest(_context: Any, value: Value, algorithm: Value, encoding: Value = "base64") -> str:
    """Digest a text; nothing for an algorithm that there is not. It keeps no secret."""
    name = _ALGORITHMS.get(text(algorithm).upper())
    if name is None:
        return ""
    told = hashlib.new(name, text(value).encode("utf-8"), usedforsecurity=False).digest()
    if text(encoding) == "hex":
        return told.hex()
    return base64.b64encode(told).decode("ascii")


def _base64_decode(_context: Any, value: Value) -> str:
    try:
        told = base64.b64decode(text(value), validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""
    return told.replace("\x00", "\ufffd")


TABLE: Final[dict[str, tuple[Any, ...]]] = {
    "digest": (2, 3, "string", _digest),
    "base64-decode": (1, 1, "string", _base64_decode),
}
