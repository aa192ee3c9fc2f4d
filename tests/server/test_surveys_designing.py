"""Questions built in the browser are an XLSForm, and are read back from it as they were."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.surveys.designing import (
    SORT_OF,
    SORTS,
    Condition,
    DesignChoice,
    DesignError,
    DesignQuestion,
    design_of,
    sheets_of,
)

WORDS = st.text("ابپتسشabc ؟?$'\"<", min_size=1, max_size=12).filter(str.strip)
CHOICES = st.lists(WORDS, min_size=2, max_size=5).map(
    lambda words: tuple(DesignChoice(f"c{n}", word) for n, word in enumerate(words, 1))
)


@st.composite
def designs(draw: st.DrawFn) -> tuple[DesignQuestion, ...]:
    found: list[DesignQuestion] = []
    for number in range(draw(st.integers(1, 5))):
        sort = draw(st.sampled_from(SORTS))
        condition = None
        if found and draw(st.booleans()):
            sign = draw(st.sampled_from(["=", "!=", ">=", "<=", "has"]))
            value = draw(st.sampled_from(["3", "-1.5", "c1", "yes", ""]))
            condition = Condition(draw(st.sampled_from(found)).name, sign, value)
        found.append(
            DesignQuestion(
                f"q{number}",
                sort.name,
                draw(WORDS),
                draw(st.just("") | st.just("In English")),
                hint_fa=draw(st.just("") | st.just("راهنما")),
                required=draw(st.booleans()),
                choices=draw(CHOICES) if sort.listed else (),
                span=("1", "9", "2") if sort.span and not sort.fixed else None,
                condition=condition,
            )
        )
    return tuple(found)


@given(designs())
def test_what_was_built_is_read_back(questions: tuple[DesignQuestion, ...]) -> None:
    assert design_of(sheets_of(questions, "visit", "بازدید")) == questions


ONE = DesignQuestion(
    "a", "select_one", "؟", choices=(DesignChoice("x", "x"), DesignChoice("y", "y"))
)
WRONG = {
    "name": [replace(ONE, name="۱")],
    "another name": [ONE, replace(ONE, name="A")],
    "kind": [replace(ONE, sort="dance")],
    "Persian": [replace(ONE, fa=" ")],
    "choices": [replace(ONE, choices=())],
    "scale that goes up": [replace(ONE, sort="range", span=("5", "1", "1"))],
    "numbers": [replace(ONE, sort="range", span=("a", "1", "1"))],
    "above": [replace(ONE, condition=Condition("b", "=", "1"))],
    "quote": [ONE, replace(ONE, name="b", condition=Condition("a", "=", "x' or '1"))],
    "has": [ONE, replace(ONE, name="b", condition=Condition("a", "or", "1"))],
    "1 to": [],
}


@pytest.mark.parametrize(("said", "questions"), WRONG.items(), ids=WRONG)
def test_what_cannot_be_made_is_refused_by_name(said: str, questions: list[DesignQuestion]) -> None:
    with pytest.raises(DesignError, match=said):
        sheets_of(questions, "visit", "بازدید")


def test_a_form_with_more_than_the_browser_shows_is_left_alone() -> None:
    sheets = dict(sheets_of([ONE], "visit", "بازدید"))
    assert design_of({**sheets, "survey": [{"type": "begin group", "name": "g"}]}) is None
    calculated = [{**sheets["survey"][0], "calculation": "1 + 1"}]
    assert design_of({**sheets, "survey": calculated}) is None
    assert set(SORT_OF) == {sort.name for sort in SORTS}
