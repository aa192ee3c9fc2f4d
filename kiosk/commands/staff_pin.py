"""``kiosk staff-pin``: ask for a PIN twice, without showing it, and print its line.

The line belongs into the section [staff] of kiosk.toml; the PIN itself is kept nowhere.
Exit status 0: printed; 2: no terminal, too easy a PIN, or two different ones.
"""

from __future__ import annotations

import argparse
import getpass
import sys
import unicodedata
import warnings

from kiosk.errors import DataError


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the sub-command."""
    parser = subparsers.add_parser("staff-pin", help="make the line that lets staff in by a PIN")
    parser.set_defaults(run=run)


def run(_arguments: argparse.Namespace) -> int:
    """Ask and print; gives the exit status."""
    from kiosk.pin import check_pin, hash_of

    pin = _asked("PIN for the staff's view (6 to 12 digits): ")
    check_pin(pin)
    if _asked("The same once more: ") != pin:
        raise DataError("Expected the same PIN twice, got two different ones")
    print("Put this line into kiosk.toml, below [staff], and start the kiosk again:",  # noqa: T201
          file=sys.stderr)  # fmt: skip
    sys.stdout.write(f'pin = "{hash_of(pin).line()}"\n')
    return 0


def _asked(question: str) -> str:
    """Ask at the terminal; Persian digits are taken as well."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", getpass.GetPassWarning)  # it would show what is typed
        try:
            typed = getpass.getpass(question)
        except (getpass.GetPassWarning, EOFError):
            raise DataError("Expected a terminal to ask at, got none") from None
    return "".join(str(unicodedata.decimal(each, each)) for each in typed.strip())
