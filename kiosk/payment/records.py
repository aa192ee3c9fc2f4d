"""What a terminal told, as JSON of the journal; of the card nothing but BIN and last four.

Drivers mask already. It is done once more here, because this is what is written to the disk.

Source: docs/payment.md, section 2, rule 9.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk.hardware.terminal.masking import BIN_DIGITS, LAST_DIGITS, mask_text
from retail.tender import Baseline, NoneYet, Result, Unwilling
from retail.values import Money

TEXT_MAX = 200  # characters of a terminal's or an operating system's words
Body = Mapping[str, Any]


def result_record(result: Result) -> dict[str, Any]:
    """Write a result; what it did not tell is left out."""
    told: dict[str, Any] = {"good": result.good, "code": words(result.code)}
    if result.amount is not None:
        told |= {"amount": result.amount.minor, "currency": result.amount.currency}
    numbers = {"receipt": result.receipt, "trace": result.trace}
    texts = {
        "terminal_id": words(result.terminal_id),
        "card_bin": result.card_bin[:BIN_DIGITS],
        "card_last4": result.card_last4[-LAST_DIGITS:],
        "told_at": words(result.told_at),
    }
    told |= {name: number for name, number in numbers.items() if number is not None}
    told |= {name: text for name, text in texts.items() if text}
    return told | {"undone": True} if result.undone else told


def read_result(told: Body) -> Result:
    """Read what ``result_record`` wrote."""
    amount = Money(told["amount"], told["currency"]) if "amount" in told else None
    return Result(
        told["good"],
        told["code"],
        amount,
        told.get("terminal_id", ""),
        told.get("receipt"),
        told.get("trace"),
        told.get("card_bin", ""),
        told.get("card_last4", ""),
        told.get("told_at", ""),
        told.get("undone", False),
    )


def baseline_record(baseline: Baseline) -> dict[str, Any]:
    """Write what a probe said just before the attempt."""
    match baseline:
        case Result():
            return {"result": result_record(baseline)}
        case NoneYet():
            return {"none_yet": True}
        case Unwilling(why):
            return {"unknown": words(why)}


def read_baseline(told: Body) -> Baseline:
    """Read what ``baseline_record`` wrote."""
    if "result" in told:
        return read_result(told["result"])
    return NoneYet() if "none_yet" in told else Unwilling(told["unknown"])


def words(text: str) -> str:
    """Cut words that come from outside, and hide what looks like a card number in them."""
    masked = mask_text(text.encode("utf-8", "replace")).decode("utf-8", "replace")
    return masked[:TEXT_MAX].replace("\0", "")
