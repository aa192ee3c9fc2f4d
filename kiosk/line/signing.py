"""The kiosk's signature under a request: what proves to the server who asks.

``sign`` is pure. ``Signer`` has a key and a clock, and is what a link signs with; each thread's
link may have the same one.

Source: RFC 9421, "HTTP Message Signatures", sections 2.2, 2.5 and 3.3.6; RFC 9530, "Digest
Fields"; docs/line.md, section 3.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.clock import ServerClock
from kiosk.identity import fingerprint

NONCE_BYTES = 16


@dataclass(frozen=True, slots=True)
class Request:
    """What of a request is signed: ``path`` and ``query`` as they are sent, the body as it is."""

    method: str
    path: str
    query: str = ""
    body: bytes = b""


def sign(key: Ed25519PrivateKey, request: Request, created_s: int, nonce: str) -> Mapping[str, str]:
    """Give the headers that make ``request`` a signed one; ``nonce`` is 22 of base64url."""
    components, lines, headers = ["@method", "@path", "@query"], [], {}
    lines.append(f'"@method": {request.method}')
    lines.append(f'"@path": {request.path}')
    lines.append(f'"@query": ?{request.query}')
    if request.body:
        digest = f"sha-256=:{_base64(hashlib.sha256(request.body).digest())}:"
        components.append("content-digest")
        lines.append(f'"content-digest": {digest}')
        headers["Content-Digest"] = digest
    covered = " ".join(f'"{each}"' for each in components)
    parameters = (
        f'({covered});created={created_s};nonce="{nonce}"'
        f';keyid="{fingerprint(key.public_key())}";alg="ed25519";tag="pishkhan"'
    )
    lines.append(f'"@signature-params": {parameters}')
    signature = key.sign("\n".join(lines).encode("ascii"))
    headers["Signature-Input"] = f"kiosk={parameters}"
    headers["Signature"] = f"kiosk=:{_base64(signature)}:"
    return headers


class Signer:
    """Signs by the server's time as far as it is known; ``clock`` learns it from answers."""

    def __init__(
        self,
        key: Ed25519PrivateKey,
        clock: ServerClock,
        new_nonce: Callable[[], str] = lambda: _base64url(secrets.token_bytes(NONCE_BYTES)),
    ) -> None:
        self._key, self.clock, self._new_nonce = key, clock, new_nonce

    def headers(self, request: Request) -> Mapping[str, str]:
        """Give the headers for one sending of ``request``; a second one needs others."""
        created_s = max(self.clock.earliest_ms() // 1000, 0)  # a box may believe in any year
        return sign(self._key, request, created_s, self._new_nonce())


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode("ascii").rstrip("=")
