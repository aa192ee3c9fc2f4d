"""Every state of the price check, the longest texts first, for gallery and tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from kiosk.examples import (
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
from retail.catalogue import Pack, Product, Store, Text
from retail.pricing import quote
from retail.values import RIAL, Money

_STORES = (
    Store("tehran-2", Text("شعبهٔ سعادت‌آباد", "Saadat Abad branch")),
    Store("karaj-1", Text("شعبهٔ کرج، میدان آزادگان", "Karaj, Azadegan Square branch")),
)


def found(product: Product, pack: Pack | None = None) -> Found:
    """Give the answer to a scan of a product, with all that can be told of it."""
    pack = pack or product.packs[0]
    price = product.pack_price(pack)
    for_anyone = quote(price, product.offers, NOW, member=False)
    for_members = quote(price, product.offers, NOW, member=True)
    return Found(
        product=product,
        pack=pack,
        quote=for_anyone,
        quoted_at=NOW,
        member_quote=for_members if for_members.price < for_anyone.price else None,
        here=product.stock[0] if product.stock else None,
        nearby=tuple(
            Nearby(store, on_hand, COUNTED) for store, on_hand in zip(_STORES, (8, 31), strict=True)
        ),
        similar=tuple(priced(each) for each in SIMILAR),
    )


_CARTON = Pack(gtin(7_777), 6, Text("کارتن", "carton"), Money(2_400_000, RIAL))

EXAMPLES: Mapping[str, State] = {
    "product, longest texts": replace(
        found(LONGEST), batch="L2026-1123", expires_on=date(2027, 3, 20)
    ),
    "product, member price": found(RICE),
    "product, offer": found(replace(RICE, offers=(offer(2_000),))),
    "product, plain and sold out": replace(found(MILK), nearby=(), similar=()),
    "product, carton": found(replace(MILK, packs=(_CARTON,), stock=()), _CARTON),
    "product, weighed at the counter": replace(found(RICE), measured_g=1_240, similar=()),
    "product, best before": replace(found(RICE), batch="A17", expires_on=date(2027, 1, 4)),
    "why this price, longest": replace(found(LONGEST), why_open=True),
    "why this price": replace(found(RICE), why_open=True),
    "expired": Expired(MILK, MILK.packs[0].gtin, date(2026, 11, 20), "B42"),
    "expired, longest texts": Expired(
        LONGEST, LONGEST.packs[0].gtin, date(2026, 9, 30), "L2026-0930-NORTH"
    ),
    "unknown code": Unknown("6260100300019"),
    "item just left the list": Gone(),
    "not a code of an item": NotRead(),
    "member card": MemberCardShown(),
}
