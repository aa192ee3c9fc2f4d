"""Is the reference of a receipt good, here and now? What a gate or a guard asks, offline.

The first thing that is wrong is named, by the table of docs/receipts.md, section 3.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.errors import DataError
from kiosk.receipt.reference import Claim, OtherVersionError, read_reference

AHEAD_MAX = timedelta(minutes=5)
WITHIN = timedelta(hours=2)
FORMAT = 1
# gives when that sale was let out before, or notes that it is now and gives none
Seen = Callable[[UUID, datetime], datetime | None]


class Verdict(Enum):
    """What is wrong with a reference, or that nothing is."""

    GOOD = "good"
    MALFORMED = "malformed"
    UNKNOWN_VERSION = "unknown-version"
    OTHER_STORE = "other-store"
    UNKNOWN_KIOSK = "unknown-kiosk"
    FORGED = "forged"
    WITHDRAWN = "withdrawn"
    AHEAD = "ahead"
    OLD = "old"
    DOUBLE = "double"


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A kiosk's key; ``until`` is when it was taken out of use, none while it is in use."""

    kiosk: str
    key: Ed25519PublicKey
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoreKeys:
    """The keys of a store's kiosks."""

    store: str
    keys: tuple[KnownKey, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """``claim`` is what it says, where it could be read: to be believed only if ``GOOD``."""

    verdict: Verdict
    why: str
    claim: Claim | None = None


def check(
    text: str,
    keys: StoreKeys,
    now: datetime,
    within: timedelta = WITHIN,
    seen: Seen | None = None,
) -> Checked:
    """Check a reference; only a sound one gets as far as ``seen``."""
    try:
        reference = read_reference(text)
    except OtherVersionError as error:
        return Checked(Verdict.UNKNOWN_VERSION, str(error))
    except DataError as error:
        return Checked(Verdict.MALFORMED, str(error))
    claim = reference.claim
    if claim.store != keys.store:
        why = f"Expected store {keys.store}, got {claim.store}"
        return Checked(Verdict.OTHER_STORE, why, claim)
    of_kiosk = [known for known in keys.keys if known.kiosk == claim.kiosk]
    if not of_kiosk:
        return Checked(Verdict.UNKNOWN_KIOSK, f"Expected a known kiosk, got {claim.kiosk}", claim)
    signers = [known for known in of_kiosk if reference.is_signed_by(known.key)]
    if not signers:
        return Checked(Verdict.FORGED, f"No key of {claim.kiosk} has signed this", claim)
    if all(known.until is not None and claim.at > known.until for known in signers):
        why = f"Signed by a key of {claim.kiosk} that was out of use by then"
        return Checked(Verdict.WITHDRAWN, why, claim)
    return _check_time(claim, now, within) or _check_seen(claim, now, seen)


def _check_time(claim: Claim, now: datetime, within: timedelta) -> Checked | None:
    if claim.at > now + AHEAD_MAX:
        return Checked(Verdict.AHEAD, f"Expected a time up to now, got {claim.at}", claim)
    if claim.at < now - within:
        return Checked(Verdict.OLD, f"Expected one of the last {within}, got {claim.at}", claim)
    return None


def _check_seen(claim: Claim, now: datetime, seen: Seen | None) -> Checked:
    before = seen(claim.sale_id, now) if seen is not None else None
    if before is not None:
        return Checked(Verdict.DOUBLE, f"Let out before, at {before}", claim)
    return Checked(Verdict.GOOD, "", claim)


# ---- the file of keys


def read_keys(content: bytes) -> StoreKeys:
    """Read what ``kiosk-server receipt-keys`` prints; raises ``DataError``."""
    try:
        told = json.loads(content)
        if told["format"] != FORMAT:
            raise DataError(f"Expected keys of format {FORMAT}, got {told['format']!r}")
        return StoreKeys(str(told["store"]), tuple(_read_key(each) for each in told["keys"]))
    except (KeyError, TypeError, ValueError, AttributeError, binascii.Error) as error:
        raise DataError(f"Expected the keys of a store, got {error!r}") from None


def _read_key(told: Mapping[str, Any]) -> KnownKey:
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(told["key"], validate=True))
    until = told.get("until")
    if until is None:
        return KnownKey(str(told["kiosk"]), key)
    at = datetime.fromisoformat(until)
    if at.tzinfo is None:
        raise ValueError(f"an instant without its zone: {until}")
    return KnownKey(str(told["kiosk"]), key, at.astimezone(UTC))
