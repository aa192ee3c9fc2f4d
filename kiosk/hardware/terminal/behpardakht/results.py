"""What the codes of a POS-PC terminal mean: names, for which the screens have the words.

Source: the codes told in docs/devices/behpardakht.md, "Codes". Two digits are the bank's own
(ISO 8583, field 39); letters are the terminal's. One that is not in the table means the most
careful thing that its form allows.
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
    CANCELLED = "cancelled"
    HOST = "host"  # the terminal could not reach its bank, so nothing was sent
    NOT_FOUND = "not_found"  # an inquiry found no such transaction
    UNDECIDED = "undecided"  # sent to the bank, and no answer: it may have charged


RESULTS: Final = {
    "00": Why.GOOD,
    "14": Why.CARD,
    "51": Why.FUNDS,
    "54": Why.EXPIRED,
    "55": Why.PIN,
    "61": Why.LIMIT,
    "FU": Why.CANCELLED,
    "FA": Why.HOST,
    "FF": Why.UNDECIDED,
    "EA": Why.NOT_FOUND,
}


def why(code: str) -> Why:
    """Say what a code means; an unknown one with letters is undecided: nobody says what it is.

    >>> why("51"), why("05"), why("FX")
    (<Why.FUNDS: 'funds'>, <Why.REFUSED: 'refused'>, <Why.UNDECIDED: 'undecided'>)
    """
    known = RESULTS.get(code)
    if known is not None:
        return known
    return Why.REFUSED if code.isascii() and code.isdecimal() else Why.UNDECIDED
