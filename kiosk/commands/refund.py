"""``kiosk refund``: staff give back what a sale was paid with, through the same journal.

A refund gives back an amount after the day's settlement, a reversal undoes the whole charge
before it. Exit status 0: given back; 1: not, or in doubt; 2: wrong use or settings. What is in
doubt is settled by ``kiosk recover``, and is never sent again.

Source: docs/payment.md, sections 3 and 5.
"""

from __future__ import annotations

import argparse
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
    from kiosk.payment.desk import Desk
    from kiosk.payment.paying import Begun
    from kiosk.payment_messages import PaymentRefused, Refund, Reverse

SETTLED_WITHIN_S = 60.0


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the sub-command."""
    parser = subparsers.add_parser("refund", help="give back what a sale was paid with")
    add_terminal_options(parser)
    parser.add_argument(
        "--sale", required=True, metavar="UUID", help="the sale, as payments lists it"
    )
    parser.add_argument("--by", required=True, metavar="NAME", help="who of the staff does it")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--amount", type=int, metavar="N", help="so much, in the smallest unit")
    what.add_argument(
        "--reverse", action="store_true", help="the whole charge, before the day is settled"
    )
    add_state_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Give back; gives the exit status."""
    from kiosk.errors import ConfigError
    from kiosk.payment.naming import where_of
    from kiosk.payment_messages import PaymentRefused, Refusal

    request = _request(arguments)
    if not (arguments.state / "kiosk.db").is_file():
        raise ConfigError(f"--state: expected a journal in {arguments.state}, got none")
    where = where_of(arguments.terminal)
    terminal = open_terminal(arguments)
    with desk_in(
        arguments.state,
        terminal,
        where,
        Wait(SETTLED_WITHIN_S),
        lambda _: None,
        terminal_id=arguments.terminal_id,
    ) as (desk, _):
        ended = _give_back(desk, request)
    if not isinstance(ended, PaymentRefused):
        say(told(ended), as_json=arguments.json)
        return 0 if ended.phase.value == "settled" else 1
    if ended.why is Refusal.TERMINAL:
        raise ConfigError(f"--terminal: expected one that answers at {where}, got: {ended.text}")
    sys.stderr.write(f"kiosk: not begun: {ended.why.value} {ended.text}".rstrip() + "\n")
    say(_refused(ended, arguments), as_json=arguments.json)
    return 1


def _request(arguments: argparse.Namespace) -> Refund | Reverse:
    from kiosk.errors import ConfigError
    from kiosk.payment.naming import read_money
    from kiosk.payment_messages import Refund, Reverse

    try:
        sale_id = UUID(arguments.sale)
    except ValueError:
        raise ConfigError(f"--sale: expected a sale's id, got {arguments.sale!r}") from None
    if not arguments.by.strip():
        raise ConfigError("--by: expected the name of who gives it back, got none")
    if arguments.reverse:
        return Reverse(sale_id, arguments.by)
    return Refund(sale_id, read_money(arguments.amount, arguments.currency), arguments.by)


def _give_back(desk: Desk, request: Refund | Reverse) -> Begun:
    from kiosk.payment.driving import UnwrittenError
    from kiosk.payment.journal import JournalError
    from kiosk.payment.paying import refund, reverse
    from kiosk.payment.recovery import conclude
    from kiosk.payment_messages import PaymentRefused, Refusal, Reverse
    from retail.tender import Phase

    try:
        began = reverse(desk, request) if isinstance(request, Reverse) else refund(desk, request)
        if isinstance(began, PaymentRefused) or began.phase is Phase.IN_DOUBT:
            return began
        return conclude(desk, began)
    except UnwrittenError as error:
        return error.attempt
    except JournalError as error:
        return PaymentRefused(request.sale_id, Refusal.NO_ROOM, str(error))


def _refused(ended: PaymentRefused, arguments: argparse.Namespace) -> dict[str, Any]:
    return {
        "outcome": "refused",
        "sale": str(ended.sale_id),
        "amount": arguments.amount or 0,
        "currency": arguments.currency,
        "why": ended.why.value,
        "text": ended.text,
    }
