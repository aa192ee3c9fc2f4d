"""What leaves the kiosk of a basket: the event's body, its size, and the code for the till."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from uuid import UUID

import cv2
import numpy
import pytest
from pyzbar import pyzbar

from kiosk.basket import perks, saved
from kiosk.basket.code import Matrix, qr_of
from kiosk.basket.told import ALPHANUMERIC_MAX, Number, abandoned_body, finished_body, till_code
from kiosk.outbox.store import BODY_BYTES_MAX
from retail.basket import LINES_MAX
from retail.goods import Goods
from retail.pricing.off import Percent
from retail.pricing.rules import Combine, EachOff, Offer, Step
from tests.features.basket_shop import MUG_WITH_RICE, RICE, TEA, Shelves, Shopping, product

LABEL = "2112345015002"
MODULES_MAX = 97  # version 20
NUMBER = Number(date(2026, 11, 26), 12)


def large_shop(lines: int) -> Shopping:
    """Give a shop in which every item is in five offers, with ids as long as ids are."""
    products = [
        product(f"{UUID(int=n)}", 1_000_000_000 + n, 1_000 + n, vat_basis_points=1_000)
        for n in range(lines)
    ]
    rules = [
        Offer(f"{UUID(int=n)}", EachOff(Goods(), (Step(0, Percent(100 + n)),)), combine=Combine.COMPOUNDING)
        for n in range(5)
    ]  # fmt: skip
    return Shopping(Shelves(products=products, rules=rules))


def test_the_largest_basket_fits_into_an_event() -> None:
    shopping = large_shop(LINES_MAX)
    open_ = shopping.basket(*(shopping.shelf.products[:3]))
    whole = shopping.basket(*shopping.shelf.products)
    body = json.dumps(finished_body(whole, NUMBER), ensure_ascii=False, separators=(",", ":"))

    assert len(whole.quote.lines[0].shares) == 5
    assert len(body.encode()) <= BODY_BYTES_MAX
    assert json.loads(body)["total"] == whole.quote.total
    assert len(json.dumps(abandoned_body(open_, "idle"))) < len(body)


def test_ids_of_rules_stand_once_and_are_named_by_their_place() -> None:
    open_ = Shopping().basket(TEA, TEA, RICE)
    body = finished_body(open_, NUMBER)
    assert body["rules"] == ["two-teas"]
    assert body["lines"][0]["shares"] == [[0, 50_000]]
    assert body["offers"] == [[0, 1, 50_000]]


def test_a_line_that_has_left_counts_for_nothing_and_says_so() -> None:
    shopping = Shopping()
    open_ = shopping.basket(TEA)
    gone = {1: replace(open_.entries[1], gone=True)}
    (line,) = abandoned_body(replace(open_, entries=gone), "left")["lines"]
    assert (line["gone"], "due" in line) == (True, False)


# ---- what outlives a crash


def test_what_is_written_of_a_basket_reads_back_to_the_same_quote() -> None:
    shopping = Shopping(Shelves(rules=(MUG_WITH_RICE,)))
    open_ = perks.take_gift(
        shopping.basket(TEA, RICE, LABEL, TEA), "mug-with-rice", "mug", shopping.moment
    )
    record = json.loads(json.dumps(saved.record_of(open_)))
    again = saved.read(record, shopping.moment)

    assert (again.basket, again.quote, again.entries) == (open_.basket, open_.quote, open_.entries)
    assert saved.record_of(again) == record


# ---- the till's code


def decoded(matrix: Matrix) -> list[str]:
    """Read a code with ZBar, as a till's scanner would off the screen."""
    side = matrix.side
    light = 1 - numpy.frombuffer(matrix.dark, numpy.uint8).reshape(side, side)
    picture = numpy.pad(255 * light.astype(numpy.uint8), 4, constant_values=255)
    large = cv2.resize(picture, None, fx=6, fy=6, interpolation=cv2.INTER_NEAREST)
    return [each.data.decode() for each in pyzbar.decode(large)]


def test_the_code_names_the_basket_and_its_lines() -> None:
    open_ = Shopping().basket(TEA, TEA, LABEL)
    code, complete = till_code(open_, "baran-01-k1", NUMBER)
    assert complete
    assert code == (
        f"PB1*BARAN-01-K1*20261126*12*270000*{TEA.packs[0].gtin.shortest}.2*2112345000008.1500W"
    )


@pytest.mark.parametrize("lines", [1, 12, 40, 60])
def test_another_decoder_reads_it_back(lines: int) -> None:
    shopping = large_shop(lines)
    code, _ = till_code(shopping.basket(*shopping.shelf.products), "baran-01-k1", NUMBER)
    matrix = qr_of(code)
    assert decoded(matrix) == [code]
    assert matrix.side <= MODULES_MAX


def test_a_basket_that_is_too_long_for_a_code_is_named_and_fetched() -> None:
    shopping = large_shop(LINES_MAX)
    open_ = shopping.basket(*shopping.shelf.products)
    code, complete = till_code(open_, "baran-01-k1", NUMBER)
    assert (code, complete) == (f"PB1*BARAN-01-K1*20261126*12*{open_.quote.total}*", False)
    assert len(qr_of("A" * ALPHANUMERIC_MAX).dark) == MODULES_MAX**2
