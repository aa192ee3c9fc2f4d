"""kill -9 between any two writes of a print, and at many bytes of it: one print a sale."""

from __future__ import annotations

import multiprocessing
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.hardware.printer.fake import FakePrinter, on_socket
from kiosk.receipt.jobs import JobState, last_jobs, make_table
from tests.receipt.kill_child import main
from tests.receipt.rig import settle

WRITES = 8  # of the journal, from the start of the process to the end of the print
KILLS = [f"{when} {nth}" for nth in range(1, WRITES + 1) for when in ("within", "after")]
BYTES = [f"byte {count}" for count in (1, 9_000, 17_290, 40_000, 89_000)]


PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.receipt.kill_child"])


def run(database: Path, port: int, when: str) -> tuple[int, list[str]]:
    """Give how a new process ended, and the facts that it told."""
    at, _, count = when.partition(" ")
    facts = database.with_name("facts")
    arguments = (str(database), port, at, int(count or 0), str(facts))
    process = PROCESSES.Process(target=main, args=arguments)
    process.start()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode, facts.read_text().split()


def state_of(database: Path) -> JobState | None:
    with closing(sqlite3.connect(database)) as connection:
        make_table(connection)
        jobs = list(last_jobs(connection, 10))
    assert len(jobs) <= 1
    return jobs[0].state if jobs else None


def came_out(printer: FakePrinter) -> int:
    """Sheets that were cut off, and what hangs from the printer."""
    time.sleep(0.05)  # what was on the wire when the process died is still printed
    return len(printer.sheets) + bool(printer.roll.rows)


@pytest.mark.parametrize("when", KILLS + BYTES)
def test_a_sale_is_printed_once_whenever_the_kiosk_dies(tmp_path: Path, when: str) -> None:
    database, printer = tmp_path / "kiosk.db", FakePrinter()
    settle(database)
    with on_socket(printer) as port:
        status, _ = run(database, port, when)
        before = came_out(printer)
        state = state_of(database)
        if before:
            assert state in (JobState.PRINTING, JobState.PRINTED)  # the disk knew it first
        facts = [run(database, port, "never")[1] for _ in range(2)]  # two starts, two requests
        assert came_out(printer) == max(1, before) or facts[-1][-1] == "PrintInDoubt"
        assert came_out(printer) <= 1
    if status == 0:
        assert not when.startswith("byte")
    match state_of(database):
        case JobState.PRINTED:
            assert facts[-1] == ["ReceiptPrinted"]
        case JobState.UNSURE:  # asked about at each start, and at each request; never printed
            assert facts[-1] == ["PrintInDoubt", "PrintInDoubt"]
            assert state is JobState.PRINTING
        case other:
            pytest.fail(f"Expected printed or unsure, got {other}")


def test_the_kills_above_reach_every_write_of_a_print(tmp_path: Path) -> None:
    """A process that makes one write more would have an instant that nobody tried."""
    database, printer = tmp_path / "kiosk.db", FakePrinter()
    settle(database)
    with on_socket(printer) as port:
        reached, _ = run(database, port, f"after {WRITES}")
        assert reached == -signal.SIGKILL
    again = tmp_path / "again"
    again.mkdir()
    settle(again / "kiosk.db")
    with on_socket(FakePrinter()) as port:
        beyond, facts = run(again / "kiosk.db", port, f"within {WRITES + 1}")
        assert (beyond, facts) == (0, ["ReceiptPrinted"])
