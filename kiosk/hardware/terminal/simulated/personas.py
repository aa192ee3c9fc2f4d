"""The terminals that are met in the field, as data: how each behaves when all is well but it.

What goes wrong once is a fault (``faults``); what a terminal always does is its persona.
Source: docs/payment.md, section 4; docs/devices/zvt.md, "How terminals differ".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Persona:
    """How a terminal behaves.

    ``reverses``: a result that is not acknowledged, within T3 or because the link is lost, is
    undone. ``lingers``: it is ready for others at once when the link is lost, and undoes all the
    same when T3 is over. ``repeats``: it tells of its last transaction. ``soft_declines``: it says
    no by a result (04 0F) and a completion. ``reboots`` and ``forgets``: it restarts in the middle
    of a payment, without its memory. ``odd``: it greets with a banner, adds tags that nobody knows,
    writes its fields in another order, and says no with ``84 1E 01 7D``. ``own_memory``: asked for
    a reference, it looks in what it remembers itself, and asks no bank.
    """

    name: str
    what: str
    reverses: bool = False
    lingers: bool = False
    repeats: bool = True
    soft_declines: bool = False
    reboots: bool = False
    forgets: bool = False
    odd: bool = False
    own_memory: bool = False


_ALL = (
    Persona("P1", "undoes what is not acknowledged, and says so when asked", reverses=True),
    Persona("P1L", "undoes it late, and answers others before", reverses=True, lingers=True),
    Persona("P2", "books what is not acknowledged"),
    Persona("P3", "books what is not acknowledged, and will not be asked", repeats=False),
    Persona("P4", "says no by a result and a completion", reverses=True, soft_declines=True),
    Persona("P5", "restarts in the middle of a payment, and remembers", reboots=True),
    Persona(
        "P5F", "restarts in the middle of a payment, and has forgotten", reboots=True, forgets=True
    ),
    Persona(
        "P5M",
        "restarts, has forgotten, and asks no bank",
        reboots=True,
        forgets=True,
        own_memory=True,
    ),
    Persona("P6", "has a maker's own ideas of the protocol", reverses=True, odd=True),
)
PERSONAS: Mapping[str, Persona] = {persona.name: persona for persona in _ALL}
