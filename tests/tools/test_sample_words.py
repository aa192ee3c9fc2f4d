"""Persian and English names are put together as a careful writer would."""

from __future__ import annotations

import pytest

from retail.catalogue import Size, Text
from tools.sample_chain.vocabulary import (
    Kind,
    Unit,
    Variety,
    join_with_ezafe,
    name_of,
    parse_size,
    size_label,
    with_ezafe,
)

SACK = Unit("sack", Text("کیسه", "sack"), "sacks")
PACK = Unit("pack", Text("بسته", "pack"), "packs")
BOTTLE = Unit("bottle", Text("بطری", "bottle"), "bottles")
PIECE = Unit("piece", Text("عدد", "piece"), "pieces")
KILO = Unit("kilo", Text("کیلوگرم", "kilogram"), "kilograms")


@pytest.mark.parametrize(
    ("word", "linked"),
    [
        ("کیسه", "کیسهٔ"),
        ("نوشابه", "نوشابهٔ"),
        ("دم‌سیاه", "دم‌سیاه"),
        ("مربا", "مربای"),
        ("شامپو", "شامپوی"),
        ("آرد جو", "آرد جو"),
        ("شیر", "شیر"),
        ("چای", "چای"),
    ],
)
def test_writes_the_link_only_where_persian_writes_it(word, linked):
    assert with_ezafe(word) == linked


def test_the_last_word_takes_no_link():
    assert join_with_ezafe(["نوشابه", "کولا", "باران"]) == "نوشابهٔ کولای باران"


@pytest.mark.parametrize(
    ("unit", "size", "fa", "en"),
    [
        (SACK, Size(10_000, "g"), "کیسهٔ ۱۰ کیلوگرمی", "10 kg sack"),
        (BOTTLE, Size(1_500, "ml"), "بطری ۱٫۵ لیتری", "1.5 l bottle"),
        (PACK, Size(12, "piece"), "بستهٔ ۱۲ عددی", "pack of 12"),
        (PIECE, Size(90, "g"), "۹۰ گرمی", "90 g"),
        (PIECE, Size(1, "piece"), "عدد", "piece"),
        (KILO, Size(1_000, "g"), "کیلوگرم", "kilogram"),
    ],
)
def test_says_a_size_for_people_in_both_languages(unit, size, fa, en):
    assert size_label(unit, size) == Text(fa, en)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("10kg", Size(10_000, "g")),
        ("1.5l", Size(1_500, "ml")),
        ("330ml", Size(330, "ml")),
        ("12pc", Size(12, "piece")),
        ("28cm", Size(28, "cm")),
    ],
)
def test_reads_the_sizes_of_the_tables(text, size):
    assert parse_size(text) == size


def test_refuses_a_size_in_an_unknown_measure():
    with pytest.raises(KeyError):
        parse_size("3oz")


def test_english_puts_the_variety_where_its_mark_stands():
    kind = Kind("tuna", "tuna", Text("تن ماهی", "Tuna"), (), "can", (), (), ())
    oil = Variety(Text("در روغن زیتون", "~ in Olive Oil"))
    assert name_of(kind, oil) == Text("تن ماهی در روغن زیتون", "Tuna in Olive Oil")
