"""Scale labels and the settings that describe them: what is refused at set-up, what is read."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.barcodes import (
    CardLayout,
    CodeRules,
    InStoreLayout,
    LayoutError,
    TradeItem,
    VariableMeasure,
    Weight,
    read,
    weight_for,
)
from retail.values import Gtin, Money, check_digit

TODAY = date(2026, 11, 23)
LABELS = json.loads((Path(__file__).parents[1] / "data/variable_measure.json").read_text())[
    "labels"
]
OUTSIDE = (
    Path(__file__).parents[2] / "../shared/vectors/barcodes/variable_measure_vectors.json"
).resolve()


def with_check_digit(payload: str) -> str:
    return payload + str(check_digit(payload))


@pytest.mark.parametrize("label", LABELS, ids=[label["code"] for label in LABELS])
def test_labels_of_real_scales_are_read(label: dict[str, object]) -> None:
    layout = InStoreLayout(label["pattern"], label["unit"], bool(label.get("any_prefix")))  # type: ignore[arg-type]
    measure = (
        Weight(label["grams"]) if "grams" in label else Money(label["price"], "IRR")  # type: ignore[arg-type]
    )

    assert read(str(label["code"]).encode(), CodeRules((layout,)), TODAY) == VariableMeasure(
        gtin=Gtin.parse(str(label["code"])),
        item=Gtin.parse(str(label["item"])),
        number=str(label["number"]),
        measure=measure,
    )


@pytest.mark.outside
def test_the_kept_labels_are_those_of_the_outside_cases() -> None:
    if not OUTSIDE.exists():
        pytest.skip("the outside vectors are not here: our copies are not compared with them")
    outside = {v["code"] for v in json.loads(OUTSIDE.read_text())["vectors"] if "code" in v}

    assert outside <= {label["code"] for label in LABELS}


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("622IIIIIWWWWWC", "Expected 13 places, got 14"),  # 3 + 5 + 5 + 1, a real shop's setting
        ("21IIIIIWWWWC", "Expected 13 places, got 12"),
        ("", "Expected 13 places, got 0"),
        ("622IIIIIWWWWC", "Expected a prefix 02, 04 or 20 to 29"),
        ("0xIIIIIWWWWWC", "Expected a prefix of 2 digits"),
        ("2IIIIIIWWWWWC", "Expected a prefix of 2 digits"),
        ("21IIIIIIIIIIC", "W or P for the measure"),
        ("21WWWWWWWWWWC", "I for the item"),
        ("21IIIIIWWPPPC", "W or P for the measure"),
        ("21WWWWWIIIIIC", "I for the item"),
        ("21IIIIIWWWWW1", "and C"),
        ("21iiiiiwwwwwc", "I for the item"),
        ("٢١IIIIIWWWWWC", "Expected a prefix of 2 digits"),
    ],
)
def test_a_layout_that_cannot_be_is_refused_at_set_up(pattern: str, message: str) -> None:
    with pytest.raises(LayoutError, match=message):
        InStoreLayout(pattern)


def test_a_unit_of_nothing_is_refused() -> None:
    with pytest.raises(LayoutError, match="Expected a unit of 1 or more, got 0"):
        InStoreLayout("21IIIIIWWWWWC", unit=0)


@pytest.mark.parametrize(
    ("layouts", "cards"),
    [
        (("21IIIIIWWWWWC", "21IIIIIPPPPPC"), ()),
        (("21IIIIIWWWWWC", "210IIIIWWWWWC"), ()),
        (("29IIIIIWWWWWC",), (("2999", 13),)),
    ],
)
def test_two_layouts_for_one_prefix_are_refused(
    layouts: tuple[str, ...], cards: tuple[tuple[str, int], ...]
) -> None:
    with pytest.raises(LayoutError, match="Expected each prefix to lead to one layout"):
        CodeRules(
            tuple(InStoreLayout(pattern) for pattern in layouts),
            tuple(CardLayout(prefix, length) for prefix, length in cards),
        )


@pytest.mark.parametrize(
    ("prefix", "length", "checked", "message"),
    [
        ("", 13, True, "Expected a prefix"),
        ("۲۹", 13, True, "Expected a prefix"),
        ("29", 2, True, "Expected a length between 3 and 32, got 2"),
        ("29", 33, True, "Expected a length"),
        ("PK-", 13, True, "Expected digits before a check digit"),
    ],
)
def test_a_card_that_cannot_be_is_refused_at_set_up(
    prefix: str, length: int, checked: bool, message: str
) -> None:
    with pytest.raises(LayoutError, match=message):
        CardLayout(prefix, length, checked)


def test_a_measure_of_zero_is_the_item_itself() -> None:
    rules = CodeRules((InStoreLayout("21IIIIIWWWWWC"),))

    assert read(b"2100001000004", rules, TODAY) == TradeItem(Gtin.parse("2100001000004"))


def test_a_unit_makes_room_for_prices_in_rial() -> None:
    layout = InStoreLayout("22IIIIPPPPPPC", unit=1_000)
    code = with_check_digit("220042" + "001425")

    found = read(code.encode(), CodeRules((layout,)), TODAY)

    assert isinstance(found, VariableMeasure)
    assert (found.number, found.measure) == ("0042", Money(1_425_000, "IRR"))


def test_digits_of_no_meaning_are_passed_over() -> None:
    layout = InStoreLayout("21XIIIIXWWWWC")

    found = read(with_check_digit("217123481500").encode(), CodeRules((layout,)), TODAY)

    assert isinstance(found, VariableMeasure)
    assert (found.number, found.measure, layout.prefix) == ("1234", Weight(1_500), "21")


@pytest.mark.parametrize("code", ["4006381333931", "96385074", "12100001027503"])
def test_a_code_of_another_prefix_or_length_is_no_label(code: str) -> None:
    rules = CodeRules((InStoreLayout("21IIIIIWWWWWC"),))

    assert read(code.encode(), rules, TODAY) == TradeItem(Gtin.parse(code))


def test_a_label_with_a_wrong_check_digit_is_never_believed() -> None:
    rules = CodeRules((InStoreLayout("21IIIIIWWWWWC"),))

    assert not isinstance(read(b"2100001027507", rules, TODAY), VariableMeasure)


@given(number=st.integers(0, 99_999), grams=st.integers(1, 99_999))
def test_every_label_gives_back_what_the_scale_put_in(number: int, grams: int) -> None:
    rules = CodeRules((InStoreLayout("21IIIIIWWWWWC"),))
    code = with_check_digit(f"21{number:05}{grams:05}")

    found = read(code.encode(), rules, TODAY)

    assert isinstance(found, VariableMeasure)
    assert (found.number, found.measure) == (f"{number:05}", Weight(grams))
    assert found.item.digits[1:13] == f"21{number:05}00000"


@pytest.mark.parametrize(
    ("price", "per_kg", "expected"),
    [
        (1_550, 150, Weight(10_333)),
        (1, 2_000, Weight(1)),  # half a gram rounds up
        (1, 2_001, Weight(0)),
        (1_425_000, 950_000, Weight(1_500)),
        (1_550, 0, None),  # an item without a price: nothing to divide by
    ],
)
def test_the_weight_behind_a_price(price: int, per_kg: int, expected: Weight | None) -> None:
    assert weight_for(Money(price, "IRR"), Money(per_kg, "IRR")) == expected


def test_a_weight_below_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="Expected a weight of 0 g or more, got -1"):
        Weight(-1)
