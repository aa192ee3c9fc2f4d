"""What a code means, as tables: the cases of docs/barcodes.md."""

from datetime import date

import pytest

from retail.barcodes import (
    CardLayout,
    CodeRules,
    Element,
    MemberCard,
    Reason,
    TradeItem,
    Unreadable,
    expand_upc_e,
    read,
    read_typed,
)
from retail.values import Gtin, InvalidGtinError

TODAY = date(2026, 11, 23)
NO_RULES = CodeRules()
MUESLI = Gtin.parse("4006381333931")
GS = "\x1d"


def item(text: str, symbology: str = "") -> TradeItem:
    found = read(text.encode(), NO_RULES, TODAY, symbology)
    assert isinstance(found, TradeItem), found
    return found


def reason(text: str | bytes, symbology: str = "", rules: CodeRules = NO_RULES) -> Reason:
    raw = text if isinstance(text, bytes) else text.encode()
    found = read(raw, rules, TODAY, symbology)
    assert isinstance(found, Unreadable), found
    assert found.detail.startswith("Expected ")
    return found.reason


# ---- one number, however it is written


@pytest.mark.parametrize(
    ("text", "symbology", "gtin"),
    [
        ("4006381333931", "", "04006381333931"),
        ("4006381333931", "E0", "04006381333931"),
        ("]E04006381333931", "", "04006381333931"),
        ("4006381333931\r\n", "", "04006381333931"),
        ("96385074", "", "00000096385074"),
        ("96385074", "E4", "00000096385074"),
        ("042100005264", "", "00042100005264"),
        ("0042100005264", "E0", "00042100005264"),
        ("04252614", "E0", "00042100005264"),
        ("04252614", "", "00042100005264"),
        ("0425261", "E0", "00042100005264"),
        ("425261", "E0", "00042100005264"),
        ("14006381333938", "I1", "14006381333938"),
        ("4006381333931", "C0", "04006381333931"),
        ("977123456700312", "E3", "09771234567003"),
        ("9771234567003 12", "E3", "09771234567003"),
    ],
)
def test_every_form_of_an_item_number_is_one_gtin(text: str, symbology: str, gtin: str) -> None:
    assert item(text, symbology) == TradeItem(Gtin(gtin))


@pytest.mark.parametrize(
    ("text", "symbology", "expected"),
    [
        ("4006381333932", "", Reason.WRONG_CHECK_DIGIT),
        ("96385075", "", Reason.WRONG_CHECK_DIGIT),
        ("04252615", "E0", Reason.WRONG_CHECK_DIGIT),
        ("04252615", "", Reason.WRONG_CHECK_DIGIT),
        ("04252614", "E4", Reason.WRONG_CHECK_DIGIT),  # the device says that it is no UPC-E
        ("24252614", "E0", Reason.WRONG_CHECK_DIGIT),  # UPC-E has number system 0 or 1
        ("425261", "", Reason.WRONG_LENGTH),  # six digits without a device's word are a guess
        ("0425261", "", Reason.WRONG_LENGTH),
        ("123456789", "", Reason.WRONG_LENGTH),
        ("123456789012345", "", Reason.WRONG_LENGTH),
        ("0000000000000", "", Reason.NO_ITEM),
        ("00000000", "", Reason.NO_ITEM),
        ("(01)00000000000000", "", Reason.NO_ITEM),
        ("", "", Reason.EMPTY),
        (" \r\n", "", Reason.EMPTY),
        (GS + GS, "", Reason.EMPTY),
        ("a pencil", "", Reason.NO_ITEM),
        ("٤٠٠٦٣٨١٣٣٣٩٣١", "", Reason.NO_ITEM),  # a device never sends these
        ("４００６３８１３３３９３１", "", Reason.NO_ITEM),
        (b"\xff\xfe\x00", "", Reason.NOT_TEXT),
        ("40063813\x0033931", "", Reason.NOT_TEXT),
        ("4006381333931\u202e", "", Reason.NOT_TEXT),
        ("9" * 1_025, "", Reason.TOO_LONG),
        ("]E0", "", Reason.NO_ITEM),
    ],
)
def test_what_is_no_item_number_says_why(
    text: str | bytes, symbology: str, expected: Reason
) -> None:
    assert reason(text, symbology) is expected


@pytest.mark.parametrize(
    ("short", "full"),
    [  # the last of the six digits says where the zeros were; one row for each way
        ("01201303", "012000000133"),
        ("04252614", "042100005264"),
        ("01234531", "012300000451"),
        ("01234543", "012340000053"),
        ("01234558", "012345000058"),
        ("01234598", "012345000096"),
        ("11234562", "112345000062"),
    ],
)
def test_upc_e_gets_its_zeros_back(short: str, full: str) -> None:
    assert expand_upc_e(short[:7]) == full


@pytest.mark.parametrize("digits", ["", "12345", "123456789", "2425261", "04252615", "۴۲۵۲۶۱"])
def test_what_is_no_upc_e_is_refused(digits: str) -> None:
    with pytest.raises(InvalidGtinError, match="Expected"):
        expand_upc_e(digits)


@pytest.mark.parametrize(
    "typed",
    ["4006381333931", "۴۰۰۶۳۸۱۳۳۳۹۳۱", "٤٠٠٦٣٨١٣٣٣٩٣١", "4 006381-333931", " ۴۰۰۶۳۸۱\u200c۳۳۳۹۳۱ "],
)
def test_a_person_may_type_it_in_any_digits_with_spaces(typed: str) -> None:
    assert read_typed(typed, NO_RULES, TODAY) == TradeItem(MUESLI)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("4" * 65, Reason.TOO_LONG), ("- -", Reason.EMPTY), ("\ud800", Reason.NOT_TEXT)],
)
def test_what_a_person_types_wrong_says_why(typed: str, expected: Reason) -> None:
    found = read_typed(typed, NO_RULES, TODAY)

    assert isinstance(found, Unreadable)
    assert found.reason is expected


# ---- GS1 element strings


@pytest.mark.parametrize(
    ("text", "symbology"),
    [
        ("]C1010400638133393110A7" + GS + "17261231", ""),
        ("]d2010400638133393117261231" + "10A7", ""),
        ("]Q317261231010400638133393110A7", ""),
        ("]e0010400638133393117261231" + "10A7" + GS, ""),
        ("010400638133393117261231" + "10A7", "d2"),
        ("010400638133393117261231" + "10A7", "]d2"),
        (GS + "010400638133393110A7" + GS + "17261231", "d1"),
        (GS + "01040063813339311726123110A7", ""),
        ("01040063813339311726123110A7", ""),  # a reader that tells nothing
        ("10A7" + GS + "010400638133393117261231", ""),
        ("(01)04006381333931(17)261231(10)A7", ""),
        ("(10)A7(01)04006381333931(17)261231", "d1"),
        ("]C1(01)04006381333931(17)261231(10)A7", ""),
    ],
)
def test_an_element_string_is_read_in_every_way_that_readers_send_it(
    text: str, symbology: str
) -> None:
    found = item(text, symbology)

    assert (found.gtin, found.batch, found.expires_on) == (MUESLI, "A7", date(2026, 12, 31))
    assert not found.wrong


def test_all_elements_are_kept_in_their_order() -> None:
    found = item("]d2010400638133393121S-1" + GS + "3103000750" + "422364")

    assert found.serial == "S-1"
    assert found.weight_g == 750
    assert found.elements == (
        Element("01", "04006381333931"),
        Element("21", "S-1"),
        Element("3103", "000750"),
        Element("422", "364"),
    )


@pytest.mark.parametrize(
    ("ai", "value", "grams"),
    [
        ("3103", "000750", 750),
        ("3100", "000002", 2_000),
        ("3101", "000015", 1_500),
        ("3105", "012300", 123),
        ("3105", "012345", None),  # not a whole number of grams
        ("3203", "000750", None),  # pounds
    ],
)
def test_the_net_weight_is_in_grams(ai: str, value: str, grams: int | None) -> None:
    assert item(f"(01)04006381333931({ai}){value}").weight_g == grams


@pytest.mark.parametrize(
    ("yymmdd", "today", "expected"),
    [
        ("261231", TODAY, date(2026, 12, 31)),
        ("260200", TODAY, date(2026, 2, 28)),
        ("280200", TODAY, date(2028, 2, 29)),
        ("261100", TODAY, date(2026, 11, 30)),
        ("760101", TODAY, date(2076, 1, 1)),  # 50 years ahead
        ("770101", TODAY, date(1977, 1, 1)),  # 51 would be too many
        ("000101", date(2050, 6, 1), date(2100, 1, 1)),
        ("010101", date(2050, 6, 1), date(2001, 1, 1)),
        ("020101", date(2060, 6, 1), date(2102, 1, 1)),
        ("990101", date(2049, 6, 1), date(2099, 1, 1)),
    ],
)
def test_a_date_of_six_digits_gets_its_century_and_its_last_day(
    yymmdd: str, today: date, expected: date
) -> None:
    found = read(f"(01)04006381333931(17){yymmdd}".encode(), NO_RULES, today)

    assert isinstance(found, TradeItem)
    assert found.expires_on == expected


@pytest.mark.parametrize(
    "element", ["(17)000000", "(17)261301", "(17)260230", "(15)2612", "(7003)2613010900"]
)
def test_a_date_that_is_none_is_named_and_the_item_stays(element: str) -> None:
    found = item("(01)04006381333931" + element)

    assert found.gtin == MUESLI
    assert (found.expires_on, found.best_before) == (None, None)
    assert f"({','.join(found.wrong)})" == element[: element.index(")") + 1]


def test_a_batch_with_a_character_that_may_not_be_there_is_named_and_the_item_stays() -> None:
    found = item("]d20104006381333931" + "10A#7" + GS + "17261231")

    assert (found.batch, found.wrong, found.expires_on) == ("", ("10",), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("on", "expired"),
    [(date(2026, 11, 22), False), (date(2026, 11, 23), False), (date(2026, 11, 24), True)],
)
def test_an_item_expires_when_its_last_day_is_over(on: date, expired: bool) -> None:
    assert item("(01)04006381333931(17)261123").expired(on) is expired


def test_of_two_last_days_the_earlier_one_counts() -> None:
    assert item("(01)04006381333931(17)261231(7003)2611200900").expires_on == date(2026, 11, 20)


@pytest.mark.parametrize("element", ["", "(15)200101", "(11)200101"])
def test_without_a_last_day_of_use_nothing_expires(element: str) -> None:
    assert not item("(01)04006381333931" + element).expired(TODAY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("]C10104006381333932", Reason.WRONG_CHECK_DIGIT),
        ("]C1010400638133393", Reason.BROKEN),  # one digit is missing
        ("]C10104006" + GS + "1333931", Reason.BROKEN),
        ("]C1010400638133393117261", Reason.BROKEN),
        ("]C10104006381333931" + "8999x", Reason.BROKEN),  # no such identifier
        ("(01)04006381333931(89)x", Reason.BROKEN),  # in brackets, it spoils the GTIN
        ("]C1" + "0104006381333931" + "0104006381333948", Reason.BROKEN),
        ("(", Reason.BROKEN),
        ("(xx)04006381333931", Reason.BROKEN),
        ("]C100340112345678900014", Reason.NO_ITEM),  # a pallet
        ("]C1020400638133393137" + "24", Reason.NO_ITEM),  # what is in a box, not the box
        ("]C1(00)340112345678900014", Reason.NO_ITEM),
    ],
)
def test_an_element_string_without_a_sound_item_says_why(text: str, expected: Reason) -> None:
    assert reason(text) is expected


def test_the_same_element_twice_does_no_harm() -> None:
    assert item("]C1" + "0104006381333931" * 2).gtin == MUESLI


def test_a_value_in_brackets_may_hold_brackets() -> None:
    assert item("(01)04006381333931(10)A(7)B(99)x").batch == "A(7)B"


# ---- GS1 Digital Link


@pytest.mark.parametrize(
    "link",
    [
        "https://id.gs1.org/01/04006381333931/10/A7?17=261231",
        "https://id.gs1.org/01/4006381333931/10/A7?17=261231",
        "HTTPS://SHOP.EXAMPLE/01/04006381333931/10/A7?17=261231",
        "http://shop.example:8080/fa/goods/01/04006381333931/10/A7?17=261231&lang=fa#top",
        "https://shop.example/gtin/04006381333931/lot/A7?exp=261231",
        "https://shop.example/01/01/04006381333931/10/A7/?17=261231",
        "https://shop.example/01/04006381333931/10/%417?17=261231",
        "https://shop.example/01/04006381333931/10/A7?17=250101&17=261231",
    ],
)
def test_a_digital_link_is_read_whoever_hosts_it(link: str) -> None:
    found = item(link)

    assert (found.gtin, found.batch, found.expires_on) == (MUESLI, "A7", date(2026, 12, 31))


def test_a_digital_link_keeps_escaped_characters_of_a_value() -> None:
    assert item("https://x.example/01/04006381333931/10/A%2F7/21/%22").batch == "A/7"


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://shop.example/", Reason.NO_ITEM),
        ("https://shop.example/products/4006381333931", Reason.NO_ITEM),
        ("https://shop.example/01/", Reason.NO_ITEM),
        ("https://shop.example/01/12345", Reason.NO_ITEM),
        ("https://shop.example/01/04006381333931/21/S/10/A", Reason.NO_ITEM),  # wrong order
        ("https://shop.example/01/04006381333931/page", Reason.NO_ITEM),
        ("https://shop.example/?01=04006381333931", Reason.NO_ITEM),
        ("https://shop.example/01/04006381333932", Reason.WRONG_CHECK_DIGIT),
        ("https://shop.example/01/۰۴۰۰۶۳۸۱۳۳۳۹۳۱", Reason.BROKEN),
        ("https://[shop.example/01/04006381333931", Reason.BROKEN),
        ("https://x/01/04006381333931?" + "a=1&" * 100, Reason.BROKEN),
        ("https://shop.example/01/04006381333931?01=04006381333948", Reason.BROKEN),
        ("ftp://shop.example/01/04006381333931", Reason.NO_ITEM),
    ],
)
def test_a_web_address_without_a_sound_item_says_why(link: str, expected: Reason) -> None:
    assert reason(link) is expected


# ---- member cards

CARDS = CodeRules(cards=(CardLayout("2999", 13), CardLayout("PK-", 11, checked=False)))


@pytest.mark.parametrize("number", ["2999000012343", "PK-00012345"])
def test_a_member_card_is_known_by_its_prefix_and_length(number: str) -> None:
    assert read(number.encode(), CARDS, TODAY) == MemberCard(number)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2999000012348", Reason.WRONG_CHECK_DIGIT),
        ("PK-0001234", Reason.NO_ITEM),
        ("PK-0001234x", Reason.NO_ITEM),
        ("PK-۰۰۰۱۲۳۴۵", Reason.NO_ITEM),
    ],
)
def test_what_is_not_quite_a_member_card_is_none(text: str, expected: Reason) -> None:
    assert reason(text, rules=CARDS) is expected


def test_a_member_number_is_not_written_into_logs() -> None:
    assert "PK-" not in repr(MemberCard("PK-00012345"))
