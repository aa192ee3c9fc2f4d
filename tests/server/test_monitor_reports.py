"""What a kiosk tells of itself over a real socket, signed: the newest is kept, a log is taken once."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from time import sleep
from typing import Any
from uuid import UUID, uuid4

import pytest
import requests
from django.contrib.auth.models import User
from django.db import OperationalError, connection
from django.utils import timezone

from server.configuration import Configuration
from server.feed import actions
from server.feed.actions import Wish
from server.fleet.models import Kiosk
from server.monitor import logs
from server.monitor import newest as newest_module
from server.monitor.models import Report as Row
from server.monitor.models import SentLog
from server.monitor.newest import Newest
from server.monitor.outcomes import settle_actions
from server.monitor.report import Report, read_report
from tests.server.engines import EACH
from tests.server.line import NOON, Line
from tests.server.signing import SignedLine, a_kiosk, signed

EXAMPLES = json.loads((Path(__file__).parents[1] / "contract" / "status.json").read_text("utf-8"))
PATH = "/api/v2/status"


@pytest.fixture
def kiosk(line: Line) -> SignedLine:
    return SignedLine(line.url, a_kiosk())


def tell(kiosk: SignedLine, body: Any) -> requests.Response:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return kiosk.ask("POST", PATH, body=raw)


def kept(kiosk_id: str = "tehran-1-k2") -> Report:
    return read_report(Row.objects.get(pk=kiosk_id).told)


# ---- reports


@EACH
@pytest.mark.parametrize("example", EXAMPLES["right"], ids=lambda each: each["case"])
def test_what_a_kiosk_sends_is_kept_as_it_was_told(kiosk: SignedLine, example: Any) -> None:
    answer = tell(kiosk, example["body"])
    assert (answer.status_code, answer.content) == (204, b"")
    assert "Pishkhan-Time" in answer.headers
    assert kept() == read_report(json.dumps(example["body"]))
    row, told = Row.objects.get(), example["body"]
    assert (str(row.boot_id), kept().version) == (told["boot_id"], told["version"])
    assert abs(timezone.now() - row.received_at) < timedelta(minutes=1)


@pytest.mark.parametrize("example", EXAMPLES["other_versions"], ids=lambda each: each["case"])
def test_older_and_newer_kiosks_are_understood(kiosk: SignedLine, example: Any) -> None:
    assert tell(kiosk, example["body"]).status_code == 204
    assert "colour" not in Row.objects.get().told
    assert kept().version == example["body"]["version"]


@pytest.mark.parametrize("example", EXAMPLES["wrong"], ids=lambda each: each["case"])
def test_what_is_no_report_is_refused_and_the_one_before_stays(
    kiosk: SignedLine, example: Any
) -> None:
    tell(kiosk, {"version": "0.1.0"})
    answer = tell(kiosk, example["body"])
    assert (answer.status_code, answer.json()["code"]) == (422, "body")
    assert answer.json()["error"].startswith("Expected ")
    assert kept() == Report("0.1.0")


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 60_000, b'{"version": "\\ud800"}', b"null"])
def test_what_is_no_json_is_refused(kiosk: SignedLine, body: bytes) -> None:
    assert tell(kiosk, body).status_code == 422
    assert not Row.objects.exists()


def test_a_large_body_is_refused(kiosk: SignedLine) -> None:
    answer = tell(kiosk, {"version": "1", "more": "x" * 70_000})
    assert (answer.status_code, answer.json()["code"]) == (413, "size")


@EACH
def test_the_newest_takes_the_place_of_the_one_before(kiosk: SignedLine) -> None:
    for version in ("0.1.0", "0.2.0"):
        tell(kiosk, {"version": version})
    assert Row.objects.count() == 1
    assert kept().version == "0.2.0"


def test_a_kiosk_speaks_for_itself_alone(line: Line, kiosk: SignedLine) -> None:
    other = SignedLine(line.url, a_kiosk("tehran-2-k1", "tehran-2"))
    tell(kiosk, {"version": "1.0"})
    tell(other, {"version": "2.0", "kiosk": "tehran-1-k2"})
    assert {row.pk: read_report(row.told).version for row in Row.objects.all()} == {
        "tehran-1-k2": "1.0",
        "tehran-2-k1": "2.0",
    }


def test_nobody_reports_without_a_signature(kiosk: SignedLine) -> None:
    body = b'{"version": "1"}'
    headers = {"Content-Type": "application/json"}
    assert kiosk.send("POST", PATH, "", body, headers).status_code == 401
    assert not Row.objects.exists()


@EACH
def test_reports_of_many_at_once_are_all_kept(chain: Configuration) -> None:
    newest, ids = Newest(), [f"k{number}" for number in range(40)]
    Kiosk.objects.bulk_create(
        Kiosk(kiosk_id=each, store_id="tehran-1", enrolled_at=NOON) for each in ids
    )

    def keep(each: tuple[int, str]) -> None:
        try:
            newest.keep(each[1], Report(f"1.{each[0]}"), NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(keep, enumerate(ids)))
    assert {row.pk: read_report(row.told).version for row in Row.objects.all()} == {
        each: f"1.{number}" for number, each in enumerate(ids)
    }


def test_those_who_come_while_others_are_written_are_written_together(
    chain: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, ids = Newest(), [f"k{number}" for number in range(6)]
    begun, may_end, sizes = threading.Event(), threading.Event(), []

    def write(rows: list[Row]) -> None:
        sizes.append(len(rows))
        begun.set()
        assert may_end.wait(10)

    monkeypatch.setattr(newest_module, "_write", write)
    with ThreadPoolExecutor(8) as pool:
        done = [pool.submit(kept.keep, ids[0], Report("1"), NOON)]
        assert begun.wait(10)
        done += [pool.submit(kept.keep, each, Report("1"), NOON) for each in ids[1:]]
        while len(kept._next.rows) < 5:
            sleep(0.005)
        may_end.set()
        for each in done:
            each.result(10)
    assert sizes == [1, 5]


def test_a_write_that_fails_is_told_to_each_whose_report_it_was(
    chain: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(rows: list[Row]) -> None:
        raise OperationalError("disk full")

    monkeypatch.setattr(newest_module, "_write", write)
    kept = Newest()
    for _ in range(2):
        with pytest.raises(OperationalError):
            kept.keep("k1", Report("1"), NOON)
    monkeypatch.undo()
    a_kiosk("k1")
    kept.keep("k1", Report("2"), NOON)
    assert Row.objects.count() == 1


# ---- logs


def asked(
    kiosk_id: str = "tehran-1-k2", do: Any = "send_logs", ago: timedelta = timedelta(0)
) -> UUID:
    by, _ = User.objects.get_or_create(username="maryam")
    action = actions.ask(Kiosk.objects.get(pk=kiosk_id), Wish(do), by, timezone.now() - ago)
    return action.pk


def put(
    kiosk: SignedLine, action_id: object, body: bytes = b"a line\n", kind: str = "text/plain"
) -> requests.Response:
    path = f"/api/v2/logs/{action_id}"
    headers = {**signed(kiosk.key, "PUT", path, body=body), "Content-Type": kind}
    return kiosk.send("PUT", path, "", body, headers)


@EACH
def test_a_log_that_was_asked_for_is_kept_once(kiosk: SignedLine, chain: Configuration) -> None:
    action_id = asked()
    assert put(kiosk, action_id, "سطر\n".encode(), "text/plain; charset=utf-8").status_code == 204
    assert put(kiosk, action_id, b"another\n").status_code == 204  # the answer may have been lost
    file = logs.file_of(chain, action_id)
    assert file.read_text("utf-8") == "سطر\n"
    assert file.stat().st_mode & 0o777 == 0o600
    row = SentLog.objects.get()
    assert (row.pk, row.kiosk_id, row.size) == (action_id, "tehran-1-k2", 7)


def test_a_log_that_nobody_asked_for_is_not_taken(
    line: Line, kiosk: SignedLine, chain: Configuration
) -> None:
    other = SignedLine(line.url, a_kiosk("tehran-1-k3"))
    late = timedelta(hours=1, minutes=10)
    for who, action_id in (
        (kiosk, uuid4()),
        (kiosk, asked(do="restart")),
        (other, asked()),
        (kiosk, asked(ago=late)),
    ):
        answer = put(who, action_id)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert not SentLog.objects.exists()
    assert not (chain.data_dir / "logs").exists()


def test_a_log_that_was_begun_in_time_is_taken_a_little_later(kiosk: SignedLine) -> None:
    assert put(kiosk, asked(ago=timedelta(hours=1, minutes=9))).status_code == 204


def test_a_log_is_text_of_a_bounded_size(kiosk: SignedLine) -> None:
    action_id = asked()
    assert put(kiosk, action_id, kind="text/html").status_code == 400
    assert put(kiosk, action_id, b"x" * (2 << 20) + b"x").status_code == 413
    assert put(kiosk, action_id, b"x" * (3 << 20)).status_code == 413
    assert put(kiosk, action_id, b"x" * (2 << 20)).status_code == 204
    assert put(kiosk, "not-an-id").status_code == 422


def test_only_so_many_logs_are_kept(chain: Configuration, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "OF_A_KIOSK_MAX", 2)
    monkeypatch.setattr(logs, "IN_ALL_MAX", 3)
    taken = []
    for number in range(6):
        kiosk_id = f"tehran-1-k{number % 2 + 2}"
        if number < 2:
            a_kiosk(kiosk_id)
        taken.append(asked(kiosk_id))
        assert logs.take(chain, kiosk_id, taken[-1], b"x", timezone.now())
    left = set(SentLog.objects.values_list("pk", flat=True))
    assert left == set(taken[3:])
    files = {file.stem for file in (chain.data_dir / "logs").iterdir()}
    assert files == {str(each) for each in left}


# ---- outcomes


@EACH
def test_what_came_of_an_action_is_noted_once_and_of_the_kiosk_that_was_asked(
    chain: Configuration,
) -> None:
    from server.feed.models import Action
    from server.ingest.effects import Happened

    a_kiosk("tehran-1-k2")
    a_kiosk("tehran-1-k3")
    action_id = asked(do="restart")

    def done(kiosk_id: str, of: object, outcome: str) -> Happened:
        body = {"id": str(of), "outcome": outcome}
        return Happened(uuid4(), kiosk_id, "tehran-1", "action_done", 1, NOON, body)

    settle_actions([done("tehran-1-k3", action_id, "done"), done("tehran-1-k2", "no id", "done")])
    assert Action.objects.get().done_at is None
    settle_actions([done("tehran-1-k2", action_id, "late"), done("tehran-1-k2", uuid4(), "done")])
    settle_actions([done("tehran-1-k2", action_id, "done")])
    action = Action.objects.get()
    assert (action.outcome, action.done_at) == ("late", NOON)
