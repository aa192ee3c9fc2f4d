"""Events of version 2 over the wire: signed requests to a running server, on both engines."""

import gzip
import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import requests
from django.conf import settings
from django.db import OperationalError

from server.catalogue.models import Picture
from server.catalogue.pictures import picture_file
from server.configuration import Configuration, MetricsSettings
from server.events.models import Event
from tests.server.boxes import Box, as_bytes
from tests.server.engines import EACH
from tests.server.line import Line
from tests.server.running import running
from tests.server.signing import BoxKey, SignedLine, a_kiosk, signed

EVENTS, AGAIN = "/api/v2/events", "/api/v2/events/again"
CONTRACT = Path(__file__).parents[1] / "contract" / "outbox.ndjson"


@pytest.fixture
def kiosk(chain: Configuration) -> Iterator[SignedLine]:
    """The line of kiosk ``tehran-1-k2`` to a running server."""
    from server.asgi import make_application

    key = a_kiosk()
    with running(make_application()) as url:
        yield SignedLine(url, key)


def post(kiosk: SignedLine, content: bytes, path: str = EVENTS, **more: str) -> requests.Response:
    headers = {**signed(kiosk.key, "POST", path, body=content), "Content-Type": "application/json"}
    return kiosk.send("POST", path, "", content, {**headers, **more})


def send(kiosk: SignedLine, batch: dict[str, Any], path: str = EVENTS) -> requests.Response:
    return post(kiosk, gzip.compress(as_bytes(batch)), path, **{"Content-Encoding": "gzip"})


@EACH
def test_each_example_of_the_contract_is_answered_as_shown(kiosk: SignedLine) -> None:
    for line in CONTRACT.read_text("utf-8").splitlines():
        example = json.loads(line)
        answer = post(kiosk, example["sent"].encode(), example["path"])
        shown = example["status"], example["answer"]
        assert (answer.status_code, answer.json()) == shown, example["case"]


@EACH
def test_packed_rows_are_stored_and_each_answer_tells_the_servers_time(kiosk: SignedLine) -> None:
    box = Box().fill(50)
    before = time.time_ns() // 1_000_000
    answer = send(kiosk, box.batch())
    assert (answer.status_code, answer.json()) == (
        200,
        {"acked_through": 50, "rejected": [], "branch": 0},
    )
    assert before <= int(answer.headers["Pishkhan-Time"]) <= time.time_ns() // 1_000_000
    assert set(Event.objects.values_list("kiosk_id", flat=True)) == {"tehran-1-k2"}
    assert Event.objects.count() == 50


BOMB = gzip.compress(b"[" + b" " * 40_000_000)
MEBIBYTE = 1_048_576


@pytest.mark.parametrize(
    ("content", "headers", "status", "code"),
    [
        (b"no JSON", {}, 400, "shape"),
        (b"\xff" * 10, {}, 400, "shape"),
        (b"{}", {}, 400, "shape"),
        (b"no gzip", {"Content-Encoding": "gzip"}, 400, "shape"),
        (gzip.compress(b"{}") * 2, {"Content-Encoding": "gzip"}, 400, "shape"),
        (gzip.compress(b"{}")[:-4], {"Content-Encoding": "gzip"}, 400, "shape"),
        (BOMB, {"Content-Encoding": "gzip"}, 413, "too_large"),
        (b" " * (MEBIBYTE + 1), {}, 413, "too_large"),
        (b"{}", {"Content-Encoding": "br"}, 415, "media"),
        (b"{}", {"Content-Type": "text/plain"}, 415, "media"),
    ],
)
def test_a_request_of_another_shape_is_refused_by_code(
    kiosk: SignedLine, content: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    answer = post(kiosk, content, **headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["error"].startswith("Expected ")
    assert "Pishkhan-Time" in answer.headers
    assert not Event.objects.exists()


def test_another_method_is_refused_and_the_right_one_told(kiosk: SignedLine) -> None:
    answer = kiosk.ask("GET", EVENTS)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert answer.json()["code"] == "method"


def test_a_body_whose_length_nobody_told_is_bounded_too(kiosk: SignedLine) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(40):
            yield b" " * 65_536

    headers = signed(kiosk.key, "POST", EVENTS, body=b" ")
    answer = requests.post(f"{kiosk.url}{EVENTS}", data=pieces(), headers=headers, timeout=10)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_a_key_that_is_not_known_or_a_changed_body_stores_nothing(kiosk: SignedLine) -> None:
    content = as_bytes(Box().fill(1).batch())
    stranger = SignedLine(kiosk.url, BoxKey())
    assert post(stranger, content).json()["code"] == "key_unknown"
    headers = signed(kiosk.key, "POST", EVENTS, body=content)
    for path, body in ((EVENTS, content.replace(b"scanner", b"printer")), (AGAIN, content)):
        answer = kiosk.send("POST", path, "", body, headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "signature")
    assert not Event.objects.exists()


def test_a_recorded_request_is_worth_nothing(kiosk: SignedLine) -> None:
    content = as_bytes(Box().fill(1).batch())
    headers = {
        **signed(kiosk.key, "POST", EVENTS, body=content),
        "Content-Type": "application/json",
    }
    assert kiosk.send("POST", EVENTS, "", content, headers).status_code == 200
    answer = kiosk.send("POST", EVENTS, "", content, headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "replayed")


@EACH
def test_a_database_that_fails_is_told_with_when_to_come_again(
    kiosk: SignedLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = Box().fill(1)

    def fail(*_: Any) -> None:
        raise OperationalError("no room")

    with monkeypatch.context() as broken:
        broken.setattr("server.ingest.store.write_heads", fail)
        answer = send(kiosk, box.batch())
    assert (answer.status_code, answer.json()["code"]) == (503, "database")
    assert answer.headers["Retry-After"] == "5"
    assert send(kiosk, box.batch()).status_code == 200


def test_a_sender_that_hangs_up_early_harms_nobody(kiosk: SignedLine) -> None:
    host, _, port = kiosk.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as half:
        half.sendall(f"POST {EVENTS} HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{{".encode())
    assert send(kiosk, Box().fill(1).batch()).status_code == 200


@EACH
def test_many_kiosks_at_once_are_each_answered_for_their_own(kiosk: SignedLine) -> None:
    keys = [a_kiosk(f"tehran-1-m{number}") for number in range(8)]
    boxes = [Box().fill(60) for _ in keys]

    def work(number: int) -> None:
        line, box, after = SignedLine(kiosk.url, keys[number]), boxes[number], 0
        while after < 60:
            answer = send(line, box.batch(after, 20))
            assert answer.status_code == 200, answer.text
            after = answer.json()["acked_through"]

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    for number, box in enumerate(boxes):
        mine = Event.objects.filter(kiosk=f"tehran-1-m{number}")
        assert set(mine.values_list("pk", flat=True)) == {UUID(row["id"]) for row in box.rows}


def test_a_file_of_djangos_comes_in_pieces_and_whole(line: Line) -> None:
    content = bytes(range(256)) * 4_096
    sha256 = "ab" * 32
    Picture.objects.create(sha256=sha256, media_type="image/png", size=len(content))
    file = picture_file(settings.CONFIGURATION, sha256)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    answer = line.get(f"/api/v1/pictures/{sha256}")
    assert (answer.status_code, answer.content == content) == (200, True)


# ---- the numbers


def test_the_numbers_are_for_this_machine_alone_and_not_for_what_a_proxy_passes_on(
    kiosk: SignedLine,
) -> None:
    send(kiosk, Box().fill(3).batch())
    post(kiosk, b"no JSON")
    told = requests.get(f"{kiosk.url}/metrics", timeout=10)
    assert told.headers["Content-Type"].startswith("text/plain")
    numbers = dict(re.findall(r"^(pishkhan\S+) (\S+)$", told.text, re.MULTILINE))
    assert numbers['pishkhan_ingest_rows_total{outcome="stored"}'] == "3.0"
    assert numbers['pishkhan_ingest_requests_total{code="",status="200"}'] == "1.0"
    assert numbers['pishkhan_ingest_requests_total{code="shape",status="400"}'] == "1.0"
    assert numbers["pishkhan_ingest_waiting_rows"] == "0.0"
    proxied = {"X-Forwarded-For": "203.0.113.9"}
    assert requests.get(f"{kiosk.url}/metrics", headers=proxied, timeout=10).status_code == 404


def test_with_a_token_the_numbers_are_for_whoever_has_it(
    chain: Configuration, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from server.asgi import make_application

    (tmp_path / "token").write_text("s3cret\n")
    metrics = MetricsSettings(token_file=tmp_path / "token")
    monkeypatch.setattr(settings, "CONFIGURATION", replace(chain, metrics=metrics))
    with running(make_application()) as url:
        for sent, status in (("", 404), ("Bearer wrong", 404), ("Bearer s3cret", 200)):
            answer = requests.get(f"{url}/metrics", headers={"Authorization": sent}, timeout=10)
            assert answer.status_code == status
        away = {"Authorization": "Bearer s3cret", "X-Forwarded-For": "203.0.113.9"}
        assert requests.get(f"{url}/metrics", headers=away, timeout=10).status_code == 200


# ---- the end


def test_a_stream_that_does_not_end_does_not_keep_the_server_from_stopping(
    chain: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    from server.application import Application, Parts

    monkeypatch.setattr("server.serving.STOP_S", 0.5)

    async def stream(_scope: Any, _receive: Any, send: Any) -> None:
        import asyncio

        await send({"type": "http.response.start", "status": 200, "headers": []})
        while True:
            await send({"type": "http.response.body", "body": b": here\n\n", "more_body": True})
            await asyncio.sleep(0.05)

    def views(_parts: Parts) -> dict[str, Any]:
        return {"/stream": stream}

    application = Application(chain, stream, lambda *_: None, views)  # type: ignore[arg-type]
    opened = threading.Event()
    with running(application) as url:
        answer = requests.get(f"{url}/stream", stream=True, timeout=10)
        assert next(answer.iter_content(8)) == b": here\n\n"
        opened.set()
        began = time.monotonic()
    assert time.monotonic() - began < 3
    answer.close()
