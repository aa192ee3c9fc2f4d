"""The branches of the sample chain: which products each has, where, how many, at what price.

Days and hours count from the moment of loading, because the sample must be fresh whenever it
is loaded. No file is written here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from retail.catalogue import Category, Store, Text
from tools.sample_chain.assortment import Item, draw

STORES = (
    Store(
        "baran-01",
        Text("باران شریعتی", "Baran Shariati"),
        Text(
            "تهران، خیابان شریعتی، بالاتر از پل رومی، پلاک ۱۸۴۲",
            "1842 Shariati Street, above Rumi Bridge, Tehran",
        ),
    ),
    Store(
        "baran-02",
        Text("باران گلسار", "Baran Golsar"),
        Text("رشت، گلسار، بلوار گیلان، نبش خیابان ۱۱۲", "Gilan Boulevard at 112th Street, Rasht"),
    ),
    Store(
        "baran-03",
        Text("باران چهارباغ", "Baran Chaharbagh"),
        Text(
            "اصفهان، چهارباغ بالا، روبه‌روی کوچهٔ ۱۴", "Chaharbagh-e Bala, opposite Lane 14, Isfahan"
        ),
    ),
)
CARRIED_PERCENT = {"baran-01": 100, "baran-02": 93, "baran-03": 88}
SHELVES = "ABCDEF"  # from the top; a screen writes الف ب پ ت ث ج
AISLES = 12
BAYS = 8
HERO_PLACE = ("5", "3", "B")
HERO_ON_HAND = {"baran-01": 24, "baran-02": 11, "baran-03": 0}


@dataclass(frozen=True, slots=True)
class StockCount:
    """What a store counted, so many whole hours before the loading."""

    sku: str
    store_id: str
    on_hand: int
    hours_ago: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a product stands in a store."""

    sku: str
    store_id: str
    aisle: str
    bay: str
    shelf: str


@dataclass(frozen=True, slots=True)
class StorePrice:
    """A price in Rial that one store has instead of the product's."""

    sku: str
    store_id: str
    price: int


@dataclass(frozen=True, slots=True)
class Campaign:
    """An offer on some categories, in force from ``starts`` up to ``ends`` days from loading.

    Of the products in ``categories`` it takes ``share`` percent; ``store_id`` empty: everywhere.
    """

    campaign_id: str
    name: Text
    categories: tuple[str, ...]
    off_basis_points: int
    starts: int
    ends: int
    members_only: bool = False
    share: int = 40
    store_id: str = ""


@dataclass(frozen=True, slots=True)
class ItemOffer:
    """A campaign on one product."""

    campaign: Campaign
    sku: str

    @property
    def offer_id(self) -> str:
        """An id of its own: ``club-rice-001001``."""
        return f"{self.campaign.campaign_id}-{self.sku}"


_CLUB = Text("قیمت ویژهٔ اعضای باشگاه", "Club members' price")
_WEEK = Text("تخفیف هفته", "Offer of the week")
CAMPAIGNS = (
    Campaign("club-rice", _CLUB, ("rice-iranian", "rice-foreign"), 1500, -5, 30, True, 35),
    Campaign("club-dairy", _CLUB, ("yoghurt", "cheese", "butter-cream"), 800, -10, 45, True, 30),
    Campaign("club-tea", _CLUB, ("tea", "coffee", "infusions"), 1200, -2, 21, True, 40),
    Campaign("club-baby", _CLUB, ("nappies", "baby-care", "baby-food"), 1000, -14, 60, True, 50),
    Campaign("week-laundry", _WEEK, ("laundry", "dishwashing"), 2000, -3, 4, share=45),
    Campaign("week-snacks", _WEEK, ("biscuits", "crisps", "chocolate"), 1500, -1, 6, share=35),
    Campaign("week-drinks", _WEEK, ("soft-drinks", "juice", "malt"), 1000, -3, 4, share=30),
    Campaign("week-fruit", _WEEK, ("fruit", "vegetables"), 1200, 0, 2, share=25),
    Campaign(
        "yalda", Text("جشنوارهٔ شب یلدا", "Yalda Night festival"), ("nuts-roasted", "seeds"), 1800,
        -7, 35, share=55,
    ),
    Campaign(
        "golsar", Text("ویژهٔ شعبهٔ گلسار", "Golsar branch only"), ("fish", "canned-vegetables"),
        1000, -6, 20, store_id="baran-02",
    ),
    Campaign("coming", Text("از هفتهٔ آینده", "From next week"), ("shampoo", "soap"), 2500, 7, 14),
    Campaign("over", Text("حراج پایان فصل", "End-of-season sale"), ("kitchenware",), 3000, -40, -9),
)  # fmt: skip


def stock(items: Sequence[Item]) -> Iterator[StockCount]:
    """Give what each store counted: about one in 16 sold out, one in 8 nearly so."""
    for item in items:
        for store in STORES:
            if is_carried(item, store.store_id):
                about = f"{store.store_id}/{item.picture}"
                yield StockCount(
                    item.sku, store.store_id, _on_hand(item, store.store_id), draw(about, 46) + 2
                )


def standings(items: Sequence[Item], categories: Sequence[Category]) -> Iterator[Standing]:
    """Give the places: a category stands together, and each branch is laid out its own way."""
    order = [category.category_id for category in categories if category.parent]
    for item in items:
        for turn, store in enumerate(STORES):
            if is_carried(item, store.store_id):
                yield Standing(item.sku, store.store_id, *_place(item, order, turn))


def store_prices(items: Sequence[Item]) -> Iterator[StorePrice]:
    """Give the prices that differ by store: fresh goods and a few others."""
    for item in items:
        for store in STORES[1:]:
            about = f"own-price/{store.store_id}/{item.picture}"
            if not is_carried(item, store.store_id) or item.is_hero or draw(about, 100) >= 7:
                continue
            price = item.price * (94 + draw(f"how-{about}", 11)) // 100 // 5_000 * 5_000
            if price not in (0, item.price):
                yield StorePrice(item.sku, store.store_id, price)


def offers(items: Sequence[Item]) -> Iterator[ItemOffer]:
    """Give each campaign's products, campaign by campaign; the hero is in the club's."""
    for campaign in CAMPAIGNS:
        for item in items:
            if item.kind.category_id in campaign.categories and _takes_part(campaign, item):
                yield ItemOffer(campaign, item.sku)


def is_carried(item: Item, store_id: str) -> bool:
    """Tell whether the store sells it at all."""
    return (
        item.is_hero
        or draw(f"carried/{store_id}/{item.picture}", 100) < (CARRIED_PERCENT[store_id])
    )


def _takes_part(campaign: Campaign, item: Item) -> bool:
    if campaign.store_id and not is_carried(item, campaign.store_id):
        return False
    return item.is_hero or draw(f"{campaign.campaign_id}/{item.picture}", 100) < campaign.share


def _on_hand(item: Item, store_id: str) -> int:
    if item.is_hero:
        return HERO_ON_HAND[store_id]
    chance = draw(f"on-hand/{store_id}/{item.picture}", 160)
    if chance < 10:
        return 0
    if chance < 30:
        return chance % 3 + 1
    most = 12 if item.price > 5_000_000 else 60
    return 4 + draw(f"how-many/{store_id}/{item.picture}", most)


def _place(item: Item, order: Sequence[str], turn: int) -> tuple[str, str, str]:
    if item.is_hero and turn == 0:
        return HERO_PLACE
    place = order.index(item.kind.category_id)
    aisle = (place * AISLES // len(order) + 4 + 3 * turn) % AISLES + 1
    bay = (place + draw(f"bay/{item.kind.kind_id}", 2) + turn) % BAYS + 1
    shelf = SHELVES[draw(f"shelf/{turn}/{item.picture}", len(SHELVES))]
    return str(aisle), str(bay), shelf
