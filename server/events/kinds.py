"""What the body of each kind of event holds, and the checks that an event must pass.

Pure: no database. A kind that this server does not know yet is taken as it comes, so that a
newer kiosk loses nothing. ``read_event`` reads an event of the line's first version; those of the
second are read by ``server.ingest.batch``, and their bodies checked here.

Source: docs/events.md.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from retail.values import Gtin
from server.events.survey_bodies import (
    check_files,
    check_marks,
    check_packed,
    check_path,
    check_times,
    check_version,
    check_xml,
)

KIND_LENGTH_MAX = 63
LIST_MAX = 1_000  # of one list in a known kind's body: lines of a basket, and rules it met
BODY_TEXT_MAX = 512  # characters in one text of a known kind's body
UNKNOWN_CODE: Final = "unknown_code"
SURVEY_ANSWERED: Final = "survey_answered"
KIND = re.compile(r"[a-z][a-z0-9_]{0,62}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_REFERENCE = re.compile(r"[0-9A-Za-z]{1,20}")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)")


class EventError(ValueError):
    """The event is not what docs/events.md says; the message names field, expected, got."""


@dataclass(frozen=True, slots=True)
class Told:
    """An event as a kiosk told it, checked; ``at`` is aware UTC."""

    event_id: uuid.UUID
    kind: str
    at: datetime
    body: Mapping[str, Any]


def read_event(raw: object) -> Told:
    """Check one event of a batch; raises ``EventError``."""
    if not isinstance(raw, dict):
        raise EventError(f"Expected an object, got {shortened(raw)}")
    if unknown := raw.keys() - {"id", "kind", "at", "body"}:
        raise EventError(f"Expected only id, kind, at and body, got {sorted(unknown)[0]!r}")
    kind, body = raw.get("kind"), raw.get("body")
    if not isinstance(kind, str) or not KIND.fullmatch(kind):
        raise EventError(f"kind: expected a name such as unknown_code, got {shortened(kind)}")
    if not isinstance(body, dict):
        raise EventError(f"body: expected an object, got {shortened(body)}")
    told = Told(_event_id(raw.get("id")), kind, _instant(raw.get("at")), body)
    refuse_unstorable(body)
    check_body(kind, body)
    return told


def known(kind: str, ver: int) -> bool:
    """Tell whether this server knows what such a body means."""
    return VERSIONS.get(kind, 0) >= ver


def check_body(kind: str, body: Mapping[str, Any]) -> None:
    """Check the fields that the kind is known by; raises ``EventError``."""
    for field, check in BODIES.get(kind, {}).items():
        _check_field(body, field, check)
    if kind == "item_looked_up" and ("gtin" in body) == ("sku" in body):
        raise EventError("body: expected either gtin or sku, got both or neither")
    if kind == SURVEY_ANSWERED and ("xml" in body) == ("packed" in body):
        raise EventError("body: expected either xml or packed, got both or neither")


def _event_id(value: object) -> uuid.UUID:
    try:
        event_id = uuid.UUID(value) if isinstance(value, str) else None
    except ValueError:
        event_id = None
    if event_id is None or str(event_id) != value:
        raise EventError(f"id: expected a UUID in small letters, got {shortened(value)}")
    return event_id


def _instant(value: object) -> datetime:
    try:
        return _instant_of(value)
    except ValueError as error:
        raise EventError(f"at: {error}") from None


def _instant_of(value: object) -> datetime:
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        raise ValueError(f"expected such as 2026-11-23T08:30:00Z, got {shortened(value)}")
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{error}, got {value!r}") from None


def _check_field(body: Mapping[str, Any], field: str, check: Check) -> None:
    name = field.removesuffix("?")
    if name not in body:
        if name == field:
            raise EventError(f"body.{name}: expected a value, got none")
        return
    try:
        check(body[name])
    except ValueError as error:
        raise EventError(f"body.{name}: {error}") from None


def refuse_unstorable(value: object) -> None:
    """Refuse text that a database cannot hold: NUL, and halves of surrogate pairs."""
    if isinstance(value, dict):
        for key, each in value.items():
            refuse_unstorable(key)
            refuse_unstorable(each)
    elif isinstance(value, list):
        for each in value:
            refuse_unstorable(each)
    elif isinstance(value, str) and any(c == "\0" or "\ud800" <= c <= "\udfff" for c in value):
        raise EventError("body: expected text without NUL and lone surrogates")


def shortened(value: object) -> str:
    """Show what came, in few characters and printable."""
    text = ascii(value) if not isinstance(value, str) or not value.isprintable() else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


Check = Callable[[Any], object]


def _text(value: Any) -> None:
    if not isinstance(value, str) or len(value) > BODY_TEXT_MAX:
        raise ValueError(
            f"expected a text of {BODY_TEXT_MAX} characters or fewer, got {shortened(value)}"
        )


def _name(value: Any) -> None:
    _text(value)
    if not value:
        raise ValueError("expected a text, got an empty one")


def _count(value: Any) -> None:
    if type(value) is not int or not 0 <= value < 2**63:
        raise ValueError(f"expected a whole number of 0 or more, got {shortened(value)}")


def _true(value: Any) -> None:
    if value is not True:
        raise ValueError(f"expected true, got {shortened(value)}")


def _gtin(value: Any) -> None:
    _text(value)
    Gtin(value)


def _date(value: Any) -> None:
    _text(value)
    date.fromisoformat(value)


def _truth(value: Any) -> None:
    if type(value) is not bool:
        raise ValueError(f"expected true or false, got {shortened(value)}")


def _at(value: Any) -> None:
    _instant_of(value)


def _texts(value: Any) -> None:
    for each in _list(value):
        _text(each)


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list) or len(value) > LIST_MAX:
        raise ValueError(f"expected a list of at most {LIST_MAX}, got {shortened(value)}")
    return value


def _counts(value: Any) -> None:
    for each in _list(value):
        _count(each)


def _uuid(value: Any) -> None:
    _text(value)
    if str(uuid.UUID(value)) != value:
        raise ValueError(f"expected a UUID in small letters, got {shortened(value)}")


def _money(value: Any) -> None:
    _count(value)
    if not value:
        raise ValueError("expected 1 or more, got 0")


def _currency(value: Any) -> None:
    if not isinstance(value, str) or not _CURRENCY.fullmatch(value):
        raise ValueError(f"expected a currency code such as IRR, got {shortened(value)}")


def _reference(value: Any) -> None:
    if not isinstance(value, str) or not _REFERENCE.fullmatch(value):
        raise ValueError(f"expected up to 20 letters and digits, got {shortened(value)}")


def _one_of(*names: str) -> Check:
    def check(value: Any) -> None:
        if value not in names:
            raise ValueError(f"expected one of {', '.join(names)}, got {shortened(value)}")

    return check


def _card(length_max: int) -> Check:
    """Refuse more of a card number than may be kept."""

    def check(value: Any) -> None:
        if not isinstance(value, str) or len(value) > length_max:
            raise ValueError(f"expected at most {length_max} digits, got more or no text")

    return check


def _tenders(value: Any) -> None:
    if not _list(value):
        raise ValueError("expected a tender, got none")
    for place, tender in enumerate(value):
        if not isinstance(tender, dict):
            raise ValueError(f"[{place}]: expected an object, got {shortened(tender)}")
        try:
            for field, check in _TENDER.items():
                _check_field(tender, field, check)
        except EventError as error:
            raise ValueError(f"[{place}].{str(error).removeprefix('body.')}") from None


def _basket(value: Any) -> None:
    """Check the quote that was paid; ``kiosk pay`` has none."""
    if not isinstance(value, dict):
        raise ValueError(f"expected an object, got {shortened(value)}")
    try:
        for field, check in _BASKET.items() if value else ():
            _check_field(value, field, check)
    except EventError as error:
        raise ValueError(f"basket: {error}") from None


def _rows_of_counts(value: Any) -> None:
    for each in _list(value):
        _counts(each)


def _lines(value: Any) -> None:
    """Check the lines of a basket; one whose product has left the catalogue has no price."""
    for place, line in enumerate(_list(value)):
        if not isinstance(line, dict):
            raise ValueError(f"[{place}]: expected an object, got {shortened(line)}")
        checks = _LINE if line.get("gone") else {**_LINE, **_QUOTED}
        try:
            for field, check in checks.items():
                _check_field(line, field, check)
        except EventError as error:
            raise ValueError(f"[{place}].{str(error).removeprefix('body.')}") from None


_LINE: Final[Mapping[str, Check]] = {
    "line": _count,
    "sku": _name,
    "quantity": _count,
    "list_price": _count,
    "gtin?": _gtin,
    "grams?": _count,
    "printed?": _true,
    "gift_of?": _count,
    "age_min?": _count,
    "approved?": _truth,
    "gone?": _true,
}
_QUOTED: Final[Mapping[str, Check]] = {
    "price": _count,
    "amount": _count,
    "paid": _count,
    "vat": _count,
    "due": _count,
    "shares?": _rows_of_counts,
    "steps?": _counts,
}
_BASKET: Final[Mapping[str, Check]] = {
    "sequence": _count,
    "began_at": _at,
    "quoted_at": _at,
    "currency": _name,
    "groups": _texts,
    "vouchers": _texts,
    "lines": _lines,
    "offers": _rows_of_counts,
    "used?": _rows_of_counts,
    "rules": _texts,
    "subtotal": _count,
    "off": _count,
    "vat": _count,
    "total": _count,
    "exact": _truth,
}
_TENDER: Final[Mapping[str, Check]] = {
    "kind": _name,
    "amount": _money,
    "reservation?": _text,
    "reference?": _reference,
    "receipt?": _count,
    "trace?": _count,
    "terminal_id?": _text,
    "card_bin?": _card(6),
    "card_last4?": _card(4),
    "told_at?": _text,
}
_ATTEMPT: Final[Mapping[str, Check]] = {
    "attempt": _uuid,
    "sale": _uuid,
    "kind": _one_of("authorisation", "reversal", "refund"),
    "amount": _money,
    "currency": _currency,
    "reference": _reference,
}
_UNDOING: Final[Mapping[str, Check]] = {
    **_ATTEMPT,
    "undoes": _uuid,
    "by": _text,
    "completed": _truth,
}
# fields of each known kind's body; "?" marks one that may be missing, others may come as well
BODIES: Final[Mapping[str, Mapping[str, Check]]] = {
    "item_looked_up": {"gtin?": _gtin, "sku?": _name, "found": _true, "price_minor": _count},
    UNKNOWN_CODE: {"code": _name, "symbology": _text},
    "search_made": {"text": _text, "hits": _count},
    "language_chosen": {"language": _name},
    "device_lost": {"device": _name, "reason": _text},
    "device_back": {"device": _name},
    "expired_item_seen": {"gtin": _gtin, "expires_on": _date},
    "product_opened": {"sku": _name, "from": _name},
    "database_damaged": {"kept_as": _name},
    "database_salvaged": {
        "kept_as": _name,
        "events": _count,
        "attempts": _count,
        "fault": _text,
    },
    "payments_compared": {"by": _text},
    "telemetry_evicted": {"from_seq": _count, "to_seq": _count, "rows": _count},
    "feed_refused": {"sequence": _count, "reason": _text},
    "rules_refused": {"sequence": _count, "rule": _name, "reason": _text},
    "action_done": {"id": _name, "outcome": _text},
    "basket_finished": {"number": _count, "date": _date, **_BASKET},
    "basket_abandoned": {"reason": _name, **_BASKET},
    "sale_completed": {
        "sale": _uuid,
        "attempt": _uuid,
        "total": _money,
        "currency": _currency,
        "tenders": _tenders,
        "evidence": _one_of("completion", "probe", "staff"),
        "basket": _basket,
    },
    "sale_reversed": _UNDOING,
    "refund_made": _UNDOING,
    "payment_in_doubt": {**_ATTEMPT, "phase": _name, "why": _text},
    "payment_settled": {
        **_ATTEMPT,
        "outcome": _one_of("approved", "not_charged", "reversed"),
        "row": _count,
        "why": _text,
        "by?": _name,
    },
    SURVEY_ANSWERED: {
        "instance": _uuid,
        "survey": _name,
        "version": check_version,
        "state": _one_of("complete", "partial"),
        "language": _text,
        "began_at": _at,
        "ended_at": _at,
        "xml?": check_xml,
        "packed?": check_packed,
        "times?": check_times,
        "last?": check_path,
        "marks?": check_marks,
        "member?": _text,
        "files?": check_files,
    },
    "receipt_printed": {"sale": _uuid, "copy": _truth},
    "receipt_failed": {"sale": _uuid, "why": _name},
    "survey_left": {"survey": _name, "version": check_version, "last": check_path},
    "payment_attendant": {
        **_ATTEMPT,
        "outcome": _one_of("attendant"),
        "row": _count,
        "why": _text,
    },
}
# the newest version of each kind's body that is known here; older ones are known too
VERSIONS: Final[Mapping[str, int]] = dict.fromkeys(BODIES, 1)
