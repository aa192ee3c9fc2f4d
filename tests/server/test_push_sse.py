"""Listening kiosks: hundreds on one process, told at once, ended in order."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Any

import pytest
import requests
from django.core.asgi import get_asgi_application

from server.application import Application, Parts
from server.configuration import Configuration
from server.feed import push
from server.feed.hub import Hub
from server.feed.push import PushView
from server.feed.watch import News, spread_ms
from server.fleet.gate import Admitted, Asked, NotAdmittedError, admit
from server.stores.models import Store
from tests.server.engines import EACH
from tests.server.feeding import publish, sequence, set_price
from tests.server.running import running
from tests.server.signing import BoxKey, SignedLine, a_kiosk, signed

PATH = "/api/v2/feed/push"


def anybody(asked: Asked, _now_ms: int) -> Admitted:
    """Admit by name, so that hundreds need no keys: ``kiosk@store`` stands for the signature."""
    kiosk_id, at, store_id = asked.signature.partition("@")
    if not at:
        raise NotAdmittedError(401, "signature", "Expected a name, got none")
    return Admitted(kiosk_id, store_id, "key")


class Stream:
    """One listening kiosk, read line by line."""

    def __init__(self, url: str, headers: dict[str, str]) -> None:
        self.response = requests.get(f"{url}{PATH}", headers=headers, stream=True, timeout=20)
        self.lines = self.response.iter_lines(chunk_size=1)

    def next_number(self) -> int:
        for line in self.lines:
            if line.startswith(b"id: "):
                return int(line[4:])
        raise EOFError("Expected a number, got the end of the stream")

    def rest(self) -> list[bytes]:
        return list(self.lines)

    def close(self) -> None:
        self.response.close()


def named(url: str, name: str) -> Stream:
    return Stream(url, {"Signature": name})


@pytest.fixture
def hubs() -> list[Hub]:
    return []


@pytest.fixture
def url(chain: Configuration, hubs: list[Hub]) -> Iterator[str]:
    """A server that admits by name and publishes nothing itself."""

    def views(parts: Parts) -> dict[str, Any]:
        hubs.append(Hub(parts.stopping))
        return {PATH: PushView(parts.admit, parts.pool, hubs[0])}

    publish(chain)
    with running(Application(chain, get_asgi_application(), anybody, views)) as url:
        yield url


@EACH
def test_a_kiosk_hears_the_number_at_once_and_each_new_one(url: str, chain: Configuration) -> None:
    with closing(named(url, "k1@tehran-1")) as stream:
        assert stream.response.headers["Content-Type"] == "text/event-stream"
        assert "Pishkhan-Time" in stream.response.headers
        assert stream.next_number() == 1
        for amount in (1, 2):
            set_price(amount)
            publish(chain)
            assert stream.next_number() == amount + 1
        assert next(stream.lines) == b'data: {"sequence":3,"spread_ms":0}'


@EACH
def test_what_another_process_publishes_is_heard(
    url: str, chain: Configuration, engine: str
) -> None:
    environment = {**os.environ, "PISHKHAN_SERVER_DATA_DIR": str(chain.data_dir)}
    if engine == "postgresql":
        database = chain.database
        environment |= {
            f"PISHKHAN_SERVER_DATABASE_{name}": str(getattr(database, name.lower()))
            for name in ("ENGINE", "HOST", "PORT", "NAME", "USER")
        }
    with closing(named(url, "k1@tehran-1")) as stream:
        assert stream.next_number() == 1
        set_price(3)
        command = [sys.executable, "-m", "server", "publish"]
        assert subprocess.run(command, env=environment, timeout=60).returncode == 0
        assert stream.next_number() == 2


def test_another_stores_number_wakes_nobody(url: str, chain: Configuration) -> None:
    from server.catalogue.models import Price, Product

    with closing(named(url, "k1@tehran-1")) as one, closing(named(url, "k2@tehran-2")) as two:
        assert (one.next_number(), two.next_number()) == (1, 1)
        milk = Product.objects.get(sku="10001")
        Price.objects.create(product=milk, store_id="tehran-2", amount=5)
        publish(chain)
        assert two.next_number() == 2
        set_price(9)
        publish(chain)
        assert one.next_number() == 2  # and heard nothing in between


def test_several_hundred_hear_it_within_a_second(
    url: str, chain: Configuration, hubs: list[Hub]
) -> None:
    count, heard, all_heard = 400, [0], threading.Event()

    async def listen(n: int) -> None:
        reader, writer = await asyncio.open_connection(*url.removeprefix("http://").split(":"))
        head = f"GET {PATH} HTTP/1.1\r\nHost: x\r\nSignature: k{n}@tehran-1\r\n\r\n"
        writer.write(head.encode())
        await reader.readuntil(b"id: 1\n")
        heard[0] += 1
        await reader.readuntil(b"id: 2\n")
        heard[0] += 1
        if heard[0] == 2 * count:
            all_heard.set()
        writer.close()

    async def listen_all() -> None:
        await asyncio.gather(*map(listen, range(count)))

    thread = threading.Thread(target=asyncio.run, args=(listen_all(),))
    threads = threading.active_count()
    thread.start()
    until = time.monotonic() + 30
    while heard[0] < count and time.monotonic() < until:
        threading.Event().wait(0.01)  # for the event loop of the others
    assert len(hubs[0]) == count
    assert threading.active_count() < threads + 10
    set_price(1)
    began = time.perf_counter()
    publish(chain)
    assert all_heard.wait(30)
    took = time.perf_counter() - began
    thread.join(10)
    assert took < 5, took  # about 0.1 s where nobody else wants the processor
    while len(hubs[0]) and time.monotonic() < until:
        threading.Event().wait(0.01)
    assert len(hubs[0]) == 0  # nothing is left of who has gone


def test_who_is_not_admitted_hears_nothing(url: str) -> None:
    answer = requests.get(f"{url}{PATH}", timeout=10)
    assert (answer.status_code, answer.json()["code"]) == (401, "signature")
    assert requests.post(f"{url}{PATH}", timeout=10).status_code == 405


def test_a_silent_line_has_a_beat(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(push, "BEAT_S", 0.05)
    with closing(named(url, "k1@tehran-1")) as stream:
        assert stream.next_number() == 1
        assert [next(stream.lines) for _ in range(6)][-2:] == [b":", b""]


def test_a_stream_ends_after_its_life(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(push, "BEAT_S", 0.05)
    monkeypatch.setattr(push, "LIFE_S", 0.2)
    with closing(named(url, "k1@tehran-1")) as stream:
        assert stream.rest()[-1] == b""


def test_of_a_kiosk_that_comes_again_and_again_the_oldest_line_is_ended(
    url: str, hubs: list[Hub]
) -> None:
    with ExitStack() as stack:
        streams = []
        for _ in range(4):
            streams.append(stack.enter_context(closing(named(url, "k1@tehran-1"))))
            assert streams[-1].next_number() == 1
        for old in streams[:2]:
            old.rest()  # has an end
        assert len(hubs[0]) == 2


def test_all_but_the_newest_two_streams_of_a_kiosk_are_ended_before_any_of_them_leaves() -> None:
    async def scenario() -> None:
        stopping = asyncio.Event()
        hub = Hub(stopping, lambda _tell, _stop: None)
        other = hub.join("k2", "tehran-1")
        streams = [hub.join("k1", "tehran-1") for _ in range(200)]
        assert [each for each in streams if not each.ended] == streams[-2:]
        assert not other.ended
        for each in reversed([other, *streams]):  # an old one may well be the last to go
            hub.leave(each)
        assert len(hub) == 0
        assert not hub._of_kiosk
        stopping.set()

    asyncio.run(asyncio.wait_for(scenario(), 20))


@pytest.mark.parametrize("stuck", [{"more_body": False}, {"status": 200}], ids=["last", "first"])
def test_a_line_that_takes_nothing_any_more_is_let_go(
    stuck: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push, "SEND_S_MAX", 0.05)

    async def scenario() -> None:
        stopping, blocked = asyncio.Event(), asyncio.Event()
        hub = Hub(stopping, lambda _tell, _stop: None)

        async def send(message: Any) -> None:
            if stuck.items() <= message.items():
                blocked.set()
                await asyncio.Future()

        async def receive() -> Any:
            return {"type": "http.disconnect"}

        scope = {
            "type": "http", "method": "GET", "path": PATH, "query_string": b"",
            "headers": [(b"signature", b"k1@tehran-1")],
        }  # fmt: skip
        await PushView(anybody, None, hub)(scope, receive, send)  # type: ignore[arg-type]
        assert blocked.is_set()
        assert len(hub) == 0
        stopping.set()

    asyncio.run(asyncio.wait_for(scenario(), 10))


def test_streams_end_when_the_server_stops(chain: Configuration) -> None:
    publish(chain)

    def views(parts: Parts) -> dict[str, Any]:
        return {PATH: PushView(parts.admit, parts.pool, Hub(parts.stopping))}

    with running(Application(chain, get_asgi_application(), anybody, views)) as url:
        stream = named(url, "k1@tehran-1")
        assert stream.next_number() == 1
        began = time.monotonic()
    with closing(stream):
        stream.rest()
    assert time.monotonic() - began < 4


def test_a_number_that_a_slow_listener_missed_is_not_told_later(chain: Configuration) -> None:
    """Newest wins: what is told is what is there when it can be told."""
    publish(chain)
    sent: list[bytes] = []

    async def scenario() -> None:
        stopping, blocked = asyncio.Event(), asyncio.Event()
        hub = Hub(stopping, lambda tell, stop: tell(News({"tehran-1": 1}, 0)))

        async def send(message: Any) -> None:
            body = message.get("body", b"")
            sent.append(body)
            if b"id: 1" in body:
                await blocked.wait()

        async def receive() -> Any:
            return await asyncio.Future()

        scope = {
            "type": "http", "method": "GET", "path": PATH, "query_string": b"",
            "headers": [(b"signature", b"k1@tehran-1")],
        }  # fmt: skip
        view = PushView(anybody, None, hub)  # type: ignore[arg-type]
        task = asyncio.create_task(view(scope, receive, send))
        while not any(b"id: 1" in body for body in sent):
            await asyncio.sleep(0.001)
        for number in range(2, 50):
            hub._hear(News({"tehran-1": number}, 0))
        blocked.set()
        while not any(b"id: 49" in body for body in sent):
            await asyncio.sleep(0.001)
        stopping.set()
        await task

    asyncio.run(asyncio.wait_for(scenario(), 20))
    told = [body.split(b"\n")[0] for body in sent if body.startswith(b"id:")]
    assert told == [b"id: 1", b"id: 49"]


def test_the_asking_is_spread_by_how_many_kiosks_there_are() -> None:
    assert [spread_ms(n) for n in (0, 1, 2_000, 10_000, 10**9)] == [0, 1, 200, 1_000, 10_000]


@EACH
def test_a_kiosk_with_its_key_listens_at_the_whole_server(chain: Configuration) -> None:
    key = a_kiosk()
    publish(chain)
    with running(Application(chain, get_asgi_application(), admit)) as url:
        with closing(Stream(url, signed(key, "GET", PATH))) as stream:
            assert stream.next_number() == sequence()
        assert SignedLine(url, BoxKey()).ask("GET", PATH).json()["code"] == "key_unknown"
        assert Store.objects.count() == 2
