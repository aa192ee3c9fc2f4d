"""Every state of the price check, the longest texts first, for gallery and tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time

from kiosk.examples import (
    BOOK,
    COUNTED,
    LONGEST,
    MILK,
    NOW,
    RICE,
    SIMILAR,
    gtin,
    offer,
    priced,
)
from kiosk.pricecheck.state import (
    Expired,
    Found,
    Gone,
    MemberCardShown,
    Nearby,
    NotRead,
    State,
    Unknown,
)
from kiosk.shelf_price import A_MEMBER, price_of
from retail.catalogue import Pack, Product, Store, Text
from retail.goods import Goods
from retail.pricing.book import RuleBook
from retail.pricing.off import FREE, Amount, Percent
from retail.pricing.rules import Adjustment, FixedPrice, Offer, On, Part, Raise, Scope, SetOff
from retail.pricing.window import Weekly, Window
from retail.tags import tag_of, weighed_tag
from retail.values import RIAL, Money

_STORES = (
    Store("tehran-2", Text("شعبهٔ سعادت‌آباد", "Saadat Abad branch")),
    Store("karaj-1", Text("شعبهٔ کرج، میدان آزادگان", "Karaj, Azadegan Square branch")),
)


def found(
    product: Product, pack: Pack | None = None, book: RuleBook = BOOK, *, grams: int = 0
) -> Found:
    """Give the answer to a scan of a product, with all that can be told of it."""
    pack = pack or product.packs[0]
    tag = weighed_tag(product, pack, grams, ()) if grams else tag_of(product, pack, ())
    for_anyone, for_members = price_of(tag, book, NOW), price_of(tag, book, NOW, A_MEMBER)
    return Found(
        product=product,
        pack=pack,
        price=for_anyone,
        quoted_at=NOW,
        member_price=for_members if for_members.price < for_anyone.price else None,
        measured_g=grams,
        here=product.stock[0] if product.stock else None,
        nearby=tuple(
            Nearby(store, on_hand, COUNTED) for store, on_hand in zip(_STORES, (8, 31), strict=True)
        ),
        similar=tuple(priced(each) for each in SIMILAR),
    )


def book(*rules: Adjustment | Offer) -> RuleBook:
    """Give the rules of the examples' store."""
    return RuleBook(rules, BOOK.shop)


_CARTON = Pack(gtin(7_777), 6, Text("کارتن", "carton"), Money(2_400_000, RIAL))

_EVENING = Window(weekly=(Weekly(frozenset(range(7)), time(9), time(21)),))
_EVERY_RULE = book(
    Adjustment(
        "season",
        Raise(400),
        Goods.of("TEA-500"),
        round_to=500,
        priority=9,
        name_fa="افزایش بهای فصل برداشت، پس از اعلام انجمن تولیدکنندگان چای",
        name_en="Harvest season rise, as announced by the association of tea growers",
    ),
    Adjustment(
        "evening",
        Amount(1_000_000),
        Goods.of("TEA-500"),
        Scope(window=_EVENING),
        priority=8,
        name_fa="ساعت خوش خرید: هر روز از نه صبح تا نه شب در همهٔ شعبه‌ها",
        name_en="Happy hours of shopping: daily from nine to nine in all branches",
    ),
    Offer(
        "second-half",
        SetOff((Part(Goods.of("TEA-500"), 2),), Percent(5_000), On.CHEAPEST, 1),
        name_fa="دو تا بردارید، دومی نصف قیمت: جشن سی‌سالگی فروشگاه‌های باران",
        name_en="Take two, the second at half price: thirty years of Baran stores",
    ),
)
_SECOND_HALF = book(
    Offer(
        "half",
        SetOff((Part(Goods.of("MILK-1"), 2),), Percent(5_000), On.CHEAPEST, 1),
        name_fa="جشن لبنیات",
        name_en="Dairy days",
    )
)
_SECOND_FREE = book(
    Offer("free", SetOff((Part(Goods.of("MILK-1"), 2),), FREE, On.CHEAPEST, 1), name_fa="یکی هدیه")
)
_DEARER = replace(
    LONGEST, fixed_prices=(FixedPrice("new-year", "TEA-500", 1_244_567_890, priority=2),)
)

EXAMPLES: Mapping[str, State] = {
    "product, longest texts": replace(
        found(LONGEST), batch="L2026-1123", expires_on=date(2027, 3, 20)
    ),
    "product, member price": found(RICE),
    "product, offer": found(replace(RICE, offers=(offer("RICE-10", 2_000),))),
    "product, plain and sold out": replace(found(MILK), nearby=(), similar=()),
    "product, carton": found(replace(MILK, packs=(_CARTON,), stock=()), _CARTON),
    "product, weighed at the counter": replace(found(RICE, grams=1_240), similar=()),
    "product, one more is half price": found(MILK, book=_SECOND_HALF),
    "product, best before": replace(found(RICE), batch="A17", expires_on=date(2027, 1, 4)),
    "why this price, longest": replace(found(_DEARER, book=_EVERY_RULE), why_open=True),
    "why this price": replace(found(RICE), why_open=True),
    "why this price, one more is free": replace(found(MILK, book=_SECOND_FREE), why_open=True),
    "why this price, weighed": replace(found(RICE, grams=1_240), why_open=True),
    "expired": Expired(MILK, MILK.packs[0].gtin, date(2026, 11, 20), "B42"),
    "expired, longest texts": Expired(
        LONGEST, LONGEST.packs[0].gtin, date(2026, 9, 30), "L2026-0930-NORTH"
    ),
    "unknown code": Unknown("6260100300019"),
    "item just left the list": Gone(),
    "not a code of an item": NotRead(),
    "member card": MemberCardShown(),
}
