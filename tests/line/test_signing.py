"""The kiosk's signatures: the contract's examples, and another implementation as the judge."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from http_message_signatures import HTTPMessageVerifier, InvalidSignature, MappingKeyResolver
from http_message_signatures.algorithms import ED25519
from hypothesis import given
from hypothesis import strategies as st

from kiosk.clock import ServerClock
from kiosk.identity import fingerprint
from kiosk.line.signing import Request, Signer, sign

CONTRACT: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "contract" / "signatures.json").read_text("utf-8")
)
KEY = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(CONTRACT["private_key"]))
NONCE = "AAECAwQFBgcICQoLDA0ODw"


def test_a_key_is_named_by_half_of_its_hash() -> None:
    assert KEY.public_key().public_bytes_raw().hex() == CONTRACT["public_key"]
    assert fingerprint(KEY.public_key()) == CONTRACT["fingerprint"]


@pytest.mark.parametrize("example", CONTRACT["signed"], ids=lambda example: example["case"])
def test_each_request_of_the_contract_is_signed_as_shown(example: Mapping[str, Any]) -> None:
    asked = Request(example["method"], example["path"], example["query"], example["body"].encode())
    assert sign(KEY, asked, example["created"], example["nonce"]) == example["headers"]


def judge(prepared: requests.PreparedRequest) -> Any:
    """Verify with another implementation; raises ``InvalidSignature``."""
    keys = MappingKeyResolver(
        public_keys={CONTRACT["fingerprint"]: KEY.public_key()}, private_keys={}
    )
    verifier = HTTPMessageVerifier(signature_algorithm=ED25519, key_resolver=keys)
    body = prepared.body if isinstance(prepared.body, bytes) else None
    return verifier.verify(prepared, max_age=None, body=body)


@given(
    st.sampled_from(["GET", "POST", "PUT"]),
    st.from_regex(r"(/[A-Za-z0-9._~-]{1,12}){1,4}", fullmatch=True),
    st.dictionaries(st.from_regex(r"[a-z]{1,6}", fullmatch=True), st.text(max_size=8), max_size=3),
    st.binary(max_size=200),
)
def test_another_implementation_believes_what_we_sign(
    method: str, path: str, query: dict[str, str], body: bytes
) -> None:
    if {".", ".."} & set(path.split("/")):
        return  # requests would take them for steps; no path of ours has them
    prepared = requests.Request(
        method, f"http://server.example{path}", params=query, data=body
    ).prepare()
    path, _, raw_query = prepared.path_url.partition("?")
    now = int(datetime.now(UTC).timestamp())
    prepared.headers.update(sign(KEY, Request(method, path, raw_query, body), now, NONCE))
    (result,) = judge(prepared)
    assert result.label == "kiosk"
    assert dict(result.parameters)["tag"] == "pishkhan"


def test_another_implementation_sees_that_something_was_changed() -> None:
    prepared = requests.Request("GET", "http://server.example/api/v2/me").prepare()
    now = int(datetime.now(UTC).timestamp())
    prepared.headers.update(sign(KEY, Request("GET", "/api/v2/me"), now, NONCE))
    prepared.url = "http://server.example/api/v2/other"
    with pytest.raises(InvalidSignature):
        judge(prepared)


def test_no_two_sendings_have_one_nonce_and_none_is_ahead_of_the_server() -> None:
    clock = ServerClock(wall_ms=lambda: 0, mono_ms=lambda: 5_000, boot_id="here")
    clock.learn(1_763_886_600_900, 3_000, 5_000)  # a slow answer: up to 2 s later by now
    signer = Signer(KEY, clock)
    said = [signer.headers(Request("GET", "/a"))["Signature-Input"] for _ in range(100)]
    assert len(set(said)) == 100
    assert all(";created=1763886600;" in each for each in said)


def test_a_box_that_believes_in_a_year_before_1970_signs_all_the_same() -> None:
    signer = Signer(KEY, ServerClock(wall_ms=lambda: -5_000, boot_id=""))
    assert ";created=0;" in signer.headers(Request("GET", "/a"))["Signature-Input"]
