"""A server on the loopback with levers: what the line is tested against, over a real socket.

It keeps events as the central server does (``fake_events``), in both versions of the line, and
serves whatever is put into ``files``. A lever works on the next requests, one each, in the
order in which they were pulled.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from kiosk.line.fake_events import FakeEvents, Reply

Work = Callable[[], Reply]
Lever = Callable[["_Handler", Work], None]


class FakeServer:
    """The levers, and what the server has seen; use it within ``running``."""

    def __init__(self, key: str = "kiosk-key") -> None:
        self.key = key
        self.book = FakeEvents()
        self.versions = {1, 2}  # of the line, that this server knows
        self.files: dict[str, bytes] = {}
        self.requests: list[str] = []
        self.bodies: list[bytes] = []  # of events, unpacked, as they came
        self.url = ""
        self.closing = threading.Event()
        self._levers: deque[Lever] = deque()
        self._lock = threading.Lock()

    @property
    def events(self) -> dict[str, dict[str, Any]]:
        """What is stored, by id, in the order of arrival."""
        return self.book.events

    @property
    def batches(self) -> list[list[str]]:
        """The ids of each request, in order."""
        return self.book.batches

    # ---- levers

    def let_pass(self, times: int = 1) -> None:
        """Answer as it should, so that a lever works on a later request."""
        self._pull(lambda handler, work: handler.reply(work()), times)

    def fail(
        self,
        status: int,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        times: int = 1,
    ) -> None:
        """Answer with ``status`` and do nothing else."""
        reply = (status, dict(headers or {}), body)
        self._pull(lambda handler, _: handler.reply(reply), times)

    def say(self, body: bytes, times: int = 1) -> None:
        """Do the work, and say ``body`` in place of the right answer."""
        self._pull(lambda handler, work: handler.reply((work()[0], {}, body)), times)

    def change_answer(self, change: Callable[[dict[str, Any]], object], times: int = 1) -> None:
        """Do the work, and answer with what ``change`` makes of the right answer."""

        def lever(handler: _Handler, work: Work) -> None:
            status, headers, body = work()
            handler.reply((status, headers, json.dumps(change(json.loads(body))).encode()))

        self._pull(lever, times)

    def hang_up(self, times: int = 1) -> None:
        """Do the work, and close the line without an answer."""

        def lever(_: _Handler, work: Work) -> None:
            work()

        self._pull(lever, times)

    def lose_request(self, times: int = 1) -> None:
        """Do nothing, and close the line without an answer."""
        self._pull(lambda *_: None, times)

    def take_twice(self, times: int = 1) -> None:
        """Do the work two times, as a line does that doubles, and give the second answer."""

        def lever(handler: _Handler, work: Work) -> None:
            work()
            handler.reply(work())

        self._pull(lever, times)

    def answer_after(self, seconds: float, times: int = 1) -> None:
        """Do the work, and answer late."""

        def lever(handler: _Handler, work: Work) -> None:
            reply = work()
            self.closing.wait(seconds)
            handler.reply(reply)

        self._pull(lever, times)

    def cut_mid_body(self, times: int = 1) -> None:
        """Do the work, promise the whole answer, send half of it and close the line."""
        self._pull(lambda handler, work: handler.reply_in_part(work()), times)

    def drip(self, pause_s: float, times: int = 1) -> None:
        """Do the work, and answer a byte at a time."""
        self._pull(lambda handler, work: handler.drip(work(), pause_s), times)

    # ---- the server itself

    def take(self, path: str, body: bytes) -> Reply:
        """Keep the events of a request."""
        works = {
            "/api/v1/events": (1, self.book.take_v1),
            "/api/v2/events": (2, self.book.take),
            "/api/v2/events/again": (2, self.book.take_again),
        }
        version, work = works.get(path, (0, self.book.take))
        if version not in self.versions:
            return 404, {}, b"nothing here"
        with self._lock:
            self.bodies.append(body)
            return work(body)

    def give(self, path: str) -> Reply:
        """Answer with the file at ``path``, without its query."""
        body = self.files.get(path.partition("?")[0])
        return (404, {}, b"nothing here") if body is None else (200, {}, body)

    def next_lever(self) -> Lever | None:
        """Take the lever that is to work on this request."""
        with self._lock:
            return self._levers.popleft() if self._levers else None

    def _pull(self, lever: Lever, times: int) -> None:
        with self._lock:
            self._levers.extend([lever] * times)


@contextmanager
def running(server: FakeServer, port: int = 0) -> Iterator[FakeServer]:
    """Serve on the loopback, on a free port where none is given, while the block lasts."""
    handler = type("Handler", (_Handler,), {"fake": server})
    http = ThreadingHTTPServer(("127.0.0.1", port), handler)
    http.daemon_threads = True
    server.url = f"http://127.0.0.1:{http.server_address[1]}"
    server.closing.clear()
    thread = threading.Thread(target=http.serve_forever, args=(0.02,), name="fake-server")
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        http.shutdown()
        thread.join()
        http.server_close()


class _Handler(BaseHTTPRequestHandler):
    fake: ClassVar[FakeServer]
    protocol_version = "HTTP/1.0"  # one request a connection, so that a cut is a cut

    def do_GET(self) -> None:
        self._answer(lambda: self.fake.give(self.path))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers["Content-Encoding"] == "gzip":
            body = gzip.decompress(body)
        self._answer(lambda: self.fake.take(self.path, body))

    def reply(self, reply: Reply) -> None:
        status, headers, body = reply
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def reply_in_part(self, reply: Reply) -> None:
        status, headers, body = reply
        promised = {**headers, "Content-Length": str(len(body))}
        self.reply((status, promised, body[: len(body) // 2]))

    def drip(self, reply: Reply, pause_s: float) -> None:
        self.reply((reply[0], {"Content-Length": str(len(reply[2]))}, b""))
        for byte in reply[2]:
            if self.fake.closing.wait(pause_s):
                return
            self.wfile.write(bytes([byte]))

    def _answer(self, work: Work) -> None:
        self.fake.requests.append(f"{self.command} {self.path}")
        lever = self.fake.next_lever()
        with contextlib.suppress(OSError):  # the kiosk went away first, as it may
            if self.headers["Authorization"] != f"Bearer {self.fake.key}":
                self.reply((401, {}, b"who are you?"))
            elif lever:
                lever(self, work)
            else:
                self.reply(work())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: tests read what the server has seen instead."""
