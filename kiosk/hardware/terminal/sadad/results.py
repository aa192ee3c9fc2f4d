"""What the codes of a PcPos terminal mean: names, for which the screens have the words.

Source: two digits are the bank's own (ISO 8583, field 39); those that are named here are also in
the table of Farinware/Shardo.PcPos.Sadad. The document at hand lists none.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Why(StrEnum):
    """What came of it, as a shopper is told."""

    GOOD = "good"
    FUNDS = "funds"
    PIN = "pin"
    EXPIRED = "expired"
    LIMIT = "limit"
    CARD = "card"
    REFUSED = "refused"
    UNDECIDED = "undecided"  # no digits: nobody says what it is, so nobody says no


RESULTS: Final = {
    "00": Why.GOOD,
    "14": Why.CARD,
    "51": Why.FUNDS,
    "54": Why.EXPIRED,
    "55": Why.PIN,
    "61": Why.LIMIT,
}


def why(code: str) -> Why:
    """Say what a code means.

    >>> why("55"), why("12"), why("XX")
    (<Why.PIN: 'pin'>, <Why.REFUSED: 'refused'>, <Why.UNDECIDED: 'undecided'>)
    """
    known = RESULTS.get(code)
    if known is not None:
        return known
    return Why.REFUSED if code.isascii() and code.isdecimal() else Why.UNDECIDED
