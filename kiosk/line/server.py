"""The link to the central server: one request, one answer, with bounds on time and size.

No answer is ``Unreachable``, an answer without end a ``DataError``.
It follows no redirect (that would hand the kiosk's key to another host) and takes nothing from
the environment. It tries again by itself in one case alone: where a signed request was refused
because of its time or nonce it is signed anew, once, at once. What an answer means otherwise is
its caller's affair.

Source: docs/line.md, sections 3 and 4.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from time import monotonic
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError
from urllib3.util import Retry

from kiosk.errors import ConfigError, DataError, Unreachable
from kiosk.line.signing import Request, Signer

ANSWER_BYTES_MAX = 1 << 20
DOWNLOAD_BEGINS_S = 30.0
SLOWEST_BYTES_PER_S = 20_000.0  # a mobile line at its worst; slower, and a later try does better
CHUNK_BYTES = 1 << 16
RETRY_AFTER_S_MAX = 3_600.0  # a server that asks for a week has made a mistake
TIME_HEADER = "Pishkhan-Time"
OLD_PATHS = "/api/v1/"
TIMES_MS = range(946_684_800_000, 7_258_118_400_000)  # 2000 to 2199, as retail.snapshot has it
_SIGN_ANEW = ("clock", "replayed")

Timeout = float | tuple[float, float]  # seconds of silence; the second of a pair: within an answer


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said; ``retry_after_s`` is how long it asked us to wait, if it did."""

    status: int
    body: bytes = b""
    retry_after_s: float | None = None

    def in_words(self) -> str:
        """Give status and the beginning of the body, as one line for people."""
        text = " ".join(self.body[:400].decode("utf-8", "replace").split())
        return f"HTTP {self.status}: {text[:200]}" if text else f"HTTP {self.status}"

    def code(self) -> str:
        """Give the ``code`` of a refusal, empty where there is none."""
        try:
            code = json.loads(self.body)["code"]
        except (ValueError, TypeError, KeyError, RecursionError):
            return ""
        return code if isinstance(code, str) else ""


class ServerLink:
    """Requests to one server under one key; each thread has a link of its own.

    ``proof`` is what shows who asks: a ``Signer``, or the bearer key of version 1. With a signer,
    ``bearer`` is what paths of version 1 are asked with, at a server that knows no other.
    ``timeout_s`` bounds the silence before and within an answer, and ``answer_s`` the whole
    request where it is no download. A download may take as long as ``bytes_max`` needs on the
    slowest line that is put up with.
    """

    def __init__(
        self,
        url: str,
        proof: str | Signer,
        timeout_s: float = 5.0,
        answer_s: float = 20.0,
        bearer: str = "",
    ) -> None:
        self._url, self._signer = url, proof if isinstance(proof, Signer) else None
        self._bearer = proof if isinstance(proof, str) else bearer
        self._timeout_s, self._answer_s = timeout_s, answer_s
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy, and no .netrc in place of our key
        # bytes as they are: a size and a hash are told of the file, not of a packed form of it
        self._session.headers["Accept-Encoding"] = "identity"
        adapter = HTTPAdapter(max_retries=Retry(0, read=False))
        self._session.mount("http://", adapter)
        self._session.mount("https://", adapter)

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._session.close()

    def get(self, path: str, query: Mapping[str, str] | None = None) -> Answer:
        """Ask for ``path``, which begins with a slash."""
        return self._once_more_if_asked(lambda: self._ask("GET", path, params=query))

    def post(self, path: str, body: bytes, *, packed: bool = False) -> Answer:
        """Send JSON, ``packed`` with gzip or not; where this raises, nobody knows what arrived."""
        headers = {"Content-Type": "application/json"}
        if packed:
            headers["Content-Encoding"] = "gzip"
        return self._once_more_if_asked(lambda: self._ask("POST", path, data=body, headers=headers))

    def put(self, path: str, body: bytes, content_type: str) -> Answer:
        """Send a file; where this raises, nobody knows what arrived."""
        headers = {"Content-Type": content_type}
        return self._once_more_if_asked(lambda: self._ask("PUT", path, data=body, headers=headers))

    def download(
        self, path: str, to: Path, bytes_max: int, stopped: Callable[[], bool] = lambda: False
    ) -> Answer:
        """Write the body of ``path`` to the file ``to``, on disk when this returns.

        An answer other than 200 has its body in memory, and writes nothing. A body that is
        cut short, too slow or ``stopped`` is ``Unreachable``.
        """
        return self._once_more_if_asked(lambda: self._download(path, to, bytes_max, stopped))

    def lines(self, path: str, silence_s: float) -> Iterator[bytes]:
        """Give the lines of an answer that does not end, as they come; ``close`` ends it.

        Raises ``Unreachable`` where it is not 200, is cut, or nothing comes for ``silence_s``.
        """
        with self._asking("GET", path, (self._timeout_s, silence_s)) as response:
            if response.status_code != 200:
                answer = self._read(response, monotonic() + self._answer_s)
                raise Unreachable(f"Expected a stream from {path}, got {answer.in_words()}")
            begun = b""
            while chunk := response.raw.read1(CHUNK_BYTES, decode_content=False):
                *whole, begun = (begun + chunk).split(b"\n")
                yield from whole
                if len(begun) > ANSWER_BYTES_MAX:
                    raise Unreachable("Expected a stream of lines, got one without end")

    def _once_more_if_asked(self, ask: Callable[[], Answer]) -> Answer:
        """Ask; where time or nonce were refused, the refusal told the time, so ask once more."""
        answer = ask()
        if self._signer and answer.status == 401 and answer.code() in _SIGN_ANEW:
            return ask()
        return answer

    def _ask(self, method: str, path: str, **parts: Any) -> Answer:
        ends = monotonic() + self._answer_s
        with self._asking(method, path, self._timeout_s, **parts) as response:
            return self._read(response, ends)

    def _download(self, path: str, to: Path, bytes_max: int, stopped: Callable[[], bool]) -> Answer:
        began = monotonic()
        with self._asking("GET", path, self._timeout_s) as response:
            if response.status_code != 200:
                return self._read(response, began + self._answer_s)
            within_s = DOWNLOAD_BEGINS_S + bytes_max / SLOWEST_BYTES_PER_S
            with to.open("wb") as file:
                for chunk in _chunks(response, bytes_max):
                    if stopped():
                        raise Unreachable("Expected the whole file, got the order to stop")
                    if monotonic() > began + within_s:
                        raise Unreachable(f"Expected a file within {within_s:.0f} s, got a part")
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            return Answer(200)

    @contextmanager
    def _asking(
        self, method: str, path: str, timeout: Timeout, **parts: Any
    ) -> Iterator[requests.Response]:
        assert path.startswith("/"), path  # without it, the path could name another host
        try:
            asked = requests.Request(method, self._url + path, **parts)
            if self._bearer and (self._signer is None or path.startswith(OLD_PATHS)):
                asked.headers["Authorization"] = f"Bearer {self._bearer}"
            with self._send(self._session.prepare_request(asked), timeout) as response:
                yield response
        except (requests.RequestException, HTTPError) as error:
            raise Unreachable(f"Expected an answer from {self._url}, got {_cause(error)}") from None

    def _send(self, request: requests.PreparedRequest, timeout: Timeout) -> requests.Response:
        """Send, signed as it is on the wire, and learn what time it is at the server."""
        path, _, query = request.path_url.partition("?")
        if self._signer is None or path.startswith(OLD_PATHS):
            return self._session.send(request, timeout=timeout, allow_redirects=False, stream=True)
        body = request.body if isinstance(request.body, bytes) else b""
        signed = Request(request.method or "", path, query, body)
        request.headers.update(self._signer.headers(signed))
        clock = self._signer.clock
        asked_ms = clock.mono_ms()
        response = self._session.send(request, timeout=timeout, allow_redirects=False, stream=True)
        if (told_ms := _told_ms(response.headers)) is not None:
            clock.learn(told_ms, asked_ms, clock.mono_ms())
        return response

    def _read(self, response: requests.Response, ends: float) -> Answer:
        body = bytearray()
        for chunk in _chunks(response, ANSWER_BYTES_MAX):
            body += chunk
            if monotonic() > ends:
                raise Unreachable(f"Expected an answer within {self._answer_s:g} s, got a part")
        return Answer(response.status_code, bytes(body), _retry_after_s(response.headers))


def read_key(file: Path) -> str:
    """Read the kiosk's key from its file, one line; raises ``ConfigError``."""
    try:
        key = file.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"server.key_file: expected a key in {file}, got {error}") from None
    if not key or not key.isprintable() or " " in key:
        raise ConfigError(f"server.key_file: expected one line with a key in {file}, got another")
    return key


def _chunks(response: requests.Response, bytes_max: int) -> Iterator[bytes]:
    received = 0
    # read1 gives what has come; read would wait for a whole chunk from a server that drips
    while chunk := response.raw.read1(CHUNK_BYTES, decode_content=False):
        received += len(chunk)
        if received > bytes_max:
            raise DataError(f"Expected at most {bytes_max} bytes, got more")
        yield chunk


def _told_ms(headers: Mapping[str, str]) -> int | None:
    """Read the server's time; a server of version 1 tells none."""
    text = headers.get(TIME_HEADER, "")
    told_ms = int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else -1
    return told_ms if told_ms in TIMES_MS else None


def _retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Read Retry-After; where it is a date, it is held against the server's own clock."""
    wanted = headers.get("Retry-After", "").strip()
    if wanted.isascii() and wanted.isdecimal():
        seconds = float(wanted[:9])
    else:
        try:
            until, now = (parsedate_to_datetime(headers[h]) for h in ("Retry-After", "Date"))
            seconds = (until - now).total_seconds()
        except (KeyError, ValueError, TypeError):
            return None
    return min(max(seconds, 0.0), RETRY_AFTER_S_MAX)


def _cause(error: Exception) -> str:
    """Give the innermost reason in one line: requests wraps three exceptions into each other."""
    if isinstance(error, requests.exceptions.InvalidHeader):
        return "a header that cannot be sent"  # requests quotes it, and it may hold the key
    inner: BaseException = error
    while causes := [c for c in _causes(inner) if isinstance(c, BaseException)]:
        inner = causes[0]
    return " ".join(str(inner).split())[:200] or type(inner).__name__


def _causes(error: BaseException) -> tuple[object, ...]:
    return (*error.args, getattr(error, "reason", None))
