"""The moves of a basket: what each gives, and what no basket can do."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.basket import LINES_MAX, QUANTITY_MAX, Basket, BasketError, Line
from retail.goods import Item
from retail.pricing.tag import Tag

TEA, RICE = Tag(Item("tea"), 1_000), Tag(Item("rice"), 9_000)
APPLES = Tag(Item("apples"), 800, grams=1_500)
CHEESE = Tag(Item("cheese"), 45_000, printed=True)
TAGS = (TEA, RICE, APPLES, CHEESE)


def line(tag: Tag = TEA, quantity: int = 1, age_min: int = 0) -> Line:
    return Line(0, tag, quantity, age_min=age_min)


def basket(*lines: Line) -> Basket:
    made = Basket()
    for each in lines:
        made = made.add(each)
    return made


def amounts(made: Basket) -> list[tuple[str, int]]:
    return [(each.tag.item.sku, each.quantity) for each in made.lines]


# ---- putting in


def test_the_same_thing_again_is_counted_up_and_another_gets_a_line_of_its_own() -> None:
    assert amounts(basket(line(), line(RICE), line(quantity=3))) == [("tea", 4), ("rice", 1)]


def test_pieces_from_a_scale_stand_alone_even_when_they_are_alike() -> None:
    made = basket(line(APPLES), line(APPLES), line(CHEESE), line(CHEESE))
    assert amounts(made) == [("apples", 1), ("apples", 1), ("cheese", 1), ("cheese", 1)]


def test_a_gift_does_not_count_up_what_was_bought() -> None:
    made = basket(line()).add(Line(0, TEA, gift_of="tea-time"))
    assert [each.gift_of for each in made.lines] == ["", "tea-time"]


def test_an_id_is_never_used_again() -> None:
    made = basket(line(), line(RICE))
    again = made.without(2).add(line(RICE))
    assert [each.line_id for each in again.lines] == [1, 3]


@pytest.mark.parametrize("quantity", [0, -1, QUANTITY_MAX + 1])
def test_no_line_has_no_pieces_or_too_many(quantity: int) -> None:
    with pytest.raises(BasketError, match="Expected 1 to"):
        line(quantity=quantity)


def test_a_basket_has_room_for_so_many_lines_and_says_so() -> None:
    tags = [Tag(Item(f"{n}"), 1) for n in range(LINES_MAX + 1)]
    full = basket(*(line(tag) for tag in tags[:-1]))
    with pytest.raises(BasketError, match="at most"):
        full.add(line(tags[-1]))
    assert amounts(full.add(line(tags[0])))[0] == ("0", 2)  # what is there may be counted up


# ---- how many


def test_none_of_a_line_takes_it_out() -> None:
    assert basket(line(), line(RICE)).with_quantity(1, 0).lines == basket(line(), line(RICE)).without(1).lines  # fmt: skip


def test_what_is_weighed_cannot_be_counted() -> None:
    with pytest.raises(BasketError, match="one piece from a scale"):
        basket(line(APPLES)).with_quantity(1, 2)


def test_a_line_that_is_not_there_is_told() -> None:
    with pytest.raises(BasketError, match="Expected a line of the basket, got 7"):
        basket(line()).with_quantity(7, 2)


# ---- taking out, and not meaning it


def test_what_was_taken_out_stands_where_it_stood() -> None:
    made = basket(line(), line(RICE), line(APPLES))
    assert made.without(2).put_back(made.line(2), 1) == made


def test_what_was_scanned_again_meanwhile_is_counted_together() -> None:
    made = basket(line(quantity=2), line(RICE))
    back = made.without(1).add(line()).put_back(made.line(1), 0)
    assert amounts(back) == [("rice", 1), ("tea", 3)]


def test_a_line_that_is_there_cannot_be_put_back() -> None:
    made = basket(line())
    with pytest.raises(BasketError, match="taken out"):
        made.put_back(made.line(1), 0)


# ---- age


def test_staff_who_saw_an_age_approve_that_and_below() -> None:
    made = basket(line(TEA, age_min=18), line(RICE, age_min=21), line(APPLES))
    seen = made.approve_up_to(18)
    assert [each.waits for each in made.lines] == [True, True, False]
    assert [each.waits for each in seen.lines] == [False, True, False]
    assert not any(each.approved for each in seen.lines if each.age_min == 0)


def test_one_line_can_be_approved() -> None:
    assert not basket(line(age_min=18)).approve(1).line(1).waits


# ---- vouchers and tags


def test_a_voucher_shown_twice_is_shown_once() -> None:
    made = Basket().with_voucher("NOWRUZ").with_voucher("NOWRUZ")
    assert made.vouchers == {"NOWRUZ"}
    assert made.without_voucher("NOWRUZ").vouchers == frozenset()


@pytest.mark.parametrize("code", ["", "  "])
def test_a_voucher_has_a_code(code: str) -> None:
    with pytest.raises(BasketError, match="empty"):
        Basket().with_voucher(code)


def test_newer_tags_change_nothing_else() -> None:
    made = basket(line(quantity=2), line(RICE))
    dearer = replace(TEA, list_price=1_200)
    newer = made.retagged({1: dearer})
    assert newer.line(1) == replace(made.line(1), tag=dearer)
    assert newer.line(2) == made.line(2)


# ---- whatever is done


@st.composite
def walks(draw: st.DrawFn) -> Basket:
    """Do anything that a shopper can do, in any order."""
    made = Basket()
    taken: list[tuple[Line, int]] = []
    for _ in range(draw(st.integers(0, 25))):
        move = draw(st.sampled_from(("add", "count", "out", "back", "approve")))
        if move == "add":
            tag = draw(st.sampled_from(TAGS))
            quantity = 1 if tag.one_piece_only else draw(st.integers(1, 5))
            made = made.add(line(tag, quantity, draw(st.sampled_from((0, 0, 18)))))
        elif move == "back" and taken:
            made = made.put_back(*taken.pop())
        elif move == "approve":
            made = made.approve_up_to(18)
        elif made.lines:
            chosen = draw(st.sampled_from(made.lines))
            if move == "count" and not chosen.tag.one_piece_only:
                made = made.with_quantity(chosen.line_id, draw(st.integers(0, 9)))
            elif move == "out":
                taken.append((chosen, made.lines.index(chosen)))
                made = made.without(chosen.line_id)
    return made


@given(walks())
def test_ids_are_single_and_below_the_next_one(made: Basket) -> None:
    ids = [each.line_id for each in made.lines]
    assert len(ids) == len(set(ids))
    assert all(0 < each < made.next_id for each in ids)


@given(walks())
def test_no_two_lines_could_be_one(made: Basket) -> None:
    kinds = [
        (each.tag, each.gift_of, each.age_min) for each in made.lines if not each.tag.one_piece_only
    ]
    assert len(kinds) == len(set(kinds))


@given(walks(), st.data())
def test_taking_out_and_putting_back_is_nothing(made: Basket, data: st.DataObject) -> None:
    if not made.lines:
        return
    chosen = data.draw(st.sampled_from(made.lines))
    at = made.lines.index(chosen)
    assert made.without(chosen.line_id).put_back(chosen, at) == made
