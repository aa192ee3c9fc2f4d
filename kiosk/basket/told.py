"""What head office is told of a basket that has ended: the whole quote, to be worked out again.

Ids of rules stand once, in ``rules``; lines and offers name them by their place there, or the
body of a large basket would be too large for an event.

Source: docs/events.md, "Baskets".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from kiosk.basket.state import Entry, Open
from retail.basket import Line
from retail.pricing.book import Used
from retail.pricing.quoted import QuotedLine
from retail.values import Gtin, Money

FINISHED, ABANDONED = "basket_finished", "basket_abandoned"
ALPHANUMERIC_MAX = 1_200  # characters of the till's code: docs/basket.md, "At the till"


@dataclass(frozen=True, slots=True)
class Number:
    """What names a finished basket: the store's date, and a count from 1 on that day."""

    on: date
    number: int


def finished_body(open_: Open, number: Number) -> dict[str, Any]:
    """Write the body of ``basket_finished``."""
    named = {"number": number.number, "date": number.on.isoformat()}
    return {**named, **_body(open_)}


def total_of(open_: Open) -> Money:
    """Give what the basket comes to, by the quote that is on the screen."""
    return Money(open_.quote.total, open_.currency)


def abandoned_body(open_: Open, reason: str) -> dict[str, Any]:
    """Write the body of ``basket_abandoned``; ``reason`` is one of docs/basket.md's."""
    return {"reason": reason, **_body(open_)}


def _body(open_: Open) -> dict[str, Any]:
    quote, rules = open_.quote, _Rules()
    quoted = {line.line_id: line for line in quote.lines}
    lines = [
        _line(line, open_.entries[line.line_id], quoted.get(line.line_id), rules)
        for line in open_.basket.lines
    ]
    offers = [[rules.place(offer.rule_id), offer.times, offer.off] for offer in quote.offers]
    return {
        "sequence": open_.sequence,
        "began_at": instant(open_.began_at),
        "quoted_at": instant(quote.at),
        "currency": open_.currency,
        "groups": sorted(open_.groups),
        "vouchers": sorted(open_.basket.vouchers),
        "lines": lines,
        "offers": offers,
        "used": [_used(rules.place(rule_id), use) for rule_id, use in sorted(open_.used.items())],
        "rules": rules.ids,
        "subtotal": quote.subtotal,
        "off": quote.off,
        "vat": quote.vat,
        "total": quote.total,
        "exact": quote.exact,
    }


def _used(rule: int, use: Used) -> list[int]:
    """Write how far an offer was used up; the member's share only where it is known."""
    told = [rule, use.in_all, use.money]
    return told if use.by_member is None else [*told, use.by_member]


class _Rules:
    """Ids, each once, in the order in which they are met."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    @property
    def ids(self) -> list[str]:
        return list(self._places)

    def place(self, rule_id: str) -> int:
        return self._places.setdefault(rule_id, len(self._places))


def _line(line: Line, entry: Entry, quoted: QuotedLine | None, rules: _Rules) -> dict[str, Any]:
    """Write a line; what is as usual is left out, and so is the quote of what has left."""
    tag = line.tag
    told: dict[str, Any] = {"line": line.line_id, "sku": tag.item.sku, "quantity": line.quantity}
    told["list_price"] = tag.list_price
    if tag.gtin is not None:
        told["gtin"] = tag.gtin.digits
    if tag.grams is not None:
        told["grams"] = tag.grams
    if tag.printed:
        told["printed"] = True
    if line.gift_of:
        told["gift_of"] = rules.place(line.gift_of)
    if line.age_min:
        told |= {"age_min": line.age_min, "approved": line.approved}
    if entry.gone or quoted is None:
        return {**told, "gone": True}
    told |= {"price": quoted.price.price, "amount": quoted.amount, "paid": quoted.paid}
    told |= {"vat": quoted.vat, "due": quoted.due}
    if quoted.shares:
        told["shares"] = [[rules.place(share.rule_id), share.off] for share in quoted.shares]
    if quoted.price.steps:
        told["steps"] = [rules.place(step.rule_id) for step in quoted.price.steps]
    return told


def instant(at: datetime) -> str:
    """Write an instant as the other events have it."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


# ---- the till's code


def till_code(open_: Open, kiosk_id: str, number: Number) -> tuple[str, bool]:
    """Write what the till reads, and tell whether all lines are in it."""
    name = f"PB1*{kiosk_id.upper()}*{number.on:%Y%m%d}*{number.number}*{open_.quote.total}*"
    lines = "*".join(_till_line(line) for line in open_.basket.lines)
    whole = name + lines
    return (whole, True) if len(whole) <= ALPHANUMERIC_MAX else (name, False)


def _till_line(line: Line) -> str:
    tag = line.tag
    item = _named(tag.gtin, tag.item.sku)
    if tag.printed:
        return f"{item}.{tag.list_price}P"
    if tag.grams is not None:
        return f"{item}.{tag.grams}W"
    return f"{item}.{line.quantity}{'G' if line.gift_of else ''}"


def _named(gtin: Gtin | None, sku: str) -> str:
    if gtin is not None:
        return gtin.shortest
    return "S" + "".join(each if each in _SET else "-" for each in sku.upper())


_SET = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-/")
