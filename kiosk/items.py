"""How an item is put into words wherever it is shown: size, stock, place, price per unit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.frame import ItemRow, Tone
from kiosk.messages import OpenProduct
from kiosk.shelf_price import ShelfPrice
from kiosk.words import Words
from retail.catalogue import Pack, Product, Stock
from retail.pricing.off import unit_price
from retail.values import Money, Place

PictureOf = Callable[[str], str]  # the name of a picture → the path of its file, or ""


@dataclass(frozen=True, slots=True)
class Priced:
    """A product with its price for anyone and its stock in this store, if it was counted."""

    product: Product
    price: ShelfPrice
    here: Stock | None = None


LOW_STOCK = 5  # pieces; below it the shopper is told to hurry


@dataclass(frozen=True, slots=True)
class _Scale:
    """How a measure is said: ``per`` small units make one large unit."""

    per: int
    large_size: str
    small_size: str
    unit_price: str


_SCALES = {
    "g": _Scale(1_000, "{amount} kg {unit}", "{amount} g {unit}", "{money} per kg"),
    "ml": _Scale(1_000, "{amount} litre {unit}", "{amount} ml {unit}", "{money} per litre"),
    "cm": _Scale(100, "{amount} m {unit}", "{amount} cm {unit}", "{money} per metre"),
}


def describe_size(product: Product, words: Words) -> str:
    """Write what one piece is: ``10 kg sack``, ``کیسهٔ ۱۰ کیلوگرمی``; its unit without a size."""
    if product.size is None:
        return words.of(product.unit)
    unit, amount = words.joined(product.unit), product.size.amount
    if product.size.measure == "piece":
        return words.say("{unit} of {count}", unit=unit, count=amount)
    scale = _SCALES[product.size.measure]
    if amount < scale.per:
        return words.say(scale.small_size, unit=unit, amount=words.number(amount))
    number = words.digits(_decimal(amount, scale.per))
    return words.say(scale.large_size, unit=unit, amount=number)


def unit_price_text(
    product: Product, pack: Pack, price: Money, words: Words, measured_g: int = 0
) -> str:
    """Write the price of a kilogram, litre or metre; empty where a piece has no such size.

    ``measured_g`` is the weight of a piece that was weighed, of which ``price`` is the price.
    """
    if measured_g:
        return words.say("{money} per kg", money=words.money(unit_price(price, measured_g, 1_000)))
    size = product.size
    if size is None or size.measure == "piece":
        return ""
    scale, amount = _SCALES[size.measure], size.amount * pack.pieces
    if amount == scale.per:
        return ""  # the price itself says it
    return words.say(scale.unit_price, money=words.money(unit_price(price, amount, scale.per)))


def stock_text(on_hand: int, product: Product, words: Words) -> tuple[str, Tone]:
    """Write how many there are, and how that feels."""
    if on_hand <= 0:
        return words.say("Sold out"), Tone.BAD
    said = words.say("{count} in stock", count=on_hand, unit=words.of(product.unit))
    return said, Tone.LOW if on_hand < LOW_STOCK else Tone.GOOD


def place_text(place: Place, words: Words) -> tuple[str, str]:
    """Write the aisle, and the bay and shelf in it."""
    aisle = words.say("Aisle {aisle}", aisle=words.letter(place.aisle))
    bay = words.say("Bay {bay}", bay=words.letter(place.bay)) if place.bay else ""
    shelf = words.say("Shelf {shelf}", shelf=words.letter(place.shelf)) if place.shelf else ""
    return aisle, " · ".join(filter(None, [bay, shelf]))


def item_row(item: Priced, words: Words, picture_of: PictureOf) -> ItemRow:
    """Write a product as a line of a list."""
    product, price = item.product, item.price
    aisle = place_text(product.place, words)[0] if product.place else ""
    stock, tone = stock_text(item.here.on_hand, product, words) if item.here else ("", Tone.PLAIN)
    return ItemRow(
        title=words.of(product.name),
        sub=" · ".join(filter(None, [describe_size(product, words), aisle])),
        price=words.amount(price.price),
        currency=words.currency,
        send=OpenProduct(product.sku),
        price_before=words.amount(price.before) if price.reduced else "",
        picture=picture_of(product.picture),
        stock=stock,
        tone=tone,
    )


def _decimal(amount: int, per: int) -> str:
    """Write ``amount / per`` exactly: 2,500 of 1,000 is ``2.5``."""
    whole, rest = divmod(amount, per)
    digits = len(str(per)) - 1
    return f"{whole}.{rest:0{digits}}".rstrip("0") if rest else f"{whole}"
