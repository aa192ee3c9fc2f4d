"""``kiosk recover``: settle what a journal has open, by asking the terminal; it charges nothing.

Exit status 0: nothing is open any more, and each was settled; 1: something is for staff, or still
in doubt; 2: wrong use or settings. Done twice, it changes nothing.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from kiosk.commands.terminal_options import (
    Wait,
    add_state_option,
    add_terminal_options,
    desk_in,
    open_terminal,
    say,
    told,
)

if TYPE_CHECKING:
    from kiosk.payment_messages import PaymentFact

BOUND_S = 600.0


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the sub-command."""
    parser = subparsers.add_parser("recover", help="settle the payments that are open")
    add_terminal_options(parser)
    add_state_option(parser)
    parser.add_argument(
        "--bound-s",
        type=float,
        default=BOUND_S,
        metavar="S",
        help="of a doubt, until it is for staff; default: %(default)s",
    )
    parser.add_argument(
        "--wait-s",
        type=float,
        metavar="S",
        help="wait so long now and leave the rest open; default: until the bound",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Settle; gives the exit status."""
    from kiosk.commands.pay import _hear_signals
    from kiosk.payment.desk import Patience
    from kiosk.payment.naming import where_of
    from kiosk.payment.recovery import settle_open
    from retail.tender import Phase

    left_s = float("inf") if arguments.wait_s is None else arguments.wait_s
    wait, where = Wait(left_s), where_of(arguments.terminal)
    terminal = open_terminal(arguments)
    _hear_signals(wait)
    with desk_in(
        arguments.state,
        terminal,
        where,
        wait,
        _show,
        patience=Patience(bound_s=arguments.bound_s),
        terminal_id=arguments.terminal_id,
    ) as (desk, _):
        ended = settle_open(desk)
        left = desk.journal.open_attempts()
    for attempt in ended:
        say(told(attempt), as_json=arguments.json)
    for_staff = [each for each in ended if each.phase is Phase.ATTENDANT]
    return 1 if left or for_staff else 0


def _show(fact: PaymentFact) -> None:
    from kiosk.payment_messages import PaymentInDoubt

    if isinstance(fact, PaymentInDoubt):
        sys.stderr.write(f"in doubt: {fact.attempt_id} ({fact.why})\n")
