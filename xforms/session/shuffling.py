"""Choices in an order that chance gives, the same for the same seed as in ODK's programs.

Source: ODK XForms specification, ``randomize``; Park and Miller, "Random number generators: good
ones are hard to find", CACM 1988; Fisher and Yates's shuffle from behind.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from typing import Final, TypeVar

T = TypeVar("T")
_MODULUS: Final = 2_147_483_647
_FACTOR: Final = 16_807


def seed_of(text: str) -> int:
    """Make a seed of a text: the whole part of a number, the digest of anything else."""
    try:
        return int(float(text))
    except (ValueError, OverflowError):
        return int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest()[:8], "big", signed=True)


def shuffled(things: Sequence[T], seed: int) -> list[T]:
    """Shuffle by a seed."""
    state = math.fmod(seed, _MODULUS) if abs(seed) < 2**53 else abs(seed) % _MODULUS
    state = int(state)
    if state <= 0:
        state += _MODULUS - 1
    found = list(things)
    for last in range(len(found) - 1, 0, -1):
        state = state * _FACTOR % _MODULUS
        at = math.floor((state - 1) / (_MODULUS - 1) * (last + 1))
        found[last], found[at] = found[at], found[last]
    return found
