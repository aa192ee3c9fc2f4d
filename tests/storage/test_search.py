"""What a shopper finds who types this: docs/search.md, sections 5 to 8."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.storage import Catalogue, Filters, Hits, Reading, bitsets
from retail.catalogue import Pack, Product, Size, Text
from retail.values import Gtin, Money, Place
from tests.storage.conftest import Open
from tests.storage.shop import FULL, gtin, in_stock, product

# most popular first
MILK = product(
    1, "شیر کم‌چرب ۱ لیتری", "Low-Fat Milk 1 l", brand=Text("کاله", "Kalleh"),
    size=Size(1_000, "ml"), stock=in_stock(), place=Place("3", "1", "1"),
)  # fmt: skip
BISCUIT = product(
    2, "بیسکویت شیر و عسل", "Milk & Honey Biscuits", category_id="sweets",
    list_price=Money(300_000, "IRR"), place=Place("7", "2", "1"),
)  # fmt: skip
CHOCOLATE = product(
    3, "شکلات تلخ ۸۵٪", "Dark Chocolate 85%", category_id="sweets", brand=Text("Nestlé"),
    list_price=Money(900_000, "IRR"), stock=in_stock(0), place=Place("7", "3", "1"),
)  # fmt: skip
CREAM_MILK = product(
    4, "شیر پرچرب دریا ۱٫۵ لیتری", "Darya Whole Milk 1.5 l", list_price=Money(800_000, "IRR"),
    size=Size(1_500, "ml"), stock=in_stock(),
)  # fmt: skip
CHEESE = product(
    5, "پنیر لیقوان ۵۰۰ گرمی", "Lighvan Cheese 500 g", category_id="cheese",
    size=Size(500, "g"), stock=in_stock(3, "punak"), place=Place("3", "2", "2"),
)  # fmt: skip
WATER = product(6, "آب معدنی", "Mineral Water", category_id="food", labels=(Text("بدون گاز"),))
YOGHURT_DRINK = product(7, "دوغ نعنا", "Mint Doogh", category_id="dairy", sku="DGH-0107")
SAMSUNG = product(8, "شارژر سامسونگ", "Samsung Charger", category_id="toys")
LENTILS = product(9, "عدس درشت", "Large Lentils 900 g", category_id="food", size=Size(900, "g"))
SHOP = (
    MILK, BISCUIT, CHOCOLATE, CREAM_MILK, CHEESE, WATER, YOGHURT_DRINK, SAMSUNG, LENTILS
)  # fmt: skip


@pytest.fixture(params=["lists", "sets"])
def shop(
    catalogue: Open, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Catalogue:
    """Open the shop with its terms in lists, and as common ones are in a large catalogue."""
    if request.param == "sets":
        monkeypatch.setattr(bitsets, "PRODUCTS_MIN", 1)
        monkeypatch.setattr(bitsets, "PRODUCTS_PER_SET", 4)
    return catalogue(*SHOP)


def names(hits: Hits) -> list[str]:
    return [each.name.fa for each in hits.products]


def found(hits: Hits) -> set[Product]:
    return set(hits.products)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("پنیر", CHEESE),
        ("پني", CHEESE),
        ("پ", CHEESE),
        ("lighvan", CHEESE),
        ("CHEESE", CHEESE),
        ("لیقوان پنیر", CHEESE),
        ("پنیر 500", CHEESE),
        ("پنیر ۵۰۰ گرم", CHEESE),
        ("500g", CHEESE),
        ("nestle", CHOCOLATE),
        ("كاله", MILK),
        ("کاله شیر", MILK),
        ("شیر ۱٫۵", CREAM_MILK),
        ("شیر 1/5 لیتر", CREAM_MILK),
        ("milk 1.5 l", CREAM_MILK),
        ("بدون گاز", WATER),
        ("اب", WATER),
        ("آب", WATER),
    ],
)
def test_a_product_is_found_by_words_of_its_name_brand_size_and_labels(
    shop: Catalogue, text: str, expected: Product
) -> None:
    assert expected in found(shop.search(text))


@pytest.mark.parametrize("catalogues", ["شیر کم‌چرب", "شیر کم چرب", "شیر کمچرب", "شیر کم-چرب"])
@pytest.mark.parametrize("asked", ["کم‌چرب", "کم چرب", "کمچرب", "شیر کم‌چرب", "کم‌چ", "شیر کم چر"])
def test_a_compound_is_found_however_either_side_writes_it(
    catalogue: Open, catalogues: str, asked: str
) -> None:
    low_fat = product(1, catalogues)

    assert catalogue(low_fat, CHEESE, WATER).search(asked).products == (low_fat,)


def test_all_words_must_agree(shop: Catalogue) -> None:
    assert names(shop.search("شیر کاله")) == [MILK.name.fa]


def test_what_is_the_thing_comes_before_what_only_names_it(shop: Catalogue) -> None:
    assert names(shop.search("شیر")) == [each.name.fa for each in (MILK, CREAM_MILK, BISCUIT)]
    assert names(shop.search("milk")) == [each.name.fa for each in (MILK, CREAM_MILK, BISCUIT)]


def test_a_whole_word_comes_before_the_beginning_of_one(catalogue: Open) -> None:
    bread, nanny = product(2, "خمیر نان"), product(1, "چای نانو")

    assert catalogue(bread, nanny).search("نان").products == (bread, nanny)


def test_among_equals_the_more_popular_comes_first(catalogue: Open) -> None:
    less, more = product(1, "نان سنگک", popularity=5), product(2, "نان بربری", popularity=6)

    assert catalogue(less, more).search("نان").products == (more, less)


def test_each_hit_comes_once(shop: Catalogue) -> None:
    hits = shop.search("ش", limit=50).products

    assert len(hits) == len(set(hits)) >= 4


def test_pages_follow_one_another_without_a_gap(shop: Catalogue) -> None:
    whole = shop.search("ش", limit=50)
    pages = [shop.search("ش", limit=2, offset=offset) for offset in range(0, 8, 2)]

    assert sum((page.products for page in pages), ()) == whole.products[:8]
    assert [page.more for page in pages] == [len(whole.products) > n for n in (2, 4, 6, 8)]
    assert not whole.more


def test_a_category_is_found_by_its_name_with_all_below_it(shop: Catalogue) -> None:
    assert found(shop.search("لبنیات")) == {MILK, CREAM_MILK, CHEESE, YOGHURT_DRINK}
    assert shop.search("dairy lighvan").products == (CHEESE,)


def test_without_a_text_all_come_the_popular_ones_first(shop: Catalogue) -> None:
    assert shop.search("  ", limit=3).products == SHOP[:3]


# ---- filters


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), {MILK, BISCUIT, CREAM_MILK}),
        (Filters(category_id="milk"), {MILK, CREAM_MILK}),
        (Filters(category_id="food"), {MILK, BISCUIT, CREAM_MILK}),
        (Filters(category_id="sweets"), {BISCUIT}),
        (Filters(in_stock=True), {MILK, CREAM_MILK}),
        (Filters(aisle="7"), {BISCUIT}),
        (Filters(price_min=500_000), {MILK, CREAM_MILK}),
        (Filters(price_max=500_000), {MILK, BISCUIT}),
        (Filters(price_min=500_000, price_max=500_000), {MILK}),
        (Filters(price_min=500_001, price_max=799_999), set()),
        (Filters(category_id="food", in_stock=True, price_max=600_000, aisle="3"), {MILK}),
        (Filters(category_id="toys"), set()),
        (Filters(category_id="no such"), set()),
        (Filters(aisle="no such"), set()),
        (Filters(price_min=9, price_max=8), set()),
        (Filters(price_min=-5, price_max=1 << 80), {MILK, BISCUIT, CREAM_MILK}),
    ],
)
def test_filters_hold_together(shop: Catalogue, filters: Filters, expected: set[Product]) -> None:
    assert found(shop.search("شیر", filters)) == expected


def test_filters_alone_list_what_meets_them(shop: Catalogue) -> None:
    assert shop.search("", Filters(aisle="3")).products == (MILK, CHEESE)
    assert shop.search("", Filters(price_max=300_000)).products == (BISCUIT,)


def test_stock_elsewhere_is_no_stock_here(shop: Catalogue) -> None:
    assert CHEESE not in found(shop.search("", Filters(in_stock=True)))


def test_a_filter_in_the_way_is_no_reason_to_correct_the_text(shop: Catalogue) -> None:
    hits = shop.search("عدس", Filters(category_id="milk"))

    assert (hits.products, hits.reading) == ((), Reading.AS_TYPED)


@given(st.integers(0, 2_000_000), st.integers(0, 2_000_000), st.integers(0, 2_000_000))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_a_price_is_in_a_range_or_it_is_not(
    one_product_at: PricedAt, price: int, one: int, other: int
) -> None:
    low, high = sorted((one, other))

    hits = one_product_at(price).search("", Filters(price_min=low, price_max=high))
    assert bool(hits.products) is (low <= price <= high)


class PricedAt:
    """Opens a catalogue of one product at a price, and keeps the few that were asked for."""

    def __init__(self, catalogue: Open) -> None:
        self._catalogue, self._kept = catalogue, dict[int, Catalogue]()

    def __call__(self, price: int) -> Catalogue:
        if price not in self._kept:
            self._kept[price] = self._catalogue(product(1, "شیر", list_price=Money(price, "IRR")))
        return self._kept[price]


@pytest.fixture
def one_product_at(catalogue: Open) -> PricedAt:
    return PricedAt(catalogue)


# ---- the other layout


@pytest.mark.parametrize(
    ("typed", "meant", "expected"),
    [
        ("nvdh", "دریا", CREAM_MILK),
        ("nv", "در", CREAM_MILK),
        ("سشئسعدل", "samsung", SAMSUNG),
        ("سشپسعدل", "samsung", SAMSUNG),
        ("mkdv", "پنیر", CHEESE),
        ("adv nvdh", "شیر دریا", CREAM_MILK),
    ],
)
def test_the_wrong_layout_is_understood(
    shop: Catalogue, typed: str, meant: str, expected: Product
) -> None:
    hits = shop.search(typed)

    assert expected in found(hits)
    assert (hits.reading, hits.understood_as) == (Reading.OTHER_LAYOUT, meant)


def test_a_text_that_finds_enough_is_not_read_in_the_other_layout(shop: Catalogue) -> None:
    hits = shop.search("milk")

    assert (hits.reading, hits.understood_as) == (Reading.AS_TYPED, "")


def test_where_the_other_layout_finds_much_more_it_follows(catalogue: Open) -> None:
    river = [product(i, f"کنسرو دریا {i}") for i in range(1, 20)]
    brand = product(90, "برند", "nvdh")

    hits = catalogue(*river, brand).search("nvdh", limit=50)

    assert hits.products[0] == brand
    assert set(hits.products[1:]) == set(river)


# ---- slips


@pytest.mark.parametrize(
    ("typed", "spelt", "expected"),
    [
        ("شکلت", "شکلات", CHOCOLATE),
        ("شککلات", "شکلات", CHOCOLATE),
        ("شکللت", "شکلات", CHOCOLATE),
        ("شکالت", "شکلات", CHOCOLATE),
        ("لیغوان", "لیقوان", CHEESE),
        ("ادس درشت", "عدس درشت", LENTILS),
        ("choclate", "Chocolate", CHOCOLATE),
        ("samsnug chrager", "Samsung Charger", SAMSUNG),
        ("اب معدمی", "آب معدنی", WATER),
        ("شکلاتتلخ", "شکلاتتلخ", CHOCOLATE),
        ("پنیر xyzzyx", "پنیر", CHEESE),
        ("ghkda", "عدس", None),
    ],
)
def test_slips_are_forgiven_and_told(
    shop: Catalogue, typed: str, spelt: str, expected: Product | None
) -> None:
    hits = shop.search(typed)

    if expected is None:
        assert hits.products == ()
    else:
        assert hits.products[0] == expected
        assert (hits.reading, hits.understood_as) == (Reading.CORRECTED, spelt)


def test_a_slip_that_makes_another_word_of_the_catalogue_is_forgiven(catalogue: Open) -> None:
    milk, garlic = product(1, "شیر کاله"), product(2, "سیر همدان")

    hits = catalogue(milk, garlic).search("سیر کاله")

    assert (hits.products, hits.understood_as) == ((milk,), "شیر کاله")


def test_one_word_of_the_catalogue_is_misspelt_before_two_are(catalogue: Open) -> None:
    others = [product(2, "سیر همدان"), product(3, "پنیر لاله")]
    one, both = product(4, "شیر لاله"), product(5, "شیر کاله")

    hits = catalogue(*others, one, both).search("سیر لاله")
    assert (hits.products, hits.understood_as) == ((one,), "شیر لاله")

    hits = catalogue(*others, both).search("سیر لاله")
    assert (hits.products, hits.understood_as) == ((both,), "شیر کاله")


def test_a_word_that_is_typed_twice_is_no_other_question(catalogue: Open) -> None:
    opened = catalogue(product(1, "شیر کاله"), product(2, "سیر همدان"))

    assert opened.search("سیر سیر کاله").products == opened.search("سیر کاله").products
    assert opened.search("سیر همدان سیر").products == opened.search("سیر همدان").products


def test_beside_a_misspelt_word_another_may_be_a_beginning(catalogue: Open) -> None:
    biscuit, other = product(2, "بیسکویت شکلاتی"), product(3, "شکلا محلی")

    hits = catalogue(biscuit, other).search("بیسکویب شکلا")

    assert hits.products == (biscuit,)


def test_a_letter_that_sounds_alike_is_the_likelier_slip(catalogue: Open) -> None:
    soap, other = product(2, "صابون"), product(1, "هابون")

    assert catalogue(soap, other).search("سابون").products[0] == soap


def test_nothing_like_it_is_nothing_found(shop: Catalogue) -> None:
    assert shop.search("قسطنطنیه").products == ()


# ---- codes


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (gtin(5).shortest, CHEESE),
        (gtin(5).digits, CHEESE),
        (gtin(5).shortest.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")), CHEESE),
        (" {} {} {} ".format(*re.findall("(...)(....)(.*)", gtin(5).shortest)[0]), CHEESE),
        (gtin(5).shortest[-4:], CHEESE),
        ("DGH-0107", YOGHURT_DRINK),
        ("dgh-0107", YOGHURT_DRINK),
        ("dgh-0", YOGHURT_DRINK),
        ("۹", LENTILS),
    ],
)
def test_a_code_or_a_part_of_it_finds_its_product(
    shop: Catalogue, typed: str, expected: Product
) -> None:
    assert shop.search(typed).products[0] == expected


def test_the_beginning_of_a_code_finds_all_that_begin_so(shop: Catalogue) -> None:
    assert found(shop.search("6260000")) == set(SHOP)


def test_a_code_of_a_case_finds_its_product(catalogue: Open) -> None:
    case = Gtin("16260100000107")
    boxed = product(1, "شیر", packs=(Pack(gtin(1)), Pack(case, 6)))

    assert catalogue(boxed, CHEESE).search("16260100").products == (boxed,)


def test_filters_hold_for_codes_too(shop: Catalogue) -> None:
    assert found(shop.search("6260000", Filters(aisle="3", in_stock=True))) == {MILK}
    assert found(shop.search("6260000", Filters(price_max=300_000))) == {BISCUIT}


# ---- whatever is typed

HOSTILE = [
    '"', '""', "'", "*", "شیر*", '"شیر', "شیر AND", "NOT شیر", "NEAR(شیر پنیر)", "text:شیر",
    "-شیر", "(شیر", "شیر)", "^شیر", "{a b}: c", "شیر\x00پنیر", "\x00", "'; DROP TABLE product; --",
    "%", "_", "\\", "\ue000", "\uf8ff", "شیر\uf8ff", "\U000f0000", "ش" * 10_000, "شیر " * 3_000,
    "1" * 10_000, "9" * 14, "-1", "1e9", "\ud800", "👪", "\u200c", "\u202e", "a.b.c", "...", "،", "٪",
    "0", "00000000", "۰" * 13,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=repr)
def test_nothing_that_can_be_typed_breaks_the_search(shop: Catalogue, text: str) -> None:
    hits = shop.search(text, Filters(in_stock=True))
    hits = shop.search(text)

    assert len(hits.products) <= 20


def test_words_of_the_query_language_are_only_words(catalogue: Open) -> None:
    gate = product(1, "دروازه", "AND OR NOT NEAR")

    assert catalogue(gate, CHEESE).search("not near").products == (gate,)


@given(text=st.text(max_size=30) | st.text("شیرپنک 15.a\u200c-'", max_size=30))
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None
)
def test_any_text_is_answered(shop: Catalogue, text: str) -> None:
    assert len(shop.search(text, limit=3).products) <= 3


def test_every_product_is_found_by_its_own_name(shop: Catalogue) -> None:
    for each in SHOP:
        assert each in found(shop.search(each.name.fa))
        assert each in found(shop.search(each.name.en))


def test_similar_products_are_of_the_same_kind_in_stock_and_near_in_price(catalogue: Open) -> None:
    def milk(number: int, minor: int, fa: str = "شیر پرچرب", **changes: object) -> Product:
        return product(
            number + 20, fa, list_price=Money(minor, "IRR"), **({"stock": in_stock()} | changes)
        )

    asked = milk(1, 500_000)
    near, far, sold_out = milk(2, 520_000), milk(3, 900_000), milk(4, 500_000, stock=())
    other_words = milk(5, 510_000, "دوغ")
    opened = catalogue(asked, near, far, sold_out, other_words, CHEESE, FULL)

    assert list(opened.similar(asked, 4)) == [near, far, FULL, other_words]
    assert len(opened.similar(asked, 2)) == 2
