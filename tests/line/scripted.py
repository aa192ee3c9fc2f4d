"""A server that answers what a test put on its list, in order, and keeps what it was asked."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Scripted:
    """``replies`` are taken in order; ``time_ms`` goes into each ``Pishkhan-Time``."""

    url: str = ""
    time_ms: int | None = None
    replies: deque[tuple[int, bytes | Callable[[], bytes]]] = field(default_factory=deque)
    asked: list[Asked] = field(default_factory=list)

    def will(self, status: int, answer: Any = None, body: bytes = b"") -> Scripted:
        """Put an answer on the list, as JSON or as it is."""
        self.replies.append((status, body if answer is None else json.dumps(answer).encode()))
        return self

    def refuse(self, status: int, code: str) -> Scripted:
        """Put a refusal on the list."""
        return self.will(status, {"code": code, "error": f"Expected another, got {code}"})


@contextmanager
def scripted() -> Iterator[Scripted]:
    """Serve on the loopback while the block lasts."""
    script = Scripted()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            headers = dict(self.headers)
            script.asked.append(Asked(self.command, self.path, headers, body))
            status, reply = script.replies.popleft()
            said = reply if isinstance(reply, bytes) else reply()
            self.send_response(status)
            if script.time_ms is not None:
                self.send_header("Pishkhan-Time", str(script.time_ms))
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_GET = do_POST = do_PUT = answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    script.url = f"http://127.0.0.1:{http.server_address[1]}"
    thread = threading.Thread(target=http.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield script
    finally:
        http.shutdown()
        thread.join()
        http.server_close()
