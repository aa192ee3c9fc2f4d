"""One terminal and one kiosk: sale after sale, each killed as its lot says, recovered, and checked.

A worker is a process of its own. Its terminal runs in it, on a real port; its kiosk is a process
for each sale and each start after a kill (``payer``).
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from kiosk.hardware.terminal.simulated import cards
from kiosk.hardware.terminal.simulated.ledger import Row, totals
from kiosk.hardware.terminal.simulated.personas import PERSONAS
from kiosk.hardware.terminal.simulated.plans import Plan, Script
from kiosk.hardware.terminal.simulated.serving import IRR, Order, make_station
from kiosk.hardware.terminal.simulated.station import Settings, Station
from kiosk.hardware.terminal.simulated.times import Times
from retail.tender import Kind
from tools.faults.payments.books import (
    TABLES,
    Bank,
    Broken,
    JournalFile,
    Sale,
    Told,
    bank_of,
    check_facts,
    check_sale,
)
from tools.faults.payments.chance import ANY_TIME, NO_POINT, Drawn, Lots
from tools.faults.payments.payer import FAULTY, Job, Pace, Zygote

KILLED = -9
SALES_A_FOLDER = 150  # so that what a start reads through stays small
RECOVERIES_MAX = 6
RIVAL_MORE = 500_000_000
AMOUNTS = (125_000, 125_000, 125_000, 990_000, 1)  # equal ones in a row, mostly
RECEIPT_START = 9_950  # so that the counter wraps soon

TERMINAL_TIMES = Times(
    t3_s=0.25, t1_s=0.02, t2_s=0.15, card_s=0.0, pin_s=0.0, bank_s=0.0, patience_s=1.0,
    late_s=0.8, reboot_s=0.08, refused_s=0.05,
)  # fmt: skip
KIOSK_PACE = Pace(0.35, 0.6, 0.5, 0.27, 0.03, 8.0)


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker is to do: sales until ``sales`` or ``ends_at`` (monotonic), which is first."""

    number: int
    folder: Path
    seed: int
    sales: int
    ends_at: float
    protocol: str = "zvt"
    wire: str = "tcp"
    corrupt: float = 0.0


@dataclass
class Tally:
    """What came of it, by name."""

    sales: int = 0
    persona_by_point: Counter[str] = field(default_factory=Counter)
    reached: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    for_staff: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    kills: int = 0
    starts: int = 0
    cpu_s: float = 0.0
    settled_s_max: float = 0.0
    slowest: str = ""

    def told(self) -> dict[str, Any]:
        """Give it as JSON."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


class Worker:
    """Runs a task; to be made in a process without threads."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._lots = Lots(task.seed, task.protocol, task.wire)
        self._zygote = Zygote(task.folder / "kiosk.log")  # before the terminal's threads
        self._script = Script()
        settings = Settings(PERSONAS["P2"], TERMINAL_TIMES, task.corrupt, task.seed)
        order = Order(task.protocol, task.folder / "ledger", self._script, settings,
                      receipt=RECEIPT_START, durable=False)  # fmt: skip
        self._station: Station = make_station(order)
        self._url = self._open_terminal()
        self._tally = Tally()
        self._state = task.folder / "state-0"
        self._mark = self._folder_mark = 0
        self._given_up_mark = 0
        self._unsold = 0

    def _open_terminal(self) -> str:
        protocol = self._task.protocol
        if self._task.wire == "serial":
            link = self._task.folder / "tty"
            self._station.open_serial(link)
            fast = "?t1_s=0.02&t2_s=0.15" if protocol == "zvt" else ""
            return f"{protocol}+serial://{link}{fast}"
        return f"{protocol}+tcp://127.0.0.1:{self._station.listen('127.0.0.1', 0)}"

    def run(self) -> Tally:
        """Do the task; what is broken is in the tally."""
        task = self._task
        self._begin_folder(0)
        try:
            while self._tally.sales < task.sales and time.monotonic() < task.ends_at:
                if self._tally.sales % SALES_A_FOLDER == 0 and self._tally.sales:
                    self._end_folder()
                    self._begin_folder(self._tally.sales // SALES_A_FOLDER)
                self._sell(self._lots.draw())
                self._tally.sales += 1
            self._end_folder()
        except Broken as broken:
            self._tally.broken.append(f"worker {task.number}, seed {task.seed}: {broken}")
        finally:
            self._station.stop()
            self._zygote.close()
        used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        self._tally.cpu_s = sum(each.ru_utime + each.ru_stime for each in used)
        return self._tally

    # ---- a folder of sales

    def _begin_folder(self, number: int) -> None:
        self._state = self._task.folder / f"state-{number}"
        self._state.mkdir()
        (self._state / "rival").mkdir()
        self._journal = JournalFile(self._state)
        self._folder_mark = len(self._station.memory.ledger.rows)

    def _end_folder(self) -> None:
        """Compare the sums (I4), look for the card (I6), and let the folder go."""
        rows = self._station.memory.ledger.since(self._folder_mark)
        sums = [each.amount for each in totals(rows, whole=True) if each.currency == IRR]
        booked = sum(sums)
        sold = sum(JournalFile(each).sold() for each in (self._state, self._state / "rival")
                   if (each / "kiosk.db").exists())  # fmt: skip
        if booked != sold:
            raise Broken(f"I4: the terminal has {booked}, the journal {sold}")
        for file in (*self._state.rglob("*"), self._task.folder / "kiosk.log"):
            text = file.read_bytes() if file.is_file() else b""
            if any(trace in text for trace in cards.TRACES):
                raise Broken(f"I6: the card is in {file.name}")
        shutil.rmtree(self._state)

    # ---- one sale

    def _sell(self, lot: Drawn) -> None:
        station, tally = self._station, self._tally
        with station.occupied:  # the payment before is over for good
            self._mark = len(station.memory.ledger.rows)
            self._script.clear()
            self._script.add(lot.plan)
            if lot.rival:
                self._script.add(Plan())
            station.last_persona = lot.plan.persona
            station.ask_fault = None
            station.prepare()
        sale, amount = str(uuid4()), AMOUNTS[tally.sales % len(AMOUNTS)]
        job = self._job(lot, sale, amount)
        facts, killed = self._pay(lot, job)
        tally.persona_by_point[f"{lot.plan.persona} {lot.label}"] += 1
        if killed and lot.label not in (NO_POINT, ANY_TIME):
            tally.reached[f"{lot.plan.persona} {lot.label}"] += 1
        if lot.plan.fault:
            tally.faults[lot.plan.fault.name] += 1
        try:
            facts += self._recover(lot, job)
            self._close(lot, job, facts)
        except Broken as broken:
            told = self._journal.sale(sale)
            raise Broken(
                f"{broken}; sale {tally.sales}: {lot}; "
                f"journal {[(each.kind, each.phases) for each in told.attempts]}, "
                f"facts {_names(facts)}, "
                f"ledger {[(row.kind.value, row.amount, row.why) for row in self._rows()]}"
            ) from None

    def _job(self, lot: Drawn, sale: str, amount: int) -> Job:
        persona = PERSONAS[lot.plan.persona]
        return Job(
            "pay", str(self._state), self._url, KIOSK_PACE, persona.reverses, sale, amount,
            lot.point, (Kind.REVERSAL if lot.in_reversal else Kind.AUTHORISATION).value,
            lot.full_disk, lot.kill_s, 0, lot.clock_days, lot.cancels,
        )  # fmt: skip

    def _pay(self, lot: Drawn, job: Job) -> tuple[list[dict[str, Any]], bool]:
        jobs = [job]
        if lot.rival:
            folder, sale = str(self._state / "rival"), str(uuid4())
            jobs.append(replace(self._plain(job), folder=folder, sale=sale,
                                amount=job.amount + RIVAL_MORE))  # fmt: skip
        ended = self._run(*jobs)
        facts = [fact for fact in self._zygote.facts() if fact["sale"] == job.sale]
        if lot.rival:
            self._finish_rival(jobs[1])
        return facts, ended[0] == KILLED or lot.full_disk

    def _run(self, *jobs: Job) -> list[int]:
        ended = self._zygote.run(*jobs)
        self._tally.starts += len(jobs)
        self._tally.kills += ended.count(KILLED)
        if FAULTY in ended or len(ended) != len(jobs):
            log = self._task.folder / "kiosk.log"
            raise Broken(f"the kiosk failed: {log.read_text()[-3_000:]}")
        return ended

    @staticmethod
    def _plain(job: Job) -> Job:
        return replace(job, point="", full_disk=False, kill_s=0.0, cancels=False)

    def _finish_rival(self, job: Job) -> None:
        """Bring the other kiosk at this terminal to its end, and check it as well."""
        journal = JournalFile(Path(job.folder))
        self._run(replace(job, what="recover"))
        self._zygote.facts()
        self._let_staff_decide(job, journal)
        sale = journal.sale(job.sale)
        check_sale(sale, self._bank(job), job.amount)

    def _recover(self, lot: Drawn, job: Job) -> list[dict[str, Any]]:
        """Start the kiosk again until nothing is open, killed now and then."""
        facts: list[dict[str, Any]] = []
        plain = replace(self._plain(job), boot=lot.boot)
        if lot.again and self._open():
            self._try_another_sale(plain)
        kills = list(lot.recovery_kill_s)
        began = time.monotonic()
        for _ in range(RECOVERIES_MAX):
            if not self._open():
                break
            kill_s = kills.pop() if kills else 0.0
            self._run(replace(plain, what="recover", kill_s=kill_s))
            facts += self._zygote.facts()
        seconds = time.monotonic() - began
        if seconds > self._tally.settled_s_max:
            self._tally.settled_s_max, self._tally.slowest = seconds, f"{lot}: {_names(facts)}"
        if lot.twice:
            self._recover_again(plain)
        return facts

    def _open(self) -> bool:
        """Tell whether anything is open in this folder, or the file is not there yet."""
        return self._state_of_journal()[0] > 0

    def _state_of_journal(self) -> tuple[int, ...]:
        return self._journal.state() if (self._state / "kiosk.db").exists() else (0,) * len(TABLES)

    def _try_another_sale(self, plain: Job) -> None:
        """I2: while one is open, nobody else's payment is begun."""
        before = len(self._rows())
        self._run(replace(plain, what="again", sale=str(uuid4()), amount=77))
        refused = [fact for fact in self._zygote.facts() if fact["fact"] == "PaymentRefused"]
        asked = [row for row in self._rows()[before:] if row.amount == 77]
        if asked or not refused:
            raise Broken("I2: another payment was begun while one is open")

    def _recover_again(self, plain: Job) -> None:
        before = self._state_of_journal()
        self._run(replace(plain, what="recover"))
        if self._zygote.facts() or self._journal.state() != before:
            raise Broken("I7: recovery twice changed something")

    # ---- what must be true

    def _rows(self) -> Sequence[Row]:
        return self._station.memory.ledger.since(self._mark)

    def _bank(self, job: Job) -> Bank:
        while not self._station.is_done:  # it may still undo
            time.sleep(0.01)
        with self._station.occupied:
            return bank_of(self._rows(), job.amount)

    def _close(self, lot: Drawn, job: Job, facts: list[dict[str, Any]]) -> None:
        sale = self._journal.sale(job.sale)
        check_facts(facts, sale, job.sale)
        if sale.open():
            raise Broken(f"I8: still open: {[each.phases for each in sale.open()]}")
        self._count(lot, sale)
        self._check_staff_alone(sale, self._bank(job), job.amount)
        self._let_staff_decide(job, self._journal)
        sale = self._journal.sale(job.sale)
        check_sale(sale, self._bank(job), job.amount)
        if lot.retries and not sale.settled:
            self._pay_again(job)

    def _count(self, lot: Drawn, sale: Sale) -> None:
        tally = self._tally
        ends = [each.phase for each in sale.charges()] or ["not begun"]
        tally.ended[ends[-1]] += 1
        if "attendant" in ends:
            tally.for_staff[f"{self._task.protocol} row {sale.charges()[-1].row}"] += 1

    @staticmethod
    def _check_staff_alone(sale: Sale, bank: Bank, amount: int) -> None:
        """Hold what waits for staff to be neither sold nor charged twice."""
        if not sale.waits_for_staff():
            check_sale(sale, bank, amount)
        elif sale.settled:
            raise Broken("I1: settled, and for staff as well")
        elif len(bank.kept) > 1:
            raise Broken("I1: charged twice")

    def _let_staff_decide(self, job: Job, journal: JournalFile) -> None:
        """Be the person who looks into the terminal's own journal, and gives back by hand."""
        plain = replace(self._plain(job), what="decide")
        waiting = journal.sale(job.sale).waits_for_staff()
        for attempt in sorted(waiting, key=lambda each: each.kind == "authorisation"):
            decision = self._decision(attempt, job)
            if self._is_refused(replace(plain, attempt=str(attempt.attempt_id), decision=decision)):
                self._give_back_by_hand(job)  # charged for something else
                again = replace(plain, attempt=str(attempt.attempt_id), decision="reversed")
                if self._is_refused(again):
                    raise Broken(f"staff could not decide on a {attempt.kind}")

    def _is_refused(self, job: Job) -> bool:
        self._run(job)
        return any(fact["fact"] == "PaymentRefused" for fact in self._zygote.facts())

    def _decision(self, attempt: Told, job: Job) -> str:
        bank = self._bank(job)
        if attempt.kind != "authorisation":
            self._give_back_by_hand(job)
            return "charged"  # it is given back now
        if any(row.amount == job.amount and row.currency == IRR for row in bank.kept):
            return "charged"
        self._give_back_by_hand(job)
        return "reversed" if bank.charged else "not_charged"

    def _give_back_by_hand(self, job: Job) -> None:
        for row in self._bank(job).kept:
            self._station.memory.reverse(row, "by staff")

    def _pay_again(self, job: Job) -> None:
        """Let the shopper pay for a sale that came to nothing."""
        with self._station.occupied:
            self._script.clear()
            self._station.last_persona = ""
            self._station.ask_fault = None
        self._run(self._plain(job))
        facts = self._zygote.facts()
        self._let_staff_decide(job, self._journal)
        sale = self._journal.sale(job.sale)
        check_facts(facts, sale, job.sale)
        check_sale(sale, self._bank(job), job.amount)


def _names(facts: Sequence[Mapping[str, Any]]) -> str:
    return " ".join(f"{fact['fact']}@{fact['at']}" for fact in facts)


def run_worker(task: Task, answer: int) -> None:
    """Run a task in this process, and write its tally as a line of JSON."""
    task.folder.mkdir(parents=True)
    tally = Worker(task).run()
    text: Mapping[str, Any] = tally.told()
    os.write(answer, json.dumps(text).encode() + b"\n")
