"""The one door for kiosks' signed requests: ``admit`` says whose it is, or why it stays shut.

The checks stand in the order of docs/line.md, section 3. It blocks (database), may be asked by
any thread, and answers nothing itself. A key is looked up anew after ``KEY_KEPT_MS``, so that
revoking it takes effect while one still looks at the button.

Source: docs/line.md, sections 3 and 6.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import NoReturn

from django.db import connection

from server.fleet import signatures
from server.fleet.nonces import Freshness, MemoryNonces, Nonces, TableNonces
from server.fleet.seen import Seen
from server.fleet.signatures import Asked, SignatureError, Signed

__all__ = ["TIME_HEADER", "Admitted", "Asked", "Gate", "NotAdmittedError", "admit", "forget"]

TIME_HEADER = "Pishkhan-Time"  # milliseconds since 1970 UTC, on every answer of /api/v2/
KEY_KEPT_MS = 2_000
KEYS_KEPT_MAX = 50_000
_BEGAN_MS = time.time_ns() // 1_000_000  # no request was taken by this process before


@dataclass(frozen=True, slots=True)
class Admitted:
    """Who asks: a kiosk, in the store that it stands in now, by one of its keys."""

    kiosk_id: str
    store_id: str
    key_id: str


class NotAdmittedError(Exception):
    """The request is refused; ``status`` of HTTP, ``code`` for programs, ``text`` for people."""

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(text)
        self.status, self.code, self.text = status, code, text


@dataclass(frozen=True, slots=True)
class _Key:
    public: bytes
    admitted: Admitted
    state: str
    read_ms: int


class Gate:
    """Knows keys for a moment, nonces for their time, and who was seen this minute."""

    def __init__(self, memory: Nonces) -> None:
        self._memory, self._table = memory, TableNonces()
        self._keys: dict[str, _Key] = {}
        self._seen = Seen()

    def admit(self, asked: Asked, now_ms: int) -> Admitted:
        """Give the kiosk that signed ``asked``; raises ``NotAdmittedError``."""
        signed = read(asked)
        key = self._key(signed.key_id, now_ms)
        check_signature(signed, key.public)
        match key.state:
            case "active":
                self.check_fresh(signed, now_ms)
            case "waiting":
                raise NotAdmittedError(
                    403, "not_approved", "Expected an approved key, got one that waits"
                )
            case _:
                raise NotAdmittedError(
                    401, "key_revoked", "Expected a key in use, got a revoked one"
                )
        self._seen.note(key.admitted.kiosk_id, now_ms)
        return key.admitted

    def check_fresh(self, signed: Signed, now_ms: int) -> None:
        """Refuse what is too old, too young or seen before; what is fresh is remembered."""
        nonces = self._table if connection.vendor == "postgresql" else self._memory
        match nonces.judge(signed.key_id, signed.nonce, signed.created_s, now_ms):
            case Freshness.OFF_CLOCK:
                text = f"Expected created at about {now_ms // 1000}, got {signed.created_s}"
                raise NotAdmittedError(401, "clock", text)
            case Freshness.REPLAYED:
                text = "Expected a nonce for the first time, got it again"
                raise NotAdmittedError(401, "replayed", text)
            case Freshness.FRESH:
                return

    def forget(self) -> None:
        """Look everything up anew, but remember nonces: a key or kiosk was changed here."""
        self._keys.clear()
        self._seen.forget()

    def _key(self, key_id: str, now_ms: int) -> _Key:
        known = self._keys.get(key_id)
        if known is None or not 0 <= now_ms - known.read_ms < KEY_KEPT_MS:
            known = _read_key(key_id, now_ms)
            if len(self._keys) >= KEYS_KEPT_MAX:
                self._keys.clear()
            self._keys[key_id] = known
        return known


def read(asked: Asked) -> Signed:
    """Read the signature of a request; raises ``NotAdmittedError``."""
    try:
        return signatures.read(asked)
    except SignatureError as error:
        _refuse_signature(error)


def check_signature(signed: Signed, public_key: bytes) -> None:
    """Refuse a signature that another key made."""
    try:
        signatures.verify(signed, public_key)
    except SignatureError as error:
        _refuse_signature(error)


def _refuse_signature(error: SignatureError) -> NoReturn:
    raise NotAdmittedError(401, "signature", str(error)) from None


# one journey for a key, its kiosk and its store; a kiosk switched off has no key in use
_KEY = """
SELECT key.public_key, kiosk.kiosk_id, kiosk.store_id,
       CASE WHEN kiosk.active THEN key.state ELSE 'revoked' END
FROM fleet_kioskkey AS key JOIN fleet_kiosk AS kiosk ON kiosk.kiosk_id = key.kiosk_id
WHERE key.key_id = %s
"""


def _read_key(key_id: str, now_ms: int) -> _Key:
    with connection.cursor() as cursor:
        cursor.execute(_KEY, [key_id])
        row = cursor.fetchone()
    if row is None:
        raise NotAdmittedError(401, "key_unknown", f"Expected a key of a kiosk, got {key_id}")
    public, kiosk_id, store_id, state = row
    return _Key(bytes(public), Admitted(kiosk_id, store_id, key_id), state, now_ms)


_gate = Gate(MemoryNonces(_BEGAN_MS))


def admit(asked: Asked, now_ms: int) -> Admitted:
    """Give the kiosk that signed ``asked``; raises ``NotAdmittedError``.

    ``now_ms`` is the server's clock, in milliseconds since 1970 UTC. It blocks, and is to be
    called outside of a transaction.
    """
    return _gate.admit(asked, now_ms)


def check_fresh(signed: Signed, now_ms: int) -> None:
    """Refuse an enrolment that is not fresh, by the memory that ``admit`` has."""
    _gate.check_fresh(signed, now_ms)


def forget() -> None:
    """Let the next request look its key up anew: one was approved, revoked or moved here."""
    _gate.forget()
