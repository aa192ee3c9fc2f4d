"""Items to show screens with: the longest texts, the plainest, some alike. Made up, all of them.

Their GTINs stand in the range for use inside a company. The features' own ``examples`` make
states of them; the gallery, the tests and the measuring of the screens use those.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from kiosk.items import Priced
from kiosk.shelf_price import price_of, single_piece
from retail.catalogue import Pack, Product, Size, Stock, Text
from retail.pricing.book import RuleBook, Shop
from retail.pricing.rules import Adjustment
from retail.reductions import Reduction
from retail.tags import tag_of
from retail.values import RIAL, Gtin, Money, Place, check_digit

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
BOOK = RuleBook(
    (), Shop("tehran-1", ZoneInfo("Asia/Tehran"))
)  # each rule of the examples comes with its product
COUNTED = NOW - timedelta(minutes=50)


def gtin(number: int) -> Gtin:
    """Make a sound GTIN of the range for use inside a company."""
    body = f"0200{number:09}"
    return Gtin(f"{body}{check_digit(body)}")


def offer(sku: str, share_basis_points: int, *, members_only: bool = False) -> Adjustment:
    """Make a reduction of one item that is in force at ``NOW``."""
    return Reduction(
        offer_id="club" if members_only else "week",
        starts_at=NOW - timedelta(days=3),
        ends_at=NOW + timedelta(days=6),
        off_basis_points=share_basis_points,
        members_only=members_only,
        name_fa="جشنوارهٔ باشگاه مشتریان" if members_only else "پیشنهاد شگفت‌انگیز این هفته",
        name_en="Customer club festival" if members_only else "Offer of the week",
    ).on(sku)


RICE = Product(
    sku="RICE-10",
    name=Text("برنج هاشمی درجه یک آستانه", "Hashemi rice, first grade, Astaneh"),
    category_id="rice",
    list_price=Money(14_250_000, RIAL),
    packs=(Pack(gtin(6_260_100)),),
    unit=Text("کیسه", "sack"),
    brand=Text("شالیزار", "Shalizar"),
    note=Text("محصول گیلان، برداشت ۱۴۰۵", "Grown in Gilan, harvest of 2026"),
    labels=(Text("برنج ایرانی", "Iranian rice"), Text("بدون گلوتن", "Gluten free")),
    size=Size(10_000, "g"),
    picture="rice",
    stock=(Stock("tehran-1", 24, COUNTED),),
    place=Place("5", "3", "ب"),
    offers=(offer("RICE-10", 1_500, members_only=True),),
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
    stock=(Stock("tehran-1", 3, COUNTED - timedelta(days=2)),),
    place=Place("12", "14", "بالایی"),
    vat_basis_points=1_000,
    offers=(offer("TEA-500", 1_250), offer("TEA-500", 2_500, members_only=True)),
)
MILK = replace(
    RICE,
    sku="MILK-1",
    name=Text("شیر کم‌چرب", "Low-fat milk"),
    list_price=Money(420_000, RIAL),
    unit=Text("بطری", "bottle"),
    brand=Text("دشت‌سبز", "Dashtesabz"),
    note=None,
    labels=(),
    size=Size(1_000, "ml"),
    picture="milk",
    stock=(Stock("tehran-1", 0, COUNTED),),
    place=Place("1", "2", "۳"),
    offers=(),
)
SIMILAR = tuple(
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
    single = single_piece(product)
    assert single is not None
    return Priced(product, price_of(tag_of(product, single, ()), BOOK, NOW), stock)
