"""The search finds what a plain reading of docs/search.md finds, product by product, word by word."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.storage import Catalogue, Filters, Reading, bitsets, build, index, spelling
from kiosk.storage.spelling import Correction, distance, half_slips, slips_forgiven
from kiosk.storage.terms import LEADING, words_of
from retail.catalogue import Product
from retail.folding import index_words
from tools.generate_catalogue import products, write_snapshot
from tools.sample_chain.vocabulary import load

PRODUCTS = 800
CATEGORIES = {each.category_id: each for each in load().categories}
ASSORTMENT = sorted(products(PRODUCTS), key=lambda each: -each.popularity)
TERMS = [frozenset(words_of(each, CATEGORIES[each.category_id].name)) for each in ASSORTMENT]
WORDS = sorted({term for terms in TERMS for term in terms if not term.endswith(LEADING)})
PLAIN = [word for word in WORDS if word.isalpha()]
Meets = Callable[[int], bool]


@pytest.fixture(scope="module", params=["lists", "sets"])
def catalogue(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Catalogue]:
    """Open it with terms as lists, and as common ones are in a large catalogue."""
    folder = tmp_path_factory.mktemp("oracle")
    write_snapshot(products(PRODUCTS), folder / "snapshot.gz")
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "sets":
            patch.setattr(bitsets, "PRODUCTS_MIN", 30)
        build(folder / "snapshot.gz", folder / "catalogue.db")
        opened = Catalogue(folder / "catalogue.db")
        yield opened
        opened.close()


def category_names(product: Product) -> set[str]:
    """Give the words of the names of a product's category and of all above it."""
    words: set[str] = set()
    category_id = product.category_id
    while category_id:
        category = CATEGORIES[category_id]
        words.update(index_words(f"{category.name.fa} {category.name.en}"))
        category_id = category.parent
    return words


NAMED = [terms | category_names(each) for each, terms in zip(ASSORTMENT, TERMS, strict=True)]


def begins(at: int, start: str) -> bool:
    return any(term.startswith(start) for term in TERMS[at] if not term.endswith(LEADING))


def plainly(words: Sequence[str], filters: Filters) -> list[Product]:
    """Find what the steps 1 to 5 of section 6 find, each step's by popularity."""
    *before, last = words
    steps: list[Meets] = [
        lambda at: len(words) == 1 and words[0] + LEADING in TERMS[at],
        lambda at: TERMS[at].issuperset(words),
        lambda at: TERMS[at].issuperset(before) and begins(at, last),
        lambda at: NAMED[at].issuperset(words),
    ]
    allowed = [at for at, each in enumerate(ASSORTMENT) if meets(each, filters)]
    found = dict.fromkeys(at for step in steps for at in allowed if step(at))
    if not found:
        found = dict.fromkeys(at for at in allowed if all(begins(at, word) for word in words))
    return [ASSORTMENT[at] for at in found]


def meets(product: Product, filters: Filters) -> bool:
    return filters.price_min <= product.list_price.minor <= (filters.price_max or 1 << 60) and (
        not filters.in_stock
        or any(s.on_hand > 0 for s in product.stock if s.store_id == "branch-1")
    )


def joined(words: Sequence[str]) -> bool:
    """Tell whether neighbours are one word of the catalogue: section 2 reads them as such."""
    pairs = pairwise(words)
    return any(one + other in WORDS for one, other in pairs)


BEGINNING = st.tuples(st.sampled_from(PLAIN), st.integers(2, 6)).map(
    lambda each: each[0][: each[1]]
)
OF_ONE_PRODUCT = st.sampled_from(TERMS).flatmap(
    lambda terms: st.lists(
        st.sampled_from(sorted(set(PLAIN) & terms)), min_size=1, max_size=3, unique=True
    )
)
QUESTION = st.one_of(
    OF_ONE_PRODUCT,
    st.tuples(OF_ONE_PRODUCT, BEGINNING).map(lambda each: [*each[0], each[1]]),
    st.lists(BEGINNING, min_size=1, max_size=3),
)
FILTERS = st.sampled_from(
    [Filters(), Filters(in_stock=True), Filters(price_min=300_000, price_max=1_000_000)]
)


@given(QUESTION.filter(lambda words: not joined(words)), FILTERS)
@settings(max_examples=150, deadline=None)
def test_the_steps_find_what_a_plain_reading_finds(
    catalogue: Catalogue, words: list[str], filters: Filters
) -> None:
    expected = plainly(words, filters)
    hits = catalogue.search(" ".join(words), filters, limit=PRODUCTS)

    # with fewer than three, the other layout may have been taken
    if len(expected) >= 3 or (expected and hits.reading is Reading.AS_TYPED):
        assert list(hits.products) == expected


@given(QUESTION, st.integers(1, 7))
@settings(max_examples=60, deadline=None)
def test_pages_put_together_are_the_whole(
    catalogue: Catalogue, words: list[str], size: int
) -> None:
    text = " ".join(words)
    whole = catalogue.search(text, limit=4 * size).products
    pages = [catalogue.search(text, limit=size, offset=i * size) for i in range(4)]

    assert tuple(each for page in pages for each in page.products) == whole
    assert all(page.more or not rest.products for page, rest in pairwise(pages))


@given(QUESTION, QUESTION)
@settings(max_examples=60, deadline=None)
def test_what_is_remembered_of_one_question_does_not_change_another(
    catalogue: Catalogue, one: list[str], other: list[str]
) -> None:
    first = catalogue.search(" ".join(one))
    catalogue.search(" ".join(other))

    assert catalogue.search(" ".join(one)) == first
    with closing(Catalogue(catalogue.file)) as fresh:
        assert fresh.search(" ".join(one)) == first


def test_little_memory_gives_the_same_answers(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(3)
    asked = [" ".join(chance.sample(PLAIN, 2))[:-1] for _ in range(40)]
    asked += [each.name.fa[:-2] for each in chance.sample(ASSORTMENT, 40)]
    with closing(Catalogue(catalogue.file)) as fresh:
        expected = [fresh.search(text) for text in asked]
    for bound in ("_TERMS_KEPT", "_SETS_KEPT", "_LISTS_BYTES", "_BEGUN_KEPT"):
        monkeypatch.setattr(index, bound, 1)
    monkeypatch.setattr("kiosk.storage.products._PRODUCTS_KEPT", 3)
    monkeypatch.setattr("kiosk.storage.products._SHARED_AT_ONCE", 1)

    with closing(Catalogue(catalogue.file)) as forgetful:
        assert [forgetful.search(text) for text in asked] == expected


def test_a_text_of_signs_on_the_other_layout_finds_nothing_and_breaks_nothing(
    catalogue: Catalogue,
) -> None:
    for typed in ("گگگ", "ک", "؛", "چج", "]", "پ؛", "'';;"):
        hits = catalogue.search(typed, limit=PRODUCTS)

        assert len(hits.products) < PRODUCTS


# ---- slips


@st.composite
def slipped(draw: st.DrawFn) -> str:
    """Draw a word of the catalogue with one or two slips in it."""
    word = draw(st.sampled_from([word for word in PLAIN if len(word) > 3]))
    for _ in range(draw(st.integers(1, 2))):
        at = draw(st.integers(0, len(word) - 2))
        letter = draw(st.sampled_from("ابرمنشیaeo"))
        word = draw(
            st.sampled_from(
                [
                    word[:at] + word[at + 1 :],
                    word[:at] + letter + word[at:],
                    word[:at] + letter + word[at + 1 :],
                    word[:at] + word[at + 1] + word[at] + word[at + 2 :],
                ]
            )
        )
    return word


@given(slipped().filter(lambda word: len(word) > 2), st.integers(1, 2))
@settings(max_examples=200, deadline=None)
def test_corrections_are_those_of_comparing_every_word(
    catalogue: Catalogue, asked: str, slips: int
) -> None:
    near = [
        Correction(word, half_slips(asked, word, apart), sum(word in terms for terms in TERMS))
        for word in WORDS
        if 0 < (apart := distance(asked, word, slips)) <= slips
    ]
    near.sort(key=lambda each: (each.half_slips, -each.products, each.word))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spelling, "WORDS_MAX", len(WORDS))
        found = catalogue._index.spelling._look_up(asked, slips)

    # of a short word fewer rests are kept than of a long one, so it may be missed by a long one
    sure = [each for each in near if slips <= slips_forgiven(each.word)]
    assert list(found) == [each for each in near if each in found]
    assert set(sure) <= set(found)


@given(st.sampled_from(ASSORTMENT), st.data())
@settings(max_examples=100, deadline=None)
def test_a_letter_left_out_of_a_long_word_still_finds_the_product(
    catalogue: Catalogue, product: Product, data: st.DataObject
) -> None:
    words = product.name.fa.split()
    long = [i for i, word in enumerate(words) if len(word) > 4 and word.isalpha()]
    i = data.draw(st.sampled_from(long or [0]))
    at = data.draw(st.integers(1, len(words[i]) - 1))
    words[i] = words[i][:at] + words[i][at + 1 :]
    hits = catalogue.search(" ".join(words), limit=PRODUCTS)

    # another reading may find something first, but never nothing at all
    assert product in hits.products or hits.products
