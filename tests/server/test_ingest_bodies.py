"""Bodies of those who may be anybody: bounded in bytes, in seconds, and all together."""

import asyncio
import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any

import pytest
import requests

from server.configuration import Configuration
from server.ingest.bodies import Bounded, Bounds, Budget
from server.ingest.http import RefusedError
from tests.server.boxes import Box, as_bytes
from tests.server.running import running
from tests.server.signing import BoxKey, SignedLine, a_kiosk, signed

EVENTS, STATUS, ENROLMENTS = "/api/v2/events", "/api/v2/status", "/api/v2/enrolments"
V1, LOGIN = "/api/v1/events", "/office/login/"
MEBIBYTE = 1_048_576


@contextmanager
def serving() -> Iterator[str]:
    with serving_with_budget() as (url, _):
        yield url


@contextmanager
def serving_with_budget() -> Iterator[tuple[str, Budget]]:
    from server.asgi import make_application

    application = make_application()
    with running(application) as url:
        yield url, application.parts.api.budget


def wait_for_left(budget: Budget, left: int) -> None:
    """Wait until the server has read what was sent, or noticed who has gone."""
    end = time.monotonic() + 10
    while budget.left != left:
        assert time.monotonic() < end, f"expected {left} bytes left, got {budget.left}"
        time.sleep(0.01)


def begin(url: str, path: str, length: int, body: bytes = b"", **headers: str) -> socket.socket:
    """Send the beginning of a request whose body has ``length`` bytes."""
    host, _, port = url.removeprefix("http://").partition(":")
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    head = [f"POST {path} HTTP/1.1", "Host: localhost", f"Content-Length: {length}", *lines]
    connection = socket.create_connection((host, int(port)), timeout=10)
    connection.sendall("\r\n".join([*head, "", ""]).encode() + body)
    return connection


def answer_of(connection: socket.socket) -> tuple[int, str, str]:
    """Give status, code and head of an answer."""
    with connection, connection.makefile("rb") as file:
        head = b"".join(iter(file.readline, b"\r\n")).decode().lower()
        length = int(head.partition("content-length: ")[2].split()[0])
        return int(head.split()[1]), json.loads(file.read(length))["code"], head


def signed_like(path: str) -> dict[str, str]:
    return signed(BoxKey(), "POST", path, body=b"x")


def test_a_body_that_nobody_signed_is_refused_before_it_is_sent(chain: Configuration) -> None:
    with serving() as url:
        for path in (EVENTS, f"{EVENTS}/again", STATUS):
            status, code, head = answer_of(begin(url, path, 500))
            assert (status, code) == (401, "signature")
            assert "www-authenticate: signature" in head
            for missing in ("Signature", "Signature-Input", "Content-Digest"):
                headers = {k: v for k, v in signed_like(path).items() if k != missing}
                assert answer_of(begin(url, path, 500, **headers))[:2] == (401, "signature")
        unsigned = begin(url, ENROLMENTS, 2, b"{}", Content_Type="application/json")
        assert answer_of(unsigned)[0] == 422  # its own rules


def test_a_body_of_the_api_is_bounded_and_the_offices_files_are_larger(
    chain: Configuration,
) -> None:
    with serving() as url:
        for path in (V1, ENROLMENTS, "/"):
            assert answer_of(begin(url, path, 2 * MEBIBYTE + 1))[:2] == (413, "too_large")
        assert answer_of(begin(url, LOGIN, 32 * MEBIBYTE + 1))[:2] == (413, "too_large")
        pieces = (b" " * 65_536 for _ in range(40))  # nobody told how many
        answer = requests.post(f"{url}{V1}", data=pieces, timeout=10)
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
        answer = requests.post(f"{url}{V1}", data=b" " * MEBIBYTE, timeout=10)
        assert answer.status_code == 401


def test_a_body_that_drips_is_refused_as_late(
    chain: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.application.API_S_MAX", 0.2)
    monkeypatch.setattr("server.application.OFFICE_S_MAX", 0.4)
    with serving() as url:
        for path in (EVENTS, V1, LOGIN):
            late = begin(url, path, 500, b"x", **signed_like(path))
            assert answer_of(late)[:2] == (408, "late")


def test_bodies_take_so_much_together_and_give_it_back(
    chain: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.application.API_BUDGET", 300_000)
    key, content = a_kiosk(), as_bytes(Box().fill(1).batch())
    with serving_with_budget() as (url, budget), ExitStack() as open_ones:
        for path in (EVENTS, V1):
            half = begin(url, path, 160_000, b"x" * 140_000, **signed_like(path))
            open_ones.enter_context(closing(half))
        wait_for_left(budget, 20_000)
        told = answer_of(begin(url, EVENTS, 90_000, b"x" * 80_000, **signed_like(EVENTS)))
        assert told[:2] == (503, "busy")
        assert "retry-after: 5" in told[2]
        told = answer_of(begin(url, V1, 90_000, b"x" * 80_000))
        assert told[:2] == (503, "busy")
        large = begin(url, LOGIN, 400_000, b"x" * 400_000)  # the office has its own
        with large:
            assert large.recv(12) == b"HTTP/1.1 403"
        wait_for_left(budget, 20_000)  # what was refused holds nothing
        open_ones.close()
        wait_for_left(budget, 300_000)  # their senders have gone
        for _ in range(5):
            wrong = begin(url, EVENTS, 200_000, b"x" * 200_000, **signed_like(EVENTS))
            assert answer_of(wrong)[:2] == (401, "signature")
        line = SignedLine(url, key)
        assert line.ask("POST", EVENTS, body=content).status_code == 200


def test_a_body_gives_back_what_it_took_and_no_more() -> None:
    async def read(size: int, budget: Budget) -> None:
        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"x" * size, "more_body": True}

        bounded = Bounded({"headers": []}, receive, Bounds(100, 5, budget))
        try:
            while True:
                await bounded()
        finally:
            bounded.free()
            bounded.free()

    budget = Budget(50)
    for size, status in ((30, 503), (51, 503), (101, 413)):
        with pytest.raises(RefusedError) as refused:
            asyncio.run(read(size, budget))
        assert refused.value.status == status
    budget.take(50)
    with pytest.raises(RefusedError):
        budget.take(1)
