"""A signed request: the one form of it that is read, and whether its signature fits.

It knows no key, clock or database: who a key belongs to and whether the request is fresh is
``server.fleet.gate``'s affair. Nothing but the form of docs/line.md is read; whatever else
RFC 9421 allows is refused, so that there is nothing to be lenient about.

Source: RFC 9421, "HTTP Message Signatures", sections 2.2, 2.5 and 3.3.6; RFC 9530, "Digest
Fields"; docs/line.md, section 3.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

KEY_BYTES = 32
FINGERPRINT_BYTES = 16
HEADER_CHARS_MAX = 512
_KEYS_KEPT = 20_000  # public keys made ready; about 1 kB each

_BARE = '("@method" "@path" "@query")'
_WITH_BODY = '("@method" "@path" "@query" "content-digest")'
_PARAMETERS = re.compile(
    r";created=(?P<created>0|[1-9][0-9]{0,11})"
    r';nonce="(?P<nonce>[A-Za-z0-9_-]{22})"'
    r';keyid="(?P<key_id>[0-9a-f]{32})"'
    r';alg="ed25519";tag="pishkhan"'
)
_SIGNATURE = re.compile(r"kiosk=:([A-Za-z0-9+/]{86}==):")
_DIGEST = re.compile(r"sha-256=:([A-Za-z0-9+/]{43}=):")
# a path of ours needs no percent signs; without them there is one way to write each path
_METHOD, _PATH = re.compile(r"[A-Z]{1,16}"), re.compile(r"/[A-Za-z0-9/._~:@!$&'()*+,;=-]*")
_QUERY = re.compile(r"[!-~]*")


class SignatureError(Exception):
    """The request is not signed as it should be; the text says what was expected."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it was sent; ``query`` without its "?", a header that is not there empty."""

    method: str
    path: str
    query: str
    signature_input: str
    signature: str
    content_digest: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Signed:
    """What a request says of its signature; ``base`` is what was signed, not yet verified."""

    key_id: str
    created_s: int
    nonce: str
    signature: bytes
    base: bytes


def read(asked: Asked) -> Signed:
    """Read the signature of a request whose body fits its digest; raises ``SignatureError``."""
    components = _WITH_BODY if asked.body else _BARE
    beginning = f"kiosk={components}"
    if len(asked.signature_input) > HEADER_CHARS_MAX:
        raise SignatureError(f"Expected a Signature-Input of {HEADER_CHARS_MAX} at most, got more")
    if not asked.signature_input.startswith(beginning):
        raise SignatureError(f"Expected Signature-Input: {beginning}…, got another or none")
    parameters = _PARAMETERS.fullmatch(asked.signature_input, len(beginning))
    if parameters is None:
        raise SignatureError(
            'Expected created, nonce, keyid, alg="ed25519", tag="pishkhan" in Signature-Input,'
            " got others"
        )
    signature = _SIGNATURE.fullmatch(asked.signature)
    if signature is None:
        raise SignatureError("Expected Signature: kiosk=:…64 bytes in base64…:, got another")
    _check_line(asked)
    _check_digest(asked)
    return Signed(
        parameters["key_id"],
        int(parameters["created"]),
        parameters["nonce"],
        base64.b64decode(signature[1]),
        _base(asked, asked.signature_input.removeprefix("kiosk=")),
    )


def verify(signed: Signed, public_key: bytes) -> None:
    """Check the signature against the 32 bytes of a public key; raises ``SignatureError``."""
    try:
        _ready(public_key).verify(signed.signature, signed.base)
    except (InvalidSignature, ValueError):
        raise SignatureError("Expected a signature of this request, got another") from None


def fingerprint(public_key: bytes) -> str:
    """Name a public key: the first 16 bytes of the SHA-256 of its 32, in hex."""
    return hashlib.sha256(public_key).digest()[:FINGERPRINT_BYTES].hex()


def _base(asked: Asked, parameters: str) -> bytes:
    """Put together what is signed; RFC 9421, section 2.5."""
    digest = f'"content-digest": {asked.content_digest}\n' if asked.body else ""
    return (
        f'"@method": {asked.method}\n"@path": {asked.path}\n"@query": ?{asked.query}\n'
        f'{digest}"@signature-params": {parameters}'
    ).encode("ascii")


def _check_line(asked: Asked) -> None:
    line = ((_METHOD, asked.method), (_PATH, asked.path), (_QUERY, asked.query))
    if not all(form.fullmatch(text) for form, text in line):
        raise SignatureError("Expected method, path and query in plain ASCII, got others")


def _check_digest(asked: Asked) -> None:
    if not asked.body:
        if asked.content_digest:
            raise SignatureError("Expected no Content-Digest without a body, got one")
        return
    digest = _DIGEST.fullmatch(asked.content_digest)
    told = base64.b64decode(digest[1]) if digest else b""
    if not hmac.compare_digest(told, hashlib.sha256(asked.body).digest()):
        raise SignatureError("Expected Content-Digest: the SHA-256 of the body, got another")


@lru_cache(maxsize=_KEYS_KEPT)
def _ready(public_key: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(public_key)
