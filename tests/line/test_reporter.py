"""When the reporter reports, waits and ends: on its own thread, against a server on the loopback."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from dataclasses import replace
from time import monotonic, sleep
from uuid import UUID

import pytest

from kiosk.line.server import ServerLink
from kiosk.report.report import Device, Report
from kiosk.report.reporter import Pause, Reporter, ReporterConfig
from kiosk.report.vital import Vital
from tests.line.scripted import Scripted, scripted

WELL = Vital((Device("scanner", "ready"),))
ILL = replace(WELL, selling=False)
BOOT = UUID(int=7)
QUICK = ReporterConfig(every_s=60.0, gap_s=0.0, first_s=0.0)


def gather(vital: Vital) -> Report:
    return Report("0.2.0", BOOT, devices=vital.devices, selling=vital.selling)


@pytest.fixture
def server() -> Iterator[Scripted]:
    with scripted() as script:
        yield script


def reporter(server: Scripted, config: ReporterConfig = QUICK) -> Reporter:
    link = ServerLink(server.url, "key", timeout_s=2.0)
    return Reporter(link, gather, config, chance=lambda: 0.5)


def step(server: Scripted) -> Pause:
    one = reporter(server)
    one.see(WELL)
    try:
        return one.step()
    finally:
        one._link.close()


def until(true: object, seconds: float = 10.0) -> None:
    assert callable(true)
    ends = monotonic() + seconds
    while not true():
        assert monotonic() < ends, "expected it to happen, got nothing"
        sleep(0.005)


def test_a_report_is_posted_and_the_next_comes_in_a_minute(server: Scripted) -> None:
    server.will(204)
    assert step(server) == Pause(60.0)
    (asked,) = server.asked
    assert (asked.method, asked.path) == ("POST", "/api/v2/status")
    assert json.loads(asked.body)["version"] == "0.2.0"


@pytest.mark.parametrize("chance", [0.0, 0.999])
def test_kiosks_that_began_together_do_not_stay_together(server: Scripted, chance: float) -> None:
    server.will(204)
    link = ServerLink(server.url, "key")
    one = Reporter(link, gather, QUICK, chance=lambda: chance)
    one.see(WELL)
    assert one.step().seconds == pytest.approx(60 * (0.9 + 0.2 * chance))
    link.close()


def test_nothing_is_told_before_the_core_knows_anything(server: Scripted) -> None:
    one = reporter(server)
    assert one.step() == Pause(60.0)
    assert not server.asked


@pytest.mark.parametrize(
    ("status", "pause"),
    [
        (404, Pause(3_600.0, asked=True)),
        (405, Pause(3_600.0, asked=True)),
        (401, Pause(60.0)),
        (403, Pause(60.0)),
        (413, Pause(60.0)),
        (422, Pause(60.0)),
        (500, Pause(60.0)),
        (503, Pause(60.0)),
        (302, Pause(60.0)),
    ],
)
def test_whatever_the_server_answers_the_next_is_not_before_its_time(
    server: Scripted, status: int, pause: Pause
) -> None:
    server.refuse(status, "some")
    assert step(server) == pause


def test_without_an_answer_it_waits_as_well() -> None:
    link = ServerLink("http://127.0.0.1:9", "key", timeout_s=0.5)
    one = Reporter(link, gather, QUICK, chance=lambda: 0.5)
    one.see(WELL)
    assert one.step() == Pause(60.0)
    link.close()


def test_a_line_that_is_down_is_told_once_and_its_return_too(
    server: Scripted, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "kiosk.report.reporter")
    one = reporter(server)
    one.see(WELL)
    for status in (500, 500, 204, 204, 500):
        server.will(status)
        one.step()
    one._link.close()
    told = [record.getMessage().split(" ")[0] for record in caplog.records]
    assert told == ["report-failed", "report-sent-again", "report-failed"]


class Running:
    """A reporter on its thread."""

    def __init__(self, one: Reporter) -> None:
        self.one, self.stop, self.closed = one, threading.Event(), threading.Event()
        one._close = self.closed.set
        self.thread = threading.Thread(target=one.run, args=(self.stop,))
        self.thread.start()

    def end(self) -> None:
        self.stop.set()
        self.one.wake()
        self.thread.join(5)
        assert not self.thread.is_alive()
        assert self.closed.is_set()


def told_selling(server: Scripted) -> list[bool]:
    return [json.loads(each.body)["selling"] for each in server.asked]


def test_a_change_that_matters_is_told_at_once_and_another_is_not(server: Scripted) -> None:
    for _ in range(3):
        server.will(204)
    one = reporter(server)
    one.see(WELL)
    running = Running(one)
    until(lambda: told_selling(server) == [True])
    one.see(replace(WELL, devices=(Device("scanner", "ready", "as before"),)))
    one.see(ILL)
    until(lambda: told_selling(server) == [True, False])
    running.end()


def test_many_changes_are_told_together(server: Scripted) -> None:
    for _ in range(2):
        server.will(204)
    one = reporter(server, replace(QUICK, gap_s=0.3))
    one.see(WELL)
    running = Running(one)
    until(lambda: len(server.asked) == 1)
    began = monotonic()
    for number in range(50):
        one.see(ILL if number % 2 else WELL)
    until(lambda: len(server.asked) == 2)
    assert monotonic() - began > 0.2
    assert told_selling(server) == [True, False]
    running.end()


def test_nothing_shortens_what_the_server_has_asked_for(server: Scripted) -> None:
    server.will(404)
    one = reporter(server)
    one.see(WELL)
    running = Running(one)
    until(lambda: len(server.asked) == 1)
    one.see(ILL)
    running.thread.join(0.3)
    assert len(server.asked) == 1
    running.end()


def test_it_ends_at_once_while_it_waits(server: Scripted) -> None:
    running = Running(reporter(server, ReporterConfig(first_s=3_600.0)))
    began = monotonic()
    running.end()
    assert monotonic() - began < 2
