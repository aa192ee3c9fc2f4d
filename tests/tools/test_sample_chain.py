"""The sample chain is complete, consistent and the same each time it is built."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from retail.barcodes.codes import TradeItem
from retail.barcodes.in_store import InStoreLayout
from retail.catalogue import MEASURES
from retail.values import RIAL, Gtin
from tools.sample_chain.tables import PRODUCT_COLUMNS, tables
from tools.sample_chain.vocabulary import load

COMMITTED = Path(__file__).parents[2] / "config/sample"
HERO = "6260100300019"


@pytest.fixture(scope="module")
def built() -> dict[str, str]:
    return tables()


@pytest.fixture(scope="module")
def rows(built) -> dict[str, list[dict[str, str]]]:
    return {name: list(csv.DictReader(text.splitlines())) for name, text in built.items()}


@pytest.fixture(scope="module")
def products(rows) -> list[dict[str, str]]:
    return rows["products.csv"]


def packs_of(product: dict[str, str]) -> list[list[str]]:
    return [pack.split(":") for pack in product["pack_gtins"].split("|") if pack]


def numbers_of(product: dict[str, str]) -> list[str]:
    return [product["gtin"], *(pack[0] for pack in packs_of(product))]


def test_committed_files_are_what_the_script_builds(built):
    assert {p.name for p in COMMITTED.glob("*.csv")} == set(built)
    for name, text in built.items():
        assert (COMMITTED / name).read_bytes() == text.encode(), f"run the build again for {name}"


def test_readme_names_every_column(rows):
    readme = (COMMITTED / "README.md").read_text(encoding="utf-8")
    missing = [c for table in rows.values() for c in table[0] if c not in readme]
    assert missing == []


def test_is_as_large_as_a_small_chain(rows):
    roots = [c for c in rows["categories.csv"] if not c["parent"]]
    assert len(rows["products.csv"]) >= 1_500
    assert len(roots) >= 12
    assert len(rows["categories.csv"]) - len(roots) >= 60
    assert len(rows["stores.csv"]) == 3


def test_every_leaf_category_has_products(rows, products):
    parents = {c["parent"] for c in rows["categories.csv"]}
    leaves = {c["category"] for c in rows["categories.csv"]} - parents
    assert {p["category"] for p in products} == leaves


def test_categories_come_after_their_parents(rows):
    seen = {""}
    for category in rows["categories.csv"]:
        assert category["parent"] in seen
        seen.add(category["category"])


@pytest.mark.parametrize("column", ["sku", "name_fa", "name_en", "gtin", "picture"])
def test_no_two_products_share(products, column):
    values = [product[column] for product in products]
    assert len(values) == len(set(values))


def test_every_number_is_a_sound_gtin_of_one_pack_only(products):
    numbers = [Gtin.parse(number) for product in products for number in numbers_of(product)]
    assert len(numbers) == len(set(numbers))


def test_numbers_of_every_length_occur_and_one_has_a_leading_zero(products):
    lengths = {len(number) for product in products for number in numbers_of(product)}
    assert lengths == {8, 12, 13, 14}
    assert any(len(p["gtin"]) == 13 and p["gtin"][0] == "0" for p in products)


def test_scale_items_fit_the_in_store_layout_with_no_weight(products):
    layout = InStoreLayout("21IIIIIWWWWWC")
    weighed = [p for p in products if p["unit_en"] == "kilogram"]
    assert len(weighed) > 60
    for product in weighed:
        gtin = Gtin.parse(product["gtin"])
        assert layout.read(gtin, RIAL) == TradeItem(gtin)
        assert (product["size_amount"], product["size_measure"]) == ("1000", "g")


def test_only_scale_items_carry_an_in_store_prefix(products):
    for product in products:
        assert product["gtin"].startswith("21") == (product["unit_en"] == "kilogram")


def test_everything_is_said_in_both_languages(rows):
    for table in rows.values():
        for row in table:
            for column in [c for c in row if c.endswith("_fa")]:
                english = row[column[:-3] + "_en"]
                assert bool(row[column]) == bool(english), row
                assert row[column].count("|") == english.count("|"), row
                assert not any("آ" <= letter <= "ی" for letter in english), row
    for product in rows["products.csv"]:
        assert product["name_fa"]
        assert product["unit_fa"]


def test_persian_uses_persian_letters_and_digits(rows):
    foreign = set("يكةىﻻ٠١٢٣٤٥٦٧٨٩")
    for row in rows["products.csv"]:
        assert not foreign & set(row["name_fa"] + row["note_fa"] + row["labels_fa"])
        digits = set("0123456789") & set(row["name_fa"].replace("A4", ""))
        assert not digits, row["name_fa"]


def test_prices_are_round_sums_and_boxes_cost_no_more_than_their_pieces(products):
    for product in products:
        price = int(product["price"])
        assert price >= 50_000
        assert price % 5_000 == 0
        for _, pieces, case_price, fa, en in packs_of(product):
            assert int(pieces) > 1
            assert fa
            assert en
            if case_price:
                assert 0.9 * price * int(pieces) <= int(case_price) <= price * int(pieces)


def test_sizes_and_tax_are_of_the_known_kinds(products):
    for product in products:
        assert product["size_measure"] in MEASURES
        assert int(product["size_amount"]) >= 1
        assert product["vat_bp"] in ("0", "1000")


def test_every_reference_leads_to_something(rows):
    skus = {p["sku"] for p in rows["products.csv"]}
    stores = {s["store"] for s in rows["stores.csv"]}
    for name in ("prices.csv", "stock.csv", "places.csv", "offers.csv"):
        assert {row["sku"] for row in rows[name]} <= skus
        assert {row["store"] for row in rows[name]} <= stores | {""}


def test_a_product_has_a_place_wherever_it_has_stock(rows):
    def keys(name: str) -> list[tuple[str, str]]:
        return [(row["sku"], row["store"]) for row in rows[name]]

    assert keys("places.csv") == keys("stock.csv")
    assert len(set(keys("stock.csv"))) == len(keys("stock.csv"))
    assert set(keys("prices.csv")) <= set(keys("stock.csv"))


def test_places_are_in_aisles_1_to_12_on_shelves_a_to_f(rows):
    assert {int(row["aisle"]) for row in rows["places.csv"]} == set(range(1, 13))
    assert {row["shelf"] for row in rows["places.csv"]} == set("ABCDEF")


def test_some_shelves_are_empty_and_some_nearly(rows):
    counts = [int(row["on_hand"]) for row in rows["stock.csv"]]
    assert 0.03 < counts.count(0) / len(counts) < 0.12
    assert any(0 < count <= 3 for count in counts)


def test_offers_are_running_coming_and_over_for_members_and_for_all(rows):
    offers = rows["offers.csv"]
    assert len({offer["offer"] for offer in offers}) == len(offers)
    spans = [(int(o["starts_in_days"]), int(o["ends_in_days"])) for o in offers]
    assert all(start < end for start, end in spans)
    assert any(start <= 0 < end for start, end in spans)
    assert any(start > 0 for start, _ in spans)
    assert any(end <= 0 for _, end in spans)
    assert {offer["members_only"] for offer in offers} == {"0", "1"}
    assert all(0 < int(offer["off_bp"]) <= 10_000 for offer in offers)


def test_few_products_sell_much_and_many_little(products):
    sold = sorted((int(p["popularity"]) for p in products), reverse=True)
    assert sold[-1] > 0
    assert sum(sold[: len(sold) // 5]) > 0.6 * sum(sold)


def test_the_rice_of_the_first_screen_is_there_with_its_neighbours(products, rows):
    rice = next(p for p in products if p["gtin"] == HERO)
    assert rice["name_fa"] == "برنج هاشمی درجه یک آستانه"
    assert rice["price"] == "14250000"
    offer = next(o for o in rows["offers.csv"] if o["sku"] == rice["sku"])
    assert (offer["off_bp"], offer["members_only"]) == ("1500", "1")
    prices = {p["name_fa"]: p["price"] for p in products}
    assert prices["برنج دم‌سیاه آستارای آستانه"] == "16900000"
    assert prices["برنج فجر گرگان آستانه"] == "9850000"
    assert prices["برنج پاکستانی باسماتی آستانه"] == "7490000"


def test_columns_are_in_the_agreed_order(built):
    assert built["products.csv"].splitlines()[0] == ",".join(PRODUCT_COLUMNS)


def test_every_group_of_brands_that_a_kind_names_has_brands():
    words = load()
    for kind in words.kinds:
        assert bool(words.brands_for(kind)) == bool(kind.groups), kind.kind_id
