"""Why a price is what it is, in words: each rule with what it did and until when.

Source: docs/pricing.md, section 7.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from kiosk.frame import Button
from kiosk.messages import ToggleWhy
from kiosk.pricecheck.state import Found
from kiosk.shelf_price import ShelfPrice
from kiosk.words import Words
from retail.pricing.off import Percent
from retail.pricing.quoted import AppliedOffer, Nearly, PriceStep
from retail.values import BASIS_POINTS, Money

# how exactly a share is said: whole percents before halves, and so on down to basis points
_UNITS_OF_SHARE = (100, 50, 25, 10, 5, 1)


@dataclass(frozen=True, slots=True)
class WhyLine:
    """One step from the list price to the price: what it changed, and what that left."""

    text: str
    amount: str
    left: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """Why this price: the steps, in order, and what the price holds."""

    title: str
    lines: tuple[WhyLine, ...]
    close: Button


def why_of(found: Found, words: Words) -> Why:
    """Explain the price of what was found."""
    return Why(
        words.say("Why this price?"),
        tuple(_lines(found, words)),
        Button(words.say("Close"), ToggleWhy(), "close"),
    )


def until_text(until: datetime | None, now: datetime, words: Words) -> str:
    """Write the last day on which something holds, on that day the time; empty for no end."""
    if until is None or not (day := words.last_day(until)):
        return ""
    time = words.time_unless_midnight(until)
    return words.say("{time} today", time=time) if time and day == words.day(now) else day


def moment_text(until: datetime | None, now: datetime, words: Words) -> str:
    """Write until when something holds, with its time unless that is the day's end."""
    text = until_text(until, now, words)
    if until is None or not text or text != words.last_day(until):
        return text
    time = words.time_unless_midnight(until)
    return words.say("{day}, {time}", day=text, time=time) if time else text


def share_text(before: int, after: int, words: Words) -> str:
    """Write what is taken off as a share, where it is one; empty where it is an amount."""
    if not 0 <= after < before:
        return ""
    exact = (before - after) * BASIS_POINTS / before
    for unit in _UNITS_OF_SHARE:
        share = round(exact / unit) * unit
        if 0 < share <= BASIS_POINTS and Percent(share).left(before) == after:
            return words.percent(share)
    return ""


def name_of(rule: PriceStep | AppliedOffer | Nearly, words: Words) -> str:
    """Choose a rule's name in the shopper's language; where it has none, what it is."""
    name = rule.name_fa if words.language.rtl else rule.name_en or rule.name_fa
    return name or words.say("Offer")


def _lines(found: Found, words: Words) -> Iterator[WhyLine]:
    anyone, member = found.price, found.member_price
    yield WhyLine(_list_text(anyone, words), words.money(anyone.list_price))
    steps = tuple(_steps(anyone, found.quoted_at, words))
    yield from steps
    yield WhyLine(words.say("Price for you today"), words.money(anyone.price))
    if member:
        yield from _from_where_they_part(steps, tuple(_steps(member, found.quoted_at, words)))
        yield WhyLine(words.say("Price for club members"), words.money(member.price))
        saving = words.money(anyone.price - member.price)
        yield WhyLine(words.say("As a club member you would save {saving}", saving=saving), "")
    yield from (_one_more(anyone, each, words) for each in anyone.nearly[:1])
    yield _vat(found, words)


def _list_text(price: ShelfPrice, words: Words) -> str:
    """Say what the first amount is; of a weighed piece that is reduced, how it comes about."""
    text = words.say("List price")
    if price.tag.grams is None or price.tag.printed:
        return text
    return f"{text} · {_weighed_text(price, price.line.price.list_price, words)}"


def _weighed_text(price: ShelfPrice, per_kg: int, words: Words) -> str:
    grams, money = words.number(price.tag.grams or 0), words.money(price.taxed(per_kg))
    return words.say("{grams} g at {money} per kg", grams=grams, money=money)


def _from_where_they_part(
    anyone: tuple[WhyLine, ...], member: tuple[WhyLine, ...]
) -> tuple[WhyLine, ...]:
    """Leave out the first steps of a member's price that are everybody's."""
    same = takewhile(lambda pair: pair[0] == pair[1], zip(anyone, member, strict=False))
    return member[len(tuple(same)) :]


def _steps(price: ShelfPrice, now: datetime, words: Words) -> Iterator[WhyLine]:
    """Write the rules that made a price; of a weighed piece they are those of a kilogram."""
    of_item = price.line.price
    for i, step in enumerate(of_item.steps):
        if step.before != step.after:
            fixed = i == 0 and of_item.base != of_item.list_price
            text = _step_text(step, now, words, fixed=fixed)
            before, after = price.taxed(step.before), price.taxed(step.after)
            yield WhyLine(text, words.change(after - before), words.amount(after))
    if price.tag.grams is not None and of_item.steps:
        text = _weighed_text(price, of_item.price, words)
        yield WhyLine(text, words.amount(price.of_piece(of_item.price)))
    left = price.line.amount
    for offer in price.offers:
        name, rest = name_of(offer, words), left - offer.off
        text = _reduced_text(name, left, rest, offer.until, now, words)
        change = price.taxed(rest) - price.taxed(left)
        yield WhyLine(text, words.change(change), words.amount(price.taxed(rest)))
        left = rest


def _step_text(step: PriceStep, now: datetime, words: Words, *, fixed: bool) -> str:
    if not step.rule_id:
        return words.say("This item's lowest price")
    if fixed:
        name = words.say("Price set for this item")
    elif step.after > step.before:
        name = name_of(step, words) if step.name_fa else words.say("Price raised")
    else:
        name = name_of(step, words)
        return _reduced_text(name, step.before, step.after, step.until, now, words)
    until = moment_text(step.until, now, words)
    return words.say("{name} until {day}", name=name, day=until) if until else name


def _reduced_text(  # noqa: PLR0913  (what the sentence is made of)
    name: str, before: int, after: int, until: datetime | None, now: datetime, words: Words
) -> str:
    """Write a rule that took something off: what, how much as a share, until when."""
    share, day = share_text(before, after, words), moment_text(until, now, words)
    if not share:
        return words.say("{name} until {day}", name=name, day=day) if day else name
    if not day:
        return words.say("{name}: {share} off", name=name, share=share)
    return words.say("{name}: {share} off until {day}", name=name, share=share, day=day)


def _one_more(price: ShelfPrice, near: Nearly, words: Words) -> WhyLine:
    """Write what more pieces of it would save."""
    return WhyLine(one_more_text(price, near, words), "")


def one_more_text(price: ShelfPrice, near: Nearly, words: Words) -> str:
    """Say what is earned by taking more: that the second is half price, or what is saved."""
    name, saving = name_of(near, words), words.money(price.taxed(near.saves))
    if near.pieces > 1:
        text = "{name}: with {count} more you save {saving}"
        return words.say(text, name=name, count=near.pieces, saving=saving)
    one = price.line.paid
    if near.saves == one:
        return words.say("{name}: one more, and the second is free", name=name)
    if 0 <= near.saves * 2 - one <= 1 or 0 <= one - near.saves * 2 <= 1:
        return words.say("{name}: one more, and the second is half price", name=name)
    return words.say("{name}: with one more you save {saving}", name=name, saving=saving)


def _vat(found: Found, words: Words) -> WhyLine:
    if not found.product.vat_basis_points:
        return WhyLine(words.say("Free of VAT"), "")
    share = words.percent(found.product.vat_basis_points)
    text = words.say("VAT of {share} is in the price", share=share)
    return WhyLine(text, words.money(Money(found.price.line.vat, found.price.currency)))
