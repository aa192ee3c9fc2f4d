"""Every page of what was sold here, the longest texts first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from kiosk.examples import NOW
from kiosk.payment_messages import Decision, Refusal
from kiosk.sales.state import (
    Amounting,
    Clerk,
    Comparing,
    Confirming,
    Done,
    Listing,
    Looking,
    Naming,
    NotDone,
    Paper,
    Printing,
    Sale,
    Standing,
    State,
    Working,
)
from kiosk.sales_messages import GiveBack, SayOf, UndoCharge
from retail.values import RIAL, Money

_CLERK = Clerk("M-AHMADI 4711")
_WHY = "receipt 0041 does not follow 0187: a counter was reset, or another terminal is here"


def _sale(number: int, minor: int, standing: Standing = Standing.PAID) -> Sale:
    amount = Money(minor, RIAL)
    paid = standing is Standing.PAID
    return Sale(
        UUID(int=number),
        UUID(int=1_000 + number),
        number,
        NOW - timedelta(minutes=17 * number),
        amount,
        standing,
        amount if paid else Money(0, RIAL),
        reversible=paid,
        card_last4="4711",
        paper=Paper.PRINTED if paid else Paper.NONE,
    )


PAID = _sale(47, 39_871_400)
WAITS = replace(_sale(46, 1_234_567_890, Standing.ATTENDANT), why=_WHY)
UNSURE = replace(_sale(45, 8_450_000), paper=Paper.UNSURE, job_id=UUID(int=9))
PART = replace(
    _sale(44, 2_140_000), standing=Standing.PART_RETURNED, left=Money(1_140_000, RIAL),
    reversible=False,
)  # fmt: skip
RETURNING = replace(PART, sale_id=UUID(int=43), number=43, returning=UUID(int=2_043))
SALES = (
    WAITS,
    RETURNING,
    UNSURE,
    PAID,
    PART,
    _sale(42, 990_000, Standing.RETURNED),
    _sale(0, 12_500_000, Standing.NOT_PAID),
    _sale(40, 640_000, Standing.OPEN),
)

_DAMAGED = "kiosk.db.corrupt-1: database disk image is malformed"

EXAMPLES: Mapping[str, State] = {
    "sales, longest texts": Listing(_CLERK, SALES, more=True),
    "sales, paying is closed": Listing(_CLERK, SALES[3:5], closed=_DAMAGED),
    "sales, compare": Comparing(_CLERK, _DAMAGED),
    "sales, none": Listing(_CLERK),
    "sales, unread": Listing(_CLERK, unread="payments: expected to read the journal, got a fault"),
    "sales, who": Naming("M-AHM"),
    "sale, paid": Looking(_CLERK, PAID),
    "sale, was it charged": Looking(_CLERK, WAITS),
    "sale, was it given back": Looking(_CLERK, RETURNING),
    "sale, did it come out": Looking(_CLERK, UNSURE, Printing.UNSURE),
    "sale, a part given back": Looking(_CLERK, PART, Done(GiveBack(Money(1_000_000, RIAL)))),
    "sale, not given back": Looking(_CLERK, PAID, NotDone(UndoCharge(), _WHY)),
    "sale, refused": Looking(
        _CLERK, PAID, NotDone(UndoCharge(), "no route to host", Refusal.TERMINAL)
    ),
    "sale, copy printed": Looking(_CLERK, PAID, Printing.PRINTED),
    "sale, how much": Amounting(_CLERK, PAID, 10, "12500"),
    "sale, too much": Amounting(_CLERK, PART, 10, "9999999"),
    "sale, undo it": Confirming(_CLERK, PAID, UndoCharge()),
    "sale, give back": Confirming(_CLERK, PAID, GiveBack(Money(125_000, RIAL))),
    "sale, say so": Confirming(_CLERK, WAITS, SayOf(WAITS.attempt_id, Decision.CHARGED)),
    "sale, working": Working(_CLERK, PAID, GiveBack(Money(125_000, RIAL)), "insert_card"),
    "sale, asked": Working(_CLERK, PAID, UndoCharge()),
}
