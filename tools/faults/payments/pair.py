"""One terminal and the kiosk at it: a station in this process, a forked process for each start."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kiosk.hardware.terminal.simulated.ledger import Row
from kiosk.hardware.terminal.simulated.personas import PERSONAS
from kiosk.hardware.terminal.simulated.plans import Plan, Script
from kiosk.hardware.terminal.simulated.serving import Order, make_station
from kiosk.hardware.terminal.simulated.station import Settings
from kiosk.hardware.terminal.simulated.times import Times
from tools.faults.payments.books import Bank, Broken, bank_of
from tools.faults.payments.payer import Job, Pace
from tools.faults.payments.tally import Tally, Task
from tools.faults.payments.zygote import FAULTY, Zygote

KILLED = -9
RECEIPT_START = 9_950  # so that the counter wraps soon
LOG_CHARS = 3_000

TERMINAL_TIMES = Times(
    t3_s=0.25,
    t1_s=0.02,
    t2_s=0.15,
    card_s=0.0,
    pin_s=0.0,
    bank_s=0.0,
    patience_s=1.0,
    late_s=0.8,
    reboot_s=0.08,
    refused_s=0.05,
)
ERRAND = "?errand_s=0.6"
KIOSK_PACE = Pace(0.35, 0.6, 0.5, 0.27, 0.03, 8.0)


class Pair:
    """To be made in a process without threads; ``tally`` counts starts and kills."""

    def __init__(self, task: Task, tally: Tally) -> None:
        self._folder, self._tally = task.folder, tally
        self._zygote = Zygote(task.folder / "kiosk.log")  # before the terminal's threads
        self._script, self._mark = Script(), 0
        settings = Settings(PERSONAS["P2"], TERMINAL_TIMES, task.corrupt, task.seed)
        order = Order(
            task.protocol,
            task.folder / "ledger",
            self._script,
            settings,
            receipt=RECEIPT_START,
            durable=False,
        )
        self.station = make_station(order)
        self.url = self._open_terminal(task.protocol, task.wire)

    def _open_terminal(self, protocol: str, wire: str) -> str:
        if wire == "serial":
            link = self._folder / "tty"
            self.station.open_serial(link)
            fast = f"{ERRAND}&t1_s=0.02&t2_s=0.15" if protocol == "zvt" else ""
            return f"{protocol}+serial://{link}{fast}"
        fast = ERRAND if protocol == "zvt" else ""
        return f"{protocol}+tcp://127.0.0.1:{self.station.listen('127.0.0.1', 0)}{fast}"

    def close(self) -> None:
        """Switch both off."""
        self.station.stop()
        self._zygote.close()

    # ---- the terminal

    def plan(self, *plans: Plan) -> None:
        """Say what becomes of the next payments; the one before is over for good then."""
        with self.station.occupied:
            self._script.clear()
            for plan in plans:
                self._script.add(plan)
            self.station.last_persona = plans[0].persona if plans else ""
            self.station.ask_fault = None
            self.station.prepare()

    def begin_sale(self) -> None:
        """Count what is booked from now on as this sale's."""
        self._mark = len(self.station.memory.ledger.rows)

    def rows(self) -> Sequence[Row]:
        """Give what was booked since the sale began."""
        return self.station.memory.ledger.since(self._mark)

    def bank(self, job: Job) -> Bank:
        """Give what the bank has of a sale, when the terminal has done all that it still does."""
        while not self.station.is_done:
            time.sleep(0.01)
        with self.station.occupied:
            return bank_of(self.rows(), job.amount)

    def give_back_by_hand(self, job: Job) -> None:
        """Reverse at the terminal's own keys what is left of a sale's charges."""
        for row in self.bank(job).kept:
            self.station.memory.reverse(row, "by staff")

    # ---- the kiosk

    def run(self, *jobs: Job) -> list[int]:
        """Start a process for each job at one time; gives how they ended."""
        ended = self._zygote.run(*jobs)
        self._tally.starts += len(jobs)
        self._tally.kills += ended.count(KILLED)
        if FAULTY in ended or len(ended) != len(jobs):
            raise Broken(f"the kiosk failed: {self.log.read_text()[-LOG_CHARS:]}")
        return ended

    @property
    def log(self) -> Path:
        """Where the kiosk's processes log."""
        return self._folder / "kiosk.log"

    def facts(self) -> list[dict[str, Any]]:
        """Give what they told the core since the last look."""
        return self._zygote.facts()
