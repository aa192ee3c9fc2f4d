"""Measure the whole kiosk: server, catalogue, camera, scanner, core and window together.

*Start to usable* is from starting the process ``kiosk run`` to the message that it sends to
systemd behind its first frame, with the sample chain's catalogue on its disk. *Scan to drawn*
is from the bytes on the scanner's wire to the frame that shows the product; *ours* is the part
until the widgets have their texts, so without what software GL takes to fill the window.
"""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing, nullcontext
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

import psutil

from kiosk.bootstrap import Kiosk, make_screens
from kiosk.config import load
from kiosk.hardware.terminal.fake import FakeTerminal
from kiosk.messages import Language
from kiosk.outbox.boot import SystemBox
from kiosk.outbox.database import new_id
from kiosk.outbox.recorder import Recorder
from kiosk.payment.desk import Desk
from kiosk.payment.journal import Journal
from kiosk.payment.naming import where_of
from kiosk.payment.paying import pay
from kiosk.payment_messages import Pay
from kiosk.pricecheck.view import ProductView
from kiosk.screens.app import AWAKE_S
from retail.values import Money
from tools.demo.tour import names_by_gtin
from tools.gallery.views import SCENES, Example, view_of
from tools.stage.display import there_is_one, virtual_display
from tools.stage.hands import Hands
from tools.stage.stage import Stage, set_stage

UNKNOWN_MAX_S = 2.0
START_MAX_S, DRAWN_P95_MAX_MS, IDLE_MAX_PERCENT, RSS_MAX_MIB = 3.0, 400.0, 3.0, 250.0
STARTS, SCANS, IDLE_S = 5, 60, 20.0
SHOWN_FOR_S = 0.4  # long enough to be drawn, pictures and all
Figure = tuple[str, float, str, float]  # name, value, unit, the most it may be (0: none)


def main() -> int:
    """Measure and print; exit status 1 where a limit is passed."""
    folder = Path(tempfile.mkdtemp(prefix="kiosk-bench-"))
    with nullcontext() if there_is_one() else virtual_display(1_080, 1_920):
        stage = set_stage(folder / "stage", idle_s=3_600.0, paying=True)
        try:
            figures = _in_process(stage) + _processes(stage) + _in_doubt(stage)
        finally:
            stage.clear()
            shutil.rmtree(folder, ignore_errors=True)
    for name, value, unit, most in figures:
        limit = f"  (at most {most:g})" if most else ""
        missed = "  MISSED" if most and value > most else ""
        print(f"{name:<44}{value:>10.2f} {unit}{limit}{missed}")
    return 1 if any(most and value > most for _, value, _, most in figures) else 0


def _in_process(stage: Stage) -> list[Figure]:
    """Run the kiosk here, so that the moment of drawing can be seen."""
    settings = load(stage.settings_file)
    kiosk = Kiosk(settings)
    screens = make_screens(settings, kiosk)
    figures: list[Figure] = []

    def measure() -> None:
        from kivy.core.window import Window

        try:
            Hands(Window).see("دوربین آماده است", wait_s=60)
            figures.extend(_scans(stage, screens, Window))
            figures.append(_every_screen(screens))
        finally:
            screens.stop()

    try:
        screens.run(kiosk.start(screens.show), Thread(target=measure, name="bench").start)
    finally:
        kiosk.stop()
    return figures


def _scans(stage: Stage, screens: Any, window: Any) -> list[Figure]:
    handed, drawn = _Moment(), _Moment()

    def on_drawn(view: Any) -> None:
        if isinstance(view.body, ProductView):
            handed.mark(view.body.code_text)

    screens.shell.on_drawn = on_drawn
    window.bind(on_flip=lambda *_: drawn.mark(handed.what))
    ours, whole = [], []
    for code in list(names_by_gtin())[: SCANS * 7 : 7]:
        began = time.perf_counter()
        stage.scanner.scan(code)
        whole.append(1_000 * (drawn.wait_for(partial(handed.is_after, began)) - began))
        ours.append(1_000 * (handed.at - began))
        time.sleep(0.25)
    return [
        ("scan → price drawn, p50", statistics.median(whole), "ms", 0),
        ("scan → price drawn, p95", _p95(whole), "ms", DRAWN_P95_MAX_MS),
        ("  of it ours, without the GL fill, p50", statistics.median(ours), "ms", 0),
        ("  of it ours, without the GL fill, p95", _p95(ours), "ms", 0),
    ]


def _every_screen(screens: Any) -> Figure:
    """Show every screen there is, in both languages; what the tools here take is counted too."""
    process, most = psutil.Process(), 0
    for language in Language:
        for name, scene in SCENES.items():
            screens.show(view_of(Example(name, scene), language))
            time.sleep(SHOWN_FOR_S)
            most = max(most, process.memory_info().rss)
    return "memory, the most while every screen is shown", most / 2**20, "MiB", RSS_MAX_MIB


class _Moment:
    """When something last happened, and what."""

    def __init__(self) -> None:
        self.at, self.what = 0.0, ""

    def mark(self, what: str) -> None:
        self.at, self.what = time.perf_counter(), what

    def is_after(self, then: float) -> bool:
        """Tell whether it has happened since."""
        return self.at > then

    def wait_for(self, true: Callable[[], bool], most_s: float = 10.0) -> float:
        """Wait until it happens after ``true`` has become true; gives the moment."""
        end = time.perf_counter() + most_s
        while not true():
            _nap(end)
        since = time.perf_counter()
        while self.at < since:
            _nap(end)
        return self.at


def _nap(end: float) -> None:
    if time.perf_counter() > end:
        raise TimeoutError("what was scanned was not drawn")
    time.sleep(0.001)


def _processes(stage: Stage) -> list[Figure]:
    """Start ``kiosk run`` some times; the last one is left alone on its poster."""
    taken, idle, memory = [], 0.0, 0.0
    for turn in range(STARTS):
        process, seconds = _start(stage)
        taken.append(seconds)
        try:
            if turn == STARTS - 1:
                idle, memory = _at_rest(psutil.Process(process.pid))
        finally:
            process.terminate()
            process.wait(20)
    return [
        ("start to usable, median", statistics.median(taken), "s", START_MAX_S),
        ("start to usable, worst", max(taken), "s", 0),
        ("idle, all threads, with a camera", idle, "% of a core", IDLE_MAX_PERCENT),
        ("memory in use", memory, "MiB", RSS_MAX_MIB),
    ]


def _in_doubt(stage: Stage) -> list[Figure]:
    """Start it where a payment was left open; its very first view says that nobody knows yet."""
    assert stage.terminal is not None
    stage.terminal.pull_cable()
    _leave_open(stage)
    taken = []
    for _ in range(STARTS):
        process, seconds = _start(stage)
        taken.append(seconds)
        process.terminate()
        process.wait(20)
    return [
        ('restart to "outcome unknown", median', statistics.median(taken), "s", UNKNOWN_MAX_S),
        ('restart to "outcome unknown", worst', max(taken), "s", 0),
    ]


def _leave_open(stage: Stage) -> None:
    """Leave what a power cut leaves: the terminal has the command, and nobody heard its answer."""
    settings, box = load(stage.settings_file), SystemBox()
    terminal = FakeTerminal(stage.folder / "fake")
    terminal.ledger.pull(lose="booked")
    with closing(Recorder(settings.database, box, lambda: None, _Room())) as recorder:
        where = where_of(settings.terminal.url)
        desk = Desk(Journal(recorder, box), terminal, where, box, lambda _: None, lambda _: True)
        basket = {"number": 47, "total": 480_000, "currency": "IRR", "lines": []}
        pay(desk, Pay(new_id(), Money(480_000, "IRR"), basket), lambda: True)


class _Room:
    for_telemetry = True

    def write_failed(self) -> None:
        """Nothing follows from it."""

    def make_some(self) -> None:
        """There is enough."""


def _start(stage: Stage) -> tuple[subprocess.Popen[bytes], float]:
    """Start ``kiosk run`` as systemd does, and wait until it tells that it can be seen."""
    path = stage.folder / "notify"
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(str(path))
        ear.settimeout(60)
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "kiosk", "run", "--config", str(stage.settings_file)],
            env={**os.environ, "NOTIFY_SOCKET": str(path)},
            stderr=subprocess.DEVNULL,
        )
        while ear.recv(1_000) != b"READY=1":
            continue
        return process, time.perf_counter() - began


def _at_rest(process: psutil.Process) -> tuple[float, float]:
    """Give the share of a core that it takes, in percent, and its memory in MiB."""
    time.sleep(AWAKE_S + 5)
    before = process.cpu_times()
    time.sleep(IDLE_S)
    after = process.cpu_times()
    spent = after.user + after.system - before.user - before.system
    return 100 * spent / IDLE_S, process.memory_info().rss / 2**20


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[18]


if __name__ == "__main__":
    sys.exit(main())
