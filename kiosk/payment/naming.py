"""A terminal's name in the journal, and the numbers and letters of its currency.

The name is what two processes, and two starts, must agree on: the scheme and the place, without
a protocol's own options behind it.
"""

from __future__ import annotations

import re

from kiosk.errors import ConfigError
from kiosk.hardware.terminal.zvt.currencies import NONE, letters_of
from retail.values import Money

AMOUNT_MAX = 10**12 - 1  # twelve digits are what a terminal's message has


def where_of(url: str) -> str:
    """Give the name of the terminal at ``url``.

    >>> where_of("zvt+tcp://10.0.0.9:20007?receipt=lines")
    'zvt+tcp://10.0.0.9:20007'
    """
    return url.partition("?")[0]


def read_currency(text: str) -> str:
    """Give the letters of a currency that is named by letters or by its number.

    >>> read_currency("978")
    'EUR'
    """
    letters = letters_of(int(text)) if re.fullmatch(r"[0-9]{1,3}", text) else text.upper()
    if letters == NONE or not re.fullmatch(r"[A-Z]{3}", letters):
        raise ConfigError(f"--currency: expected one such as IRR or 978, got {text!r}")
    return letters


def read_money(amount: int, currency: str) -> Money:
    """Give an amount of the command line; raises ``ConfigError``."""
    if not 1 <= amount <= AMOUNT_MAX:
        raise ConfigError(f"--amount: expected 1 to {AMOUNT_MAX}, got {amount}")
    return Money(amount, read_currency(currency))
