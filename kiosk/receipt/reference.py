"""The signed reference of a sale: one line of text that can be checked without a network.

Pure but for the key that is passed in. Who checks one is ``checking``.

Source: docs/receipts.md, section 3; RFC 8032 (Ed25519); RFC 4648 (base32).
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.errors import DataError

VERSION: Final = "PR1"
_PURPOSE = b"pishkhan receipt\n"  # no other signature of the key is over such a text
_TIME = "%Y%m%dT%H%M%SZ"
_NAME = r"[A-Z0-9][A-Z0-9-]{0,62}"
_TEXT = re.compile(
    rf"{VERSION}\*(?P<store>{_NAME})\*(?P<kiosk>{_NAME})\*(?P<sale>[A-Z2-7]{{26}})"
    r"\*(?P<time>[0-9]{8}T[0-9]{6}Z)\*(?P<total>0|[1-9][0-9]{0,17})(?P<currency>[A-Z]{3})"
    r"\*(?P<signature>[A-Z2-7]{103})",
    re.ASCII,
)
_OTHER_VERSION = re.compile(r"PR[0-9]{1,4}\*", re.ASCII)


class OtherVersionError(DataError):
    """It is a reference of a version that this program does not know."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a reference says; ``at`` is aware, to the second; ``total`` in the smallest unit."""

    store: str
    kiosk: str
    sale_id: UUID
    at: datetime
    total: int
    currency: str

    @property
    def text(self) -> str:
        """The text that is signed."""
        at = self.at.astimezone(UTC).strftime(_TIME)
        fields = (
            VERSION,
            self.store.upper(),
            self.kiosk.upper(),
            _base32(self.sale_id.bytes),
            at,
            f"{self.total}{self.currency}",
        )
        return "*".join(fields)


@dataclass(frozen=True, slots=True)
class Reference:
    """A claim, and a signature of which nobody has said yet that it is right."""

    claim: Claim
    signature: bytes

    def is_signed_by(self, key: Ed25519PublicKey) -> bool:
        """Tell whether the key has signed it."""
        try:
            key.verify(self.signature, _PURPOSE + self.claim.text.encode())
        except InvalidSignature:
            return False
        return True


def sign(claim: Claim, key: Ed25519PrivateKey) -> str:
    """Write the reference; the same claim and key give the same text each time."""
    signature = key.sign(_PURPOSE + claim.text.encode())
    return f"{claim.text}*{_base32(signature)}"


def read_reference(typed: str) -> Reference:
    """Read what a scanner or a person gives; raises ``DataError``, or ``OtherVersionError``.

    Only the one way of writing it is read, or a text could be changed and stay good.
    """
    text = typed.strip().upper() if typed.isascii() else ""  # some letters have ASCII capitals
    found = _TEXT.fullmatch(text)
    if found is None:
        if _OTHER_VERSION.match(text) and not text.startswith(f"{VERSION}*"):
            version = text.partition("*")[0]
            raise OtherVersionError(f"Expected a reference of {VERSION}, got one of {version}")
        raise DataError("Expected the reference of a receipt, got another text")
    try:
        at = datetime.strptime(found["time"], _TIME).replace(tzinfo=UTC)
    except ValueError:
        raise DataError(f"Expected a time, got {found['time']}") from None
    claim = Claim(
        found["store"].lower(),
        found["kiosk"].lower(),
        UUID(bytes=_bytes_of(found["sale"])),
        at,
        int(found["total"]),
        found["currency"],
    )
    return Reference(claim, _bytes_of(found["signature"]))


def _base32(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=")


def _bytes_of(text: str) -> bytes:
    try:
        data = base64.b32decode(text + "=" * (-len(text) % 8))
    except binascii.Error:
        raise DataError("Expected base32, got something else") from None
    if _base32(data) != text:
        raise DataError("Expected base32 without bits left over, got some")
    return data
