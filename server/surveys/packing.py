"""The instance in an answer's event: text, or packed where it is large; with bounds.

>>> unpacked({"packed": packed("<data/>")["packed"]})
'<data/>'

Source: docs/surveys.md, section 6.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Mapping
from typing import Any, Final

UNPACKED_MAX: Final = 1024 * 1024


def unpacked(body: Mapping[str, Any]) -> str:
    """Give the XML of an event's body; raises ``ValueError`` that says what was expected."""
    if isinstance(xml := body.get("xml"), str):
        return xml
    try:
        inflating = zlib.decompressobj()
        xml = inflating.decompress(base64.b64decode(body["packed"], validate=True), UNPACKED_MAX)
    except (KeyError, TypeError, binascii.Error, ValueError, zlib.error) as error:
        raise ValueError(f"expected xml, or base64 of a zlib stream in packed: {error}") from None
    if not inflating.eof:
        raise ValueError(f"packed: expected at most {UNPACKED_MAX} bytes and an end, got more")
    return xml.decode("utf-8")


def packed(xml: str) -> dict[str, str]:
    """Pack an instance."""
    return {"packed": base64.b64encode(zlib.compress(xml.encode("utf-8"), 9)).decode("ascii")}
