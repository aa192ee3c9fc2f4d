"""The line with faults: what each fault does to the server and to whoever asks it."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from threading import Thread
from time import monotonic

import pytest

from tools.faultproxy.faults import ROUGH, Fault, parse_weights, plan
from tools.faultproxy.proxy import DELAY_S, FaultProxy

BODY = b'{"rows":[1,2,3]}' * 100


class Heard(ThreadingHTTPServer):
    """A server that keeps the bodies it was sent whole."""

    bodies: list[bytes]


class Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Heard

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) < length:
            return
        self.server.bodies.append(body)
        answer = json.dumps({"bytes": len(body)}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.wfile.write(b"data: 1\n\n")
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Heard]:
    made = Heard(("127.0.0.1", 0), Echo)
    made.bodies = []
    thread = Thread(target=made.serve_forever, args=(0.05,))
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


@pytest.fixture
def proxy(server: Heard) -> Iterator[FaultProxy]:
    made = FaultProxy(server.server_address[1]).start()
    yield made
    made.stop()


def ask(proxy: FaultProxy) -> bytes | None:
    """Post the body; gives the answer, or none where there was no whole one."""
    connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=5)
    try:
        connection.request("POST", "/events", BODY)
        return connection.getresponse().read()
    except (http.client.HTTPException, OSError):
        return None
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("fault", "answered", "arrived"),
    [
        (Fault.NONE, True, 1),
        (Fault.REFUSE, False, 0),
        (Fault.HALF_REQUEST, False, 0),
        (Fault.LOSE_ANSWER, False, 1),
        (Fault.HALF_ANSWER, False, 1),
        (Fault.DOUBLE, True, 2),
        (Fault.DELAY, True, 1),
        (Fault.DRIP, True, 1),
    ],
)
def test_each_fault_does_what_its_name_says(
    server: Heard, proxy: FaultProxy, fault: Fault, answered: bool, arrived: int
) -> None:
    proxy.follow({fault: 1})
    assert (ask(proxy) == b'{"bytes": 1600}') is answered
    assert server.bodies == [BODY] * arrived
    assert proxy.counts == {fault: 1}


def test_a_late_answer_is_late(proxy: FaultProxy) -> None:
    proxy.follow({Fault.DELAY: 1})
    began = monotonic()
    assert ask(proxy)
    assert monotonic() - began >= DELAY_S


def test_one_connection_carries_several_requests(server: Heard, proxy: FaultProxy) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=5)
    for _ in range(3):
        connection.request("POST", "/events", BODY)
        assert connection.getresponse().read() == b'{"bytes": 1600}'
    connection.close()
    assert len(server.bodies) == 3


def test_a_stream_of_events_is_passed_on_as_it_comes(proxy: FaultProxy) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=5)
    connection.request("GET", "/push")
    assert connection.getresponse().read() == b"data: 1\n\n"
    connection.close()


def test_a_server_that_is_gone_is_a_broken_line_and_comes_back_on_another_port(
    server: Heard, proxy: FaultProxy
) -> None:
    there, proxy.to_port = proxy.to_port, 1
    assert ask(proxy) is None
    proxy.to_port = there
    assert ask(proxy)


def test_the_same_seed_gives_the_same_faults() -> None:
    first, second, other = (list(islice(plan(ROUGH, seed), 200)) for seed in (7, 7, 8))
    assert first == second != other
    assert set(first) == set(ROUGH)


def test_weights_are_read_from_words_and_wrong_ones_are_named() -> None:
    assert parse_weights("none=4,double=1") == {Fault.NONE: 4, Fault.DOUBLE: 1}
    with pytest.raises(ValueError, match="got 'tripple=1'"):
        parse_weights("tripple=1")
    with pytest.raises(ValueError, match="one above"):
        next(plan({Fault.NONE: 0}, 1))
