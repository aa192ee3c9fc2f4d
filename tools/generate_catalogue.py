"""Makes a catalogue of any size out of the sample chain's words, up to millions of products.

It is for measuring and for trying out: names, prices and codes look like a store's, every GTIN has
its right check digit, popularity falls off as it does in shops (Zipf), and the same count and
seed give the same products. What the sample chain really sells is ``tools.sample_chain``.

    python -m tools.generate_catalogue 1000000 build/bench/million.ndjson.gz
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import product as every_pair
from math import gcd
from pathlib import Path
from typing import NamedTuple

from retail.catalogue import Category, Pack, Product, Size, Stock, Store, Text
from retail.reductions import Reduction
from retail.snapshot import FORMAT, category_record, product_record, store_record, write_instant
from retail.values import RIAL, Gtin, Money, Place, check_digit
from tools.sample_chain.vocabulary import Kind, PackSize, Variety, amount_en, amount_fa, load
from tools.sample_chain.vocabulary import join_with_ezafe as joined

MADE_AT = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
STORES = tuple(
    Store(f"branch-{i}", Text(fa, en))
    for i, (fa, en) in enumerate([("ونک", "Vanak"), ("پونک", "Punak"), ("تجریش", "Tajrish")], 1)
)
AISLES = 24
POPULARITY_MAX = 1_000_000
_STRIDE = 0x9E3779B1  # a prime: steps through all combinations in a scattered order

# names that sound like brands: each beginning with each ending
_BEGINNINGS = (
    "گل gol,مهر mehr,سپید sepid,زر zar,نیک nik,شاد shad,پر par,خوش khosh,به beh,آذر azar,"
    "ماه mah,دل del,سبز sabz,کوه kuh,باغ bagh,رود rud,نور nur,تک tak,هم ham,پاک pak,روز ruz,"
    "شب shab,گنج ganj,ناز naz,پیک peyk,رنگ rang,شهد shahd,فر far,کام kam,لاله laleh,مینو minu,"
    "نوبر nowbar,هور hur,یاس yas,آوا ava,برگ barg,تاج taj,جام jam,چکاو chekav,دانه daneh"
)
_ENDINGS = (
    "دشت dasht,بار bar,آرا ara,نوش nush,سار sar,گون gun,فام fam,ستان stan,مان man,زاد zad,"
    "یار yar,وند vand,کده kadeh,پخت pokht,چین chin,ریز riz,سرا sara,تاب tab,افزا afza,نشان neshan,"
    "آباد abad,بان ban,پرور parvar,دان dan,راد rad,شید shid,گستر gostar,کار kar,ناب nab,آور avar"
)


class _Item(NamedTuple):
    """What a shop can sell, but for its brand."""

    kind: Kind
    variety: Variety
    pack: PackSize


def products(count: int, seed: int = 1) -> Iterator[Product]:
    """Give ``count`` different products; refuses more than the words allow, some millions."""
    items, names = _items(), brands()
    total = len(items) * len(names)
    if count > total:
        raise ValueError(f"Expected at most {total} products, got {count}")
    assert gcd(_STRIDE, total) == 1, total
    vat = load().vat_basis_points
    for i in range(count):
        brand, item = divmod((i + seed) * _STRIDE % total, len(items))
        chance = random.Random(seed << 32 | i)
        yield _product(i, items[item], names[brand], vat[items[item].kind.category_id], chance)


@cache
def brands() -> tuple[Text, ...]:
    """Give the brands: the sample chain's, and some 1,200 more that are as invented."""
    pairs = every_pair(_BEGINNINGS.split(","), _ENDINGS.split(","))
    made = []
    for beginning, ending in pairs:
        (fa, en), (more_fa, more_en) = beginning.split(), ending.split()
        made.append(Text(fa + more_fa, (en + more_en).capitalize()))
    return (*(brand.name for brand in load().brands), *made)


def write_snapshot(made: Iterable[Product], into: Path) -> int:
    """Write a snapshot with these products, as docs/snapshot.md says; gives how many records."""
    records = 0
    heading = {
        "kind": "catalogue",
        "format": FORMAT,
        "chain": "bench",
        "store": STORES[0].store_id,
        "currency": RIAL,
        "sequence": 1,
        "made_at": write_instant(MADE_AT),
        "zone": "Asia/Tehran",
    }
    with gzip.open(into, "wt", compresslevel=1, encoding="utf-8", newline="\n") as file:
        file.write(_line(heading))
        for record in _records(load().categories, made):
            file.write(_line(record))
            records += 1
        file.write(_line({"kind": "end", "records": records}))
    return records


def main() -> int:
    """Write a snapshot of the size asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("into", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    arguments.into.parent.mkdir(parents=True, exist_ok=True)
    print(write_snapshot(products(arguments.count, arguments.seed), arguments.into))
    return 0


@cache
def _items() -> tuple[_Item, ...]:
    """Give each kind in each variety and size, and in half and twice the size."""
    return tuple(
        _Item(kind, variety, _scaled(pack, times))
        for kind in load().kinds
        for variety in kind.varieties or (Variety(None),)
        for pack in kind.sizes
        for times in (2, 1, 4)
        if (kind.name or variety.name) and pack.size.amount * times % 2 == 0
    )


def _scaled(pack: PackSize, halves: int) -> PackSize:
    size = Size(pack.size.amount * halves // 2, pack.size.measure)
    return PackSize(pack.unit, size, pack.price * halves // 2)


def _product(
    i: int, item: _Item, brand: Text, vat_basis_points: int, chance: random.Random
) -> Product:
    kind, variety, pack = item
    level = variety.level * chance.randint(85, 125)
    price = Money(max(1_000, pack.price * level // 10_000 // 500 * 500), RIAL)
    sku = f"{i + 1:08}"
    return Product(
        sku=sku,
        name=_name(item, brand),
        category_id=kind.category_id,
        list_price=price,
        packs=tuple(_packs(i, price, chance)),
        unit=pack.unit.name,
        brand=brand,
        labels=kind.labels,
        size=pack.size,
        vat_basis_points=vat_basis_points,
        popularity=int(POPULARITY_MAX / (1 + chance.randrange(1_000_000)) + chance.randrange(50)),
        stock=tuple(_stock(chance)),
        place=_place(kind.category_id, chance),
        offers=tuple(offer.on(sku) for offer in _offers() if chance.random() < 0.02),
    )


def _name(item: _Item, brand: Text) -> Text:
    kind, variety, pack = item
    parts = [text for text in (kind.name, variety.name, brand) if text]
    en = [text.en.replace("~ ", "") for text in (brand, variety.name, kind.name) if text]
    return Text(
        f"{joined([text.fa for text in parts])} {amount_fa(pack.size)}ی",
        f"{' '.join(en)} {amount_en(pack.size)}",
    )


def _packs(i: int, price: Money, chance: random.Random) -> Iterator[Pack]:
    yield Pack(_gtin(f"0626{i:09}"))
    if chance.random() < 0.1:
        pieces = chance.choice((4, 6, 12, 24))
        case = Money(price.minor * pieces * 96 // 100, RIAL)
        yield Pack(_gtin(f"1626{i:09}"), pieces, Text("کارتن", "case"), case)


def _gtin(body: str) -> Gtin:
    return Gtin(f"{body}{check_digit(body)}")


def _stock(chance: random.Random) -> Iterator[Stock]:
    for store in STORES:
        if chance.random() < 0.8:
            on_hand = max(0, chance.randint(-8, 60))
            counted_at = MADE_AT - timedelta(minutes=chance.randrange(3_000))
            yield Stock(store.store_id, on_hand, counted_at)


def _place(category_id: str, chance: random.Random) -> Place | None:
    if chance.random() < 0.03:
        return None
    aisle = 1 + sum(category_id.encode()) % AISLES
    return Place(str(aisle), str(chance.randint(1, 12)), str(chance.randint(1, 6)))


@cache
def _offers() -> tuple[Reduction, ...]:
    week = timedelta(days=7)
    return tuple(
        Reduction(f"offer-{i}", MADE_AT - week, MADE_AT + week * i, i * 500, i == 3, f"پیشنهاد {i}")
        for i in range(1, 5)
    )


def _records(
    categories: Iterable[Category], made: Iterable[Product]
) -> Iterator[dict[str, object]]:
    yield from map(category_record, categories)
    yield from map(store_record, STORES)
    yield from map(product_record, made)


def _line(record: dict[str, object]) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
