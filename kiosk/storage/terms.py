"""Under which terms a product stands in the index, and how a filter becomes a term.

A term is a folded word, a *leading* word (it says what the thing is: «شیر» of a milk, not of a
milk biscuit), or a *facet*: something to filter by, written as one private-use character,
which no folded text contains. The same functions serve the build and the question.

Source: docs/search.md, sections 4 (terms) and 5 (filters).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache

from retail.catalogue import Product, Size, Text
from retail.folding import index_words

LEADING = "\uf8ff"  # after a leading word; the last private-use character below U+10000
_FIRST, _FIRST_WIDE = 0xE000, 0xF0000
_NARROW_MAX = 0xF8FF - _FIRST
FACETS_MAX = _NARROW_MAX + 0xFFFD  # categories, aisles and price steps that one index can hold

_SIZE_WORDS = {  # of one small unit, and of a thousand (a hundred for cm)
    "g": ("گرم گرمی g gr", 1_000, "کیلو کیلوگرم کیلوگرمی کیلویی kg"),
    "ml": ("میلی لیتر میلیلیتر سیسی ml", 1_000, "لیتر لیتری l litre liter"),
    "cm": ("سانت سانتیمتر cm", 100, "متر متری m metre meter"),
    "piece": ("عدد عددی تایی pcs", 0, ""),
}


class FacetKind(Enum):
    """What can be filtered by a term."""

    CATEGORY = "category"  # value: its id; a product has its category's and all above it
    AISLE = "aisle"
    IN_STOCK = "in_stock"  # no value
    PRICE = "price"  # value: a step of ``price_step``
    PRICE_OCTAVE = "price_octave"  # value: four steps together


Facet = tuple[FacetKind, str]
IN_STOCK: Facet = (FacetKind.IN_STOCK, "")


def facet_term(number: int) -> str:
    """Write the facet of this number, from 0, as a term: one private-use character."""
    if number < _NARROW_MAX:
        return chr(_FIRST + number)
    return chr(_FIRST_WIDE + number - _NARROW_MAX)


def is_facet(term: str) -> bool:
    """Tell whether a term is something to filter by."""
    return len(term) == 1 and not is_word(term)


def is_word(term: str) -> bool:
    """Tell whether a term is neither a facet nor a leading word."""
    return not (_FIRST <= ord(term[-1]) <= 0xF8FF or ord(term[-1]) >= _FIRST_WIDE)


@dataclass(slots=True)
class FacetNumbers:
    """Gives each facet its number as it comes, and counts the products that have it."""

    numbers: dict[Facet, int] = field(default_factory=dict)
    products: list[int] = field(default_factory=list)

    def count(self, facet: Facet) -> int:
        """Give the facet's number; one more product has it."""
        number = self.numbers.setdefault(facet, len(self.products))
        if number == len(self.products):
            self.products.append(0)
        self.products[number] += 1
        return number


def words_of(product: Product, category: Text) -> tuple[str, ...]:
    """Give the terms of a product's texts, leading words among them; ``category`` is its name."""
    fa, en = index_words(product.name.fa), index_words(product.name.en)
    found = dict.fromkeys((*fa, *en))
    for text in (product.brand, product.unit, *product.labels):
        if text is not None:
            found.update(dict.fromkeys(_shared_words(text)))
    if product.size:
        found.update(dict.fromkeys(_size_words(product.size)))
    # a leading word says what the thing is: the Persian name's first, and the category's
    kind = _shared_words(category)
    leading = dict.fromkeys((*fa[:1], *(word for word in (*fa, *en) if word in kind)))
    return (*found, *(word + LEADING for word in leading))


def facets_of(product: Product, category_path: Iterable[str], store_id: str) -> Iterator[Facet]:
    """Give what the product can be filtered by; ``category_path`` are the ids up to the root."""
    in_stock = any(stock.store_id == store_id and stock.on_hand > 0 for stock in product.stock)
    aisle = product.place.aisle if product.place else ""
    return facets(category_path, aisle, in_stock, price_step(product.list_price.minor))


def facets(
    category_path: Iterable[str],
    aisle: str,
    in_stock: bool,
    step: int,
) -> Iterator[Facet]:
    """Give these properties as facets; an empty aisle is none."""
    for category_id in category_path:
        yield FacetKind.CATEGORY, category_id
    if aisle:
        yield FacetKind.AISLE, aisle
    if in_stock:
        yield IN_STOCK
    yield FacetKind.PRICE, str(step)
    yield FacetKind.PRICE_OCTAVE, str(step >> 2)


def price_step(minor: int) -> int:
    """Give the step a price is on: four steps to a doubling, a higher price never a lower step.

    >>> [price_step(minor) for minor in (0, 4, 5, 7, 8, 9, 10, 1_000_000)]
    [0, 12, 13, 15, 16, 16, 17, 83]
    """
    bits = minor.bit_length()
    return bits * 4 + ((minor << 2 >> (bits - 1)) & 3 if bits else 0)


def price_facets(low: int, high: int) -> list[Facet]:
    """Give the facets that together hold every price from ``low`` to ``high``, both included.

    The outermost two may hold prices beyond, so the price itself is to be looked at too.
    """
    facets: list[Facet] = []
    step, last = price_step(low), price_step(high)
    while step <= last:
        if step % 4 == 0 and step + 3 <= last:
            facets.append((FacetKind.PRICE_OCTAVE, str(step >> 2)))
            step += 4
        else:
            facets.append((FacetKind.PRICE, str(step)))
            step += 1
    return facets


@lru_cache(maxsize=4_096)  # of brands, units, labels and categories
def _shared_words(text: Text) -> tuple[str, ...]:
    return index_words(f"{text.fa} {text.en}")


@lru_cache(maxsize=4_096)
def _size_words(size: Size) -> tuple[str, ...]:
    small, per, large = _SIZE_WORDS[size.measure]
    words = [str(size.amount), *small.split()]
    if per and size.amount * 10 >= per:
        whole, rest = divmod(size.amount, per)
        decimals = f"{rest:0{len(str(per)) - 1}}"
        words += [f"{whole}.{decimals}".rstrip("0").rstrip("."), *large.split()]
    return tuple(words)
