"""What ``pay``, ``recover`` and ``payments`` have alike: a state folder, a terminal, a desk.

A state folder is a kiosk's ``data_dir``: it holds the same database, and one process at a time.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kiosk.hardware.terminal.face import Terminal
    from kiosk.payment.attempts import Attempt
    from kiosk.payment.desk import Desk
    from kiosk.payment_messages import PaymentFact

PASSWORD_VARIABLE = "KIOSK_TERMINAL_PASSWORD"  # noqa: S105  (its name)


def add_state_option(parser: argparse.ArgumentParser) -> None:
    """Add the folder of the journal, and ``--json``."""
    parser.add_argument(
        "--state", type=Path, required=True, metavar="DIR", help="where the journal is kept"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def add_terminal_options(parser: argparse.ArgumentParser) -> None:
    """Add where the terminal is and how it is spoken to."""
    parser.add_argument(
        "--terminal",
        required=True,
        metavar="URL",
        help="such as zvt+tcp://HOST:PORT, zvt+serial:///dev/…, behpardakht+tcp://…, sadad+tcp://…",
    )
    parser.add_argument(
        "--password-file",
        type=Path,
        metavar="FILE",
        help=f"ZVT: the merchant's password; else ${PASSWORD_VARIABLE}",
    )
    parser.add_argument("--terminal-id", default="", metavar="TID", help="what it calls itself")
    parser.add_argument("--currency", default="IRR", metavar="C", help="978: amounts are in cents")
    parser.add_argument(
        "--reverses-unacknowledged",
        action="store_true",
        help="the bank says that it undoes what is not acknowledged",
    )


def open_terminal(arguments: argparse.Namespace) -> Terminal:
    """Make the terminal's driver; raises ``ConfigError`` that names the option."""
    import logging

    from kiosk.hardware.terminal import Keys, build_terminal
    from kiosk.hardware.terminal.options import TerminalOptions
    from kiosk.payment.naming import read_currency

    logging.getLogger("kiosk").addHandler(logging.NullHandler())  # the one line is ours
    options = TerminalOptions(
        currency=read_currency(arguments.currency),
        password=_password(arguments.password_file),
        terminal_id=arguments.terminal_id,
        reverses_unacknowledged=arguments.reverses_unacknowledged,
    )
    named = "--password-file" if arguments.password_file else PASSWORD_VARIABLE
    return build_terminal(arguments.terminal, options, Keys("--terminal", "--terminal", named))


def _password(file: Path | None) -> str:
    from kiosk.errors import ConfigError

    if file is None:
        return os.environ.get(PASSWORD_VARIABLE, "")
    try:
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"--password-file: expected a password in {file}, got none") from None


@dataclass(slots=True)
class Wait:
    """Sleeps, up to so many seconds in all; tells whether they are used up, or ``stopped``."""

    left_s: float
    stopped: bool = False

    def __call__(self, seconds: float) -> bool:
        """Sleep in short pieces, so that a signal is heard."""
        if seconds > self.left_s:
            return True
        ends = time.monotonic() + seconds
        self.left_s -= seconds
        while not self.stopped and (left := ends - time.monotonic()) > 0:
            time.sleep(min(left, 0.1))
        return self.stopped


@contextmanager
def desk_in(
    state: Path,
    terminal: Terminal,
    where: str,
    wait: Wait,
    post: Callable[[PaymentFact], None],
    **more: Any,
) -> Iterator[tuple[Desk, Callable[[], bool]]]:
    """Give a desk in a state folder that nobody else uses, and what tells whether it has room.

    Raises ``ConfigError`` where somebody uses it, or it cannot be made.
    """
    from kiosk.bootstrap.claim import make_folder, sole_use
    from kiosk.bootstrap.salvage import salvage_damaged
    from kiosk.outbox.boot import SystemBox
    from kiosk.outbox.disk import DiskWatch
    from kiosk.outbox.recorder import Recorder
    from kiosk.payment.desk import Desk
    from kiosk.payment.journal import Journal

    make_folder(state)
    with sole_use(state), closing(terminal):
        disk, box = DiskWatch(state, lambda _: None), SystemBox()
        disk.look()
        with closing(Recorder(state / "kiosk.db", box, lambda: None, disk)) as recorder:
            recorder.open()
            salvage_damaged(recorder, state / "kiosk.db", box)
            desk = Desk(
                Journal(recorder, box),
                terminal,
                where,
                box,
                post,
                wait,
                lambda: wait.stopped,
                **more,
            )
            yield desk, lambda: disk.for_telemetry


OUTCOMES = {
    "settled": "approved",
    "declined": "declined",
    "cancelled": "cancelled",
    "not_charged": "not_charged",
    "reversed": "reversed",
    "attendant": "attendant",
    "intent": "not_charged",  # not a byte was sent
}


def told(attempt: Attempt) -> Mapping[str, Any]:
    """Write an attempt as one JSON object; what is open is in doubt."""
    from kiosk.payment.records import result_record

    result = attempt.result
    return {
        "outcome": OUTCOMES.get(attempt.phase.value, "in_doubt"),
        "attempt": str(attempt.attempt_id),
        "sale": str(attempt.sale_id),
        "kind": attempt.kind.value,
        "phase": attempt.phase.value,
        "amount": attempt.asked.amount.minor,
        "currency": attempt.asked.amount.currency,
        "reference": attempt.asked.reference,
        "terminal": attempt.terminal,
        "why": attempt.why,
        "result": result_record(result) if result else None,
        "steps": [
            {"phase": step.phase.value, "wall_ms": step.wall_ms, **_without_result(step.detail)}
            for step in attempt.steps
        ],
    }


def _without_result(detail: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in detail.items() if name not in ("result", "probed")}


def say(line: Mapping[str, Any], *, as_json: bool) -> None:
    """Print an attempt."""
    if as_json:
        text = json.dumps(line, ensure_ascii=False)
    else:
        why = f" ({line['why']})" if line.get("why") else ""
        steps = " → ".join(step["phase"] for step in line.get("steps", []))
        amount = f"{line['amount']:,} {line['currency']}"
        text = f"{line.get('attempt', '-')}  {amount}  {line['outcome']}{why}  {steps}".rstrip()
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
