"""The doctor's look at the line: does the server answer, what time is it there, does it know us.

An enrolled kiosk asks in the signed form; one with its bearer key alone as version 1 has it.

Source: docs/line.md, sections 2, 3 and 7.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.errors import ConfigError, ServerError
from kiosk.hardware.checkup import Finding

if TYPE_CHECKING:
    import requests

    from kiosk.config import Settings
    from kiosk.line.server import Answer

ANSWER_S = 2.0  # how long the server may be silent
CLOCK_OFF_MAX = timedelta(seconds=30)  # offers begin and end to the minute
_ENROL = "get a code from head office and run: kiosk enrol CODE"
_CABLE = "check the cable, and server.url in the settings; prices in use stay"
_SET_CLOCK = "let timedatectl set it: set-ntp true"


def check_line(settings: Settings) -> Iterator[Finding]:
    """See that the server answers, agrees on what time it is, and accepts this kiosk."""
    from kiosk.identity import load_identity

    if load_identity(settings.data_dir) is None:
        server = settings.server
        yield from check_server(server.url, server.key_file, settings.store_id)
    else:
        yield from check_enrolled(settings)


def check_enrolled(settings: Settings) -> Iterator[Finding]:
    """Ask the server who we are, signed; it changes nothing, here or there."""
    from kiosk.clock import ServerClock
    from kiosk.line.enrolment import ME_PATH
    from kiosk.line.server import ServerLink
    from kiosk.line.signing import Signer

    try:
        from kiosk.identity import load_key

        clock = ServerClock()
        link = ServerLink(
            settings.server.url, Signer(load_key(settings.data_dir), clock), ANSWER_S, ANSWER_S
        )
        answer = link.get(ME_PATH)
    except ConfigError as error:
        yield Finding("key", False, str(error), _ENROL)
        return
    except ServerError as error:
        yield Finding("server", False, str(error), _CABLE)
        return
    ill = answer.status >= 500
    advice = "tell head office: its server is ill" if ill else ""
    text = f"{settings.server.url} answers: HTTP {answer.status}"
    yield Finding("server", not ill, text, advice)
    off_ms = clock.wall_off_ms()
    if off_ms is not None:
        yield _judge_clock(timedelta(milliseconds=off_ms))
    if not ill:
        yield _judge_signed(answer, settings.store_id)


def _judge_signed(answer: Answer, store_id: str) -> Finding:
    from kiosk.errors import DataError
    from kiosk.identity import read_identity

    match answer.status, answer.code():
        case 200, _:
            try:
                told = read_identity(answer.body)
            except DataError as error:
                return Finding("key", False, str(error), "see server.url in the settings")
            if told.store != store_id:
                text = f"accepted, but of store {told.store!r} now, not {store_id!r}"
                return Finding("key", False, text, "it moves by itself within a minute")
            return Finding("key", True, f"accepted: {told.kiosk} of {told.store}")
        case 403, "not_approved":
            return Finding("key", False, "waits to be approved", "head office: approve this kiosk")
        case 401, "key_revoked" | "key_unknown" as code:
            return Finding("key", False, f"HTTP 401: {code}", _ENROL)
        case status, code:
            text = f"HTTP {status} {code}".rstrip()
            return Finding("key", False, text, "see server.url in the settings")


def check_server(url: str, key_file: Path, store_id: str) -> Iterator[Finding]:
    """See that the server answers, agrees on what time it is, and accepts the kiosk's key."""
    from requests import RequestException

    key, fault = _key_in(key_file)
    try:
        answer = _ask(f"{url}/api/v1/catalogue/manifest", {"store": store_id}, key)
    except RequestException as error:
        yield Finding("server", False, f"{url}: {type(error).__name__}", _CABLE)
        if fault:
            yield Finding("key", False, fault, _ENROL)
        return
    ill = answer.status_code >= 500
    advice = "tell head office: its server is ill" if ill else ""
    yield Finding("server", not ill, f"{url} answers: HTTP {answer.status_code}", advice)
    yield check_clock(answer.headers.get("Date", ""), datetime.now(UTC))
    if not ill:
        yield Finding("key", False, fault, _ENROL) if fault else _judge_key(answer, store_id)


def _key_in(file: Path) -> tuple[str, str]:
    """Give the key, or what is wrong with its file."""
    from kiosk.line.server import read_key

    try:
        return read_key(file), ""
    except ConfigError as error:
        return "", str(error)


def _ask(url: str, query: Mapping[str, str], key: str) -> requests.Response:
    import requests

    with requests.Session() as session:
        session.trust_env = False  # as the kiosk itself: no proxy, no .netrc
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return session.get(
            url, params=query, headers=headers, timeout=ANSWER_S, allow_redirects=False
        )


def _judge_key(answer: requests.Response, store_id: str) -> Finding:
    match answer.status_code:
        case 200:
            return Finding("key", True, "accepted")
        case 404:
            text = f"accepted, but nothing is published for store {store_id!r}"
            return Finding("key", False, text, "head office: publish a catalogue")
        case 401:
            return Finding("key", False, "HTTP 401: not accepted", _ENROL)
        case 403:
            text = f"HTTP 403: not accepted for store {store_id!r}"
            return Finding("key", False, text, "head office: move the kiosk to this store")
        case status:
            return Finding("key", False, f"HTTP {status}", "see server.url in the settings")


def check_clock(date_header: str, now: datetime) -> Finding:
    """Hold the clock against the server's ``Date``."""
    try:
        off = now - parsedate_to_datetime(date_header)
    except (ValueError, TypeError):
        text = f"the server does not say what time it is: {date_header!r}"
        return Finding("clock", False, text, "ask head office what stands before its server")
    return _judge_clock(off)


def _judge_clock(off: timedelta) -> Finding:
    text = f"{abs(off) // timedelta(seconds=1)} s from the server's"
    if abs(off) > CLOCK_OFF_MAX:
        return Finding("clock", False, text, _SET_CLOCK)
    return Finding("clock", True, text)
