"""The link to the central server: one request, one answer, with bounds on time and size.

No answer is ``Unreachable``, an answer without end a ``DataError``.
It never tries again by itself, follows no redirect (that would hand the kiosk's key to another
host), and takes nothing from the environment. What an answer means is its caller's affair.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from time import monotonic

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError
from urllib3.util import Retry

from kiosk.errors import ConfigError, DataError, Unreachable

ANSWER_BYTES_MAX = 1 << 20
DOWNLOAD_BEGINS_S = 30.0
SLOWEST_BYTES_PER_S = 20_000.0  # a mobile line at its worst; slower, and a later try does better
CHUNK_BYTES = 1 << 16
RETRY_AFTER_S_MAX = 3_600.0  # a server that asks for a week has made a mistake


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


class ServerLink:
    """Requests to one server under one key; each thread has a link of its own.

    ``timeout_s`` bounds the silence before and within an answer, and ``answer_s`` the whole
    request where it is no download. A download may take as long as ``bytes_max`` needs on the
    slowest line that is put up with.
    """

    def __init__(self, url: str, key: str, timeout_s: float = 5.0, answer_s: float = 20.0) -> None:
        self._url = url
        self._timeout_s, self._answer_s = timeout_s, answer_s
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy, and no .netrc in place of our key
        # bytes as they are: a size and a hash are told of the file, not of a packed form of it
        self._session.headers.update(
            {"Authorization": f"Bearer {key}", "Accept-Encoding": "identity"}
        )
        adapter = HTTPAdapter(max_retries=Retry(0, read=False))
        self._session.mount("http://", adapter)
        self._session.mount("https://", adapter)

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._session.close()

    def get(self, path: str, query: Mapping[str, str] | None = None) -> Answer:
        """Ask for ``path``, which begins with a slash."""
        ends = monotonic() + self._answer_s
        with self._asking("GET", path, params=query) as response:
            return self._read(response, ends)

    def post(self, path: str, body: bytes) -> Answer:
        """Send JSON; where this raises, it is not known what arrived."""
        headers = {"Content-Type": "application/json"}
        ends = monotonic() + self._answer_s
        with self._asking("POST", path, data=body, headers=headers) as response:
            return self._read(response, ends)

    def download(
        self, path: str, to: Path, bytes_max: int, stopped: Callable[[], bool] = lambda: False
    ) -> Answer:
        """Write the body of ``path`` to the file ``to``, on disk when this returns.

        An answer other than 200 has its body in memory, and writes nothing. A body that is
        cut short, too slow or ``stopped`` is ``Unreachable``.
        """
        began = monotonic()
        with self._asking("GET", path) as response:
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
    def _asking(self, method: str, path: str, **parts: object) -> Iterator[requests.Response]:
        assert path.startswith("/"), path  # without it, the path could name another host
        try:
            with self._session.request(
                method,
                self._url + path,
                timeout=self._timeout_s,
                allow_redirects=False,
                stream=True,
                **parts,  # type: ignore[arg-type]
            ) as response:
                yield response
        except (requests.RequestException, HTTPError) as error:
            raise Unreachable(f"Expected an answer from {self._url}, got {_cause(error)}") from None

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
