"""What the office does with kiosks: let in, keep out, move, rename. Each deed is in the log.

A deed is one transaction and takes effect at the next request, in this process at once and in
others within two seconds. Nothing here touches what a kiosk has told.

Source: docs/line.md, section 2.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from server.fleet import gate
from server.fleet.audit import note
from server.fleet.models import KeyState, Kiosk, KioskKey
from server.stores.models import Store


class DeedError(Exception):
    """The deed cannot be done; the text says what was expected."""


class OtherKeyError(DeedError):
    """Another key waits than the one that was looked at: another box took its place."""


def approve(kiosk_id: str, who: str, at: datetime, key_id: str = "") -> KioskKey:
    """Let the key that waits be the kiosk's only one; ``key_id`` must fit where it is given."""
    with transaction.atomic():
        key = _waiting(kiosk_id, key_id)
        make_only_key(key, who, at)
    return key


def make_only_key(key: KioskKey, who: str, at: datetime) -> None:
    """Put ``key`` in the place of the kiosk's key before, and of its bearer key."""
    kiosk = Kiosk.objects.select_for_update().get(pk=key.kiosk_id)
    others = kiosk.keys.exclude(pk=key.pk).exclude(state=KeyState.REVOKED)
    before = list(others.values_list("pk", flat=True))
    others.update(state=KeyState.REVOKED, decided_at=at, decided_by=who)
    kiosk.keys.filter(pk=key.pk).update(state=KeyState.ACTIVE, decided_at=at, decided_by=who)
    key.state = KeyState.ACTIVE
    Kiosk.objects.filter(pk=kiosk.pk).update(key_sha256=None, active=True)
    note(who, "approve", kiosk.pk, at, key=key.pk, revoked=before)
    transaction.on_commit(gate.forget)


def refuse(kiosk_id: str, who: str, at: datetime, key_id: str = "") -> KioskKey:
    """Refuse the key that waits, for ever; ``key_id`` must fit where it is given."""
    with transaction.atomic():
        key = _waiting(kiosk_id, key_id)
        _revoke([key.pk], who, at)
        note(who, "refuse", kiosk_id, at, key=key.pk)
    return key


def revoke(kiosk_id: str, who: str, at: datetime) -> list[str]:
    """Take every key from a kiosk, waiting, in use or bearer; gives their fingerprints."""
    with transaction.atomic():
        kiosk = _kiosk(kiosk_id)
        keys = list(kiosk.keys.exclude(state=KeyState.REVOKED).values_list("pk", flat=True))
        bearer = kiosk.key_sha256 is not None
        _revoke(keys, who, at)
        kiosk.codes.filter(used_at=None).delete()
        Kiosk.objects.filter(pk=kiosk.pk).update(key_sha256=None)
        note(who, "revoke", kiosk_id, at, keys=keys, bearer=bearer)
    return keys


def move(kiosk_id: str, store: Store, who: str, at: datetime) -> None:
    """Let a kiosk stand in another store; it empties its catalogue when it hears of it."""
    with transaction.atomic():
        kiosk = _kiosk(kiosk_id)
        before = kiosk.store_id
        Kiosk.objects.filter(pk=kiosk.pk).update(store=store)
        note(who, "move", kiosk_id, at, store=store.pk, before=before)
        transaction.on_commit(gate.forget)


def rename(kiosk_id: str, name: str, who: str, at: datetime) -> None:
    """Give a kiosk another name for people; its id stays."""
    with transaction.atomic():
        kiosk = _kiosk(kiosk_id)
        Kiosk.objects.filter(pk=kiosk.pk).update(name=name)
        note(who, "rename", kiosk_id, at, name=name, before=kiosk.name)


def switch(kiosk_id: str, on: bool, who: str, at: datetime) -> None:
    """Let a kiosk in or not, keeping its key."""
    with transaction.atomic():
        Kiosk.objects.filter(pk=_kiosk(kiosk_id).pk).update(active=on)
        note(who, "switch on" if on else "switch off", kiosk_id, at)
        transaction.on_commit(gate.forget)


def _kiosk(kiosk_id: str) -> Kiosk:
    kiosk = Kiosk.objects.select_for_update().filter(pk=kiosk_id).first()
    if kiosk is None:
        raise DeedError(f"Expected a kiosk that there is, got {kiosk_id!r}")
    return kiosk


def _waiting(kiosk_id: str, key_id: str) -> KioskKey:
    key = _kiosk(kiosk_id).keys.filter(state=KeyState.WAITING).first()
    if key is None:
        raise DeedError(f"Expected a key of {kiosk_id} that waits, got none")
    if key_id and key.key_id != key_id:
        raise OtherKeyError(f"Expected key {key_id} to wait for {kiosk_id}, got {key.key_id}")
    return key


def _revoke(keys: list[str], who: str, at: datetime) -> None:
    KioskKey.objects.filter(pk__in=keys).update(
        state=KeyState.REVOKED, decided_at=at, decided_by=who
    )
    transaction.on_commit(gate.forget)
