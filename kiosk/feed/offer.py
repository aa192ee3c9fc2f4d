"""A manifest of format 2: what the server offers, and whether to believe it. Pure.

``read_offer`` makes the first checks of section 5 in their order: the format, the signature,
the fields, the store. What is next, and what is to be fetched, is ``kiosk.feed.plan``.

Source: docs/feed.md, sections 3 and 5.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, get_args

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.feed.faults import Reason, Refusal
from kiosk.feed.manifest import is_signed
from retail.fields import RecordError, take
from retail.segment import FORMAT
from retail.snapshot import take_instant

Form = Literal["segment", "records", "ruled", "built"]
FORMS: Final[tuple[Form, ...]] = get_args(Form)
SEQUENCE_END = 1 << 62  # SQLite's integers have 64 bits
SIZE_MAX = 1 << 30
UNPACKED_MAX = 1 << 33  # a built catalogue of a million products is about a tenth of it
_SHA_256 = re.compile(r"[0-9a-f]{64}")
_PATH = re.compile(r"/[A-Za-z0-9][A-Za-z0-9._~/-]{0,200}")


@dataclass(frozen=True, slots=True)
class Offer:
    """A file that the server offers, with a right signature; sizes are in bytes.

    ``schema`` is that of a built catalogue, and none for the other forms.
    """

    form: Form
    store: str
    sequence: int
    made_at: datetime
    sha256: str
    size: int
    unpacked: int
    path: str
    schema: int | None = None


def read_offer(told: object, key: Ed25519PublicKey, store: str) -> Offer | Refusal:
    """Read and believe a manifest for ``store``, or say why not."""
    claimed = claimed_sequence(told)
    if not isinstance(told, dict) or type(told.get("format")) is not int:
        return Refusal(Reason.BAD_FORMAT, f"Expected a manifest, got {told!r:.60}", claimed)
    if told["format"] != FORMAT:
        said = f"Expected a manifest of format {FORMAT}, got {told['format']!r:.20}"
        return Refusal(Reason.BAD_FORMAT, said, claimed)
    if not is_signed(told, key):
        said = "Expected the server's signature, got another"
        return Refusal(Reason.BAD_SIGNATURE, said, claimed)
    try:
        offer = _read_fields(told)
    except RecordError as error:
        return Refusal(Reason.BAD_FORMAT, str(error), claimed)
    if offer.store != store:
        said = f"Expected store {store!r}, got {offer.store!r:.80}"
        return Refusal(Reason.OTHER_STORE, said, claimed)
    return offer


def claimed_sequence(told: object) -> int:
    """Give the sequence that a manifest says, believed or not; 0 where it says none."""
    sequence = told.get("sequence") if isinstance(told, dict) else None
    return sequence if type(sequence) is int and 0 < sequence < SEQUENCE_END else 0


def _read_fields(told: Mapping[str, Any]) -> Offer:
    form = take(told, "form", str)
    known = next((each for each in FORMS if each == form), None)
    if known is None:
        raise RecordError(f"Expected one of {', '.join(FORMS)}, got {form!r:.40}")
    return Offer(
        form=known,
        store=take(told, "store", str),
        sequence=_within(told, "sequence", SEQUENCE_END),
        made_at=take_instant(told, "made_at"),
        sha256=_matching(told, "sha256", _SHA_256),
        size=_within(told, "size", SIZE_MAX + 1),
        unpacked=_within(told, "unpacked", UNPACKED_MAX + 1),
        path=_matching(told, "path", _PATH),  # unsigned, so it may lead nowhere but to the server
        schema=_within(told, "schema", SEQUENCE_END) if known == "built" else None,
    )


def _within(told: Mapping[str, Any], field: str, end: int) -> int:
    value = take(told, field, int)
    if not 1 <= value < end:
        raise RecordError(f"Expected {field} from 1 to {end - 1}, got {value!r:.40}")
    return value


def _matching(told: Mapping[str, Any], field: str, pattern: re.Pattern[str]) -> str:
    value = take(told, field, str)
    if not pattern.fullmatch(value):
        raise RecordError(f"Expected {field} as {pattern.pattern}, got {value[:80]!r}")
    return value
