"""``kiosk terminal``: what can be done with a bank terminal's protocol, without a payment.

``decode`` reads one frame from hex and tells its fields. Exit status 0: read; 1: it is incomplete
or must be refused, and the line says which and why; 2: wrong use. ``serve`` and ``ledger`` are in
``terminal_serve``.
"""

from __future__ import annotations

import argparse
import json
import re
import sys

from kiosk.commands.terminal_serve import add_ledger, add_serve
from kiosk.errors import ConfigError

PROTOCOLS = ("zvt", "zvt-serial", "behpardakht", "sadad")
FROM_INPUT = "-"
_HEX = re.compile(r"([0-9A-Fa-f]{2})*", re.ASCII)


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``terminal`` with its own sub-commands."""
    parser = subparsers.add_parser("terminal", help="look into what a bank terminal says")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    _add_decode(actions)
    add_serve(actions)
    add_ledger(actions)


def _add_decode(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = actions.add_parser("decode", help="read one frame and tell its fields")
    parser.add_argument("protocol", choices=PROTOCOLS)
    parser.add_argument(
        "hex", nargs="+", metavar="HEX", help="the bytes, in one piece or more; -: from the input"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.set_defaults(run=decode)


def decode(arguments: argparse.Namespace) -> int:
    """Print the fields of the frame; gives the exit status."""
    from kiosk.hardware.terminal.telling import Protocol, tell

    told = tell(Protocol(arguments.protocol), _bytes_of(arguments.hex))
    if arguments.json:
        print(json.dumps(told.fields, ensure_ascii=False))  # noqa: T201
    else:
        for name, value in told.fields.items():
            shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            print(f"{name}: {shown}")  # noqa: T201
    return 1 if told.refused else 0


def _bytes_of(typed: list[str]) -> bytes:
    """Read hex; what is wrong is not repeated, for it may hold a card number."""
    text = sys.stdin.read() if typed == [FROM_INPUT] else "".join(typed)
    text = re.sub(r"\s", "", text)
    if not _HEX.fullmatch(text):
        raise ConfigError(f"HEX: expected pairs of hex digits, got {len(text)} characters")
    return bytes.fromhex(text)
