"""A guard against becoming slow by orders of magnitude; figures come from tools/bench/catalogue.py.

Times are of the processor and the limits generous, so a busy machine does not fail them.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from time import thread_time
from typing import TypeVar

import pytest

from kiosk.storage import Catalogue, Filters, build
from retail.catalogue import Product
from tools.generate_catalogue import products, write_snapshot

PRODUCTS = 2_000
T = TypeVar("T")


@pytest.fixture(scope="module")
def sample() -> list[Product]:
    return random.Random(4).sample(list(products(PRODUCTS)), 100)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    folder = tmp_path_factory.mktemp("speed")
    write_snapshot(products(PRODUCTS), folder / "snapshot.gz")
    build(folder / "snapshot.gz", folder / "catalogue.db")
    opened = Catalogue(folder / "catalogue.db")
    yield opened
    opened.close()


def ms(ask: Callable[[T], object], questions: Sequence[T]) -> float:
    """Give the middle of the times, in ms of the processor."""
    times = []
    for question in questions:
        began = thread_time()
        ask(question)
        times.append((thread_time() - began) * 1_000)
    return median(times)


def test_a_look_up_takes_less_than_a_millisecond(
    catalogue: Catalogue, sample: list[Product]
) -> None:
    assert ms(catalogue.by_gtin, [each.packs[0].gtin for each in sample]) < 1


def test_a_key_typed_is_answered_within_a_frame(
    catalogue: Catalogue, sample: list[Product]
) -> None:
    beginnings = [each.name.fa[:letters] for each in sample for letters in (2, 3, 4)]

    assert ms(catalogue.search, beginnings) < 10


def test_filters_do_not_ruin_it(catalogue: Catalogue, sample: list[Product]) -> None:
    rare = [Filters(each.category_id, True, price_max=each.list_price.minor) for each in sample]

    assert ms(lambda filters: catalogue.search("1", filters), rare) < 10


def test_slips_are_found_at_once(catalogue: Catalogue, sample: list[Product]) -> None:
    slipped = [each.name.fa[:2] + each.name.fa[3:] for each in sample]

    assert ms(catalogue.search, slipped) < 20


def test_a_switch_takes_no_longer_than_a_few_frames(catalogue: Catalogue, tmp_path: Path) -> None:
    def reopen(_: int) -> None:
        Catalogue(catalogue.file).close()

    assert ms(reopen, range(5)) < 50


def test_generated_products_are_all_different_and_the_same_each_time() -> None:
    some = list(products(300, seed=3))

    assert some == list(products(300, seed=3))
    assert some != list(products(300, seed=4))
    assert len({each.name for each in some}) == len({each.sku for each in some}) == 300
    assert len({pack.gtin for each in some for pack in each.packs}) >= 300


def test_more_products_than_there_are_words_for_are_refused() -> None:
    with pytest.raises(ValueError, match="Expected at most"):
        next(products(10**9))
