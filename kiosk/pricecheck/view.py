"""What the price check shows, worked out as data: no Kivy, no thread, no clock.

A new state is a new case in ``view_of``; mypy names the one that is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from kiosk.frame import Button, ItemRow, Tile, Tone
from kiosk.items import PictureOf, describe_size, item_row, place_text, stock_text, unit_price_text
from kiosk.messages import GoHome, OpenBrowse, OpenSearch, ToggleWhy
from kiosk.pricecheck.state import Expired, Found, Gone, MemberCardShown, NotRead, State, Unknown
from kiosk.words import Words
from retail.pricing import Offer, Quote


@dataclass(frozen=True, slots=True)
class Price:
    """An amount ready to draw, with the one it replaces and the reason."""

    label: str
    amount: str
    currency: str
    before: str = ""  # struck through
    remark: str = ""  # what is saved, and until when


@dataclass(frozen=True, slots=True)
class WhyLine:
    """One step from the list price to the price."""

    text: str
    amount: str


@dataclass(frozen=True, slots=True)
class Why:
    """Why this price: the steps, in order, and what the price holds."""

    title: str
    lines: tuple[WhyLine, ...]
    close: Button


@dataclass(frozen=True, slots=True)
class ProductView:
    """The answer to a scan. ``member`` is what a member would pay, where that is less."""

    name: str
    subtitle: str
    note: str
    labels: tuple[str, ...]
    picture: str
    code_text: str
    badge: str
    price: Price
    member: Price | None
    unit_price: str
    tiles: tuple[Tile, ...]
    nearby_title: str
    nearby: tuple[tuple[str, str], ...]
    expiry: Tile | None
    why_button: Button
    why: Why | None
    similar_title: str
    similar: tuple[ItemRow, ...]


@dataclass(frozen=True, slots=True)
class AnswerView:
    """A scan that led to no price: what happened and what to do."""

    icon: str
    tone: Tone
    title: str
    text: str
    code_text: str
    picture: str
    actions: tuple[Button, ...]


Body = ProductView | AnswerView


def view_of(state: State, words: Words, picture_of: PictureOf) -> Body:
    """Turn a state into what is drawn."""
    match state:
        case Found():
            return _product(state, words, picture_of)
        case Expired(product, _, expires_on, batch):
            return AnswerView(
                icon="calendar-remove",
                tone=Tone.BAD,
                title=words.say("Please do not buy this one"),
                text=words.say(
                    "{item}: its date passed on {day}. Please give it to our staff.",
                    item=words.of(product.name),
                    day=words.day(expires_on),
                ),
                code_text=_batch_text(batch, words),
                picture=picture_of(product.picture),
                actions=_ways_on(words),
            )
        case Unknown(code, told):
            text = words.say(
                "Head office has been told. Please search by name or ask our staff."
                if told
                else "Please search by name or ask our staff."
            )
            code_text = words.say("Barcode {code}", code=words.code(code))
            title = words.say("We do not know this code yet")
            return _answer("barcode-off", Tone.LOW, title, text, words, code_text)
        case Gone():
            title = words.say("This item has just left our list")
            text = words.say("Please search by name or ask our staff.")
            return _answer("package-variant-remove", Tone.LOW, title, text, words)
        case NotRead():
            title = words.say("That code is not one of an item")
            text = words.say("Please show the code with bars on the item itself.")
            return _answer("barcode-off", Tone.LOW, title, text, words)
        case MemberCardShown():
            title = words.say("Your club card was read")
            text = words.say("Scan an item: the price for members is shown with it.")
            return _answer("card-account-details-star", Tone.GOOD, title, text, words)
        case _:
            assert_never(state)


def _answer(  # noqa: PLR0913  (each is one piece of the screen)
    icon: str, tone: Tone, title: str, text: str, words: Words, code_text: str = ""
) -> AnswerView:
    return AnswerView(icon, tone, title, text, code_text, "", _ways_on(words))


def _product(found: Found, words: Words, picture_of: PictureOf) -> ProductView:
    product = found.product
    return ProductView(
        name=words.of(product.name),
        subtitle=" · ".join(filter(None, [_pack_text(found, words), _brand(found, words)])),
        note=words.of(product.note) if product.note else "",
        labels=tuple(words.of(label) for label in product.labels),
        picture=picture_of(product.picture),
        code_text=words.say("Barcode {code}", code=words.code(found.pack.gtin.shortest)),
        badge=_badge(found, words),
        price=_price(words.say("Price"), found.quote, words),
        member=(
            _price(words.say("Club member price"), found.member_quote, words)
            if found.member_quote
            else None
        ),
        unit_price=unit_price_text(product, found.pack, found.quote.price, words, found.measured_g),
        tiles=tuple(_tiles(found, words)),
        nearby_title=words.say("In other branches"),
        nearby=tuple(
            (words.of(near.store.name), stock_text(near.on_hand, product, words)[0])
            for near in found.nearby
        ),
        expiry=_expiry(found, words),
        why_button=Button(words.say("Why this price?"), ToggleWhy(), "help-circle-outline"),
        why=_why(found, words) if found.why_open else None,
        similar_title=words.say("You may also like"),
        similar=tuple(item_row(item, words, picture_of) for item in found.similar),
    )


def _pack_text(found: Found, words: Words) -> str:
    if found.measured_g:
        grams = words.number(found.measured_g)
        return words.say("{grams} g on its label", grams=grams)
    size = describe_size(found.product, words)
    if found.pack.pieces == 1:
        return size
    unit = words.joined(found.pack.unit or found.product.unit)
    return words.say("{unit} of {count} × {size}", unit=unit, count=found.pack.pieces, size=size)


def _brand(found: Found, words: Words) -> str:
    return words.of(found.product.brand) if found.product.brand else ""


def _badge(found: Found, words: Words) -> str:
    """Write what is taken off for anyone, or else for members, and then say so."""
    if found.quote.offer:
        return words.say("{share} off", share=words.percent(found.quote.offer.off_basis_points))
    if found.member_quote and found.member_quote.offer:
        share = words.percent(found.member_quote.offer.off_basis_points)
        return words.say("{share} off for members", share=share)
    return ""


def _price(label: str, quote: Quote, words: Words) -> Price:
    if quote.offer is None:
        return Price(label, words.amount(quote.price), words.currency)
    saving, day = words.money(quote.saving), words.last_day(quote.offer.ends_at)
    remark = (
        words.say("You save {saving} · until {day}", saving=saving, day=day)
        if day
        else words.say("You save {saving}", saving=saving)
    )
    before = words.amount(quote.list_price)
    return Price(label, words.amount(quote.price), words.currency, before, remark)


def _tiles(found: Found, words: Words) -> list[Tile]:
    product = found.product
    value, foot, tone = words.say("Not known"), "", Tone.PLAIN
    if found.here is not None:
        value, tone = stock_text(found.here.on_hand, product, words)
        counted = words.moment(found.here.counted_at, found.quoted_at)
        foot = words.say("counted {moment}", moment=counted)
    tiles = [Tile("package-variant-closed", words.say("In this store"), value, foot, tone)]
    if product.place is not None:
        aisle, shelf = place_text(product.place, words)
        tiles.append(Tile("map-marker-radius", words.say("Where it is"), aisle, shelf, Tone.GOOD))
    return tiles


def _expiry(found: Found, words: Words) -> Tile | None:
    """Write the date on the piece itself; one that is past its best may still be sold."""
    batch = _batch_text(found.batch, words)
    if found.expires_on is not None:
        day = words.day(found.expires_on)
        return Tile("calendar-check", words.say("Use by"), day, batch, Tone.GOOD)
    if found.best_before is None:
        return None
    head, day = words.say("Best before"), words.day(found.best_before)
    if found.best_before < found.quoted_at.astimezone(words.zone).date():
        return Tile("calendar-alert", head, day, words.say("This day has passed"), Tone.LOW)
    return Tile("calendar-check", head, day, batch, Tone.GOOD)


def _why(found: Found, words: Words) -> Why:
    product = found.product
    lines = [WhyLine(words.say("List price"), words.money(found.quote.list_price))]
    lines += _steps(found.quote, words.say("Price for you today"), words)
    if found.member_quote:
        lines += _steps(found.member_quote, words.say("Price for club members"), words)
    vat = words.percent(product.vat_basis_points)
    said = words.say("VAT of {share} is in the price", share=vat)
    lines.append(WhyLine(said if product.vat_basis_points else words.say("Free of VAT"), ""))
    return Why(
        words.say("Why this price?"),
        tuple(lines),
        Button(words.say("Close"), ToggleWhy(), "close"),
    )


def _steps(quote: Quote, result: str, words: Words) -> list[WhyLine]:
    """Write the offer that made a quote, if one did, and what came of it."""
    offered = [_offer_line(quote, quote.offer, words)] if quote.offer else []
    return [*offered, WhyLine(result, words.money(quote.price))]


def _offer_line(quote: Quote, offer: Offer, words: Words) -> WhyLine:
    name = offer.name_fa if words.language.rtl else offer.name_en or offer.name_fa
    name, share = name or words.say("Offer"), words.percent(offer.off_basis_points)
    day, time = words.last_day(offer.ends_at), words.time_unless_midnight(offer.ends_at)
    if not day:
        text = words.say("{name}: {share} off", name=name, share=share)
    elif not time:
        text = words.say("{name}: {share} off until {day}", name=name, share=share, day=day)
    else:
        text = words.say(
            "{name}: {share} off until {day}, {time}", name=name, share=share, day=day, time=time
        )
    return WhyLine(text, words.amount(quote.price - quote.list_price))


def _batch_text(batch: str, words: Words) -> str:
    return words.say("Batch {batch}", batch=words.code(batch)) if batch else ""


def _ways_on(words: Words) -> tuple[Button, ...]:
    return (
        Button(words.say("Search by name"), OpenSearch(), "magnify"),
        Button(words.say("Categories"), OpenBrowse(), "shape"),
        Button(words.say("Back to the start"), GoHome(), "home"),
    )
