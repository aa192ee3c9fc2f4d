"""Being told over the line that there is something new, whatever the line does with it."""

from __future__ import annotations

import queue
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from kiosk.clock import ServerClock
from kiosk.errors import Unreachable
from kiosk.feed.listeners import listener_for
from kiosk.feed.push import SSE_PATH, SseListener, read_events
from kiosk.feed.push_link import PushLink
from kiosk.feed.push_mqtt import MqttListener
from kiosk.feed.pushed import GAP_S, Pushed, Rest, read_pushed
from kiosk.identity import Identity, Push
from kiosk.line.backoff import Backoff
from kiosk.line.server import ANSWER_BYTES_MAX
from kiosk.line.signing import Signer
from tests.rules.test_snapshot_records import JSON

HEADING = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
Serve = Callable[[socket.socket, int], None]


def event(sequence: int, spread_ms: int = 20) -> bytes:
    data = f'{{"sequence":{sequence},"spread_ms":{spread_ms}}}'
    return f"id: {sequence}\ndata: {data}\n\n".encode()


class Server:
    """Serves each connection as a test says; ``asked`` are the heads of the requests."""

    def __init__(self, serve: Serve) -> None:
        self._serve, self.asked = serve, queue.Queue[str]()
        self.closing = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def close(self) -> None:
        self.closing.set()
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for thread in self._threads:
            thread.join(timeout=5)
            assert not thread.is_alive()

    def _accept(self) -> None:
        number = 0
        while not self.closing.is_set():
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            number += 1
            thread = threading.Thread(target=self._answer, args=(connection, number))
            self._threads.append(thread)
            thread.start()

    def _answer(self, connection: socket.socket, number: int) -> None:
        with connection:
            try:
                self.asked.put(connection.recv(65_536).decode())
                self._serve(connection, number)
            except OSError:
                return  # the kiosk went away first, as it may


class Ears:
    """A listener on a thread of its own, and what it heard."""

    def __init__(self, url: str, silence_s: float, proof: str | Signer = "key") -> None:
        self.heard: queue.Queue[Pushed] = queue.Queue()
        self.link = PushLink(url, proof, timeout_s=2)
        backoff = Backoff(base_s=0.01, cap_s=0.05)
        self.listener = SseListener(self.link, self.heard.put, backoff, silence_s)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self.listener.run, args=(self._stop,))
        self._thread.start()

    def next(self) -> int:
        return self.heard.get(timeout=5).sequence

    def stop(self) -> float:
        """End it; gives how long that took."""
        began = time.monotonic()
        self._stop.set()
        self.listener.wake()
        self._thread.join(timeout=5)
        assert not self._thread.is_alive()
        return time.monotonic() - began


@contextmanager
def listening(
    serve: Serve, silence_s: float = 5.0, proof: str | Signer = "key"
) -> Iterator[tuple[Server, Ears]]:
    server = Server(serve)
    try:
        ears = Ears(server.url, silence_s, proof)
        try:
            yield server, ears
        finally:
            ears.stop()
    finally:
        server.close()


def hold(server_closing: threading.Event) -> None:
    server_closing.wait(10)


# ---- as it should be


def test_a_push_is_heard_as_soon_as_it_is_said() -> None:
    say = queue.Queue[bytes]()

    def serve(connection: socket.socket, _: int) -> None:
        connection.sendall(HEADING + b": here\n\n")
        while said := say.get():
            connection.sendall(said)

    with listening(serve) as (server, ears):
        assert server.asked.get(timeout=5).startswith(f"GET {SSE_PATH} HTTP/1.1")
        for sequence in (8, 9):
            began = time.monotonic()
            say.put(event(sequence))
            assert ears.heard.get(timeout=5) == Pushed(sequence, 20)
            assert time.monotonic() - began < 0.5
        say.put(b"")


def test_the_question_is_signed() -> None:
    signer = Signer(Ed25519PrivateKey.generate(), ServerClock())

    def serve(connection: socket.socket, _: int) -> None:
        connection.sendall(HEADING + event(8))

    with listening(serve, proof=signer) as (server, ears):
        assert ears.next() == 8
        asked = server.asked.get(timeout=5)
    assert 'Signature-Input: kiosk=("@method" "@path" "@query")' in asked
    assert "Authorization" not in asked


def test_chunks_and_halves_of_lines_make_no_difference() -> None:
    text = event(8) + b": still here\r\n\r\ndata:" + event(9).split(b"data:")[1]

    def serve(connection: socket.socket, _: int) -> None:
        connection.sendall(HEADING.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n"))
        for byte in text:
            connection.sendall(b"1\r\n" + bytes([byte]) + b"\r\n")
        connection.sendall(b"0\r\n\r\n")

    with listening(serve) as (_, ears):
        assert [ears.next(), ears.next()] == [8, 9]


# ---- as it should not be


@pytest.mark.parametrize(
    "first",
    [
        b"",
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
        b"SSH-2.0-OpenSSH\r\n",
        HEADING,
        HEADING + event(7)[:-1],  # an event that was cut is none
        HEADING + b'data: {"sequence":7',
        HEADING + bytes(range(256)) * 40,
        HEADING + b"data: x" * (ANSWER_BYTES_MAX // 7 + 70_000),  # a line without end
    ],
    ids=["cut", "404", "503", "302", "no http", "ended", "half", "half line", "noise", "endless"],
)
def test_whatever_becomes_of_a_stream_another_is_asked_for(first: bytes) -> None:
    def serve(connection: socket.socket, number: int) -> None:
        connection.sendall(first if number == 1 else HEADING + event(8))

    with listening(serve) as (_, ears):
        assert ears.next() == 8


def test_a_stream_without_a_heartbeat_is_left() -> None:
    closing = threading.Event()

    def serve(connection: socket.socket, number: int) -> None:
        connection.sendall(HEADING if number == 1 else HEADING + event(8))
        if number == 1:
            hold(closing)

    with listening(serve, silence_s=0.2) as (_, ears):
        assert ears.next() == 8
        closing.set()


def test_a_stream_that_drips_is_heard_all_the_same() -> None:
    def serve(connection: socket.socket, _: int) -> None:
        connection.sendall(HEADING)
        for byte in event(8):
            connection.sendall(bytes([byte]))
            time.sleep(0.005)

    with listening(serve, silence_s=0.3) as (_, ears):
        assert ears.next() == 8


def test_what_makes_no_sense_is_passed_over() -> None:
    junk = (b"data: \n\n", b"data: []\n\n", b"data: {}\n\n", b"event: x\n\n", b"retry: 0\n\n",
            b'data: {"sequence":0}\n\n', b'data: {"sequence":"9"}\n\n', b"\xff\xfe\n\n",
            b"data: " + b"[" * 900 + b"\n\n", b"data: " + b"x" * 5_000 + b"\n\n")  # fmt: skip

    def serve(connection: socket.socket, _: int) -> None:
        connection.sendall(HEADING + b"".join(junk) + event(8))

    with listening(serve) as (_, ears):
        assert ears.next() == 8


@pytest.mark.parametrize("said", [b"", HEADING], ids=["before an answer", "within a stream"])
def test_a_stop_is_obeyed_whatever_is_waited_for(said: bytes) -> None:
    closing = threading.Event()

    def serve(connection: socket.socket, _: int) -> None:
        connection.sendall(said)
        hold(closing)

    with listening(serve, silence_s=45) as (server, ears):
        server.asked.get(timeout=5)
        time.sleep(0.05)
        assert ears.stop() < 1
        closing.set()


def test_a_link_that_was_hung_up_begins_no_stream() -> None:
    closing = threading.Event()
    server = Server(lambda _, __: hold(closing))
    link = PushLink(server.url, "key")
    link.hang_up()  # as a stop does that comes while a connection is made
    began = time.monotonic()
    with pytest.raises(Unreachable):
        next(link.lines(SSE_PATH, 45))
    assert time.monotonic() - began < 1
    closing.set()
    link.close()
    server.close()


def test_a_stop_is_obeyed_between_two_tries() -> None:
    heard: queue.Queue[Pushed] = queue.Queue()
    patient = Backoff(base_s=100, chance=lambda: 1.0)
    listener = SseListener(PushLink("http://127.0.0.1:1", "key"), heard.put, patient)
    stop = threading.Event()
    thread = threading.Thread(target=listener.run, args=(stop,))
    thread.start()
    time.sleep(0.05)
    stop.set()
    listener.wake()
    thread.join(timeout=1)
    assert not thread.is_alive()


# ---- what is said, and when it is acted on


@pytest.mark.parametrize(
    ("data", "pushed"),
    [
        (b'{"sequence":9,"spread_ms":20}', Pushed(9, 20)),
        (b'{"sequence":9}', Pushed(9, 0)),
        (b'{"sequence":9,"spread_ms":99999999,"more":1}', Pushed(9, 10_000)),
        (b'{"sequence":9,"spread_ms":-1}', None),
        (b'{"sequence":9,"spread_ms":1.5}', None),
        (b'{"sequence":9,"sequence":8}', None),
        (b'{"sequence":true}', None),
        (b'{"sequence":4611686018427387904}', None),
        (b'{"sequence":9}' + b" " * 2_000, None),
        (b"9", None),
        (b"", None),
    ],
)
def test_a_push_is_a_number_and_a_time_to_spread_over(data: bytes, pushed: Pushed | None) -> None:
    assert read_pushed(data) == pushed


@given(st.binary(max_size=2_000) | JSON.map(lambda value: str(value).encode()))
def test_whatever_is_said_is_read_or_passed_over(data: bytes) -> None:
    read_pushed(data)
    list(read_events(data.split(b"\n")))


@given(st.lists(st.integers(1, 9), max_size=5), st.integers(0, 99), st.integers(0, 3))
def test_events_come_out_as_they_went_in(sequences: list[int], spread: int, comments: int) -> None:
    text = b"".join(event(each, spread) + b": x\n\n" * comments for each in sequences)
    found = [read_pushed(data) for data in read_events(text.split(b"\n"))]
    assert found == [Pushed(each, spread) for each in sequences]


@pytest.mark.parametrize(
    ("pushed", "chance", "ends_s"),
    [
        (Pushed(8, 0), 0.9, 100.0),  # we have it
        (Pushed(7, 0), 0.9, 100.0),
        (Pushed(9, 0), 0.9, 50.0),
        (Pushed(9, 10_000), 0.0, 50.0),
        (Pushed(9, 10_000), 0.5, 55.0),
        (Pushed(9, 60_000), 1.0, 100.0),  # never later than without it
    ],
)
def test_a_push_ends_the_rest_within_its_spread(
    pushed: Pushed, chance: float, ends_s: float
) -> None:
    rest = Rest(ends_s=100.0)
    rest.hear(pushed, here=8, now_s=50.0, chance=chance)
    assert rest.ends_s == ends_s


def test_a_push_does_not_end_the_wait_that_the_server_asked_for() -> None:
    rest = Rest(ends_s=100.0, earliest_s=90.0)
    rest.hear(Pushed(9), here=8, now_s=50.0, chance=0.0)
    assert rest.ends_s == 90.0
    assert GAP_S > 0


def test_a_doubled_push_does_not_move_the_moment() -> None:
    rest = Rest(ends_s=100.0)
    for chance in (0.3, 0.9, 0.5):
        rest.hear(Pushed(9, 10_000), here=8, now_s=50.0, chance=chance)
    assert rest.ends_s == 53.0


# ---- which one


def identity(push: Push) -> Identity:
    return Identity("k1", "tehran-1", "pishkhan", "", push=push)


@pytest.mark.parametrize(
    ("push", "kind"),
    [
        (Push("sse"), SseListener),
        (Push("mqtt", {"host": "broker", "port": 1883}), MqttListener),
        (Push("mqtt", {"host": "", "port": 1883}), type(None)),
        (Push("mqtt", {"host": "broker", "port": 0}), type(None)),
        (Push("mqtt", {"host": "broker", "port": "1883"}), type(None)),
        (Push("mqtt", {"host": "broker", "topic": "pishkhan/#"}), type(None)),
        (Push("mqtt", {}), type(None)),
        (Push("poll"), type(None)),
        (Push("pigeon"), type(None)),
    ],
)
def test_the_server_says_which_way_to_listen(push: Push, kind: type) -> None:
    link = PushLink("http://127.0.0.1:1", "key")
    assert type(listener_for(identity(push), lambda: link, lambda _: None)) is kind
    link.close()
