"""Which fault befalls which request: a table of weights and a seed, nothing else.

The same seed gives the same faults in the same order, so a run that failed can be run again.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from enum import Enum


class Fault(Enum):
    """What is done to one request and its answer."""

    NONE = "none"
    REFUSE = "refuse"  # the connection breaks before anything reaches the server
    HALF_REQUEST = "half_request"  # the server gets half of the request, then the end
    LOSE_ANSWER = "lose_answer"  # the server did it all; the answer never comes
    HALF_ANSWER = "half_answer"  # the answer breaks off in the middle
    DOUBLE = "double"  # the server gets the request twice; the second answer is dropped
    DELAY = "delay"  # the answer comes late
    DRIP = "drip"  # the answer comes byte by byte for a while


CALM: Mapping[Fault, int] = {Fault.NONE: 1}
ROUGH: Mapping[Fault, int] = {
    Fault.NONE: 40,
    Fault.REFUSE: 10,
    Fault.HALF_REQUEST: 5,
    Fault.LOSE_ANSWER: 15,
    Fault.HALF_ANSWER: 10,
    Fault.DOUBLE: 12,
    Fault.DELAY: 5,
    Fault.DRIP: 3,
}
# one request of ten: rough enough, and a million events come through in an evening
UNSTEADY: Mapping[Fault, int] = {**ROUGH, Fault.NONE: 540}


def plan(weights: Mapping[Fault, int], seed: int) -> Iterator[Fault]:
    """Give a fault for each request, for ever; raises ``ValueError`` for weights without any."""
    if not weights or min(weights.values()) < 0 or not sum(weights.values()):
        raise ValueError(f"Expected weights of 0 or more and one above, got {dict(weights)}")
    chance = random.Random(seed)
    kinds, shares = list(weights), list(weights.values())
    while True:
        yield chance.choices(kinds, shares)[0]


def parse_weights(text: str) -> dict[Fault, int]:
    """Read ``none=40,double=12``; raises ``ValueError`` that names the word."""
    weights: dict[Fault, int] = {}
    for word in filter(None, text.split(",")):
        name, _, number = word.partition("=")
        if name not in {each.value for each in Fault} or not number.isdecimal():
            names = ", ".join(each.value for each in Fault)
            raise ValueError(f"Expected NAME=NUMBER with a name of {names}; got {word!r}")
        weights[Fault(name)] = int(number)
    return weights
