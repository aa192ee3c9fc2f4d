"""A rule tried on a sample basket: what it costs without the rule, with it, and why, line by line.

Both quotes are of ``quote_basket``, with the rules that the store's kiosks have. A rule that was
changed since it was published is tried against what they have of it, any other against a
basket without it. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from retail.basket import Basket
from retail.goods import Goods
from retail.pricing.basket_price import quote_basket
from retail.pricing.book import RuleBook, Shopper
from retail.pricing.quoted import Quote, QuotedLine
from retail.pricing.records import read_rule
from retail.pricing.rules import Adjustment, EachOff, Offer, Rule, SetOff, TogetherOff
from server.office.persian import grouped, written
from server.pricing.baskets import Priceable, basket_of, book_of, priceable
from server.pricing.choosing import products_of_goods
from server.pricing.models import PriceRule
from server.pricing.rules import published_rules
from server.stores.models import Store

SAMPLE_ITEMS, SAMPLE_QUANTITY = 3, 3


@dataclass(frozen=True, slots=True)
class Trial:
    """What was asked to be tried."""

    store: Store
    at: datetime
    shopper: Shopper
    wanted: tuple[tuple[str, int], ...]
    vouchers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TriedLine:
    """A line of the basket for the page; amounts are written."""

    name: str
    sku: str
    quantity: str
    list_price: str
    before: str
    after: str
    saved: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of it: lines, totals, and what is told besides."""

    lines: tuple[TriedLine, ...]
    before: str
    after: str
    difference: str
    tone: str
    notes: tuple[str, ...]
    unknown: tuple[str, ...]


def try_rule(row: PriceRule, trial: Trial) -> Tried:
    """Try a rule as it was last saved."""
    rule = read_rule(row.body)
    others = [each for each in published_rules(trial.store.pk, trial.at) if each.rule_id != row.pk]
    names = {each.rule_id: _name(each) for each in (*others, rule)}
    items = priceable([sku for sku, _n in trial.wanted], trial.store, trial.at)
    known = [each for each in trial.wanted if each[0] in items]
    basket = basket_of(known, items, trial.vouchers)
    # one that kiosks have as it is would make no difference to itself
    left_out = "" if row.differs else row.pk
    without = book_of(trial.store.pk, trial.at, without=left_out)
    with_it = book_of(trial.store.pk, trial.at, [rule])
    before, after = (_quote(book, basket, trial) for book in (without, with_it))
    return _tried(_Drawn(before, after, basket, items, names), trial)


def sample_of(row: PriceRule) -> tuple[tuple[str, int], ...]:
    """Make a basket up that the rule may be about: some of its goods."""
    rule = read_rule(row.body)
    skus: dict[str, int] = {}
    for goods, quantity in _goods_of(rule):
        for sku in _some(goods):
            skus[sku] = max(skus.get(sku, 0), quantity)
    return tuple(skus.items())


def _quote(book: RuleBook, basket: Basket, trial: Trial) -> Quote:
    return quote_basket(book, basket, trial.at, trial.shopper)


def _name(rule: Rule) -> str:
    if not isinstance(rule, Adjustment | Offer):
        return rule.rule_id
    first, second = rule.name_fa, rule.name_en
    return (first if get_language() == "fa" else second or first) or rule.rule_id


def _goods_of(rule: Rule) -> Iterable[tuple[Goods, int]]:
    if isinstance(rule, Adjustment):
        return [(rule.goods, 1)]
    if not isinstance(rule, Offer):
        return []
    needs = [(need.goods, max(need.quantity, 1)) for need in rule.needs]
    benefit = rule.benefit
    match benefit:
        case EachOff() | TogetherOff():
            most = benefit.steps[-1].at_least if benefit.by == "quantity" else SAMPLE_QUANTITY
            return [(benefit.goods, max(most, 1)), *needs]
        case SetOff():
            return [*((part.goods, part.quantity) for part in benefit.parts), *needs]
        case _gift:
            return needs or [(Goods(), SAMPLE_QUANTITY)]


def _some(goods: Goods) -> list[str]:
    """Give the SKUs of some popular goods that are chosen."""
    rows = products_of_goods(goods).filter(reducible=True).order_by("-popularity", "sku")
    return list(rows.values_list("sku", flat=True)[:SAMPLE_ITEMS])


@dataclass(frozen=True, slots=True)
class _Drawn:
    before: Quote
    after: Quote
    basket: Basket
    items: Mapping[str, Priceable]
    names: Mapping[str, str]


def _tried(drawn: _Drawn, trial: Trial) -> Tried:
    difference = drawn.after.total - drawn.before.total
    unknown = tuple(sku for sku, _n in trial.wanted if sku not in drawn.items)
    return Tried(
        lines=tuple(
            _line(drawn, *both) for both in zip(drawn.before.lines, drawn.after.lines, strict=True)
        ),
        before=grouped(drawn.before.total),
        after=grouped(drawn.after.total),
        difference=_signed(difference),
        tone="well" if difference < 0 else "amber" if difference > 0 else "off",
        notes=tuple(_notes(drawn)),
        unknown=unknown,
    )


def _line(drawn: _Drawn, before: QuotedLine, after: QuotedLine) -> TriedLine:
    line = drawn.basket.line(after.line_id)
    product = drawn.items[line.tag.item.sku].product
    name = product.name.fa if get_language() == "fa" else product.name.en or product.name.fa
    return TriedLine(
        name=name,
        sku=product.sku,
        quantity=grouped(line.quantity),
        list_price=grouped(after.price.list_price),
        before=grouped(before.due),
        after=grouped(after.due),
        saved=_signed(after.due - before.due) if after.due != before.due else "",
        why=tuple(_why(drawn, after)),
    )


def _why(drawn: _Drawn, line: QuotedLine) -> Iterable[str]:
    for step in line.price.steps:
        name = drawn.names.get(step.rule_id) or step.name_fa or step.rule_id or _("floor")
        told = {"name": name, "before": grouped(step.before), "after": grouped(step.after)}
        yield _("%(name)s: the price goes from %(before)s to %(after)s") % told
    for share in line.shares:
        told = {"name": drawn.names.get(share.rule_id, share.rule_id), "off": grouped(share.off)}
        yield _("%(name)s: %(off)s off this line") % told


def _notes(drawn: _Drawn) -> Iterable[str]:
    quote = drawn.after
    for gift in quote.gifts:
        told = {"name": drawn.names.get(gift.rule_id, gift.rule_id), "skus": "، ".join(gift.skus)}
        yield _("%(name)s: a gift is offered, of %(skus)s") % told
    for near in quote.nearly:
        name = drawn.names.get(near.rule_id, near.rule_id)
        if near.pieces:
            yield _("%(name)s: %(n)s pieces are missing") % {
                "name": name,
                "n": grouped(near.pieces),
            }
        elif near.money:
            yield _("%(name)s: %(n)s Rial are missing") % {"name": name, "n": grouped(near.money)}
    if not quote.exact:
        yield _("The best combination was looked for up to the limit, and may not be the best.")
    if quote.changes_at is not None:
        yield _("The total may change at %(at)s.") % {"at": written(quote.changes_at)}


def _signed(amount: int) -> str:
    if not amount:
        return grouped(0)
    sign = "−" if amount < 0 else "+"
    return f"{sign}{grouped(abs(amount))}"
