"""Two ways of writing one thing fold to the same words: docs/search.md, sections 1 and 2."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from retail.folding import JOINT, TEXT_LENGTH_MAX, fold, index_words, question_words

PERSIAN = st.text("ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیآأإؤئةۀيكىء ۰۱۲۳٤٥٦\u200cـًٌٍَُِّْ", max_size=40)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("شير", "شیر"),
        ("موسى", "موسی"),
        ("كاله", "کاله"),
        ("آب", "اب"),
        ("أب", "اب"),
        ("إب", "اب"),
        ("ٱب", "اب"),
        ("كالة", "کاله"),
        ("خامۀ", "خامه"),
        ("خامهٔ", "خامه"),
        ("مؤسسه", "موسسه"),
        ("مسئول", "مسیول"),
        ("شیء", "شی"),
        ("شـیـر", "شیر"),
        ("شِیرِ", "شیر"),
        ("نعناعً", "نعناع"),
        ("رحمٰن", "رحمن"),
    ],
)
def test_persian_letters_have_one_form(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Nestlé", "nestle"),
        ("MÜSLI", "musli"),
        ("Øre", "ore"),
        ("Straße", "strasse"),
        ("Æg", "aeg"),
    ],
)
def test_latin_letters_lose_capitals_and_accents(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("۱۲۳", "123"),
        ("١٢٣", "123"),
        ("１２３", "123"),
        ("۱٫۵", "1.5"),
        ("1/5", "1.5"),
        ("1,5", "1.5"),
        ("1,500", "1500"),
        ("۱٬۵۰۰٬۰۰۰", "1500000"),
        ("2.", "2"),
        (".5", "5"),
    ],
)
def test_numbers_are_written_in_ascii_digits_with_a_point(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("written", "folded"),
    [("500گرم", "500 گرم"), ("500g", "500 g"), ("7up", "7 up"), ("b12", "b 12"), ("2.5L", "2.5 l")],
)
def test_a_number_and_its_unit_are_two_words(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("ﺷﻴﺮ", "شیر"),
        ("ﻻﻟﻪ", "لاله"),
        ("ﻣﹽﺎ", "ما"),
        ("﷼", "ریال"),
        ("㎏", "kg"),
        ("Pepsi™", "pepsi"),
    ],
)
def test_presentation_forms_are_taken_apart_without_cutting_a_word(
    written: str, folded: str
) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize("mark", ["\u200e", "\u200f", "\u200d", "\ufeff", "\u2067"])
def test_invisible_marks_do_not_cut_a_word(mark: str) -> None:
    assert fold(f"شی{mark}ر") == "شیر"


@pytest.mark.parametrize(
    "written", ['"', "'", "*", "NEAR(", "a\x00b", "^", ";--", "(((", "\ue000", "\U000f0005", ":"]
)
def test_no_sign_of_a_query_language_is_left(written: str) -> None:
    assert not set(fold(written)) & set("\"'*()^;-\x00\ue000\U000f0005:")


@pytest.mark.parametrize("joint", ["\u200c", "-", "\u2011", "'", "’"])
def test_a_compound_is_found_in_parts_and_joined(joint: str) -> None:
    assert index_words(f"کم{joint}چرب") == ("کم", "چرب", "کمچرب")


def test_a_compound_of_three_is_joined_in_every_way() -> None:
    assert index_words("نیم‌چرب‌شده") == (
        *("نیم", "چرب", "شده"),
        *("نیمچرب", "نیمچربشده", "چربشده"),
    )


def test_a_joint_with_nothing_to_join_is_no_joint() -> None:
    assert fold("- شیر\u200c -x- \u200cکم\u200c\u200cچرب") == "شیر x کم\u200cچرب"


def test_a_question_keeps_the_parts_of_a_compound_together() -> None:
    assert question_words("شیر کم‌چرب") == (("شیر",), ("کم", "چرب"))


def test_a_word_said_twice_is_indexed_once() -> None:
    assert index_words("نان نان Nan nan") == ("نان", "nan")


def test_only_the_beginning_of_an_endless_text_counts() -> None:
    assert len(fold("ش" * 10_000)) == TEXT_LENGTH_MAX


@given(st.text() | PERSIAN)
@example("\u0390")  # takes apart into more than one mark
@example("ϓ")  # a capital whose small letter has to be taken apart
@example("ﷺ")
@example("1,000,5")
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text() | PERSIAN)
def test_only_letters_digits_points_and_joints_are_left(text: str) -> None:
    left = set(fold(text)) - set(f" .{JOINT}")

    assert {unicodedata.category(character)[0] for character in left} <= {"L", "N"}
    assert not any(character.isdecimal() and not character.isascii() for character in left)


@given(PERSIAN)
def test_marks_and_kashida_change_nothing(text: str) -> None:
    dressed = "".join(f"{letter}\u064e" if letter.isalpha() else letter for letter in text)

    assert fold(dressed.replace("ب", "بـ")) == fold(text)


@given(st.text() | PERSIAN)
def test_a_text_is_found_by_each_word_of_its_own(text: str) -> None:
    indexed = set(index_words(text))

    for parts in question_words(text):
        assert indexed.issuperset(parts)


@given(st.integers(0, 10**9))
def test_every_script_writes_the_same_number(number: int) -> None:
    persian = str(number).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    arabic = str(number).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))

    assert fold(persian) == fold(arabic) == fold(f"{number:,}") == str(number)
