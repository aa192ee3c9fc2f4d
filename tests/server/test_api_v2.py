"""What all answers of version 2 have in common: signatures, time, and one form of refusal."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
import requests

from server.configuration import Configuration
from tests.server.line import Line
from tests.server.signing import BoxKey, SignedLine, a_kiosk, signed

ME = "/api/v2/me"
CONTRACT = Path(__file__).parents[1] / "contract"


@pytest.fixture
def kiosk(line: Line) -> SignedLine:
    return SignedLine(line.url, a_kiosk())


def refusal(answer: requests.Response) -> tuple[int, str]:
    told = answer.json()
    assert told.keys() == {"code", "error"}
    assert told["error"].startswith("Expected ")
    assert ", got" in told["error"]
    if answer.status_code == 401:
        assert answer.headers["WWW-Authenticate"].startswith("Signature")
    return answer.status_code, told["code"]


def test_every_answer_tells_the_servers_time(kiosk: SignedLine) -> None:
    for answer in (
        kiosk.ask("GET", ME),
        SignedLine(kiosk.url).ask("GET", ME),
        requests.get(f"{kiosk.url}{ME}", timeout=10),
        requests.post(f"{kiosk.url}{ME}", timeout=10),
        requests.get(f"{kiosk.url}/api/v2/nothing/here", timeout=10),
        requests.post(f"{kiosk.url}/api/v2/enrolments", data=b"{", timeout=10),
        kiosk.enrol("2222-2222"),
    ):
        assert abs(int(answer.headers["Pishkhan-Time"]) - time.time() * 1000) < 60_000, answer.url
        assert answer.headers["Content-Type"].startswith("application/json")


def test_a_recorded_request_is_refused_over_the_wire(kiosk: SignedLine) -> None:
    headers = signed(kiosk.key, "GET", ME)
    assert kiosk.send("GET", ME, "", b"", headers).status_code == 200
    assert refusal(kiosk.send("GET", ME, "", b"", headers)) == (401, "replayed")


def test_a_signature_for_one_request_opens_no_other(kiosk: SignedLine) -> None:
    enrol, body = "/api/v2/enrolments", b'{"code":"2222-2222","public_key":"%s"}'
    body %= kiosk.key.public.hex().encode()
    typed = {"Content-Type": "application/json"}
    for method, path, query, sent, headers in (
        ("GET", ME, "", b"", signed(kiosk.key, "GET", "/api/v2/feed/head")),
        ("GET", ME, "store=tehran-2", b"", signed(kiosk.key, "GET", ME)),
        ("GET", ME, "", b"", signed(kiosk.key, "POST", ME)),
        ("GET", ME, "", b"x", signed(kiosk.key, "GET", ME)),
        ("POST", enrol, "", body + b" ", {**signed(kiosk.key, "POST", enrol, "", body), **typed}),
        ("POST", enrol, "", body, {**signed(kiosk.key, "POST", enrol), **typed}),
        ("GET", ME, "", b"", {}),
    ):
        answer = kiosk.send(method, path, query, sent, headers)
        assert refusal(answer) == (401, "signature"), (path, query, sent)


@pytest.mark.parametrize("created_s", [0, 1, 10**11])
def test_an_old_or_early_signature_is_told_the_time(kiosk: SignedLine, created_s: int) -> None:
    assert refusal(kiosk.ask("GET", ME, created_s=created_s)) == (401, "clock")


def test_an_unknown_key_is_refused(line: Line) -> None:
    assert refusal(SignedLine(line.url).ask("GET", ME)) == (401, "key_unknown")


def test_two_headers_of_one_name_are_refused(kiosk: SignedLine) -> None:
    headers = signed(kiosk.key, "GET", ME)
    headers["Signature"] = f"{headers['Signature']}, {headers['Signature']}"
    assert refusal(kiosk.send("GET", ME, "", b"", headers)) == (401, "signature")


WRONG: dict[str, tuple[Any, int]] = {
    "no JSON": (b"{", 400),
    "a list": (b"[]", 422),
    "lists without end": (b"[" * 100_000, 400),
    "no code": ({"code": ...}, 422),
    "a long code": ({"code": "2" * 33}, 422),
    "a key in capitals": ({"public_key": "AB" * 32}, 422),
    "a short key": ({"public_key": "ab" * 31}, 422),
    "a line break": ({"version": "1\n2"}, 422),
    "a NUL": ({"hardware": "a\0b"}, 422),
    "half a character": (
        b'{"code":"a","public_key":"' + b"ab" * 32 + b'","version":"\\ud800"}',
        422,
    ),
    "too long": (b" " * 1_048_577, 413),
}


@pytest.mark.parametrize(("change", "status"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_enrolment_is_refused_in_the_one_form(line: Line, change: Any, status: int) -> None:
    key = BoxKey()
    body = change
    if isinstance(change, dict):
        told = {"code": "2222-2222", "public_key": key.public.hex(), **change}
        body = json.dumps({k: v for k, v in told.items() if v is not ...}).encode()
    answer = SignedLine(line.url, key).ask("POST", "/api/v2/enrolments", body=body)
    assert refusal(answer)[0] == status


def test_fields_that_the_server_does_not_know_are_passed_over(line: Line) -> None:
    answer = SignedLine(line.url).enrol("2222-2222", colour="blue", deep={"a": [1]})
    assert refusal(answer) == (403, "code_wrong")


def test_a_database_that_fails_is_said_so_with_when_to_come_again(
    kiosk: SignedLine, chain: Configuration
) -> None:
    for file in chain.data_dir.glob("server.db*"):
        file.write_bytes(b"no database any more")
    answer = kiosk.ask("GET", ME)
    assert refusal(answer) == (503, "database")
    assert int(answer.headers["Retry-After"]) > 0


def test_a_server_without_keys_says_so(kiosk: SignedLine, chain: Configuration) -> None:
    (chain.data_dir / "signing.key").unlink()
    assert refusal(kiosk.ask("GET", ME)) == (503, "setup")


def test_me_is_answered_in_the_form_of_the_contract(kiosk: SignedLine) -> None:
    example = json.loads((CONTRACT / "me.json").read_text("utf-8"))
    told = kiosk.ask("GET", ME).json()
    assert [(name, type(value)) for name, value in told.items()] == [
        (name, type(value)) for name, value in example.items()
    ]
