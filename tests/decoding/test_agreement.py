"""Who must agree with whom before a number is believed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.decoding.agreement import NORMAL, STRICT, Ballot, Look, Vote, is_fragile
from kiosk.decoding.symbols import Format, Reading, retail_reading

HERE = ((0.0, 0.0), (90.0, 0.0), (90.0, 40.0), (0.0, 40.0))
ELSEWHERE = ((200.0, 0.0), (290.0, 0.0), (290.0, 40.0), (200.0, 40.0))
MUESLI = retail_reading(Format.EAN13, "4006381333931", HERE)
HONEY = retail_reading(Format.EAN13, "4012345678901", HERE)
SHORT = retail_reading(Format.EAN8, "96385074", HERE)
LINK = Reading(Format.QRCODE, "https://id.example/01/1", b"https://id.example/01/1", "Q1", HERE)
CARTON = Reading(Format.ITF, "15400141288763", b"15400141288763", "I1", HERE)
FRAGMENT = Reading(Format.ITF, "21673613", b"21673613", "I1", HERE)
STUMP = Reading(Format.ITF, "1334", b"1334", "I1", HERE)
DATABAR = Reading(Format.DATABAR, "0102001234567893", b"0102001234567893", "e0", HERE)


def believed(rule, *looks, earlier=()):
    ballot = Ballot(rule, earlier)
    for library, part, reading in looks:
        ballot.add(Look(library, part), [reading])
    return [(symbol.text, symbol.agreement) for symbol in ballot.symbols()]


@pytest.mark.parametrize(
    ("rule", "looks", "expected"),
    [
        (NORMAL, [("zxing", "1", MUESLI)], []),
        (NORMAL, [("zxing", "1", MUESLI), ("zxing", "1", MUESLI)], []),
        (NORMAL, [("zxing", "1", MUESLI), ("zxing", "2", MUESLI)], [("4006381333931", 2)]),
        (NORMAL, [("zxing", "1", MUESLI), ("zbar", "1", MUESLI)], [("4006381333931", 2)]),
        (NORMAL, [("zxing", "1", MUESLI), ("zbar", "1", HONEY)], []),
        (NORMAL, [("zxing", "1", SHORT), ("zxing", "2", SHORT)], []),
        (NORMAL, [("zxing", str(i), SHORT) for i in range(3)], [("96385074", 3)]),
        (NORMAL, [("zxing", "1", LINK)], [("https://id.example/01/1", 1)]),
        (NORMAL, [("zxing", "1", CARTON), ("zxing", "2", CARTON)], [("15400141288763", 2)]),
        (NORMAL, [("zxing", "1", FRAGMENT), ("zxing", "2", FRAGMENT)], []),
        (NORMAL, [("zxing", str(i), STUMP) for i in range(9)], []),
        (STRICT, [("zxing", str(i), MUESLI) for i in range(9)], []),
        (STRICT, [("zxing", "1", MUESLI), ("zbar", "1", MUESLI)], []),
        (
            STRICT,
            [("zxing", "1", MUESLI), ("zxing", "2", MUESLI), ("zbar", "1", MUESLI)],
            [("4006381333931", 3)],
        ),
        (STRICT, [("zxing", "1", SHORT), ("zxing", "2", SHORT), ("zbar", "1", SHORT)], []),
        (STRICT, [("zxing", str(i), DATABAR) for i in range(2)], []),
        (STRICT, [("zxing", str(i), DATABAR) for i in range(3)], [("0102001234567893", 3)]),
        (STRICT, [("zxing", "1", LINK)], [("https://id.example/01/1", 1)]),
    ],
)
def test_believes_what_enough_looks_agree_on(rule, looks, expected):
    assert believed(rule, *looks) == expected


def test_a_number_needs_three_looks_for_each_that_saw_another_at_the_same_place():
    two = [("zxing", "1", MUESLI), ("zxing", "2", MUESLI)]
    three = [*two, ("zxing", "3", MUESLI)]
    assert believed(NORMAL, *two, ("zbar", "1", HONEY)) == []
    assert believed(NORMAL, *three, ("zbar", "1", HONEY)) == [("4006381333931", 3)]
    assert believed(NORMAL, *three, ("zbar", "1", HONEY), ("zbar", "2", HONEY)) == []


def test_two_codes_side_by_side_do_not_disturb_each_other():
    other = retail_reading(Format.EAN13, "4012345678901", ELSEWHERE)
    looks = [("zxing", i, reading) for reading in (MUESLI, other) for i in "12"]
    assert sorted(believed(NORMAL, *looks)) == [("4006381333931", 2), ("4012345678901", 2)]


def test_the_same_number_counts_once_however_a_library_spells_it():
    as_ean = retail_reading(Format.EAN13, "0023942431015", HERE)
    as_upc = retail_reading(Format.UPCA, "023942431015", HERE)
    assert as_ean == as_upc
    assert believed(NORMAL, ("zxing", "1", as_ean), ("zbar", "1", as_upc)) == [("023942431015", 2)]


def test_an_earlier_frame_helps_only_a_code_that_is_in_view():
    earlier = [Vote(Look("zxing", "frame 1"), MUESLI)]
    assert believed(NORMAL, earlier=earlier) == []
    assert believed(NORMAL, ("zxing", "frame 2", MUESLI), earlier=earlier) == [("4006381333931", 2)]


def test_an_earlier_frame_holds_nothing_against_the_next_item():
    earlier = [Vote(Look("zxing", f"frame {i}"), MUESLI) for i in range(9)]
    looks = [("zxing", "1", HONEY), ("zxing", "2", HONEY)]
    assert believed(NORMAL, *looks, earlier=earlier) == [("4012345678901", 2)]


@pytest.mark.parametrize(
    ("format_", "digits", "text"),
    [
        (Format.EAN13, "4006381333932", None),  # the check digit is 1
        (Format.UPCE, "01264904", "012000006494"),
        (Format.UPCE, "0012000006494", "012000006494"),
        (Format.UPCE, "01264905", None),
        (Format.EAN8, "96385074", "96385074"),
        (Format.EAN8, "96385075", None),
        (Format.EAN13, "12", None),  # an add-on
        (Format.EAN13, "54249", None),
    ],
)
def test_a_retail_number_is_refused_or_spelled_in_one_way(format_, digits, text):
    reading = retail_reading(format_, digits, HERE)
    assert (reading.text if reading else None) == text


@pytest.mark.parametrize(("looks", "enough"), [(2, False), (3, True), (5, True)])
def test_zbar_alone_is_believed_later_for_it_repeats_its_mistakes(looks, enough):
    found = believed(NORMAL, *[("zbar", str(i), MUESLI) for i in range(looks)])
    assert bool(found) is enough


LOOKS = st.lists(
    st.tuples(
        st.sampled_from(["zxing", "zbar", "matcher"]),
        st.sampled_from("123456"),
        st.sampled_from([MUESLI, HONEY, SHORT, LINK, CARTON, FRAGMENT, STUMP, DATABAR]),
    ),
    max_size=14,
)


@given(LOOKS)
def test_what_strict_believes_normal_believes_too(looks):
    assert set(believed(STRICT, *looks)) <= set(believed(NORMAL, *looks))


@given(LOOKS, st.randoms(use_true_random=False))
def test_the_order_of_looks_does_not_matter(looks, random):
    shuffled = random.sample(looks, len(looks))
    assert sorted(believed(NORMAL, *looks)) == sorted(believed(NORMAL, *shuffled))


@given(LOOKS)
def test_saying_it_again_from_the_same_look_changes_nothing(looks):
    assert believed(NORMAL, *looks, *looks) == believed(NORMAL, *looks)


@given(LOOKS)
def test_at_one_place_no_two_linear_numbers_are_ever_believed(looks):
    matrix = {LINK.text}
    for rule in (NORMAL, STRICT):
        linear = [text for text, _ in believed(rule, *looks) if text not in matrix]
        assert len(linear) <= 1


@given(LOOKS)
def test_strict_never_believes_one_library_on_an_ean_or_itf(looks):
    one_library = [("zxing", part, reading) for _, part, reading in looks]
    alone = {text for text, _ in believed(STRICT, *one_library)}
    assert alone <= {LINK.text, DATABAR.text}


@pytest.mark.parametrize(
    ("reading", "fragile"),
    [(CARTON, False), (FRAGMENT, True), (STUMP, True), (MUESLI, False), (SHORT, False)],
)
def test_only_an_itf_that_is_no_gtin_14_may_be_a_part_of_itself(reading, fragile):
    assert is_fragile(reading) is fragile
