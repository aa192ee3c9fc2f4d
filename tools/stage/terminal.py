"""A simulated bank terminal as a process of its own, and a person's hand on it.

It is ``kiosk terminal serve --ask``: the kiosk's own driver speaks to it over a real wire, and
what it has booked lies in its own ledger.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

from kiosk.hardware.terminal.simulated.ledger import read_rows, totals
from tools.stage.server import ROOT, StageError

START_S = 20.0
ANSWER_S = 20.0  # until a payment waits for a word
NOBODY_WAITS = "no payment waits"


@dataclass(slots=True)
class BankTerminal:
    """A terminal whose ledger lies in ``folder``; ``start`` it once and ``stop`` it once."""

    folder: Path
    protocol: str = "zvt"
    port: int = 0
    _process: subprocess.Popen[str] | None = None
    _heard: list[str] = field(default_factory=list)
    _listener: Thread | None = None

    def start(self) -> BankTerminal:
        """Start it on any free port."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "kiosk", "terminal", "serve", "--ask", "--listen",
             "127.0.0.1:0", "--protocol", self.protocol, "--ledger", str(self.folder)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self._listener = Thread(target=self._listen, name="bank-terminal", daemon=True)
        self._listener.start()
        until = time.monotonic() + START_S
        while not self._heard:
            if self._process.poll() is not None or time.monotonic() > until:
                raise StageError(f"expected a bank terminal within {START_S:g} s, got none")
            time.sleep(0.05)
        self.port = int(json.loads(self._heard[0])["port"])
        return self

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"127.0.0.1:{self.port}"

    def decide(self, words: str) -> None:
        """Decide the payment that waits, or the next one: ``approve``, ``decline funds``."""
        until = time.monotonic() + ANSWER_S
        while (answer := self.ask(words)) == NOBODY_WAITS:
            if time.monotonic() > until:
                raise StageError(f"expected a payment to wait within {ANSWER_S:g} s, got none")
            time.sleep(0.2)
        if answer != words:
            raise StageError(f"expected the terminal to answer {words!r}, got {answer!r}")

    def pull_cable(self) -> None:
        """Pull its cable: nothing is heard any more, on neither side."""
        self.ask("pull")

    def plug_in(self) -> None:
        """Plug it in again."""
        self.ask("plug")

    def charges(self) -> tuple[int, int]:
        """Give how many charges stay by its own ledger, and their sum."""
        sums = list(totals(read_rows(self.folder), whole=True))
        stay = sum(each.charges - each.reversals - each.refunds for each in sums)
        return stay, sum(each.amount for each in sums)

    def stop(self) -> None:
        """End it."""
        process = self._process
        if process is None:
            return
        process.terminate()
        process.wait(10)
        if self._listener is not None:
            self._listener.join(10)
        for end in (process.stdin, process.stdout):
            if end is not None:
                end.close()

    def type(self, words: str) -> None:
        """Type a line, whatever it may be."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(words + "\n")
        self._process.stdin.flush()

    def ask(self, words: str) -> str:
        """Type a line and give what it answers; its display shows other things meanwhile."""
        before = len(self._heard)
        self.type(words)
        until = time.monotonic() + ANSWER_S
        while time.monotonic() < until:
            told = [json.loads(line) for line in self._heard[before:]]
            found = next((each["answer"] for each in told if "answer" in each), None)
            if found is not None:
                return str(found)
            time.sleep(0.02)
        raise StageError(f"expected an answer to {words!r} within {ANSWER_S:g} s, got none")

    @property
    def shown(self) -> str:
        """What stands in its display."""
        told = (json.loads(line) for line in reversed(self._heard))
        return next((str(each["shows"]) for each in told if "shows" in each), "")

    def _listen(self) -> None:
        process = self._process
        assert process is not None
        assert process.stdout is not None
        for line in process.stdout:
            self._heard.append(line)
