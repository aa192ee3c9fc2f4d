"""The simulated bank's books: added to, read while written, alive after ``kill -9``."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.errors import ConfigError, DataError
from kiosk.hardware.terminal.simulated.ledger import (
    FILE,
    Kind,
    Ledger,
    read_rows,
    standings,
    totals,
)
from kiosk.hardware.terminal.simulated.memory import CHARGE, Memory
from tests.drivers.terminal.simulated.rigs import ACK, PAY, Raw

ROOT = Path(__file__).parents[4]


def memory_in(folder: Path) -> Memory:
    return Memory(Ledger(folder), "29001234", 364)


def test_net_charges_are_counted_by_command_and_reference(tmp_path: Path) -> None:
    memory = memory_in(tmp_path)
    kept = memory.asked(CHARGE, 500, 364, "A")
    undone = memory.asked(CHARGE, 700, 364, "B")
    declined = memory.asked(CHARGE, 900, 364, "C")
    memory.charge(kept, 500, 364)
    memory.reverse(memory.charge(undone, 700, 364), "not acknowledged")
    memory.decline(declined, "funds")
    made = standings(read_rows(tmp_path))
    assert [(each.reference, each.charges, each.net_charges, each.net_amount) for each in made.values()] == [
        ("A", 1, 1, 500), ("B", 1, 0, 0), ("C", 0, 0, 0),
    ]  # fmt: skip


def test_the_sums_of_a_day_begin_anew_when_it_is_ended(tmp_path: Path) -> None:
    memory = memory_in(tmp_path)
    command = memory.asked(CHARGE, 500, 364)
    memory.charge(command, 500, 364)
    memory.refund(command, 200, 364)
    (today,) = totals(read_rows(tmp_path))
    assert (today.charges, today.refunds, today.amount) == (1, 1, 300)
    memory.settle(300)
    assert totals(read_rows(tmp_path)) == []
    assert totals(read_rows(tmp_path), whole=True) == [today]


def test_a_terminal_that_starts_again_remembers_what_its_books_say(tmp_path: Path) -> None:
    memory = memory_in(tmp_path)
    charged = memory.charge(memory.asked(CHARGE, 500, 364, "A"), 500, 364)
    memory.ledger.close()
    again = memory_in(tmp_path)
    assert again.last == charged
    assert again.at_the_bank("A") == charged
    assert again.charge(again.asked(CHARGE, 1, 364), 1, 364).receipt == 2


def test_a_terminal_that_forgets_knows_nothing_and_the_bank_knows_all(tmp_path: Path) -> None:
    memory = memory_in(tmp_path)
    memory.charge(memory.asked(CHARGE, 500, 364, "A"), 500, 364)
    memory.forget()
    assert memory.last is None
    assert memory.charged_as(1) is None
    assert memory.charge(memory.asked(CHARGE, 1, 364), 1, 364).receipt == 1
    assert totals(read_rows(tmp_path))[0].charges == 2


def test_half_a_line_is_not_there_and_is_dropped_at_the_next_start(tmp_path: Path) -> None:
    memory = memory_in(tmp_path)
    memory.charge(memory.asked(CHARGE, 500, 364), 500, 364)
    memory.ledger.close()
    with (tmp_path / FILE).open("ab") as file:
        file.write(b'{"number": 4, "at_ms": 1, "ki')
    assert len(read_rows(tmp_path)) == 3
    again = Ledger(tmp_path)
    again.add(Kind.COUNTER, amount=7)
    assert [row.number for row in read_rows(tmp_path)] == [1, 2, 3, 4]


def test_a_file_that_is_no_ledger_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("[1]\n")
    with pytest.raises(DataError, match="expected rows"):
        read_rows(tmp_path)


def test_one_terminal_holds_its_books_at_a_time(tmp_path: Path) -> None:
    held = Ledger(tmp_path)
    with pytest.raises(ConfigError, match="held by another"):
        Ledger(tmp_path)
    held.close()
    Ledger(tmp_path).close()


def serve(folder: Path, *more: str) -> tuple[subprocess.Popen[str], int]:
    command = [sys.executable, "-m", "kiosk", "terminal", "serve", "--listen", "127.0.0.1:0"]
    process = subprocess.Popen(
        [*command, "--ledger", str(folder), "--pace", "0.001", *more],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    return process, int(json.loads(process.stdout.readline())["port"])


@pytest.mark.parametrize("after", ["040f", "060f"])
def test_what_was_told_is_in_the_books_after_a_kill(tmp_path: Path, after: str) -> None:
    for round_ in range(1, 4):
        process, port = serve(tmp_path)
        try:
            with socket.create_connection(("127.0.0.1", port), 5) as made:
                made.setblocking(True)
                raw = Raw(made.fileno())
                raw.register()
                raw.say(PAY)
                raw.expect("800000", "040f")
                if after == "060f":
                    raw.say(ACK)
                    raw.expect("060f")
                process.send_signal(signal.SIGKILL)
        finally:
            process.kill()
            process.wait()
            assert process.stdout is not None
            process.stdout.close()
        charged = [row for row in read_rows(tmp_path) if row.kind is Kind.CHARGED]
        assert [row.receipt for row in charged] == list(range(1, round_ + 1))


def test_the_command_serves_until_it_is_ended_and_tells_its_books(tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text("# the first is declined\n\ndecline pin\napprove\n")
    process, port = serve(tmp_path / "books", "--script", str(script))
    with socket.create_connection(("127.0.0.1", port), 5) as made:
        made.setblocking(True)
        raw = Raw(made.fileno())
        raw.register()
        raw.say(PAY)
        raw.expect("800000", "061e0155")
        raw.say(ACK)
        raw.say(PAY)
        raw.expect("800000", "040f")
        raw.say(ACK)
        raw.expect("060f")
        raw.say(ACK)
    process.terminate()
    assert process.stdout is not None
    shown = [json.loads(line)["shows"] for line in process.stdout]
    assert "approved 12500 receipt 1" in shown
    process.stdout.close()
    assert process.wait(5) == 0
    told = subprocess.run(
        [sys.executable, "-m", "kiosk", "terminal", "ledger", str(tmp_path / "books"), "--json"],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=60,
    ).stdout.splitlines()  # fmt: skip
    assert json.loads(told[-1]) == {
        "totals": {"currency": 364, "charges": 1, "reversals": 0, "refunds": 0, "amount": 12500}
    }


def test_wrong_use_is_told_in_one_line_that_names_the_option(tmp_path: Path) -> None:
    for words, named in (
        ((), "--listen"),
        (("--listen", "nowhere"), "listen: expected HOST:PORT"),
        (("--listen", "127.0.0.1:0", "--persona", "P9"), "persona"),
        (("--listen", "127.0.0.1:0", "--seed", "1", "--ask"), "--script, --seed, --ask"),
    ):
        ended = subprocess.run(
            [sys.executable, "-m", "kiosk", "terminal", "serve", "--ledger", str(tmp_path), *words],
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert ended.returncode == 2
        assert named in ended.stderr
        assert len(ended.stderr.splitlines()) == 1


def test_without_a_ledger_there_are_no_rows(tmp_path: Path) -> None:
    assert read_rows(tmp_path) == []
