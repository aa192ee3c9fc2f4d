"""The run itself: a server, a rough line, some kiosks, and chance with a ``kill -9`` in hand.

Everything is drawn from one seed, but for what the machine's scheduler adds. Only processes
that were started here are ended, by their id.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import monotonic, sleep

from tools.faultproxy.faults import CALM, ROUGH, Fault
from tools.faultproxy.proxy import FaultProxy
from tools.stage.server import ROOT, Server

log = logging.getLogger("faults")
LOOK_S = 0.05


@dataclass(frozen=True, slots=True)
class Run:
    """What is to be done: ``rows`` of each stream by each kiosk, within ``within_s``.

    A kiosk is killed every ``kiosk_lives_s`` on the average, the server every ``server_lives_s``.
    """

    folder: Path
    kiosks: int
    rows: int
    seed: int
    within_s: float
    kiosk_lives_s: float = 2.0
    server_lives_s: float = 15.0
    line: Mapping[Fault, int] = field(default_factory=lambda: ROUGH)
    server_settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Happened:
    """What befell them, for the report."""

    kiosks_killed: int = 0
    servers_killed: int = 0
    seconds: float = 0.0
    faults: Mapping[str, int] = field(default_factory=dict)


class RunFailedError(RuntimeError):
    """A part could not be started, failed by itself, or was not done in time."""


def carry_out(run: Run) -> Happened:
    """Do the run to its end; what reached the server is counted by ``truth`` afterwards."""
    server = Server(run.folder / "server", settings=run.server_settings)
    server.prepare()
    server.start()
    proxy = FaultProxy(server.port, CALM, run.seed).start()
    try:
        folders = [_enrolled(run, server, number) for number in range(run.kiosks)]
        proxy.follow(run.line, run.seed)
        with _tills(run, folders, f"http://127.0.0.1:{proxy.port}") as tills:
            happened = _let_chance_rule(run, server, tills)
        happened.faults = {fault.value: count for fault, count in proxy.counts.items()}
        return happened
    finally:
        proxy.stop()
        server.stop()


@dataclass(slots=True)
class Till:
    """A kiosk's process, which can be started again."""

    command: list[str]
    log_file: Path
    process: subprocess.Popen[bytes] | None = None
    done: bool = False

    def start(self) -> None:
        """Begin it, or go on with it."""
        with self.log_file.open("ab") as said:
            self.process = subprocess.Popen(self.command, cwd=ROOT, stdout=said, stderr=said)

    def kill(self) -> None:
        """End it as a power cut would, but for what the system has in its caches."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def look(self) -> None:
        """Notice that it is done; raises ``RunFailedError`` where it ended otherwise."""
        status = self.process.poll() if self.process else None
        if status is not None:
            self.done = status == 0
            if not self.done:
                raise RunFailedError(f"a kiosk ended with {status}: {_end_of(self.log_file)}")


def _let_chance_rule(run: Run, server: Server, tills: list[Till]) -> Happened:
    chance, happened, began = Random(run.seed), Happened(), monotonic()
    kiosk_dies = began + chance.expovariate(1 / run.kiosk_lives_s)
    server_dies = began + chance.expovariate(1 / run.server_lives_s)
    while not all(till.done for till in tills):
        now = monotonic()
        if now - began > run.within_s:
            raise RunFailedError(f"expected all to be sent within {run.within_s:.0f} s")
        for till in (till for till in tills if not till.done):
            till.look()
        if now > kiosk_dies and (alive := [till for till in tills if not till.done]):
            victim = chance.choice(alive)
            victim.kill()
            victim.start()
            happened.kiosks_killed += 1
            kiosk_dies = monotonic() + chance.expovariate(1 / run.kiosk_lives_s)
        if now > server_dies:
            server.kill()
            server.start()
            happened.servers_killed += 1
            server_dies = monotonic() + chance.expovariate(1 / run.server_lives_s)
        sleep(LOOK_S)
    happened.seconds = monotonic() - began
    return happened


@contextmanager
def _tills(run: Run, folders: list[Path], url: str) -> Iterator[list[Till]]:
    tills = []
    for number, folder in enumerate(folders):
        module = [sys.executable, "-m", "tools.faults.till"]
        words = [str(folder), url, str(run.rows), str(run.seed + number)]
        tills.append(Till([*module, *words], folder / "till.log"))
    try:
        for till in tills:
            till.start()
        yield tills
    finally:
        for till in tills:
            if till.process is not None and till.process.poll() is None:
                till.kill()


def _enrolled(run: Run, server: Server, number: int) -> Path:
    """Make a kiosk's folder and enrol it, as store IT does."""
    folder = run.folder / f"kiosk-{number}"
    server.enrol_box(f"faults-{number}", "baran-01", folder)
    return folder


def _end_of(file: Path) -> str:
    return file.read_text("utf-8", "replace")[-2_000:]
