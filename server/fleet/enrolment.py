"""How a box becomes a kiosk: the office makes a code, the box uses it up with its new key.

A code has 39 bits and lives half an hour; what keeps it from being guessed is that an address
may be wrong ten times in ten minutes. It is kept as a hash under the server's secret key, so
the database alone does not tell it.

Source: docs/line.md, section 2.
"""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac

from server.fleet import deeds
from server.fleet.audit import note
from server.fleet.gate import NotAdmittedError
from server.fleet.models import EnrolmentAttempt, EnrolmentCode, KeyState, Kiosk, KioskKey
from server.fleet.signatures import fingerprint
from server.stores.models import Store

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that looks or sounds like another
CODE_LENGTH = 8
CODE_LIVES = timedelta(minutes=30)
ATTEMPTS_MAX = 10
ATTEMPTS_WITHIN = timedelta(minutes=10)


class TooManyAttemptsError(NotAdmittedError):
    """An address was wrong too often; ``retry_after_s`` until it may try again."""

    def __init__(self, retry_after_s: int) -> None:
        text = f"Expected at most {ATTEMPTS_MAX} wrong codes in 10 minutes, got more"
        super().__init__(429, "too_many", text)
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, slots=True)
class Box:
    """What a box says of itself; ``public_key`` are the 32 raw bytes."""

    public_key: bytes
    version: str
    hardware: str
    address: str


def make_code(
    kiosk_id: str, store: Store | None, who: str, at: datetime, *, approved: bool = False
) -> str:
    """Make a code for a kiosk, which is made in ``store`` if it is new; shown this once.

    Codes made before for this kiosk are no longer of use. Raises ``deeds.DeedError``.
    """
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    with transaction.atomic():
        kiosk = _kiosk_for(kiosk_id, store, who, at)
        kiosk.codes.filter(used_at=None).delete()
        EnrolmentCode.objects.create(
            code_hash=code_hash(letters),
            kiosk=kiosk,
            approved=approved,
            made_at=at,
            made_by=who,
            expires_at=at + CODE_LIVES,
        )
        note(who, "code", kiosk_id, at, approved=approved)
    return f"{letters[:4]}-{letters[4:]}"


def _kiosk_for(kiosk_id: str, store: Store | None, who: str, at: datetime) -> Kiosk:
    kiosk = Kiosk.objects.select_for_update().filter(pk=kiosk_id).first()
    if kiosk is None:
        if store is None:
            raise deeds.DeedError(f"Expected a kiosk that there is, got {kiosk_id!r}")
        kiosk = Kiosk.objects.create(kiosk_id=kiosk_id, store=store, enrolled_at=at)
        note(who, "make", kiosk_id, at, store=store.pk)
    elif store is not None and kiosk.store_id != store.pk:
        raise deeds.DeedError(
            f"Expected store {kiosk.store_id} of {kiosk_id} (to move it: kiosk-server kiosks"
            f" move), got {store.pk}"
        )
    return kiosk


def code_hash(code: str) -> str:
    """Give the hash of a code however it was typed: small letters, with hyphens and spaces."""
    letters = "".join(code.upper().split()).replace("-", "")
    return salted_hmac("pishkhan.enrolment", letters, algorithm="sha256").hexdigest()


@contextmanager
def attempt(address: str, at: datetime) -> Iterator[None]:
    """Count what is tried within as wrong until it proves right; raises ``TooManyAttemptsError``.

    It is written down before it is counted, so that many at once are not let through together.
    """
    where = _network(address)
    since = at - ATTEMPTS_WITHIN
    EnrolmentAttempt.objects.filter(at__lte=since).delete()
    row = EnrolmentAttempt.objects.create(address=where, at=at)
    others = EnrolmentAttempt.objects.filter(address=where).exclude(pk=row.pk).order_by("at")
    if others.count() >= ATTEMPTS_MAX:
        row.delete()
        oldest = others.values_list("at", flat=True).first() or at
        raise TooManyAttemptsError(max(int((oldest - since).total_seconds()) + 1, 1))
    try:
        yield
    except NotAdmittedError as refused:
        if refused.code != "code_wrong":
            row.delete()
        raise
    row.delete()


def use_code(code: str, box: Box, at: datetime) -> KioskKey:
    """Use a code up for the key of a box; raises ``NotAdmittedError``.

    The same box may ask again: the answer to it was lost. A key that was revoked stays so, and
    one in use by another kiosk is not taken from it; the code is then still of use.
    """
    with transaction.atomic():
        found = (
            EnrolmentCode.objects.select_for_update()
            .filter(code_hash=code_hash(code), expires_at__gt=at)
            .first()
        )
        key_id = fingerprint(box.public_key)
        if found is None or (found.used_at is not None and found.used_by != key_id):
            text = "Expected a code of the last 30 minutes that was not used, got another"
            raise NotAdmittedError(403, "code_wrong", text)
        key = KioskKey.objects.select_related("kiosk").filter(pk=key_id).first()
        if key is not None and key.state == KeyState.REVOKED:
            raise NotAdmittedError(401, "key_revoked", "Expected a new key, got a revoked one")
        if key is not None and key.kiosk_id != found.kiosk_id:
            text = "Expected a new key, got one of another kiosk"
            raise NotAdmittedError(409, "key_in_use", text)
        EnrolmentCode.objects.filter(pk=found.pk).update(used_at=at, used_by=key_id)
        key = key or _take_in(found, key_id, box, at)
        if found.approved and key.state == KeyState.WAITING:
            deeds.make_only_key(key, found.made_by, at)
        return key


def _take_in(code: EnrolmentCode, key_id: str, box: Box, at: datetime) -> KioskKey:
    waiting = KioskKey.objects.filter(kiosk=code.kiosk_id, state=KeyState.WAITING)
    # whoever holds the newer code is the one that the office looks at
    waiting.update(state=KeyState.REVOKED, decided_at=at, decided_by="newer code")
    key = KioskKey.objects.create(
        key_id=key_id,
        kiosk=code.kiosk,
        public_key=box.public_key,
        state=KeyState.WAITING,
        version=box.version,
        hardware=box.hardware,
        address=box.address,
        asked_at=at,
    )
    note(f"kiosk {code.kiosk_id}", "enrol", code.kiosk_id, at, key=key_id, address=box.address)
    return key


def _network(address: str) -> str:
    """Give what one caller has: an IPv4 address, or the 64 bits of an IPv6 network."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if ip.version == 6 and ip.ipv4_mapped is not None:
        return str(ip.ipv4_mapped)
    return str(ipaddress.ip_network(f"{ip}/64", strict=False)) if ip.version == 6 else str(ip)
