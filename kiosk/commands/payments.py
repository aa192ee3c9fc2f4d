"""``kiosk payments``: the attempts of a journal, newest first; and staff's word on one of them.

Exit status 0: listed, or decided; 1: that one is not to be decided; 2: wrong use or settings.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from kiosk.commands.terminal_options import Wait, add_state_option, desk_in, say, told
from kiosk.errors import ConfigError, DataError

if TYPE_CHECKING:
    from kiosk.payment.attempts import Attempt

LISTED, LISTED_MAX = 100, 1_000_000
DECISIONS = ("charged", "not_charged", "reversed")


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the sub-command."""
    parser = subparsers.add_parser("payments", help="list payments; tell what became of one")
    add_state_option(parser)
    parser.add_argument(
        "--limit", type=int, default=LISTED, metavar="N", help="so many; default: %(default)s"
    )
    parser.add_argument(
        "--decide",
        nargs=2,
        metavar=("ID", "DECISION"),
        help=f"what the terminal's own journal says: {', '.join(DECISIONS)}",
    )
    parser.add_argument(
        "--compared",
        action="store_true",
        help="a damaged journal was compared with the terminal's own: open paying again",
    )
    parser.add_argument("--by", default="", metavar="NAME", help="who has looked it up")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """List, or decide; gives the exit status."""
    if arguments.decide:
        return _decide(arguments)
    if arguments.compared:
        return _compared(arguments)
    if not 1 <= arguments.limit <= LISTED_MAX:
        raise ConfigError(f"--limit: expected 1 to {LISTED_MAX}, got {arguments.limit}")
    for attempt in _listed(arguments.state / "kiosk.db", arguments.limit):
        say(told(attempt), as_json=arguments.json)
    return 0


def _listed(file: Path, limit: int) -> list[Attempt]:
    """Read beside a kiosk that may be running; no journal yet is an empty one."""
    from kiosk.payment.journal import read_all

    if not file.is_file():
        raise DataError(f"--state: expected a kiosk's database at {file}, got none")
    address = f"{file.absolute().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            there = "SELECT 1 FROM sqlite_master WHERE name = 'payment_attempt'"
            if connection.execute(there).fetchone() is None:
                return []
            return list(read_all(connection, limit))
    except sqlite3.Error as error:
        raise DataError(f"--state: expected a kiosk's database at {file}, got {error}") from None


def _compared(arguments: argparse.Namespace) -> int:
    from kiosk.hardware.terminal.absent import AbsentTerminal

    _check_by(arguments)
    with desk_in(arguments.state, AbsentTerminal(), "none", Wait(0), lambda _: None) as (desk, _):
        desk.journal.compare(arguments.by)
    return 0


def _check_by(arguments: argparse.Namespace) -> None:

    if not arguments.by.strip():
        raise ConfigError("--by: expected the name of who has looked it up, got none")
    if not (arguments.state / "kiosk.db").is_file():
        raise ConfigError(f"--state: expected a journal in {arguments.state}, got none")


def _decide(arguments: argparse.Namespace) -> int:
    from kiosk.hardware.terminal.absent import AbsentTerminal
    from kiosk.payment.paying import decide
    from kiosk.payment_messages import Decide, Decision, PaymentRefused

    named, decision = arguments.decide
    if decision not in DECISIONS:
        raise ConfigError(f"--decide: expected one of {', '.join(DECISIONS)}, got {decision!r}")
    _check_by(arguments)
    try:
        request = Decide(UUID(named), Decision(decision), arguments.by)
    except ValueError:
        raise ConfigError(f"--decide: expected an attempt's id, got {named!r}") from None
    with desk_in(arguments.state, AbsentTerminal(), "none", Wait(0), lambda _: None) as (desk, _):
        ended = decide(desk, request)
    if isinstance(ended, PaymentRefused):
        sys.stderr.write(f"kiosk: --decide: {ended.text}\n")
        return 1
    say(told(ended), as_json=arguments.json)
    return 0
