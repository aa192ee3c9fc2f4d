"""What the price check shows, worked out as data: no Kivy, no thread, no clock.

A new state is a new case in ``view_of``; mypy names the one that is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from kiosk.frame import Button, ItemRow, Tile, Tone
from kiosk.items import PictureOf, describe_size, item_row, place_text, stock_text, unit_price_text
from kiosk.messages import GoHome, OpenBrowse, OpenSearch, ToggleWhy
from kiosk.pricecheck.state import Expired, Found, Gone, MemberCardShown, NotRead, State, Unknown
from kiosk.pricecheck.why import Why, one_more_text, share_text, until_text, why_of
from kiosk.shelf_price import ShelfPrice
from kiosk.words import Words


@dataclass(frozen=True, slots=True)
class Price:
    """An amount ready to draw, with the one it replaces and the reason."""

    label: str
    amount: str
    currency: str
    before: str = ""  # struck through
    remark: str = ""  # what is saved, and until when


@dataclass(frozen=True, slots=True)
class ProductView:
    """The answer to a scan. ``member`` is what a member would pay, where that is less.

    ``more`` says what taking more of it would save, where that is near.
    """

    name: str
    subtitle: str
    note: str
    labels: tuple[str, ...]
    picture: str
    code_text: str
    badge: str
    price: Price
    member: Price | None
    more: str
    unit_price: str
    tiles: tuple[Tile, ...]
    nearby_title: str
    nearby: tuple[tuple[str, str], ...]
    expiry: Tile | None
    why_button: Button
    why: Why | None
    similar_title: str
    similar: tuple[ItemRow, ...]
    add: Button | None = None


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
        price=_price(words.say("Price"), found.price, found.quoted_at, words),
        member=(
            _price(words.say("Club member price"), found.member_price, found.quoted_at, words)
            if found.member_price
            else None
        ),
        more=_more(found.price, words),
        unit_price=unit_price_text(product, found.pack, found.price.price, words, found.measured_g),
        tiles=tuple(_tiles(found, words)),
        nearby_title=words.say("In other branches"),
        nearby=tuple(
            (words.of(near.store.name), stock_text(near.on_hand, product, words)[0])
            for near in found.nearby
        ),
        expiry=_expiry(found, words),
        why_button=Button(words.say("Why this price?"), ToggleWhy(), "help-circle-outline"),
        why=why_of(found, words) if found.why_open else None,
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
    if found.price.reduced:
        return words.say("{share} off", share=_off_text(found.price, words))
    if found.member_price and found.member_price.reduced:
        off = _off_text(found.member_price, words)
        return words.say("{share} off for members", share=off)
    return ""


def _off_text(price: ShelfPrice, words: Words) -> str:
    """Write how much less than before: as a share, or else as an amount."""
    share = share_text(price.before.minor, price.price.minor, words)
    return share or words.money(price.saving)


def _price(label: str, price: ShelfPrice, now: datetime, words: Words) -> Price:
    if not price.reduced:
        return Price(label, words.amount(price.price), words.currency)
    saving, day = words.money(price.saving), until_text(price.until, now, words)
    remark = (
        words.say("You save {saving} · until {day}", saving=saving, day=day)
        if day
        else words.say("You save {saving}", saving=saving)
    )
    return Price(
        label, words.amount(price.price), words.currency, words.amount(price.before), remark
    )


def _more(price: ShelfPrice, words: Words) -> str:
    return one_more_text(price, price.nearly[0], words) if price.nearly else ""


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


def _batch_text(batch: str, words: Words) -> str:
    return words.say("Batch {batch}", batch=words.code(batch)) if batch else ""


def _ways_on(words: Words) -> tuple[Button, ...]:
    return (
        Button(words.say("Search by name"), OpenSearch(), "magnify"),
        Button(words.say("Categories"), OpenBrowse(), "shape"),
        Button(words.say("Back to the start"), GoHome(), "home"),
    )
