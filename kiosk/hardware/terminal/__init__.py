"""Bank terminals: a codec for each protocol, and what a driver is to the rest (``face``).

A codec is pure: bytes ↔ frozen messages. It masks card data before anything else sees it.

Which drivers there are stands in ``TERMINALS``; a module is loaded when it is asked for. A new
brand is one file, one row and one page in docs/devices/.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from kiosk.errors import ConfigError

if TYPE_CHECKING:
    from kiosk.hardware.terminal.face import Terminal
    from kiosk.hardware.terminal.options import TerminalOptions


@dataclass(frozen=True, slots=True)
class TerminalDriver:
    """Where a driver is to be found: ``opener(address, options)`` in ``module`` makes it.

    It opens no link yet. ``address`` is what stands behind ``://``. ``password_digits`` is the
    length of the password that the protocol asks for, 0 where it knows none. Raises
    ``ConfigError`` for an address that it cannot use.
    """

    module: str
    opener: str
    password_digits: int = 0


TERMINALS: Mapping[str, TerminalDriver] = {
    "zvt+tcp": TerminalDriver("zvt.driver", "over_tcp", password_digits=6),
    "zvt+serial": TerminalDriver("zvt.driver", "over_serial", password_digits=6),
    "behpardakht+tcp": TerminalDriver("behpardakht.driver", "over_tcp"),
    "behpardakht+serial": TerminalDriver("behpardakht.driver", "over_serial"),
    "sadad+tcp": TerminalDriver("sadad.driver", "over_tcp"),
    "sadad+serial": TerminalDriver("sadad.driver", "over_serial"),
    "fake": TerminalDriver("fake", "at_folder"),
}


@dataclass(frozen=True, slots=True)
class Keys:
    """What the settings, or the options of a command, are called in a fault's text."""

    driver: str = "terminal.driver"
    address: str = "terminal.address"
    password: str = "terminal.password_file"  # noqa: S105  (a key)


def build_terminal(url: str, options: TerminalOptions, keys: Keys | None = None) -> Terminal:
    """Make the driver of ``url``, such as ``zvt+tcp://10.0.0.9:20007``; it opens no link yet.

    Raises ``ConfigError`` that names one of ``keys``.
    """
    keys = keys or Keys()
    scheme, found, address = url.partition("://")
    driver = TERMINALS.get(scheme)
    if driver is None or not found:
        known = ", ".join(sorted(TERMINALS))
        raise ConfigError(f"{keys.driver}: expected one of {known}; got {scheme!r}")
    if not address:
        raise ConfigError(f"{keys.address}: expected a place behind {scheme}://, got none")
    _check_password(driver, options.password, keys.password)
    module = import_module(f"kiosk.hardware.terminal.{driver.module}")
    try:
        made: Terminal = getattr(module, driver.opener)(address, options)
    except ConfigError as error:
        raise ConfigError(f"{keys.address}: {error}") from None
    return made


def _check_password(driver: TerminalDriver, password: str, key: str) -> None:
    """Refuse one that the protocol cannot send; its digits are not told, only how many."""
    digits = driver.password_digits
    if not digits or not password:
        return
    if len(password) != digits or not (password.isascii() and password.isdecimal()):
        told = f"{len(password)} characters"
        raise ConfigError(f"{key}: expected {digits} digits, got {told}")
