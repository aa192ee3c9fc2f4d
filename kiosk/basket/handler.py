"""From a scan or a touch to the next basket: each move, and the quote after it.

It asks the catalogue and the rules; it keeps nothing, writes nothing and reads no clock. Every
function that gives an ``Open`` gives one whose quote is that of its basket at ``Moment.at``.

Source: docs/basket.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from kiosk.basket.quoting import Shelf, quoted, tag_of
from kiosk.basket.state import Entry, Open, Remark, Sort, Undo
from kiosk.config import BasketSettings
from kiosk.pricecheck.state import Found
from retail.basket import LINES_MAX, Basket, BasketError, Line
from retail.pricing.quoted import Quote

NO_QUOTE: Final = Quote(datetime(1, 1, 1, tzinfo=UTC), (), (), (), (), 0, 0, 0, 0, True, None)


@dataclass(frozen=True, slots=True)
class Moment:
    """What a move meets: products and rules, this store, its limits, and the time.

    ``at`` is aware; ``elapsed_s`` is on the clock's scale of elapsed seconds.
    """

    shelf: Shelf
    store_id: str
    settings: BasketSettings
    at: datetime
    elapsed_s: float


def begin(moment: Moment) -> Open:
    """Open an empty basket."""
    return requote(Open(Basket(), NO_QUOTE, moment.at), moment)


def requote(open_: Open, moment: Moment) -> Open:
    """Work the total out; a gift that is no longer earned goes, which is said."""
    after = quoted(open_, moment.shelf, moment.store_id, moment.at)
    lost = [line for line in after.quote.lines if line.gifts_charged]
    if not lost:
        return after
    basket = after.basket
    for line in lost:
        there = basket.line(line.line_id)
        basket = basket.with_quantity(line.line_id, there.quantity - line.gifts_charged)
    remark = Remark(Sort.GIFT_GONE, after.entries[lost[0].line_id].product)
    return requote(_only_there(replace(after, basket=basket, remark=remark)), moment)


def _only_there(open_: Open) -> Open:
    """Forget what stands behind lines that are gone."""
    ids = {line.line_id for line in open_.basket.lines}
    return replace(open_, entries={key: e for key, e in open_.entries.items() if key in ids})


# ---- putting in


def add(open_: Open, found: Found, moment: Moment) -> Open:
    """Put in what a scan led to; where it does not fit, that is said and nothing changes."""
    tag = found.price.tag
    printed = tag.list_price if tag.printed else None
    return put_in(open_, Entry(found.product, found.pack, tag.grams, printed), moment)


def put_in(open_: Open, entry: Entry, moment: Moment, gift_of: str = "") -> Open:
    """Put in one piece; ``gift_of`` names the offer that gives it."""
    product = entry.product
    line = Line(0, tag_of(entry, moment.shelf), 1, gift_of, product.age_min)
    line = replace(line, approved=0 < line.age_min <= open_.age_seen)
    basket = _added(open_.basket, line, moment.settings)
    if isinstance(basket, Sort):
        most = moment.settings
        number = most.lines_max if basket is Sort.LINES_FULL else most.quantity_max
        return remarked(open_, Remark(basket, product, number=number))
    fresh = next(each for each in basket.lines if each not in open_.basket.lines)
    entries = {fresh.line_id: entry, **open_.entries}
    after = replace(open_, basket=basket, entries=entries, fresh=fresh.line_id, undo=None)
    sort = Sort.GIFT_TAKEN if gift_of else Sort.ADDED
    return _changed(open_, after, moment, Remark(sort, product))


def _added(basket: Basket, line: Line, settings: BasketSettings) -> Basket | Sort:
    """Add a line, or tell which limit is in the way."""
    try:
        after = basket.add(line)
    except BasketError:
        return Sort.LINES_FULL if len(basket.lines) >= LINES_MAX else Sort.QUANTITY_FULL
    if len(after.lines) > max(settings.lines_max, len(basket.lines)):
        return Sort.LINES_FULL
    grown = (each for each in after.lines if each not in basket.lines)
    if any(each.quantity > settings.quantity_max for each in grown):
        return Sort.QUANTITY_FULL
    return after


# ---- how many


def change(open_: Open, line_id: int, by: int, moment: Moment) -> Open:
    """Count a line up or down; with none left it is taken out."""
    line = _line(open_, line_id)
    return open_ if line is None else set_quantity(open_, line_id, line.quantity + by, moment)


def set_quantity(open_: Open, line_id: int, quantity: int, moment: Moment) -> Open:
    """Have so many of a line; none takes it out."""
    line = _line(open_, line_id)
    if line is None or line.gift_of or (line.tag.one_piece_only and quantity > 0):
        return open_
    if quantity <= 0:
        return take_out(open_, line_id, moment)
    if quantity > moment.settings.quantity_max:
        product, most = open_.entries[line_id].product, moment.settings.quantity_max
        return remarked(open_, Remark(Sort.QUANTITY_FULL, product, number=most))
    basket = open_.basket.with_quantity(line_id, quantity)
    after = replace(open_, basket=basket, fresh=line_id, undo=None)
    return _changed(open_, after, moment, None)


def take_out(open_: Open, line_id: int, moment: Moment) -> Open:
    """Take a line out, and remember it for a while."""
    line = _line(open_, line_id)
    if line is None:
        return open_
    at, wait_s = open_.basket.lines.index(line), moment.settings.undo_s
    entry = open_.entries[line_id]
    undo = Undo(line, entry, at, moment.elapsed_s + wait_s, round(wait_s))
    after = replace(open_, basket=open_.basket.without(line_id), fresh=0, undo=undo)
    return _changed(open_, _only_there(after), moment, None)


def put_back(open_: Open, moment: Moment) -> Open:
    """Put the line that was taken out where it was, as it was."""
    undo = open_.undo
    if undo is None:
        return open_
    try:
        basket = open_.basket.put_back(undo.line, undo.at)
    except BasketError:
        return replace(open_, undo=None)
    line = next(each for each in basket.lines if each not in open_.basket.lines)
    entries = {line.line_id: undo.entry, **open_.entries}
    after = replace(open_, basket=basket, entries=entries, fresh=line.line_id, undo=None)
    return _changed(open_, after, moment, None)


def _line(open_: Open, line_id: int) -> Line | None:
    """Give a line; none for a touch on one that has just gone."""
    return next((each for each in open_.basket.lines if each.line_id == line_id), None)


# ---- time and catalogue


def ticked(open_: Open, moment: Moment) -> Open:
    """Let a second go by: an undo runs out, a rule begins or ends."""
    if (undo := open_.undo) is not None:
        left_s = undo.until_s - moment.elapsed_s
        open_ = replace(open_, undo=replace(undo, left_s=round(left_s)) if left_s > 0 else None)
    due = open_.quote.changes_at
    if due is None or moment.at < due:
        return open_
    return renewed(open_, requote(open_, moment))


def look_up_again(open_: Open, moment: Moment) -> Open:
    """Take over what a newer catalogue says of each line; what it has no more is marked."""
    entries = {key: _looked_up(entry, moment.shelf) for key, entry in open_.entries.items()}
    there = replace(open_, entries=entries)
    found = {key: entry for key, entry in entries.items() if not entry.gone}
    tags = {key: tag_of(entry, moment.shelf) for key, entry in found.items()}
    ages = {key: entry.product.age_min for key, entry in found.items()}
    basket = _aged(there.basket.retagged(tags), ages, there.age_seen)
    return renewed(open_, requote(replace(there, basket=basket), moment))


def _looked_up(entry: Entry, shelf: Shelf) -> Entry:
    product = shelf.by_sku(entry.product.sku)
    packs = product.packs if product else ()
    pack = next((each for each in packs if each.gtin == entry.pack.gtin), None)
    if product is None or pack is None:
        return replace(entry, gone=True)
    return replace(entry, product=product, pack=pack, gone=False)


def _aged(basket: Basket, ages: dict[int, int], seen: int) -> Basket:
    """Take over the ages that products ask for; what staff approved stays approved."""
    lines = []
    for line in basket.lines:
        age = ages.get(line.line_id, line.age_min)
        approved = (line.approved and age <= line.age_min) or 0 < age <= seen
        lines.append(replace(line, age_min=age, approved=approved))
    return replace(basket, lines=tuple(lines))


# ---- what is said


def remarked(open_: Open, remark: Remark | None) -> Open:
    """Say something above the lines."""
    return replace(open_, remark=remark)


def renewed(before: Open, after: Open) -> Open:
    """Say what changed by itself, if anything did."""
    left = [line for line in after.gone if not before.entries[line.line_id].gone]
    if left:
        product = after.entries[left[0].line_id].product
        return remarked(after, Remark(Sort.LEFT_CATALOGUE, product, number=len(left)))
    if after.remark is not before.remark:
        return after
    prices = {line.line_id: line.price.price for line in before.quote.lines}
    moved = [
        line
        for line in after.quote.lines
        if prices.get(line.line_id, line.price.price) != line.price.price
    ]
    if moved:
        return remarked(after, Remark(Sort.PRICES_CHANGED, number=len(moved)))
    if after.quote.total != before.quote.total:
        return remarked(after, Remark(Sort.TOTAL_CHANGED, money=after.quote.total))
    return after


def _changed(before: Open, after: Open, moment: Moment, remark: Remark | None) -> Open:
    """Quote what the shopper changed; an offer that is reached by it is the best thing to say."""
    after = requote(replace(after, remark=remark), moment)
    if after.remark is not remark or (remark and remark.sort is Sort.GIFT_TAKEN):
        return after
    had = {offer.rule_id for offer in before.quote.offers}
    reached = [offer for offer in after.quote.offers if offer.rule_id not in had]
    if not reached:
        return after
    best = max(reached, key=lambda offer: offer.off)
    return remarked(after, Remark(Sort.OFFER_REACHED, text=best.rule_id, money=best.off))
