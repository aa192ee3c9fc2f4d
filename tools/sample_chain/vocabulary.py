"""The words of the sample chain: categories, brands, kinds of goods, units, and how a name is put.

It reads the tables in ``words/`` and knows how Persian and English put a kind, a variety, a
brand and a size together. It draws nothing, prices nothing and chooses nothing; what the
chain sells out of these words is ``tools.sample_chain.build``. All brands are invented.

Source: the tables are our own; the prices in them are of the order of a Tehran supermarket's
in autumn 1405 (2026) and stand for nobody's.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from retail.catalogue import Category, Size, Text

WORDS = Path(__file__).parent / "words"
HAMZA_ABOVE = "\u0654"
PERSIAN_DIGITS = str.maketrans("0123456789.", "۰۱۲۳۴۵۶۷۸۹٫")

# how many of the smallest measure: a size in a table is written "10kg", kept as 10,000 g
_SCALES = {
    "kg": (1_000, "g"),
    "g": (1, "g"),
    "l": (1_000, "ml"),
    "ml": (1, "ml"),
    "pc": (1, "piece"),
    "cm": (1, "cm"),
}
_MEASURE_NAMES = {
    "g": ("گرم", "g", "کیلوگرم", "kg"),
    "ml": ("میلی‌لیتر", "ml", "لیتر", "l"),
}
_OWN_VOWEL = ("جو", "نو", "پلو")  # a vav that is a consonant or a diphthong here


@dataclass(frozen=True, slots=True)
class Unit:
    """What one piece is called: a sack, a bottle."""

    unit_id: str
    name: Text
    plural_en: str


@dataclass(frozen=True, slots=True)
class Brand:
    """An invented brand; ``level`` is its price in percent of the table's, colours are RRGGBB."""

    brand_id: str
    name: Text
    groups: tuple[str, ...]
    level: int
    main: str
    accent: str


@dataclass(frozen=True, slots=True)
class Variety:
    """A kind's variety: low-fat, Hashemi from Astaneh; ``level`` is its price in percent.

    A kind that has none carries one variety with ``name`` none.
    """

    name: Text | None
    level: int = 100


@dataclass(frozen=True, slots=True)
class PackSize:
    """One size a kind is sold in, and its price in Rial for the plain variety."""

    unit: Unit
    size: Size
    price: int


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of goods: milk, washing powder. ``name`` is none where the variety says it all.

    ``groups`` name the brands that make it; none for loose goods. ``look`` names the shape of
    pack that ``tools.sample_chain.pictures`` draws.
    """

    kind_id: str
    category_id: str
    name: Text | None
    groups: tuple[str, ...]
    look: str
    sizes: tuple[PackSize, ...]
    varieties: tuple[Variety, ...]
    labels: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All tables, read and joined. Categories come parents first."""

    categories: tuple[Category, ...]
    vat_basis_points: Mapping[str, int]  # by category
    brands: tuple[Brand, ...]
    kinds: tuple[Kind, ...]
    labels: Mapping[str, Text]

    def brands_for(self, kind: Kind) -> tuple[Brand, ...]:
        """Give the brands that make this kind, in the table's order; none for loose goods."""
        return tuple(b for b in self.brands if set(b.groups) & set(kind.groups))


@cache
def load() -> Vocabulary:
    """Read the tables; refuses with ``ValueError`` or ``KeyError`` what does not join."""
    units = {
        row["unit"]: Unit(row["unit"], Text(row["fa"], row["en"]), row["en_plural"])
        for row in _rows("units")
    }
    labels = {row["label"]: Text(row["fa"], row["en"]) for row in _rows("labels")}
    categories = _rows("categories")
    return Vocabulary(
        tuple(
            Category(row["category"], Text(row["fa"], row["en"]), row["parent"], row["icon"])
            for row in categories
        ),
        {row["category"]: int(row["vat_bp"]) for row in categories},
        tuple(_brand(row) for row in _rows("brands")),
        tuple(_kind(row, units, labels) for row in _rows("kinds")),
        labels,
    )


@cache
def load_notes() -> Mapping[tuple[str, str], Text]:
    """Read the lines on origin and guarantee by (kind, English variety); "" is any variety."""
    return {(row["kind"], row["variety"]): Text(row["fa"], row["en"]) for row in _rows("notes")}


def name_of(
    kind: Kind, variety: Variety, brand: Brand | None = None, size: PackSize | None = None
) -> Text:
    """Put a product's name together as a careful writer would in each language.

    ``size`` goes into the name only where the reader needs it to tell two products apart.
    """
    fa = [text.fa for text in (kind.name, variety.name, brand and brand.name) if text]
    en = _english_core(kind.name, variety.name)
    if brand:
        en = f"{brand.name.en} {en}"
    if size is None:
        return Text(join_with_ezafe(fa), en)
    return Text(f"{join_with_ezafe(fa)} {amount_fa(size.size)}ی", f"{en} {amount_en(size.size)}")


def size_label(unit: Unit, size: Size) -> Text:
    """Say what one piece is: «کیسهٔ ۱۰ کیلوگرمی», "10 kg sack"; "pack of 12" where counted."""
    if unit.unit_id == "kilo" or (size.measure == "piece" and size.amount == 1):
        return unit.name
    fa = f"{amount_fa(size)}ی"
    if unit.unit_id != "piece":
        fa = f"{with_ezafe(unit.name.fa)} {fa}"
    if size.measure == "piece":
        return Text(fa, f"{unit.name.en} of {size.amount}")
    if unit.unit_id == "piece":
        return Text(fa, amount_en(size))
    return Text(fa, f"{amount_en(size)} {unit.name.en}")


def amount_fa(size: Size) -> str:
    """Write a size in Persian digits and words: ``Size(1500, "ml")`` gives «۱٫۵ لیتر»."""
    return " ".join(_amount(size, persian=True)).translate(PERSIAN_DIGITS)


def amount_en(size: Size) -> str:
    """Write a size in English: ``Size(1500, "ml")`` gives ``1.5 l``."""
    return " ".join(_amount(size, persian=False))


def join_with_ezafe(words: list[str]) -> str:
    """Join a noun with what describes it: «نوشابه», «کولا», «باران» give «نوشابهٔ کولای باران»."""
    return " ".join([with_ezafe(word) for word in words[:-1]] + words[-1:])


def with_ezafe(word: str) -> str:
    """Write the link to the next word where Persian writes it: «کیسه» gives «کیسهٔ».

    A silent he takes a small ye above it, alef and vav take a ye; after other letters the
    sound is not written. (Farhangestan, دستور خط فارسی, «کسرهٔ اضافه».)
    """
    if word.endswith("ه") and not word.endswith("اه"):
        return word + HAMZA_ABOVE
    if word.endswith(("ا", "و")) and not word.split()[-1].endswith(_OWN_VOWEL):
        return word + "ی"
    return word


def parse_size(text: str) -> Size:
    """Read a table's size: ``"1.5l"`` gives ``Size(1500, "ml")``."""
    digits = text.rstrip("kgmlpc")
    scale, measure = _SCALES[text[len(digits) :]]
    return Size(round(float(digits) * scale), measure)


def _english_core(kind: Text | None, variety: Text | None) -> str:
    """Put the variety before the kind, or where its ``~`` stands for the kind."""
    if kind is None or variety is None:
        said = kind or variety
        assert said is not None, "a kind or a variety has the name"
        return said.en
    if "~" in variety.en:
        return variety.en.replace("~", kind.en)
    return f"{variety.en} {kind.en}"


def _amount(size: Size, *, persian: bool) -> tuple[str, str]:
    names = _MEASURE_NAMES.get(size.measure)
    if names:
        large = size.amount >= 1_000
        number = f"{size.amount / 1_000:g}" if large else str(size.amount)
        return number, names[2 * large + (0 if persian else 1)]
    if size.measure == "piece":
        return str(size.amount), "عدد" if persian else "pcs"
    if size.amount >= 300:
        return f"{size.amount / 100:g}", "متر" if persian else "m"
    return str(size.amount), "سانتی‌متر" if persian else "cm"


def _brand(row: Mapping[str, str]) -> Brand:
    return Brand(
        row["brand"],
        Text(row["fa"], row["en"]),
        tuple(row["groups"].split(",")),
        int(row["level"]),
        row["main"],
        row["accent"],
    )


def _kind(row: Mapping[str, str], units: Mapping[str, Unit], labels: Mapping[str, Text]) -> Kind:
    return Kind(
        row["kind"],
        row["category"],
        None if row["fa"] == "-" else Text(row["fa"], row["en"]),
        tuple(group for group in _split(row["brands"], ",") if group != "-"),
        row["look"],
        tuple(_pack_size(text, units) for text in _split(row["sizes"], ",")),
        tuple(_variety(text) for text in _split(row["varieties"], ";")),
        tuple(labels[label] for label in _split(row["labels"], ",")),
    )


def _pack_size(text: str, units: Mapping[str, Unit]) -> PackSize:
    unit, size, thousand_rial = text.split()
    return PackSize(units[unit], parse_size(size), int(thousand_rial) * 1_000)


def _variety(text: str) -> Variety:
    if text == "-":
        return Variety(None)
    name, level = text.rsplit("@", 1)
    fa, en = name.split("=")
    return Variety(Text(fa, en), int(level))


def _split(text: str, separator: str) -> list[str]:
    return [part.strip() for part in text.split(separator) if part.strip()]


def _rows(table: str) -> list[dict[str, str]]:
    with (WORDS / f"{table}.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE, restval=""))
