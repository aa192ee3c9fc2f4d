"""A kiosk that signs, as the server's tests need one: its own code, so that it proves something.

``SignedLine`` asks a running server; ``signed`` gives the headers alone.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.fleet.models import KeyState, Kiosk, KioskKey
from server.stores.models import Store


@dataclass(frozen=True)
class BoxKey:
    """A key as a box makes it."""

    private: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes_raw()

    @property
    def key_id(self) -> str:
        return hashlib.sha256(self.public).digest()[:16].hex()


def new_nonce() -> str:
    return secrets.token_urlsafe(16)


def signed(
    key: BoxKey,
    method: str,
    path: str,
    query: str = "",
    body: bytes = b"",
    created_s: int | None = None,
    nonce: str | None = None,
) -> dict[str, str]:
    """Give the headers of docs/line.md, section 3."""
    created_s = int(time.time()) if created_s is None else created_s
    parts = [("@method", method), ("@path", path), ("@query", f"?{query}")]
    headers = {}
    if body:
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        headers["Content-Digest"] = f"sha-256=:{digest}:"
        parts.append(("content-digest", headers["Content-Digest"]))
    parameters = "(" + " ".join(f'"{name}"' for name, _ in parts) + ")"
    parameters += f';created={created_s};nonce="{nonce or new_nonce()}";keyid="{key.key_id}"'
    parameters += ';alg="ed25519";tag="pishkhan"'
    lines = [*parts, ("@signature-params", parameters)]
    base = "\n".join(f'"{name}": {value}' for name, value in lines)
    signature = base64.b64encode(key.private.sign(base.encode())).decode()
    return {
        **headers,
        "Signature-Input": f"kiosk={parameters}",
        "Signature": f"kiosk=:{signature}:",
    }


@dataclass(frozen=True)
class SignedLine:
    """A kiosk's line to a running server under a key of its own."""

    url: str
    key: BoxKey = field(default_factory=BoxKey)

    def ask(
        self, method: str, path: str, query: str = "", body: bytes = b"", **how: Any
    ) -> requests.Response:
        """Ask; ``how`` is told to ``signed``."""
        headers = signed(self.key, method, path, query, body, **how)
        if body:
            headers["Content-Type"] = "application/json"
        return self.send(method, path, query, body, headers)

    def send(
        self, method: str, path: str, query: str, body: bytes, headers: dict[str, str]
    ) -> requests.Response:
        """Send what somebody signed, or not."""
        address = f"{self.url}{path}" + (f"?{query}" if query else "")
        return requests.request(
            method, address, data=body, headers=headers, timeout=10, allow_redirects=False
        )

    def enrol(self, code: str, **more: Any) -> requests.Response:
        """Enrol with ``code``."""
        told = {"code": code, "public_key": self.key.public.hex(), "version": "0.2", **more}
        return self.ask("POST", "/api/v2/enrolments", body=json.dumps(told).encode())


def a_kiosk(
    kiosk_id: str = "tehran-1-k2",
    store_id: str = "tehran-1",
    key: BoxKey | None = None,
    state: KeyState = KeyState.ACTIVE,
) -> BoxKey:
    """Make a kiosk with a key, past its enrolment."""
    key, at = key or BoxKey(), datetime.now(UTC)
    kiosk, _ = Kiosk.objects.get_or_create(
        kiosk_id=kiosk_id, defaults={"store": Store.objects.get(pk=store_id), "enrolled_at": at}
    )
    KioskKey.objects.create(
        key_id=key.key_id, kiosk=kiosk, public_key=key.public, state=state, asked_at=at
    )
    return key
