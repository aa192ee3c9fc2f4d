"""Currencies on the wire are ISO 4217 numbers; everywhere else they are its letters.

Source: ISO 4217, list one: the rial, and what shops near the sample chain's borders take.
"""

from __future__ import annotations

from typing import Final

from kiosk.errors import ConfigError

NONE = "XXX"  # ISO 4217's own sign for no currency; equal to none that is asked for
NUMBERS: Final = {
    "AED": 784,
    "AFN": 971,
    "AMD": 51,
    "AZN": 944,
    "CHF": 756,
    "EUR": 978,
    "GBP": 826,
    "IQD": 368,
    "IRR": 364,
    "OMR": 512,
    "PKR": 586,
    "QAR": 634,
    "TRY": 949,
    "USD": 840,
}
_LETTERS: Final = {number: letters for letters, number in NUMBERS.items()}


def letters_of(number: int) -> str:
    """Give the letters of a number; ``NONE`` for one that is not in the table."""
    return _LETTERS.get(number, NONE)


def number_of(letters: str) -> int:
    """Give the number; raises ``ConfigError`` for letters that are not in the table."""
    if letters not in NUMBERS:
        known = ", ".join(NUMBERS)
        raise ConfigError(f"expected a currency of {known}; got {letters!r}")
    return NUMBERS[letters]
