"""Every state of the basket, the longest texts first, quoted by real rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from kiosk.basket import ages, handler, perks
from kiosk.basket.handler import Moment
from kiosk.basket.state import (
    Agreeing,
    AskingStaff,
    AtTill,
    ChoosingGift,
    Counting,
    Deciding,
    EnteringVoucher,
    Entry,
    Filling,
    Leaving,
    Means,
    Open,
    Remark,
    Resuming,
    Sort,
    State,
)
from kiosk.config import BasketSettings
from kiosk.examples import LONGEST, MILK, NOW, RICE, SIMILAR, gtin
from kiosk.staff.state import Asking
from retail.catalogue import Pack, Product, Size, Text
from retail.goods import Goods
from retail.pricing.book import RuleBook, Shop, Used
from retail.pricing.off import Amount, Percent
from retail.pricing.rules import (
    By,
    EachOff,
    Gift,
    Needs,
    Offer,
    On,
    Part,
    Rule,
    Scope,
    SetOff,
    Step,
    TogetherOff,
)
from retail.values import RIAL, Money

_SETTINGS = BasketSettings(enabled=True)
_STORE = "tehran-1"
APPLES = replace(
    MILK,
    sku="APPLES",
    name=Text("سیب سرخ دماوند", "Red apples of Damavand"),
    list_price=Money(890_000, RIAL),
    packs=(Pack(gtin(21_001)),),
    unit=Text("کیلوگرم", "kilogram"),
    size=Size(1_000, "g"),
    picture="",
)
ADULTS = replace(
    MILK,
    sku="LIGHTER",
    name=Text("فندک گازی شارژی", "Refillable gas lighter"),
    list_price=Money(650_000, RIAL),
    packs=(Pack(gtin(21_002)),),
    unit=Text("عدد", "piece"),
    size=None,
    picture="",
    age_min=18,
)
LONGEST_ADULTS = replace(
    LONGEST, sku="LONGEST-18", packs=(Pack(gtin(21_003)),), age_min=21, offers=()
)
MUGS = tuple(
    replace(
        MILK, sku=f"MUG-{n}", name=name, list_price=Money(900_000, RIAL),
        packs=(Pack(gtin(21_010 + n)),), unit=Text("عدد", "piece"), size=None, picture="",
        stock=MILK.stock if n == 2 else RICE.stock,
    )
    for n, name in enumerate((
        Text("لیوان سرامیکی دسته‌دار طرح گل و مرغ با نعلبکی چوبی هم‌خانواده و جعبهٔ هدیه",
             "Ceramic mug with handle, flower-and-bird pattern, wooden saucer and a gift box"),
        Text("لیوان شیشه‌ای", "Glass mug"),
        Text("لیوان سفری", "Travel mug"),
    ))
)  # fmt: skip
PRODUCTS = (RICE, LONGEST, MILK, APPLES, ADULTS, LONGEST_ADULTS, *MUGS, *SIMILAR)

_RULES: tuple[Rule, ...] = (
    Offer("milk-2", SetOff((Part(Goods.of("MILK-1"), 2),), Percent(5_000), On.CHEAPEST, 1),
          name_fa="دومی نصف قیمت", name_en="The second at half price"),
    Offer("rice-week", EachOff(Goods.of("RICE-0", "RICE-1"), (Step(1, Percent(800)),)),
          name_fa="هفتهٔ برنج ایرانی", name_en="Week of Iranian rice"),
    Offer("thousand", TogetherOff(Goods(), (Step(30_000_000, Amount(1_000_000)),), By.MONEY),
          name_fa="صد هزار تومان تخفیف برای خرید بالای سه میلیون تومان",
          name_en="100,000 Toman off from 3,000,000 Toman on"),
    Offer("tea-3", SetOff((Part(Goods.of("TEA-500"), 3),), Percent(1_000), On.SET),
          name_fa="سه بستهٔ هدیه از چای ممتاز بهارهٔ لاهیجان با ده درصد تخفیف جشنوارهٔ پاییزه",
          name_en="Three gift packages of premium spring tea with ten percent off this autumn"),
    Offer("club-rice", EachOff(Goods.of("RICE-10"), (Step(1, Percent(500)),)),
          Scope(groups=frozenset({"member"})), name_fa="باشگاه", name_en="Club"),
    Offer("mug", Gift(tuple(mug.sku for mug in MUGS)),
          needs=(Needs(Goods(), money=20_000_000),),
          name_fa="هدیهٔ خرید بالای دو میلیون تومان", name_en="Gift from 2,000,000 Toman on"),
    Offer("nowruz", TogetherOff(Goods(), (Step(0, Amount(350_000)),)),
          vouchers=frozenset({"NOWRUZ-1406"}), name_fa="بن نوروزی", name_en="Nowruz voucher"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ExampleShelf:
    """Products and rules of the examples."""

    products: tuple[Product, ...] = PRODUCTS
    book: RuleBook = field(default_factory=lambda: RuleBook(_RULES, Shop(_STORE)))
    sequence: int = 1_204
    used: Mapping[str, Used] = field(default_factory=dict)

    def by_sku(self, sku: str) -> Product | None:
        """Give a product."""
        return next((each for each in self.products if each.sku == sku), None)

    def categories_above(self, category_id: str) -> frozenset[str]:
        """Give its category."""
        return frozenset({category_id})


def moment(shelf: ExampleShelf | None = None) -> Moment:
    """Give what a move meets at the examples' instant."""
    return Moment(shelf or ExampleShelf(), _STORE, _SETTINGS, NOW, 100.0)


def filled(*products: Product, shelf: ExampleShelf | None = None) -> Open:
    """Put products in, one piece each."""
    open_ = handler.begin(moment(shelf))
    for product in products:
        grams = 1_240 if product is APPLES else None
        entry = Entry(product, product.packs[0], grams)
        open_ = handler.put_in(open_, entry, moment(shelf))
    return open_


def _with_voucher(open_: Open) -> Open:
    shown = perks.show_voucher(open_, "NOWRUZ-1406", moment())
    assert shown is not None
    return shown


def _changed(open_: Open) -> Open:
    """Let prices rise and fall, and a product leave, while they are in."""
    prices = {RICE.sku: 14_900_000, MILK.sku: 390_000, LONGEST.sku: 1_299_999_990}
    products = tuple(
        replace(each, list_price=Money(prices.get(each.sku, each.list_price.minor), RIAL))
        for each in PRODUCTS
        if each.sku != "RICE-1"
    )
    return handler.look_up_again(open_, moment(ExampleShelf(products, sequence=1_205)))


_PLAIN = filled(*SIMILAR[:1], APPLES, RICE, MILK, MILK)
_NEARLY = filled(SIMILAR[0], MILK)
_LONG = _with_voucher(
    filled(LONGEST_ADULTS, SIMILAR[1], APPLES, RICE, MILK, MILK, LONGEST, LONGEST, LONGEST)
)
_GIFTED = perks.take_gift(filled(RICE, RICE, MILK), "mug", "MUG-1", moment())
_AGES = filled(RICE, ADULTS)
_RISEN = _changed(filled(MILK, RICE, LONGEST))
_CHOICE = perks.choose_gift(filled(RICE, RICE, LONGEST), "mug", moment())
assert _CHOICE is not None
_OUT = handler.take_out(_PLAIN, 3, moment())


def _remarked(sort: Sort, item: Product | None = None, number: int = 0) -> Filling:
    return Filling(handler.remarked(_PLAIN, Remark(sort, item, "6260100300019", number)))


def many(lines: int) -> Filling:
    """Fill a basket with so many different items."""
    shop = tuple(
        replace(RICE, sku=f"N-{n}", packs=(Pack(gtin(30_000 + n)),), offers=())
        for n in range(lines)
    )
    shelf = ExampleShelf(shop)
    open_ = handler.begin(moment(shelf))
    basket, entries = open_.basket, {}
    for product in shop:
        one = handler.put_in(open_, Entry(product, product.packs[0]), moment(shelf))
        basket = basket.add(one.basket.lines[0])
        entries[basket.lines[-1].line_id] = one.entries[1]
    whole = replace(open_, basket=basket, entries=entries)
    return Filling(handler.requote(whole, moment(shelf)))


_TILL = AtTill(
    number=47,
    pieces=12,
    total=39_871_400,
    currency=RIAL,
    code="PB1*BARAN-01-K1*20261123*47*39871400*"
    + "*".join(f"{gtin(40_000 + n).shortest}.{n + 1}" for n in range(12)),
    at=NOW,
)

EXAMPLES: Mapping[str, State] = {
    "basket, longest texts": Filling(_changed(_LONG)),
    "basket": Filling(_PLAIN),
    "basket, one more saves": Filling(_NEARLY),
    "basket, paid by card here": Filling(_PLAIN, Means(card=True)),
    "basket, empty": Filling(handler.begin(moment())),
    "basket, taken out": Filling(_OUT),
    "basket, gift taken": Filling(_GIFTED),
    "basket, gift to choose": Filling(filled(RICE, RICE, MILK)),
    "basket, waits for staff": Filling(_AGES),
    "basket, no staff here": Filling(_AGES, Means(staff=False)),
    "basket, age approved": Filling(ages.approve(_AGES)),
    "basket, voucher": Filling(_with_voucher(_PLAIN)),
    "basket, prices changed": Filling(_changed(filled(SIMILAR[1], MILK, RICE))),
    "basket, cannot be written": Filling(_PLAIN, Means(writable=False)),
    "basket, unknown code": _remarked(Sort.UNKNOWN_CODE),
    "basket, past its date": _remarked(Sort.EXPIRED, LONGEST),
    "basket, member card": _remarked(Sort.MEMBER_CARD),
    "basket, full": _remarked(Sort.LINES_FULL, number=200),
    "basket pad": Counting(_PLAIN, 3, "12"),
    "basket pad, longest texts": Counting(_LONG, 6, "100"),
    "basket voucher": EnteringVoucher(_PLAIN, "NOWRUZ-14"),
    "basket voucher, unknown": EnteringVoucher(_PLAIN, unknown="NOWRUZ-1399"),
    "basket gift, longest texts": replace(_CHOICE, left=2),
    "basket gift": ChoosingGift(_CHOICE.open, "mug", _CHOICE.gifts[1:], 1),
    "basket staff, the pin": AskingStaff(_AGES, Asking("493")),
    "basket staff, wrong pin": AskingStaff(_AGES, Asking(left=2)),
    "basket staff, age": Deciding(filled(ADULTS), NOW),
    "basket staff, age, longest texts": Deciding(filled(ADULTS, LONGEST_ADULTS), NOW),
    "basket question, prices rose": Agreeing(_RISEN),
    "basket question, a price rose": Agreeing(_changed(filled(RICE))),
    "basket question, prices rose, paid here": Agreeing(_RISEN, paying=True),
    "basket question, leave": Leaving(_PLAIN),
    "basket question, go on": Resuming(_PLAIN),
    "basket question, go on, longest texts": Resuming(_LONG),
    "basket till": _TILL,
    "basket till, largest": replace(
        _TILL, number=1_204, pieces=1_987, total=1_234_567_890, code=_TILL.code + "*" * 900
    ),
}
