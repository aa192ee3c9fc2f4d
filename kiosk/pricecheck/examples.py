"""Every state of the price check, the longest texts first, for the gallery and the screens' tests.

The items are made up; their GTINs stand in the range for use inside a company.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from kiosk.items import Priced
from kiosk.pricecheck.state import (
    Expired,
    Found,
    MemberCardShown,
    Nearby,
    NotRead,
    State,
    Unknown,
)
from retail.catalogue import Pack, Product, Size, Stock, Store, Text
from retail.pricing import Offer, quote
from retail.values import RIAL, Gtin, Money, Place, check_digit

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
_COUNTED = NOW - timedelta(minutes=50)


def _gtin(number: int) -> Gtin:
    body = f"0200{number:09}"
    return Gtin(f"{body}{check_digit(body)}")


def _offer(share_basis_points: int, *, members_only: bool = False) -> Offer:
    return Offer(
        offer_id="club" if members_only else "week",
        starts_at=NOW - timedelta(days=3),
        ends_at=NOW + timedelta(days=6),
        off_basis_points=share_basis_points,
        members_only=members_only,
        name_fa="جشنوارهٔ باشگاه مشتریان" if members_only else "پیشنهاد شگفت‌انگیز این هفته",
        name_en="Customer club festival" if members_only else "Offer of the week",
    )


RICE = Product(
    sku="RICE-10",
    name=Text("برنج هاشمی درجه یک آستانه", "Hashemi rice, first grade, Astaneh"),
    category_id="rice",
    list_price=Money(14_250_000, RIAL),
    packs=(Pack(_gtin(6_260_100)),),
    unit=Text("کیسه", "sack"),
    brand=Text("شالیزار", "Shalizar"),
    note=Text("محصول گیلان، برداشت ۱۴۰۵", "Grown in Gilan, harvest of 2026"),
    labels=(Text("برنج ایرانی", "Iranian rice"), Text("بدون گلوتن", "Gluten free")),
    size=Size(10_000, "g"),
    picture="rice",
    stock=(Stock("tehran-1", 24, _COUNTED),),
    place=Place("5", "3", "ب"),
    offers=(_offer(1_500, members_only=True),),
)
LONGEST = replace(
    RICE,
    sku="TEA-500",
    name=Text(
        "چای سیاه شکستهٔ ممتاز بهارهٔ لاهیجان با عطر طبیعی برگاموت و هل سبز مخصوص پذیرایی",
        "Premium spring-harvest broken black tea of Lahijan with natural bergamot and cardamom",
    ),
    list_price=Money(1_234_567_890, RIAL),
    unit=Text("بستهٔ هدیه", "gift package"),
    brand=Text("کشت و صنعت چای‌کاران شمال ایران", "Northern Iranian Tea Growers Cooperative"),
    note=Text(
        "در جای خشک و خنک، دور از نور آفتاب و بوی تند نگهداری شود",
        "Keep in a cool, dry place away from sunlight and strong odours",
    ),
    labels=(
        Text("محصول ارگانیک با گواهی", "Certified organic"),
        Text("بدون مواد نگهدارنده", "No preservatives added"),
        Text("بسته‌بندی بازیافتی", "Recyclable packaging"),
        Text("تولید داخل", "Made in Iran"),
    ),
    size=Size(500, "g"),
    picture="",
    stock=(Stock("tehran-1", 3, _COUNTED - timedelta(days=2)),),
    place=Place("12", "14", "بالایی"),
    vat_basis_points=1_000,
    offers=(_offer(1_250), _offer(2_500, members_only=True)),
)
MILK = replace(
    RICE,
    sku="MILK-1",
    name=Text("شیر کم‌چرب", "Low-fat milk"),
    list_price=Money(420_000, RIAL),
    unit=Text("بطری", "bottle"),
    brand=Text("دامداران", "Damdaran"),
    note=None,
    labels=(),
    size=Size(1_000, "ml"),
    picture="milk",
    stock=(Stock("tehran-1", 0, _COUNTED),),
    place=Place("1", "2", "۳"),
    offers=(),
)
_STORES = (
    Store("tehran-2", Text("شعبهٔ سعادت‌آباد", "Saadat Abad branch")),
    Store("karaj-1", Text("شعبهٔ کرج، میدان آزادگان", "Karaj, Azadegan Square branch")),
)
_SIMILAR = tuple(
    replace(
        RICE,
        sku=f"RICE-{number}",
        name=name,
        list_price=Money(price, RIAL),
        offers=(),
        picture=picture,
    )
    for number, (name, price, picture) in enumerate(
        (
            (Text("برنج دم‌سیاه معطر گیلان", "Fragrant Domsiah rice of Gilan"), 16_900_000, "rice2"),
            (Text("برنج فجر", "Fajr rice"), 9_850_000, "rice3"),
            (Text("برنج پاکستانی باسماتی", "Pakistani Basmati rice"), 7_490_000, ""),
        )
    )
)


def priced(product: Product) -> Priced:
    """Give a product with its price for anyone at the examples' instant."""
    stock = product.stock[0] if product.stock else None
    return Priced(product, quote(product.list_price, product.offers, NOW, member=False), stock)


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
            Nearby(store, on_hand, _COUNTED)
            for store, on_hand in zip(_STORES, (8, 31), strict=True)
        ),
        similar=tuple(priced(each) for each in _SIMILAR),
    )


_CARTON = Pack(_gtin(7_777), 6, Text("کارتن", "carton"), Money(2_400_000, RIAL))

EXAMPLES: Mapping[str, State] = {
    "product, longest texts": replace(
        found(LONGEST), batch="L2026-1123", expires_on=date(2027, 3, 20)
    ),
    "product, member price": found(RICE),
    "product, offer": found(replace(RICE, offers=(_offer(2_000),))),
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
    "not a code of an item": NotRead(),
    "member card": MemberCardShown(),
}
