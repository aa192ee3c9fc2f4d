"""Odd values in every function: an expression gives something, or says what it expected."""

from __future__ import annotations

import random
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.surveys.xpath.test_functions import NODE, SCOPE, WORLD
from xforms.xpath import XPathError
from xforms.xpath import compile as compiled
from xforms.xpath.functions import FUNCTIONS

ODD = [
    "''", "' '", "'inf'", "'nan'", "'1e400'", "'-1e400'", "9" * 400, "-1", "0 div 0", "1 div 0",
    "-1 div 0", "0.5", "'0000-01-01'", "'0001-01-01T00:00:00+14:00'", "'9999-12-31T23:59:59-14:00'",
    "'2026-11-26T10:00:00+99:99'", "'2026-02-30'", "'24:00'", "'۱۲'", "'99999999999999999999'",
    "'%'", "'a)'", "'AAAA'", "'Hg=='", "'\ud800'", "'\x00'", "'" + "x" * 7_000 + "'", "true()", "../empty",
    "../nothing", "/data/child", "/data/child/age",
]  # fmt: skip


def tried(text: str) -> None:
    """Ask an expression for everything that it can be asked for; it may be refused by name."""
    try:
        expression = compiled(text, SCOPE)
        for ask in (
            expression.string, expression.number, expression.truth, expression.nodes
        ):  # fmt: skip
            ask(NODE, WORLD)
    except XPathError:
        pass


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_odd_values_end_no_function(name: str) -> None:
    chance = random.Random(name)
    least, most = FUNCTIONS[name].least, min(FUNCTIONS[name].most, 4)
    for count in range(least, most + 1):
        few = count <= 1
        told = (
            product(ODD, repeat=count)
            if few
            else (chance.choices(ODD, k=count) for _ in range(150))
        )
        for values in told:
            tried(f"{name}({', '.join(values)})")


@given(
    st.sampled_from(sorted(FUNCTIONS)),
    st.lists(st.text(st.characters(exclude_characters="'"), max_size=40), max_size=4),
)
def test_any_texts_end_no_function(name: str, values: list[str]) -> None:
    arguments = [f"'{value}'" for value in values]
    tried(f"{name}({', '.join(arguments)})")


@pytest.mark.parametrize("sign", ["+", "-", "*", "div", "mod", "<", ">=", "=", "!=", "and", "|"])
def test_odd_values_end_no_operator(sign: str) -> None:
    for left, right in product(ODD, repeat=2):
        tried(f"({left}) {sign} ({right})")
