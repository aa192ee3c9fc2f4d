"""Reading signatures: the contract's examples, the RFC's, another implementation, and rubbish."""

import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from http_message_signatures import HTTPMessageSigner, MappingKeyResolver
from http_message_signatures.algorithms import ED25519
from hypothesis import given, settings
from hypothesis import strategies as st

from server.fleet.signatures import Asked, SignatureError, Signed, fingerprint, read, verify

CONTRACT: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "contract" / "signatures.json").read_text("utf-8")
)
PUBLIC = bytes.fromhex(CONTRACT["public_key"])
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(CONTRACT["private_key"]))


def asked_of(example: Mapping[str, Any]) -> Asked:
    headers = example["headers"]
    return Asked(
        example["method"],
        example["path"],
        example["query"],
        headers.get("Signature-Input", ""),
        headers.get("Signature", ""),
        headers.get("Content-Digest", ""),
        example["body"].encode(),
    )


EVENTS = asked_of(CONTRACT["signed"][2])


def test_a_key_is_named_by_half_of_its_hash() -> None:
    assert fingerprint(PUBLIC) == CONTRACT["fingerprint"]


@pytest.mark.parametrize("example", CONTRACT["signed"], ids=lambda example: example["case"])
def test_each_signed_request_of_the_contract_is_believed(example: Mapping[str, Any]) -> None:
    signed = read(asked_of(example))
    verify(signed, PUBLIC)
    assert (signed.created_s, signed.nonce) == (example["created"], example["nonce"])
    assert signed.key_id == CONTRACT["fingerprint"]


@pytest.mark.parametrize("example", CONTRACT["refused"], ids=lambda example: example["case"])
def test_each_refused_request_of_the_contract_is_refused(example: Mapping[str, Any]) -> None:
    with pytest.raises(SignatureError, match=r"^Expected .*, got "):
        verify(read(asked_of(example)), PUBLIC)


def test_the_ed25519_example_of_rfc_9421_verifies() -> None:
    """Its components are others than ours, so it is put together here: appendix B.2.6."""
    key = load_der_public_key(
        base64.b64decode("MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=")
    )
    base = (
        '"date": Tue, 20 Apr 2021 02:07:55 GMT\n"@method": POST\n"@path": /foo\n'
        '"@authority": example.com\n"content-type": application/json\n"content-length": 18\n'
        '"@signature-params": ("date" "@method" "@path" "@authority" "content-type"'
        ' "content-length");created=1618884473;keyid="test-key-ed25519"'
    )
    signature = base64.b64decode(
        "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw=="
    )
    signed = Signed("", 1618884473, "", signature, base.encode())
    verify(signed, key.public_bytes_raw())  # type: ignore[union-attr]
    with pytest.raises(SignatureError):
        verify(replace(signed, base=signed.base + b" "), key.public_bytes_raw())  # type: ignore[union-attr]


class OurOrder(HTTPMessageSigner):
    """The other implementation, told in which order our form has the parameters."""

    def _build_signature_base(self, message: Any, *, signature_params: Any, **more: Any) -> Any:
        order = ("created", "nonce", "keyid", "alg", "tag")
        assert set(signature_params) == set(order)
        ordered = {name: signature_params[name] for name in order}
        return super()._build_signature_base(message, signature_params=ordered, **more)


def signed_elsewhere(method: str, path: str, query: str, body: bytes) -> Asked:
    """Let another implementation sign in our form."""
    url = f"http://server.example{path}" + (f"?{query}" if query else "")
    prepared = requests.Request(method, url, data=body).prepare()
    keys = MappingKeyResolver(public_keys={}, private_keys={CONTRACT["fingerprint"]: PRIVATE})
    OurOrder(signature_algorithm=ED25519, key_resolver=keys).sign(
        prepared,
        key_id=CONTRACT["fingerprint"],
        created=datetime.fromtimestamp(1763886600, UTC),
        nonce="AAECAwQFBgcICQoLDA0ODw",
        label="kiosk",
        tag="pishkhan",
        covered_component_ids=("@method", "@path", "@query"),
        body=body or None,
    )
    get = prepared.headers.get
    names = ("Signature-Input", "Signature", "Content-Digest")
    query = prepared.path_url.partition("?")[2]  # as it is sent: a lone % is escaped
    return Asked(method, path, query, *(str(get(name, "")) for name in names), body)


@given(
    st.sampled_from(["GET", "POST", "PUT"]),
    st.from_regex(r"(/[A-Za-z0-9_~-]{1,12}){1,4}", fullmatch=True),
    st.from_regex(r"([a-z]{1,6}=[A-Za-z0-9%&=-]{0,8})?", fullmatch=True),
    st.binary(max_size=200),
)
@settings(deadline=None)
def test_what_another_implementation_signs_is_believed(
    method: str, path: str, query: str, body: bytes
) -> None:
    verify(read(signed_elsewhere(method, path, query, body)), PUBLIC)


HOSTILE = st.one_of(
    st.text(max_size=600),
    st.sampled_from([EVENTS.signature_input, EVENTS.signature, EVENTS.content_digest]),
    st.builds(
        lambda text, at, put: text[:at] + put + text[at:],
        st.sampled_from([EVENTS.signature_input, EVENTS.signature, EVENTS.content_digest]),
        st.integers(0, 250),
        st.text(min_size=1, max_size=3),
    ),
)


@given(st.text(max_size=20), HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, st.binary(max_size=64))
@settings(deadline=None, max_examples=500)
def test_whatever_comes_it_is_the_refusal_and_no_other_exception(
    method: str, path: str, query: str, given_input: str, signature: str, digest: str, body: bytes
) -> None:
    with pytest.raises(SignatureError):
        verify(read(Asked(method, path, query, given_input, signature, digest, body)), PUBLIC)


@given(
    st.sampled_from(["method", "path", "query", "signature_input", "signature", "content_digest"]),
    st.integers(0, 400),
    st.characters(),
)
@settings(deadline=None, max_examples=500)
def test_one_character_more_anywhere_and_it_is_refused(part: str, at: int, put: str) -> None:
    text: str = getattr(EVENTS, part)
    changed = replace(EVENTS, **{part: text[:at] + put + text[at:]})
    with pytest.raises(SignatureError):
        verify(read(changed), PUBLIC)


@given(st.integers(0, 10_000), st.integers(1, 255))
@settings(deadline=None)
def test_one_bit_of_the_body_and_it_is_refused(at: int, flip: int) -> None:
    body = bytearray(EVENTS.body)
    body[at % len(body)] ^= flip
    with pytest.raises(SignatureError, match="Content-Digest"):
        read(replace(EVENTS, body=bytes(body)))


@pytest.mark.parametrize("public", [b"", b"\0" * 32, b"\xff" * 32, b"\x01" + bytes(31), b"x" * 33])
def test_what_is_no_public_key_verifies_nothing(public: bytes) -> None:
    with pytest.raises(SignatureError):
        verify(read(EVENTS), public)
