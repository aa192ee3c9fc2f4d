"""Lists, sets and the index itself give the same products in the same order."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.storage import Catalogue, Filters, Hits, bitsets, build, index
from kiosk.storage.bitsets import RANK, bits_of, both, either, in_any, in_list, listed_of, ranks_in
from kiosk.storage.wanted import NONE
from tools.generate_catalogue import products, write_snapshot

PRODUCTS = 1_500
RANKS = st.sets(st.integers(1, 500))


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("lists")
    write_snapshot(products(PRODUCTS), folder / "snapshot.gz")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bitsets, "PRODUCTS_MIN", 100)
        build(folder / "snapshot.gz", folder / "catalogue.db")
        yield folder / "catalogue.db"


def questions(count: int) -> list[tuple[str, Filters]]:
    """Write parts of names with parts of words, some with a filter."""
    chance, asked = random.Random(8), []
    for each in chance.sample(list(products(PRODUCTS)), count):
        words = chance.choice([each.name.fa, each.name.en]).split()
        some = chance.sample(words, min(len(words), chance.randint(2, 4)))
        some[-1] = some[-1][: chance.randint(1, 6)]
        filters = Filters(in_stock=True) if chance.random() < 0.3 else Filters()
        asked.append((" ".join(some), filters))
    return asked


def found(file: Path, asked: list[tuple[str, Filters]]) -> list[Hits]:
    with closing(Catalogue(file)) as catalogue:
        return [catalogue.search(*question) for question in asked]


@pytest.mark.parametrize("tried", [0, 50])
def test_lists_find_what_walking_the_index_finds(
    file: Path, monkeypatch: pytest.MonkeyPatch, tried: int
) -> None:
    asked = questions(150)
    monkeypatch.setattr(index, "_TRIED_MAX", tried)
    by_lists = found(file, asked)
    monkeypatch.setattr(index, "_LISTED_MAX", -1)
    by_walking = found(file, asked)

    assert by_lists == by_walking
    assert sum(bool(hits.products) for hits in by_lists) > 100


def test_what_meets_all_words_but_one_is_what_meets_the_others(file: Path) -> None:
    compared = 0
    with closing(Catalogue(file)) as catalogue:
        own = catalogue._index
        for text, _ in questions(150):
            wanted = [own.word(word) for word in dict.fromkeys(text.split()) if own.count(word)]
            rests = own.all_but_one(wanted)
            for at, rest in enumerate(rests):
                others = [each for each in wanted if each is not wanted[at]]
                if rest.known is not None or (rest is NONE and others):
                    expected = own._meeting_all(others, None).tolist()
                    assert ([] if rest.known is None else rest.known.tolist()) == expected
                    compared += bool(expected)

    assert compared > 50


@given(RANKS, RANKS)
def test_a_set_holds_its_ranks_and_a_list_too(some: set[int], others: set[int]) -> None:
    ranks, listed = (np.array(sorted(each), RANK) for each in (some, others))
    sets = [bits_of(each, 500) for each in (some, others)]

    assert list(ranks_in(both(sets))) == sorted(some & others)
    assert listed_of(both(sets)).tolist() == sorted(some & others)
    assert list(ranks_in(either(sets))) == sorted(some | others)
    assert ranks[in_any(sets[1:], ranks)].tolist() == sorted(some & others)
    assert ranks[in_list(listed, ranks)].tolist() == sorted(some & others)
