"""How this box becomes a kiosk of the chain: a code, a key, an approval, an identity.

Asking again is always safe: the key is made once, and the server knows a code and a key that
it has seen together. Nothing is kept before the server said who we are.

Source: docs/line.md, section 2.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.clock import ServerClock
from kiosk.errors import ConfigError, DataError, Rejected, ServerError, Unreachable
from kiosk.identity import (
    Identity,
    fingerprint,
    keep_identity,
    load_key,
    make_key,
    read_identity,
    set_key_aside,
)
from kiosk.line.server import Answer, ServerLink
from kiosk.line.signing import Signer

ENROLMENTS_PATH, ME_PATH = "/api/v2/enrolments", "/api/v2/me"
ASK_EVERY_S = 2.0
_NEW_KEY_WANTED = ("key_revoked", "key_in_use")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the box keeps who it is, and the server that it asks.

    ``server_key`` is what the server's key must be, where it was given beforehand.
    """

    data_dir: Path
    url: str
    timeout_s: float
    server_key: Ed25519PublicKey | None = None


@dataclass(frozen=True, slots=True)
class Offered:
    """What the box says of itself."""

    version: str = ""
    hardware: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """The code is used up; the office is to compare ``fingerprint``."""

    kiosk: str
    store: str
    fingerprint: str


def use_code(place: Place, code: str, offered: Offered, clock: ServerClock) -> Asked:
    """Make the key if there is none, and use the code up for it.

    A key that the server takes no more is set aside, and a new one is made for the same code.
    Raises ``Rejected`` where the server says no, ``Unreachable``, ``ConfigError``.
    """
    key = make_key(place.data_dir)
    answer = _offer(place, code, offered, key, clock)
    if answer.code() in _NEW_KEY_WANTED:
        set_key_aside(place.data_dir)
        key = make_key(place.data_dir)
        answer = _offer(place, code, offered, key, clock)
    if answer.status != 202:
        raise _refused(answer)
    return _read_asked(answer.body, fingerprint(key.public_key()))


def _offer(
    place: Place, code: str, offered: Offered, key: Ed25519PrivateKey, clock: ServerClock
) -> Answer:
    public_key = key.public_key().public_bytes_raw().hex()
    body = {"code": code, "public_key": public_key}
    told = json.dumps({**body, "version": offered.version, "hardware": offered.hardware})
    link = ServerLink(place.url, Signer(key, clock), place.timeout_s)
    try:
        return link.post(ENROLMENTS_PATH, told.encode())
    finally:
        link.close()


def _read_asked(body: bytes, ours: str) -> Asked:
    try:
        told = json.loads(body)
        asked = Asked(str(told["kiosk"]), str(told["store"]), str(told["fingerprint"]))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise DataError(f"Expected an answer to the enrolment, got {error}") from None
    if asked.fingerprint != ours:
        raise DataError(f"Expected the fingerprint {ours}, got {asked.fingerprint[:64]}")
    return asked


def await_identity(
    place: Place,
    clock: ServerClock,
    within_s: float,
    wait: Callable[[float], object],
    tell: Callable[[str], object] = lambda _: None,
) -> Identity | None:
    """Ask who we are until the office has approved; ``None`` if it has not ``within_s``.

    A line that is cut meanwhile is told and waited for. Raises ``Rejected``, ``ConfigError``.
    """
    ends = monotonic() + within_s
    link = ServerLink(place.url, Signer(load_key(place.data_dir), clock), place.timeout_s)
    try:
        while True:
            identity = _try_for_identity(place, link, tell)
            if identity is not None or monotonic() + ASK_EVERY_S > ends:
                return identity
            wait(ASK_EVERY_S)
    finally:
        link.close()


def _try_for_identity(
    place: Place, link: ServerLink, tell: Callable[[str], object]
) -> Identity | None:
    try:
        return fetch_identity(link, place.data_dir, place.server_key)
    except Unreachable as error:
        tell(str(error))
        return None


def fetch_identity(
    link: ServerLink, data_dir: Path, server_key: Ed25519PublicKey | None = None
) -> Identity | None:
    """Ask who we are and keep the answer; ``None`` where the key still waits.

    Raises ``Unreachable`` where a later try may help, ``Rejected`` where not, and ``ConfigError``
    where the server has another key than ``server_key``.
    """
    answer = link.get(ME_PATH)
    if answer.status == 403 and answer.code() == "not_approved":
        return None
    if answer.status in (429, 500, 502, 503, 504):
        raise Unreachable(f"Expected who we are, got {answer.in_words()}")
    if answer.status != 200:
        raise _refused(answer)
    identity = read_identity(answer.body)
    _check_server(identity, server_key)
    return keep_identity(data_dir, answer.body)


def _check_server(identity: Identity, expected: Ed25519PublicKey | None) -> None:
    told = identity.server_public_key()
    if expected is not None and told.public_bytes_raw() != expected.public_bytes_raw():
        raise ConfigError(
            f"server.public_key_file: expected the server's key {fingerprint(expected)},"
            f" got {fingerprint(told)}"
        )


def _refused(answer: Answer) -> ServerError:
    if answer.status == 404:
        return Rejected("Expected a server of version 2 of the line, got one without it (404)")
    return Rejected(f"Expected to be let in, got {answer.in_words()}")
