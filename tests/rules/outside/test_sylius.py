"""The feature files of Sylius on promotions, scenario by scenario, said with our rules.

``TABLE`` names every scenario with what became of it:

- ``RUNS``: it is run by the steps that are understood, and every figure of it is ours too;
- ``Differs``: another figure is right here, by the rule of docs/pricing.md that is named; the scenario
  is run with our figures in place of its own, and must fail with its own;
- ``OUT``: it is about something that this engine does not do.

Source: Sylius, MIT; the files are kept unchanged in tests/data/promotions/sylius with their licence.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.rules.outside import (
    steps_of_catalog,
    steps_of_coupons,
    steps_of_goods,
    steps_of_packs,
    steps_of_promotions,
    steps_of_the_quote,
    steps_of_the_till,
)
from tests.rules.outside.gherkin import Scenario, scenarios_below, scenarios_of
from tests.rules.outside.said import NotSaidError
from tests.rules.outside.steps import StepNotUnderstoodError, run
from tests.rules.outside.sylius_table import TABLE
from tests.rules.outside.verdicts import Differs, Out, Runs

UNDERSTOOD = (
    steps_of_catalog,
    steps_of_coupons,
    steps_of_goods,
    steps_of_packs,
    steps_of_promotions,
    steps_of_the_quote,
    steps_of_the_till,
)
KEPT = Path(__file__).parents[2] / "data/promotions/sylius"
OUTSIDE = Path(__file__).parents[4] / "shared/vectors/promotions/sylius-features"

SCENARIOS = {scenario.key: scenario for scenario in scenarios_below(KEPT)}
VERDICTS = {
    f"{feature}: {name}": verdict
    for feature, scenarios in TABLE.items()
    for name, verdict in scenarios.items()
}


def of_kind(kind: type) -> list[str]:
    return [key for key, verdict in VERDICTS.items() if isinstance(verdict, kind)]


def test_the_table_names_every_kept_scenario_and_no_other() -> None:
    assert sorted(VERDICTS) == sorted(SCENARIOS)


@pytest.mark.outside
def test_the_kept_files_are_those_that_are_given() -> None:
    if not OUTSIDE.exists():
        pytest.skip("the given feature files are not here: our copies are not compared with them")
    given = {path.relative_to(OUTSIDE): path.read_bytes() for path in OUTSIDE.rglob("*.feature")}
    kept = {path.relative_to(KEPT): path.read_bytes() for path in KEPT.rglob("*.feature")}

    assert kept == given
    assert sorted(VERDICTS) == sorted(scenario.key for scenario in scenarios_below(OUTSIDE))


@pytest.mark.parametrize("key", of_kind(Runs))
def test_runs_and_agrees(key: str) -> None:
    run(SCENARIOS[key])


@pytest.mark.parametrize("key", of_kind(Differs))
def test_differs_by_a_rule_of_the_page_and_has_our_figures(key: str) -> None:
    scenario, verdict = SCENARIOS[key], VERDICTS[key]
    assert isinstance(verdict, Differs)
    assert verdict.because.startswith("docs/pricing.md")
    assert set(verdict.instead) <= set(scenario.steps)

    with pytest.raises(AssertionError):
        run(scenario)
    run(replace(scenario, steps=tuple(verdict.instead.get(s, s) for s in scenario.steps)))


@pytest.mark.parametrize("key", of_kind(Out))
def test_what_is_out_of_scope_is_not_understood_by_half(key: str) -> None:
    with pytest.raises(StepNotUnderstoodError):
        run(SCENARIOS[key])


def told(*steps: str) -> Scenario:
    lines = ["Feature: a feature", "Scenario: a scenario", *(f"Given {step}" for step in steps)]
    (scenario,) = scenarios_of("\n".join(lines), "told.feature")
    return scenario


SHOP = (
    'the store operates on a single channel in "United States"',
    'the store has a product "Mug" priced at "$20.00"',
    'there is a promotion "Sale"',
)


@pytest.mark.parametrize(
    "sentence",
    [
        "the moon is full",
        'it gives "$10.00" discount to every order on a Monday',
        'there is a catalog promotion "Winter" that reduces price by "30%" and applies on a whim',
        'I add product "Mug" to the cart quietly',
    ],
)
def test_a_step_that_is_not_understood_is_named_and_never_passed_over(sentence: str) -> None:
    with pytest.raises(StepNotUnderstoodError, match="step not understood: "):
        run(told(*SHOP, sentence))


@pytest.mark.parametrize(
    "steps",
    [
        ('it gives "$5.00" discount to every order', 'my cart total should be "$20.00"'),
        ('it gives "$5.00" discount to every order', "there should be no discount applied"),
        ('my cart total should be "$15.00"',),
        ('my discount should be "-$5.00"',),
        ('product "Mug" price should be decreased by "$5.00"',),
    ],
)
def test_a_wrong_figure_fails(steps: tuple[str, ...]) -> None:
    with pytest.raises(AssertionError):
        run(told(*SHOP, 'I add product "Mug" to the cart', *steps))


def test_what_our_rules_have_no_words_for_is_said() -> None:
    steps = (
        'it gives "$5.00" off on a "Mug" product',
        "this promotion has usage limit equal to 3",
        'I add product "Mug" to the cart',
        'my cart total should be "$15.00"',
    )
    with pytest.raises(NotSaidError, match="ours counts pieces"):
        run(told(*SHOP, *steps))


def test_an_outline_is_written_out_and_a_table_below_a_step_is_not_lost() -> None:
    text = """
    Feature: Outlines
      Background:
        Given one thing
      @tag
      Scenario Outline: Many
        When I pay <paid>
          | a | table |
        # a remark
        Then I get <back>
      Examples:
        | paid | back |
        | 10   | 1    |
        | 20   | 11   |
    """
    first, second = scenarios_of(text, "outlines.feature")

    assert first.steps == ("one thing", "I pay 10 | a | table |", "I get 1")
    assert (second.key, second.steps[-1]) == ("outlines.feature: Many [2]", "I get 11")
