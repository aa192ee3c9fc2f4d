"""What the sample chain sells: every product that comes out of the words, the same each time.

A choice that looks like chance is a hash of what it is about, never a running generator, so
that a new row in a table leaves all other products as they were, but for their SKUs. No file
is written here.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count

from retail.catalogue import Text
from retail.values import BASIS_POINTS, Gtin, check_digit
from tools.sample_chain.vocabulary import (
    Brand,
    Kind,
    PackSize,
    Variety,
    Vocabulary,
    load,
    load_notes,
    name_of,
)

COUNTRY = "626"  # GS1's prefix for Iran
FIRST_SKU = 1001
FIRST_COMPANY = 1002  # so that Astaneh, the second brand, has 01003
KEPT_PERCENT = 74  # of the products that the tables allow, so that shelves have gaps
HERO = ("rice-hashemi", "Premium", "astaneh")  # the product of the first picture of the screen
ALWAYS = ("rice-iranian", "rice-foreign")  # categories without gaps
SHORT_CODES = ("gum", "eraser", "chocolate-snack")  # small packs carry a GTIN-8
AMERICAN_CODES = ("charger", "cable", "batteries")  # these carry a GTIN-12

_LABELS_BY_WORD = {
    "Organic": "organic",
    "Sugar-Free": "sugar-free",
    "Zero Sugar": "sugar-free",
    "No Added Sugar": "sugar-free",
    "Lactose-Free": "lactose-free",
    "Gluten-Free": "gluten-free",
    "Low-Salt": "low-salt",
    "Wholemeal": "wholegrain",
    "Wholewheat": "wholegrain",
}

# what a case of each look holds, and what the shop calls the case
_CASES = {
    "pet": (6, Text("شرینک", "shrink-wrap")),
    "water": (6, Text("شرینک", "shrink-wrap")),
    "tetra": (12, Text("کارتن", "case")),
    "sodacan": (24, Text("کارتن", "case")),
    "tunacan": (24, Text("کارتن", "case")),
    "can": (12, Text("کارتن", "case")),
    "wrap": (24, Text("جعبه", "box")),
    "bar": (12, Text("جعبه", "box")),
    "pasta": (20, Text("کارتن", "case")),
    "crisps": (20, Text("کارتن", "case")),
    "pen": (50, Text("جعبه", "box")),
}
CASE_BASIS_POINTS = 9_600  # what a case costs of its pieces
# how often a department is walked to, in percent; 90 where it is not named
_FOOTFALL = {"dairy": 140, "bakery": 130, "produce": 120, "pantry": 115, "electronics": 40}


@dataclass(frozen=True, slots=True)
class Case:
    """A box of several pieces with a GTIN and a price (Rial) of its own; price none: by piece."""

    gtin: str
    pieces: int
    price: int | None
    unit: Text


@dataclass(frozen=True, slots=True)
class Item:
    """A product of the sample chain, complete but for the branches it is sold in.

    ``gtin`` and those of ``cases`` are as printed: 8, 12, 13 or 14 digits. ``price`` is Rial.
    """

    sku: str
    kind: Kind
    variety: Variety
    brand: Brand | None
    pack: PackSize
    name: Text
    gtin: str
    cases: tuple[Case, ...]
    price: int
    popularity: int
    note: Text | None
    labels: tuple[Text, ...]

    @property
    def picture(self) -> str:
        """The file name of its picture, told by what it shows: ``milk-low-fat-baran-1000ml``."""
        said = [self.kind.kind_id]
        said += [self.variety.name.en] if self.variety.name else []
        said += [self.brand.brand_id] if self.brand else []
        if self.kind.name is not None:
            said.append(f"{self.pack.size.amount}{self.pack.size.measure}")
        return _slug("-".join(said)) + ".webp"

    @property
    def is_hero(self) -> bool:
        """Tell whether it is the product that the demo shows first."""
        variety = self.variety.name.en if self.variety.name else ""
        brand = self.brand.brand_id if self.brand else ""
        told = (self.kind.kind_id, variety, brand)
        return told == HERO and self.pack is self.kind.sizes[0]


def items() -> tuple[Item, ...]:
    """Give every product of the chain in the order of its SKU."""
    words = load()
    numbers: dict[str, count[int]] = {}
    found = [
        _item(words, f"{sku:06d}", line, numbers)
        for sku, line in zip(count(FIRST_SKU), _lines(words), strict=False)
    ]
    return tuple(_with_popularity(words, found))


def draw(about: str, below: int) -> int:
    """Draw a whole number from 0 up to, but not, ``below``: the same for the same text."""
    digest = hashlib.sha256(f"baran:{about}".encode()).digest()
    return int.from_bytes(digest[:6], "big") % below


@dataclass(frozen=True, slots=True)
class _Line:
    """One product that the tables allow; ``usual`` says it is in the kind's usual size."""

    kind: Kind
    variety: Variety
    brand: Brand | None
    pack: PackSize
    usual: bool

    @property
    def key(self) -> str:
        variety = self.variety.name.en if self.variety.name else ""
        brand = self.brand.brand_id if self.brand else ""
        return f"{self.kind.kind_id}/{variety}/{brand}/{self.pack.unit.unit_id}{self.pack.size}"


def _lines(words: Vocabulary) -> Iterator[_Line]:
    for kind in words.kinds:
        for brand in words.brands_for(kind) or (None,):
            for variety in kind.varieties:
                for place, pack in enumerate(kind.sizes):
                    line = _Line(kind, variety, brand, pack, usual=place == 0)
                    if _is_sold(line):
                        yield line


def _is_sold(line: _Line) -> bool:
    if line.kind.category_id in ALWAYS or line.brand is None or line.brand.brand_id == "baran":
        return True
    return draw(f"sold/{line.key}", 100) < KEPT_PERCENT


def _item(words: Vocabulary, sku: str, line: _Line, numbers: dict[str, count[int]]) -> Item:
    kind, variety, brand = line.kind, line.variety, line.brand
    price = _price(line)
    number = _Numbers(words, line, numbers)
    gtin = number.piece()
    return Item(
        sku,
        kind,
        variety,
        brand,
        line.pack,
        name_of(kind, variety, brand, None if line.usual else line.pack),
        gtin,
        tuple(_cases(line, gtin, price, number)),
        price,
        popularity=0,
        note=_note(kind, variety),
        labels=_labels(words, line),
    )


def _price(line: _Line) -> int:
    """Give Rial: the table's price by variety and brand, a little up or down, on a round sum."""
    wobble = 0 if line.brand is None or line.brand.brand_id == "astaneh" else _wobble(line.key)
    level = line.variety.level * (line.brand.level if line.brand else 100) * (100 + wobble)
    exact = line.pack.price * level // 1_000_000
    step = 5_000 if exact < 1_000_000 else 10_000
    return max(step, (exact + step // 2) // step * step)


def _wobble(key: str) -> int:
    return draw(f"price/{key}", 9) - 4


class _Numbers:
    """The GTINs of one product, from its brand's block of numbers or from the scale's."""

    def __init__(self, words: Vocabulary, line: _Line, numbers: dict[str, count[int]]) -> None:
        self._line = line
        self._numbers = numbers
        brand = line.brand
        self._company = FIRST_COMPANY + words.brands.index(brand) if brand else 0

    def piece(self) -> str:
        """Give the number of one piece: GTIN-13 as a rule, GTIN-8 or -12 where that is usual."""
        kind = self._line.kind
        if self._line.pack.unit.unit_id == "kilo":
            return _checked(f"21{self._next('scale') + 100:05d}00000")
        if kind.kind_id in SHORT_CODES:
            return _checked(f"{COUNTRY}{self._next('short') + 1000:04d}")
        if kind.kind_id in AMERICAN_CODES:
            number = _checked(f"{COUNTRY}9{self._next('american') + 1000:07d}")
            return number if number[-2] != "5" else f"0{number}"
        return self.trade_item()

    def trade_item(self) -> str:
        """Give the next GTIN-13 of the brand."""
        company = f"{self._company:05d}"
        return _checked(f"{COUNTRY}{company}{self._next(company):04d}")

    def _next(self, block: str) -> int:
        return next(self._numbers.setdefault(block, count(1)))


def _checked(digits: str) -> str:
    return f"{digits}{check_digit(digits)}"


def _cases(line: _Line, gtin: str, price: int, number: _Numbers) -> Iterator[Case]:
    """Give the boxes: most carry a GTIN-14 made of the piece's, some one of their own."""
    if line.kind.look not in _CASES or line.pack.unit.unit_id == "kilo" or len(gtin) != 13:
        return
    pieces, unit = _CASES[line.kind.look]
    if not _small_enough(line.pack) or draw(f"case/{line.key}", 100) >= 60:
        return
    own = draw(f"own/{line.key}", 4) == 0
    digits = number.trade_item() if own else _checked(f"1{Gtin.parse(gtin).digits[1:13]}")
    total = price * pieces * CASE_BASIS_POINTS // BASIS_POINTS // 10_000 * 10_000
    yield Case(digits, pieces, total, unit)
    if draw(f"double/{line.key}", 6) == 0:  # a pallet layer, at the price of its pieces
        yield Case(_checked(f"3{Gtin.parse(gtin).digits[1:13]}"), pieces * 4, None, unit)


def _small_enough(pack: PackSize) -> bool:
    return pack.size.amount <= 1_500 and pack.unit.unit_id not in ("gallon", "tin")


def _note(kind: Kind, variety: Variety) -> Text | None:
    notes = load_notes()
    own = variety.name and notes.get((kind.kind_id, variety.name.en))
    return own or notes.get((kind.kind_id, ""))


def _labels(words: Vocabulary, line: _Line) -> tuple[Text, ...]:
    labels = list(line.kind.labels)
    told = line.variety.name.en if line.variety.name else ""
    label = words.labels.get(_LABELS_BY_WORD.get(told, ""))
    if label and label not in labels:
        labels.insert(0, label)
    return tuple(labels[:3])


def _with_popularity(words: Vocabulary, found: list[Item]) -> list[Item]:
    """Give each its count of sales: the first sells most, the n-th about 1/n of that (Zipf)."""
    parents = {category.category_id: category.parent for category in words.categories}

    def liking(item: Item) -> tuple[bool, int]:
        department = parents[item.kind.category_id]
        chance = draw(f"liked/{item.picture}", 100) + 1
        return item.is_hero, chance * _FOOTFALL.get(department, 90)

    ranked = sorted(found, key=lambda item: (*liking(item), item.sku), reverse=True)
    sold = {item.sku: 240_000 // (rank + 5) for rank, item in enumerate(ranked)}
    return [replace(item, popularity=sold[item.sku]) for item in found]


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
