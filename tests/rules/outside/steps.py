"""The steps that are understood, and how a scenario is run with them.

A step is a sentence with places in it: ``{money}`` ("$10.00", as cents), ``{percent}`` ("20%"),
``{number}``, ``{name}`` (any text in quotes), ``{promotion}`` (it, this promotion, the promotion "X"),
``{manner}`` and ``{clauses}`` (what else is said of a catalog promotion, clause by clause).
A place in a part that may be left out, ``(?:...)?``, is none where it is left out.
A sentence that no step matches as a whole is an error that names it; nothing is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from retail.pricing.off import Percent
from tests.rules.outside.gherkin import Scenario
from tests.rules.outside.shop_world import World

Doing = Callable[..., None]


class StepNotUnderstoodError(Exception):
    """A sentence that no step is for."""

    def __init__(self, sentence: str) -> None:
        super().__init__(f"step not understood: {sentence}")


def cents(text: str) -> int:
    """Read "1,000.00" as hundredths; a fraction of them is no amount of money."""
    hundredths = Decimal(text.replace(",", "")) * 100
    assert hundredths == int(hundredths), text
    return int(hundredths)


def percent(text: str) -> Percent:
    """Read "12.5" as basis points."""
    return Percent(int(Decimal(text) * 100))


PLACES: dict[str, tuple[str, Callable[[str], Any]]] = {
    "money": (r'"-?[$€£]([\d,]+(?:\.\d+)?)"', cents),
    "percent": (r'"([\d.]+)%"', percent),
    "number": (r'"?(-?\d+)"?', int),
    "name": (r'"([^"]+)"', str),
    "manner": (r"(exclusive |disabled )?", str),
    "clauses": (r"((?: .*)?)", str),
    "promotion": (r'(it|this promotion|the promotion(?: "[^"]+")?)', str),
}
STEPS: list[tuple[re.Pattern[str], list[Callable[[str], Any]], Doing]] = []


def step(*sentences: str) -> Callable[[Doing], Doing]:
    """Say what sentences a function is for; what is in their places comes after the world."""

    def say(doing: Doing) -> Doing:
        for sentence in sentences:
            readers = [PLACES[place][1] for place in re.findall(r"\{(\w+)\}", sentence)]
            pattern = re.sub(r"\{(\w+)\}", lambda match: PLACES[match[1]][0], sentence)
            STEPS.append((re.compile(pattern), readers, doing))
        return doing

    return say


def run(scenario: Scenario) -> World:
    """Do all steps of a scenario, one after another; give what has become of the shop."""
    world = World()
    for sentence in scenario.steps:
        take(world, sentence)
    return world


def take(world: World, sentence: str) -> None:
    """Do one step: the one that matches the whole sentence, of which there must be one alone."""
    found = [
        (
            doing,
            [
                None if text is None else read(text)
                for read, text in zip(readers, match.groups(), strict=True)
            ],
        )
        for pattern, readers, doing in STEPS
        if (match := pattern.fullmatch(sentence))
    ]
    if not found:
        raise StepNotUnderstoodError(sentence)
    assert len(found) == 1, f"steps that say two things: {sentence}"
    doing, values = found[0]
    doing(world, *values)
