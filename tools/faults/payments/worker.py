"""Sale after sale at one terminal, each killed as its lot says, recovered, and checked.

A worker is a process of its own. Its terminal runs in it, on a real port; its kiosk is a process
for each sale and each start after a kill.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from kiosk.hardware.terminal.simulated import cards
from kiosk.hardware.terminal.simulated.ledger import totals
from kiosk.hardware.terminal.simulated.personas import PERSONAS
from kiosk.hardware.terminal.simulated.plans import Plan
from kiosk.hardware.terminal.simulated.serving import IRR
from retail.tender import Kind
from tools.faults.payments.books import (
    TABLES,
    Bank,
    Broken,
    JournalFile,
    Sale,
    check_facts,
    check_sale,
)
from tools.faults.payments.chance import ANY_TIME, NO_POINT, Drawn, Lots
from tools.faults.payments.pair import KILLED, KIOSK_PACE, Pair
from tools.faults.payments.payer import Job
from tools.faults.payments.staff import let_staff_decide
from tools.faults.payments.tally import Tally, Task

SALES_A_FOLDER = 150  # so that what a start reads through stays small
RECOVERIES_MAX = 6
RIVAL_MORE = 500_000_000
ANOTHER_AMOUNT = 77
AMOUNTS = (125_000, 125_000, 125_000, 990_000, 1)  # equal ones in a row, mostly


class Worker:
    """Runs a task; to be made in a process without threads."""

    def __init__(self, task: Task) -> None:
        self._task, self._tally = task, Tally()
        self._lots = Lots(task.seed, task.protocol, task.wire)
        self._pair = Pair(task, self._tally)
        self._ledger = self._pair.station.memory.ledger

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
            self._pair.close()
        used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        self._tally.cpu_s = sum(each.ru_utime + each.ru_stime for each in used)
        return self._tally

    # ---- a folder of sales

    def _begin_folder(self, number: int) -> None:
        self._state = self._task.folder / f"state-{number}"
        self._state.mkdir()
        (self._state / "rival").mkdir()
        self._journal = JournalFile(self._state)
        self._folder_mark = len(self._ledger.rows)

    def _end_folder(self) -> None:
        """Compare the sums (I4), look for the card (I6), and let the folder go."""
        rows = self._ledger.since(self._folder_mark)
        sums = [each.amount for each in totals(rows, whole=True) if each.currency == IRR]
        booked = sum(sums)
        sold = sum(JournalFile(each).sold() for each in (self._state, self._state / "rival")
                   if (each / "kiosk.db").exists())  # fmt: skip
        if booked != sold:
            raise Broken(f"I4: the terminal has {booked}, the journal {sold}")
        for file in (*self._state.rglob("*"), self._pair.log):
            text = file.read_bytes() if file.is_file() else b""
            if any(trace in text for trace in cards.TRACES):
                raise Broken(f"I6: the card is in {file.name}")
        shutil.rmtree(self._state)

    # ---- one sale

    def _sell(self, lot: Drawn) -> None:
        tally = self._tally
        self._pair.begin_sale()
        self._pair.plan(lot.plan, *([Plan()] if lot.rival else []))
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
                f"ledger {[(row.kind.value, row.amount, row.why) for row in self._pair.rows()]}"
            ) from None

    def _job(self, lot: Drawn, sale: str, amount: int) -> Job:
        persona = PERSONAS[lot.plan.persona]
        return Job(
            "pay", str(self._state), self._pair.url, KIOSK_PACE, persona.reverses, sale, amount,
            lot.point, (Kind.REVERSAL if lot.in_reversal else Kind.AUTHORISATION).value,
            lot.full_disk, lot.kill_s, 0, lot.clock_days, lot.cancels,
        )  # fmt: skip

    def _pay(self, lot: Drawn, job: Job) -> tuple[list[dict[str, Any]], bool]:
        jobs = [job]
        if lot.rival:
            folder, sale = str(self._state / "rival"), str(uuid4())
            jobs.append(replace(job.plain(), folder=folder, sale=sale,
                                amount=job.amount + RIVAL_MORE))  # fmt: skip
        ended = self._pair.run(*jobs)
        facts = [fact for fact in self._pair.facts() if fact["sale"] == job.sale]
        if lot.rival:
            self._finish_rival(jobs[1])
        return facts, ended[0] == KILLED or lot.full_disk

    def _finish_rival(self, job: Job) -> None:
        """Bring the other kiosk at this terminal to its end, and check it as well."""
        journal = JournalFile(Path(job.folder))
        self._pair.run(replace(job, what="recover"))
        self._pair.facts()
        let_staff_decide(self._pair, job, journal)
        sale = journal.sale(job.sale)
        check_sale(sale, self._pair.bank(job), job.amount)

    def _recover(self, lot: Drawn, job: Job) -> list[dict[str, Any]]:
        """Start the kiosk again until nothing is open, killed now and then."""
        facts: list[dict[str, Any]] = []
        plain = replace(job.plain(), boot=lot.boot)
        if lot.again and self._open():
            self._try_another_sale(plain)
        kills = list(lot.recovery_kill_s)
        began = time.monotonic()
        for _ in range(RECOVERIES_MAX):
            if not self._open():
                break
            kill_s = kills.pop() if kills else 0.0
            self._pair.run(replace(plain, what="recover", kill_s=kill_s))
            facts += self._pair.facts()
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
        before = len(self._pair.rows())
        self._pair.run(replace(plain, what="again", sale=str(uuid4()), amount=ANOTHER_AMOUNT))
        refused = [fact for fact in self._pair.facts() if fact["fact"] == "PaymentRefused"]
        asked = [row for row in self._pair.rows()[before:] if row.amount == ANOTHER_AMOUNT]
        if asked or not refused:
            raise Broken("I2: another payment was begun while one is open")

    def _recover_again(self, plain: Job) -> None:
        before = self._state_of_journal()
        self._pair.run(replace(plain, what="recover"))
        if self._pair.facts() or self._journal.state() != before:
            raise Broken("I7: recovery twice changed something")

    # ---- what must be true

    def _close(self, lot: Drawn, job: Job, facts: list[dict[str, Any]]) -> None:
        sale = self._journal.sale(job.sale)
        check_facts(facts, sale, job.sale)
        if sale.open():
            raise Broken(f"I8: still open: {[each.phases for each in sale.open()]}")
        self._count(lot, sale)
        self._check_staff_alone(sale, self._pair.bank(job), job.amount)
        let_staff_decide(self._pair, job, self._journal)
        sale = self._journal.sale(job.sale)
        check_sale(sale, self._pair.bank(job), job.amount)
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

    def _pay_again(self, job: Job) -> None:
        """Let the shopper pay for a sale that came to nothing."""
        self._pair.plan()
        self._pair.run(job.plain())
        facts = self._pair.facts()
        let_staff_decide(self._pair, job, self._journal)
        sale = self._journal.sale(job.sale)
        check_facts(facts, sale, job.sale)
        check_sale(sale, self._pair.bank(job), job.amount)


def _names(facts: Sequence[Mapping[str, Any]]) -> str:
    return " ".join(f"{fact['fact']}@{fact['at']}" for fact in facts)


def run_worker(task: Task, answer: int) -> None:
    """Run a task in this process, and write its tally as a line of JSON."""
    task.folder.mkdir(parents=True)
    tally = Worker(task).run()
    text: Mapping[str, Any] = tally.told()
    os.write(answer, json.dumps(text).encode() + b"\n")
