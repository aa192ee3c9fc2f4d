"""What the codes of a ZVT terminal mean: names, for which the screens have the words.

A result is of BMP 27 and of an abort (06 1E); an intermediate status of 04 FF. What is in neither
table keeps its number and means the most careful thing: not approved, please wait.

Source: PA00P015 rev. 13.08, chapters "Error messages" and "Intermediate status"; compared with
the tables of Portalum.Zvt (MIT). Codes 01 to 63 are the host's own (ISO 8583, field 39, as each
network operator uses it), so few of them are named.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Why(StrEnum):
    """Why there was no payment, as a shopper is told; ``GOOD`` is none of them."""

    GOOD = "good"
    CANCELLED = "cancelled"  # by the shopper, or by waiting too long
    REFUSED = "refused"  # by the bank, for reasons of its own
    FUNDS = "funds"
    PIN = "pin"
    EXPIRED = "expired"
    CARD = "card"  # not readable, not known, not allowed here
    LIMIT = "limit"
    CURRENCY = "currency"
    HOST = "host"  # the terminal cannot reach its bank
    BUSY = "busy"
    PRINTER = "printer"
    REVERSED = "reversed"  # there was nothing more to undo
    SETTLE_FIRST = "settle_first"  # end of day or diagnosis is due
    SETUP = "setup"  # not registered, key or data missing
    TECHNICAL = "technical"


_W = Why
RESULTS: Final = {
    0x00: _W.GOOD,
    0x05: _W.REFUSED,
    0x33: _W.EXPIRED,
    0x37: _W.PIN,
    0x51: _W.FUNDS,
    0x54: _W.EXPIRED,
    0x55: _W.PIN,
    **dict.fromkeys((0x64, 0x65, 0x67, 0x68, 0x6E, 0x72, 0x73, 0x76, 0x79, 0x7A), _W.CARD),
    **dict.fromkeys((0x7B, 0x7C, 0x7E, 0xC5, 0xC4, 0xD2, 0xE9, 0xEA), _W.CARD),
    **dict.fromkeys((0x6A, 0xB1, 0xB2, 0x77, 0xC2, 0xF0), _W.SETTLE_FIRST),
    **dict.fromkeys((0x6B, 0x74, 0x85, 0xE4, 0xF6), _W.SETUP),
    0x6C: _W.CANCELLED,
    **dict.fromkeys((0x6F, 0xC6, 0xCB), _W.CURRENCY),
    0x71: _W.FUNDS,
    0x78: _W.EXPIRED,
    **dict.fromkeys((0x7D, 0x9B, 0xA1, 0xA3), _W.HOST),
    **dict.fromkeys((0x9C, 0xA0), _W.BUSY),
    **dict.fromkeys((0xB4, 0xB5), _W.REVERSED),
    **dict.fromkeys((0xB7, 0xC3, 0xC8, 0xC9), _W.LIMIT),
    0xCC: _W.PRINTER,
}


def why(result: int) -> Why:
    """Say what a result means; one below 64 that is not named is the host's refusal.

    >>> why(0x6C), why(0x62), why(0xFF)
    (<Why.CANCELLED: 'cancelled'>, <Why.REFUSED: 'refused'>, <Why.TECHNICAL: 'technical'>)
    """
    known = RESULTS.get(result)
    if known is not None:
        return known
    return Why.REFUSED if result < 0x64 else Why.TECHNICAL


class Doing(StrEnum):
    """What the terminal is at, as a shopper is told meanwhile."""

    WAIT = "wait"
    INSERT_CARD = "insert_card"
    REMOVE_CARD = "remove_card"
    ENTER_PIN = "enter_pin"
    WRONG_PIN = "wrong_pin"
    PIN_BLOCKED = "pin_blocked"
    CONFIRM_AMOUNT = "confirm_amount"
    CHOOSE = "choose"  # language, application, currency
    ASKING_BANK = "asking_bank"
    REVERSING = "reversing"
    APPROVED = "approved"
    DECLINED = "declined"
    CARD_REFUSED = "card_refused"
    CARD_UNREADABLE = "card_unreadable"
    CARD_EXPIRED = "card_expired"
    FUNDS = "funds"
    LIMIT = "limit"
    SETTLING = "settling"  # end of day, diagnosis, late bookings
    FAULT = "fault"


_D = Doing
ALSO_REMOVE = 0x40  # 41 to 67 are 01 to 27 with "please remove the card" beneath
DOINGS: Final = {
    0x00: _D.CONFIRM_AMOUNT,
    0x01: _D.ENTER_PIN,
    0x02: _D.ENTER_PIN,
    0x03: _D.CARD_REFUSED,
    0x04: _D.ASKING_BANK,
    0x05: _D.REVERSING,
    0x06: _D.SETTLING,
    0x07: _D.CARD_REFUSED,
    0x08: _D.CARD_REFUSED,
    0x09: _D.CARD_EXPIRED,
    0x0A: _D.INSERT_CARD,
    0x0B: _D.REMOVE_CARD,
    0x0C: _D.CARD_UNREADABLE,
    0x0D: _D.FAULT,
    0x0E: _D.WAIT,
    0x0F: _D.SETTLING,
    0x10: _D.CARD_REFUSED,
    0x12: _D.FAULT,
    0x13: _D.DECLINED,
    0x14: _D.FUNDS,
    0x15: _D.WRONG_PIN,
    0x16: _D.LIMIT,
    0x17: _D.WAIT,
    0x18: _D.PIN_BLOCKED,
    0x19: _D.CARD_UNREADABLE,
    0x1B: _D.APPROVED,
    0x1C: _D.APPROVED,
    0x1D: _D.DECLINED,
    0x28: _D.CHOOSE,
    0x29: _D.CHOOSE,
    0x2A: _D.INSERT_CARD,
    0x2C: _D.CHOOSE,
    0x69: _D.CHOOSE,
    0xC9: _D.SETTLING,
    0xCA: _D.SETTLING,
    0xCC: _D.ENTER_PIN,
    0xD2: _D.ASKING_BANK,
    0xD3: _D.ASKING_BANK,
    0xE0: _D.CHOOSE,
    0xE1: _D.CHOOSE,
}


def doing(status: int) -> Doing:
    """Say what an intermediate status means. None of them decides whether money moved.

    >>> doing(0x0A), doing(0x4B), doing(0xFF)
    (<Doing.INSERT_CARD: 'insert_card'>, <Doing.REMOVE_CARD: 'remove_card'>, <Doing.WAIT: 'wait'>)
    """
    if status in DOINGS:
        return DOINGS[status]
    if 0x41 <= status <= 0x67:
        return DOINGS.get(status - ALSO_REMOVE, Doing.REMOVE_CARD)
    return Doing.WAIT


def wants_card_removed(status: int) -> bool:
    """Tell whether the terminal also asks for the card to be taken out."""
    return status == 0x0B or 0x41 <= status <= 0x67
