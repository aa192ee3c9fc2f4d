"""``kiosk pay``: one payment at a bank terminal, with the full journal in a state folder.

Exit status 0: approved; 1: declined, cancelled, in doubt or not begun; 2: wrong use or settings.
What is in doubt is settled by ``kiosk recover``.
"""

from __future__ import annotations

import argparse
import signal
import sys
from typing import TYPE_CHECKING, Any
from uuid import UUID

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
    from kiosk.payment.attempts import Attempt
    from kiosk.payment.desk import Desk
    from kiosk.payment.paying import Begun
    from kiosk.payment_messages import Pay, PaymentFact, PaymentRefused

REVERSED_WITHIN_S = 60.0  # what was charged but not asked for


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the sub-command."""
    parser = subparsers.add_parser("pay", help="one payment at a bank terminal")
    add_terminal_options(parser)
    parser.add_argument(
        "--amount", type=int, required=True, metavar="N", help="in Rial, or the smallest unit"
    )
    parser.add_argument("--sale", type=UUID, metavar="UUID", help="the sale; default: a new one")
    add_state_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Pay; gives the exit status."""
    from kiosk.errors import ConfigError
    from kiosk.outbox.database import new_id
    from kiosk.payment.naming import read_money, where_of
    from kiosk.payment_messages import Pay, PaymentRefused, Refusal

    amount = read_money(arguments.amount, arguments.currency)
    request = Pay(arguments.sale or new_id(), amount, {})
    wait, where = Wait(REVERSED_WITHIN_S), where_of(arguments.terminal)
    terminal = open_terminal(arguments)
    _hear_signals(wait)
    with desk_in(
        arguments.state, terminal, where, wait, _show, terminal_id=arguments.terminal_id
    ) as (desk, has_room):
        ended = _pay(desk, request, has_room)
    if not isinstance(ended, PaymentRefused):
        say(told(ended), as_json=arguments.json)
        return 0 if ended.phase.value == "settled" else 1
    if ended.why is Refusal.TERMINAL:
        raise ConfigError(f"--terminal: expected one that answers at {where}, got: {ended.text}")
    say(_refused(ended, request), as_json=arguments.json)
    return 1


def _pay(desk: Desk, request: Pay, has_room: Any) -> Begun:
    from kiosk.payment.driving import UnwrittenError
    from kiosk.payment.journal import JournalError
    from kiosk.payment.paying import pay
    from kiosk.payment.recovery import conclude
    from kiosk.payment_messages import PaymentRefused, Refusal
    from retail.tender import Phase

    attempt: Attempt | None = None
    try:
        began = pay(desk, request, has_room)
        if isinstance(began, PaymentRefused) or began.phase is Phase.IN_DOUBT:
            return began
        attempt = began
        return conclude(desk, attempt)
    except UnwrittenError as error:
        _complain(str(error))
        return error.attempt
    except JournalError as error:
        _complain(str(error))
        return attempt or PaymentRefused(request.sale_id, Refusal.NO_ROOM, str(error))


def _refused(ended: PaymentRefused, request: Pay) -> dict[str, Any]:
    _complain(f"not begun: {ended.why.value} {ended.text}".rstrip())
    return {
        "outcome": "refused",
        "sale": str(request.sale_id),
        "amount": request.amount.minor,
        "currency": request.amount.currency,
        "why": ended.why.value,
        "text": ended.text,
    }


def _show(fact: PaymentFact) -> None:
    """Tell a person what the terminal shows; standard output is for the outcome."""
    from kiosk.payment_messages import PaymentSays

    if isinstance(fact, PaymentSays):
        sys.stderr.write(f"{fact.key}  {fact.text}".rstrip() + "\n")


def _complain(text: str) -> None:
    sys.stderr.write(f"kiosk: {text}\n")


def _hear_signals(wait: Wait) -> None:
    """Let Ctrl-C ask the terminal to stop, and wait for its word."""

    def stop(_signal: int, _frame: object) -> None:
        wait.stopped = True

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
