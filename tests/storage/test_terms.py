"""What a product can be found and filtered by: docs/search.md, sections 4 and 5."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.storage.terms import (
    FACETS_MAX,
    LEADING,
    FacetKind,
    FacetNumbers,
    facet_term,
    facets_of,
    is_word,
    price_facets,
    price_step,
    words_of,
)
from retail.catalogue import Size, Text
from retail.folding import fold
from tests.storage.shop import FULL, product

MINOR = st.integers(0, 1 << 62)


def test_a_products_words_are_those_of_name_brand_unit_labels_and_size() -> None:
    words = set(words_of(FULL, Text("شیر", "Milk")))

    assert {"شیر", "کمچرب", "kalleh", "کاله", "organic", "بسته", "1000", "1", "لیتر"} <= words


def test_the_words_that_say_what_it_is_lead() -> None:
    words = words_of(FULL, Text("شیر", "Milk"))

    assert [word for word in words if LEADING in word] == [f"شیر{LEADING}", f"milk{LEADING}"]


@pytest.mark.parametrize(
    ("size", "numbers"),
    [
        (Size(500, "g"), {"500", "0.5"}),
        (Size(1_500, "ml"), {"1500", "1.5"}),
        (Size(10_000, "g"), {"10000", "10"}),
        (Size(50, "g"), {"50"}),
        (Size(250, "cm"), {"250", "2.5"}),
        (Size(12, "piece"), {"12"}),
    ],
)
def test_a_size_is_found_in_small_and_in_large_units(size: Size, numbers: set[str]) -> None:
    words = words_of(product(1, "کالا", size=size), Text("همه"))

    assert {word for word in words if word[0].isdecimal()} == numbers


@pytest.mark.parametrize("number", [0, 1, 6_398, 6_399, 6_400, FACETS_MAX - 1])
def test_a_facet_is_one_character_that_no_text_contains(number: int) -> None:
    term = facet_term(number)

    assert unicodedata.category(term) == "Co"
    assert term != LEADING
    assert not is_word(term)
    assert fold(f"شیر{term}") == "شیر"


def test_different_facets_are_different_characters() -> None:
    assert len({facet_term(number) for number in range(10_000)}) == 10_000


def test_facets_are_numbered_as_they_come_and_counted() -> None:
    numbers = FacetNumbers()
    milk, toys = (FacetKind.CATEGORY, "milk"), (FacetKind.CATEGORY, "toys")

    assert [numbers.count(each) for each in (milk, toys, milk)] == [0, 1, 0]
    assert numbers.products == [2, 1]


def test_a_product_has_the_facets_of_all_categories_above_it() -> None:
    facets = set(facets_of(FULL, ("milk", "dairy", "food"), "vanak"))

    assert {(FacetKind.CATEGORY, each) for each in ("milk", "dairy", "food")} <= facets
    assert {(FacetKind.AISLE, "A3"), (FacetKind.IN_STOCK, "")} <= facets
    assert (FacetKind.IN_STOCK, "") not in set(facets_of(FULL, (), "punak"))


@given(MINOR, MINOR)
def test_a_higher_price_is_never_on_a_lower_step(one: int, other: int) -> None:
    low, high = sorted((one, other))

    assert price_step(low) <= price_step(high)


@given(MINOR, MINOR, MINOR)
def test_every_price_in_a_range_has_one_of_its_facets(one: int, two: int, three: int) -> None:
    low, price, high = sorted((one, two, three))

    step = price_step(price)
    own = {(FacetKind.PRICE, str(step)), (FacetKind.PRICE_OCTAVE, str(step >> 2))}
    assert own & set(price_facets(low, high))


@given(MINOR, MINOR)
def test_a_range_needs_few_facets(one: int, other: int) -> None:
    assert len(price_facets(*sorted((one, other)))) <= 6 + 63
