"""The bank terminal's console: a person at a keyboard, and a terminal on a wire."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from pathlib import Path

from tools.stage.server import ROOT
from tools.stage.terminal import NOBODY_WAITS, BankTerminal

REGISTER, PAY, ACK = "060006000000060364", "06010a04000000012500490364", "800000"


def console(folder: Path, *more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tools.bank_terminal", "--ledger", str(folder), "--pace", "0.01",
         "--listen", "127.0.0.1:0", *more],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_a_person_approves_what_waits_and_looks_into_the_book(tmp_path: Path) -> None:
    with console(tmp_path) as run:
        assert run.stdin is not None
        assert run.stdout is not None
        where = re.search(r":(\d+): ", run.stdout.readline())
        assert where is not None
        with socket.create_connection(("127.0.0.1", int(where[1])), 5) as wire:
            for said, heard in ((REGISTER, 16), (ACK, 0), (PAY, 3)):
                wire.sendall(bytes.fromhex(said))
                while heard > 0:
                    heard -= len(wire.recv(heard))
            while "[ card? ]" not in run.stdout.readline():
                pass
            run.stdin.write("approve\n")
            run.stdin.flush()
            assert wire.recv(2) == b"\x04\x0f"
            said, _ = run.communicate("book\nquit\n", timeout=20)
    assert run.returncode == 0
    assert "approve" in said
    assert "charged" in said
    assert "today: 1 charges" in said


def test_a_place_that_is_none_is_told_in_one_line(tmp_path: Path) -> None:
    with console(tmp_path, "--listen", "nowhere") as run:
        _, complaint = run.communicate(timeout=20)
    assert run.returncode == 2
    assert complaint.startswith("bank_terminal: listen: expected HOST:PORT")


def test_the_stages_terminal_answers_each_word_and_tells_its_display(tmp_path: Path) -> None:
    terminal = BankTerminal(tmp_path).start()
    try:
        assert terminal.ask("approve") == NOBODY_WAITS
        assert terminal.ask("paper out") == "the paper is out"
        assert terminal.shown == ""
        assert terminal.charges() == (0, 0)
    finally:
        terminal.stop()
