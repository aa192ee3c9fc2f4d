"""Our reading of GS1 codes beside ``biip``, a second implementation made by other people.

Both get the same generated codes. Where one says that a code is sound, so must the other, and
both must have read the same. Where we differ on purpose, the test says so.
"""

import re
from datetime import UTC, date, datetime
from urllib.parse import quote

import biip
import pytest
from biip.gs1_application_identifiers import _GS1_APPLICATION_IDENTIFIERS as BIIP_TABLE
from biip.gs1_digital_link_uris import GS1DigitalLinkURI
from biip.gs1_messages import GS1Message
from biip.gtin import Gtin as BiipGtin
from biip.upc import Upc
from hypothesis import assume, example, given
from hypothesis import strategies as st

from retail.barcodes import CodeRules, TradeItem, Unreadable, expand_upc_e, read
from retail.barcodes.identifiers import identifier_at, is_well_formed, predefined_length
from retail.values import Gtin, InvalidGtinError, check_digit

TODAY = datetime.now(tz=UTC).date()  # biip asks the clock for the century
NO_RULES = CodeRules()
DIGITS = st.text("0123456789", min_size=1, max_size=15)
SET_82 = st.text(
    "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz",
    min_size=1,
    max_size=20,
)
GTINS = st.integers(1, 10**13 - 1).map(lambda n: f"{n:013}").map(lambda p: p + str(check_digit(p)))
# biip takes letters of the extended forms as several characters, and lets two values be empty
LAXER_IN_BIIP = {"30", "7004"}


def biip_takes(parse: object, text: str) -> bool:
    try:
        parse(text)  # type: ignore[operator]
    except biip.ParseError:
        return False
    return True


@given(DIGITS)
@example("00000000")
def test_the_same_digits_are_a_gtin(digits: str) -> None:
    assume(digits.strip("0"))
    try:
        ours = Gtin.parse(digits).digits
    except InvalidGtinError:
        assert not (len(digits) in (8, 12, 13, 14) and biip_takes(BiipGtin.parse, digits))
    else:
        assert BiipGtin.parse(digits).as_gtin_14() == ours


@given(st.from_regex(r"[01][0-9]{6}", fullmatch=True))
def test_upc_e_expands_to_the_same_upc_a(digits: str) -> None:
    upc_a = Upc.parse(digits).as_upc_a()

    assert expand_upc_e(digits) == upc_a
    assert expand_upc_e(digits + upc_a[-1]) == upc_a
    if digits[0] == "0":
        assert expand_upc_e(digits[1:]) == upc_a


def test_the_same_identifiers_are_known() -> None:
    ours = {
        f"{n:0{width}}"
        for width in (2, 3, 4)
        for n in range(10**width)
        if identifier_at(f"{n:0{width}}") == f"{n:0{width}}"
    }

    assert ours == set(BIIP_TABLE)


@pytest.mark.parametrize("ai", sorted(BIIP_TABLE))
def test_the_same_identifiers_need_no_separator(ai: str) -> None:
    assert (predefined_length(ai) is None) == BIIP_TABLE[ai].separator_required


@given(st.sampled_from(sorted(set(BIIP_TABLE) - LAXER_IN_BIIP)), st.data())
def test_the_same_values_are_well_formed(ai: str, data: st.DataObject) -> None:
    pattern = BIIP_TABLE[ai].pattern.removeprefix(f"^{ai}").removesuffix("$")
    plain = pattern.replace(r"\d", "[0-9]")
    if "|%" in plain:  # the extended forms: characters alone
        characters, lengths = (
            re.findall(r"\[[^]]+\]", plain)[0],
            re.findall(r"\{\d+,\d+\}", plain)[0],
        )
        plain = characters + lengths
    value = data.draw(st.one_of(st.from_regex(plain, fullmatch=True), DIGITS, SET_82))
    assume("%" not in value and value)
    if ai in {"11", "12", "13", "15", "16", "17", "8008"}:
        assume(value[2:4] != "00")  # a month of 00 passes biip's pattern and fails its date

    assert is_well_formed(ai, value) == bool(re.fullmatch(pattern, value, re.ASCII))


ELEMENTS = st.one_of(
    st.tuples(st.sampled_from(["10", "21", "22", "240"]), SET_82),
    st.tuples(
        st.sampled_from(["11", "15", "17"]),
        st.dates(date(2000, 1, 1), date(2060, 1, 1)).map(lambda d: f"{d:%y%m%d}"),
    ),
    st.tuples(st.sampled_from(["17"]), st.integers(0, 991231).map(lambda n: f"{n:06}")),
    st.tuples(st.sampled_from(["3103", "3102"]), st.integers(0, 999999).map(lambda n: f"{n:06}")),
    st.tuples(st.just("37"), st.integers(0, 10**8 - 1).map(str)),
)
ORDERED_LISTS = st.lists(ELEMENTS, max_size=5, unique_by=lambda pair: pair[0])


def message(pairs: list[tuple[str, str]]) -> str:
    return "".join(
        ai + value + ("\x1d" if predefined_length(ai) is None else "") for ai, value in pairs
    )


@given(GTINS, ORDERED_LISTS, st.integers(0, 5))
def test_the_same_is_read_from_an_element_string(
    gtin: str, pairs: list[tuple[str, str]], place: int
) -> None:
    pairs = [*pairs[:place], ("01", gtin), *pairs[place:]]
    text = message(pairs)
    ours = read(text.encode(), NO_RULES, TODAY, "d2")
    assert isinstance(ours, TradeItem)

    try:
        theirs = GS1Message.parse(text)
    except biip.ParseError:
        assert ours.wrong  # the item stays, but what biip refuses must be named
        return
    assert not ours.wrong
    assert [(e.ai, e.value) for e in ours.elements] == [
        (e.ai.ai, e.value) for e in theirs.element_strings
    ]
    dates = {e.ai.ai: e.date for e in theirs.element_strings}
    assert (ours.expires_on, ours.best_before) == (dates.get("17"), dates.get("15"))


@given(GTINS, st.lists(ELEMENTS, max_size=4, unique_by=lambda pair: pair[0]))
def test_the_same_is_read_from_a_digital_link(gtin: str, pairs: list[tuple[str, str]]) -> None:
    values = dict(pairs)
    path = "".join(
        f"/{ai}/{quote(values[ai], safe='')}" for ai in ("22", "10", "21") if ai in values
    )
    query = "&".join(
        f"{ai}={quote(value, safe='')}" for ai, value in pairs if ai not in ("22", "10", "21")
    )
    link = f"https://shop.example/goods/01/{gtin}{path}?{query}"
    ours = read(link.encode(), NO_RULES, TODAY)
    assert isinstance(ours, TradeItem)

    try:
        theirs = GS1DigitalLinkURI.parse(link)
    except biip.ParseError:
        assert ours.wrong
        return
    assert {(e.ai, e.value) for e in ours.elements} == {
        (e.ai.ai, e.value) for e in theirs.element_strings
    }


@given(st.binary(max_size=80), st.sampled_from(["", "E0", "E4", "C1", "d2", "Q3", "zz", "]"]))
@example(b"](", "")
@example(b"\x1d(", "")
@example(b"https://[", "")
def test_nothing_that_comes_in_raises(raw: bytes, symbology: str) -> None:
    read(raw, NO_RULES, TODAY, symbology)


NOISE = st.text("0123456789()/]\x1d?=&%:Ad", max_size=60)


@given(st.sampled_from(["", "]C1", "]d2", "(01)", "https://x/01/", "01"]), NOISE)
def test_no_item_comes_out_without_a_sound_gtin(head: str, tail: str) -> None:
    found = read((head + tail).encode(), NO_RULES, TODAY)

    assert isinstance(found, TradeItem | Unreadable)
    if isinstance(found, TradeItem):
        assert biip_takes(BiipGtin.parse, found.gtin.shortest)
