"""Baskets worked out again: what a kiosk told of one, against what the rules say of it.

The kiosk tells lines, groups, vouchers, the instant of its quote and the number of the feed that
it had. Head office quotes the same basket by what it knew at that instant, and by what was
published with that number: a kiosk that was offline is right by the second. How far offers were
used up before is what the kiosk knew of it, which it tells; whether that was too little is another
question (``server.pricing.using``).

Source: docs/events.md, "Baskets"; docs/pricing.md, "At head office".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from retail.basket import Basket, Line
from retail.fields import Record, RecordError, take
from retail.instants import read_instant
from retail.pricing.basket_price import quote_basket
from retail.pricing.book import RuleBook, Shop, Shopper, Used
from retail.pricing.quoted import Quote
from retail.pricing.tag import Tag
from retail.values import Gtin
from server.feed.models import Segment, Whole
from server.feed.terms import included_at, included_of
from server.pricing.baskets import shop_of
from server.pricing.models import Verdict
from server.pricing.past import NotKnownError, Then

DIFFERENCES_MAX: Final = 50
_ROUNDED: Final = timedelta(seconds=1)  # what is published says its instant in whole seconds


@dataclass(frozen=True, slots=True)
class Difference:
    """One amount that differs; ``line`` is none for the whole basket."""

    line: int | None
    field: str
    told: int
    computed: int

    def record(self) -> dict[str, Any]:
        """Write it as JSON."""
        told = {"field": self.field, "told": self.told, "computed": self.computed}
        return told if self.line is None else {"line": self.line, **told}


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What came of it; ``reason`` says why it cannot be worked out, where it cannot."""

    verdict: Verdict
    total: int | None = None
    differences: tuple[Difference, ...] = ()
    reason: str = ""


def recompute(body: Record, store_id: str) -> Recomputed:
    """Work out again what the body of ``basket_finished`` tells, for a store."""
    try:
        at = read_instant(take(body, "quoted_at", str))
        knowledges = list(_knowledges(store_id, at, take(body, "sequence", int)))
    except RecordError as error:
        return _unknown(error)
    first: Recomputed | None = None
    for verdict, then, shop in knowledges:
        found = _try(body, shop, at, then)
        if found.verdict == Verdict.DIFFERS and not found.differences:
            return replace(found, verdict=verdict)
        if first is None or first.verdict == Verdict.UNKNOWN:
            first = found
    assert first is not None, "there is what is known of the instant itself"
    return first


def _try(body: Record, shop: Shop, at: datetime, then: Then) -> Recomputed:
    try:
        return _compare(body, _quote(body, take(body, "lines", list), shop, at, then))
    except (NotKnownError, ValueError, KeyError, IndexError) as error:
        return _unknown(error)


def _unknown(error: Exception) -> Recomputed:
    return Recomputed(Verdict.UNKNOWN, reason=str(error)[:500])


def _knowledges(store_id: str, at: datetime, sequence: int) -> Iterator[tuple[Verdict, Then, Shop]]:
    """Give what head office knew at the instant, and what was published with the number."""
    yield Verdict.AGREES, Then(at), shop_of(store_id, vat_included=included_at(store_id, at))
    of_number = {"store": store_id, "sequence": sequence}
    made_at = Segment.objects.filter(**of_number).values_list("made_at", flat=True).first()
    if made_at is None:
        made_at = Whole.objects.filter(**of_number).values_list("made_at", flat=True).first()
    if made_at is not None:
        shop = shop_of(store_id, vat_included=included_of(store_id, sequence))
        yield Verdict.BEHIND, Then(made_at + _ROUNDED), shop
        yield Verdict.BEHIND, Then(made_at), shop


def _quote(body: Record, lines: Sequence[Record], shop: Shop, at: datetime, then: Then) -> Quote:
    rules: Sequence[str] = body.get("rules", [])
    read = tuple(_line(told, rules, shop.store_id, then) for told in lines if not told.get("gone"))
    basket = Basket(read, frozenset(body.get("vouchers", [])))
    book = RuleBook(then.rules(shop.store_id), shop)
    shopper = Shopper(frozenset(body.get("groups", [])))
    return quote_basket(book, basket, at, shopper, used=_used(body, book))


def _used(body: Record, book: RuleBook) -> Mapping[str, Used]:
    """Give what the kiosk knew; one of before tells nothing, and knew nothing."""
    if "used" not in body:
        return {}
    known = {body["rules"][place]: rest for place, *rest in body["used"]}
    return {offer.rule_id: _use(known.get(offer.rule_id, (0, 0))) for offer in book.limited}


def _use(told: Sequence[int]) -> Used:
    times, money, *by_member = told
    return Used(by_member[0] if by_member else None, times, money)


def _line(told: Record, rules: Sequence[str], store_id: str, then: Then) -> Line:
    gtin = take(told, "gtin", str, None)
    tag = then.tag(take(told, "sku", str), store_id, Gtin(gtin) if gtin else None)
    return Line(
        take(told, "line", int),
        _tag(told, tag, store_id, then),
        take(told, "quantity", int),
        rules[told["gift_of"]] if "gift_of" in told else "",
    )


def _tag(told: Record, tag: Tag, store_id: str, then: Then) -> Tag:
    """Give the tag of a piece that a scale weighed or labelled; of any other as it is."""
    if "grams" in told:
        return then.weighed(tag, store_id, take(told, "grams", int))
    if not told.get("printed"):
        return tag
    return then.printed(tag, store_id, take(told, "list_price", int))


def _compare(body: Record, quote: Quote) -> Recomputed:
    found = [
        Difference(None, name, take(body, name, int), getattr(quote, name))
        for name in ("subtotal", "off", "vat", "total")
    ]
    computed = {line.line_id: line for line in quote.lines}
    for told in body["lines"]:
        line = computed.get(told["line"])
        if line is not None:
            amounts: Mapping[str, int] = {
                "list_price": line.price.list_price,
                "price": line.price.price,
                "due": line.due,
            }
            found += [
                Difference(line.line_id, name, take(told, name, int), amount)
                for name, amount in amounts.items()
            ]
    differing = tuple(each for each in found if each.told != each.computed)
    return Recomputed(Verdict.DIFFERS, quote.total, differing[:DIFFERENCES_MAX])
