"""``kiosk enrol CODE``: make this box the kiosk that head office made the code for.

It shows the fingerprint of the box's key, which the office compares, and waits for the approval.
Without a code it asks anew who this kiosk is: after a wait that was too long, or a move.
Exit status 0: enrolled; 1: not approved in time; 2: refused, or wrong settings.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.commands import add_config_option
from kiosk.version import software_version

if TYPE_CHECKING:
    from kiosk.config import Settings
    from kiosk.line.enrolment import Offered, Place

WAIT_S = 600.0  # the office is called meanwhile
_MODEL = Path("/sys/class/dmi/id/product_name")
_BOARD = Path("/proc/device-tree/model")


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the sub-command."""
    parser = subparsers.add_parser("enrol", help="make this box a kiosk of the chain")
    parser.add_argument("code", nargs="?", default="", help="from head office, as K7PM-4X2Q")
    add_config_option(parser)
    parser.add_argument(
        "--wait-s", type=float, default=WAIT_S, help="seconds for the approval; default: 600"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Enrol; gives the exit status."""
    from kiosk.clock import ServerClock
    from kiosk.config import load_unenrolled
    from kiosk.line.enrolment import await_identity, use_code

    settings = load_unenrolled(arguments.config)
    place, clock = _place(settings), ServerClock(settings.time_file)
    say = _say_json if arguments.json else _say
    if arguments.code:
        asked = use_code(place, arguments.code, _offered(), clock)
        say({"waiting": asked.kiosk, "store": asked.store, "fingerprint": asked.fingerprint})
    identity = await_identity(
        place, clock, arguments.wait_s, time.sleep, lambda text: say({"fault": text})
    )
    if identity is None:
        say({"fault": "not approved in time; when it is, run: kiosk enrol (without a code)"})
        return 1
    say({"enrolled": identity.kiosk, "store": identity.store, "name": identity.name})
    return 0


def _place(settings: Settings) -> Place:
    from kiosk.line.enrolment import Place

    server = settings.server
    return Place(settings.data_dir, server.url, server.timeout_s, settings.given_server_key())


def _offered() -> Offered:
    from kiosk.line.enrolment import Offered

    return Offered(software_version(), _hardware())


def _hardware() -> str:
    """Name the machine for people, such as "OptiPlex 3070 x86_64"."""
    model = ""
    for file in (_MODEL, _BOARD):
        try:
            model = model or file.read_text("ascii", errors="replace")
        except OSError:
            continue
    words = "".join(each if each.isprintable() else " " for each in model).split()
    return " ".join([*words, platform.machine()])[:200]


def _say(told: Mapping[str, str]) -> None:
    print("  ".join(f"{name}: {value}" for name, value in told.items()), flush=True)  # noqa: T201


def _say_json(told: Mapping[str, str]) -> None:
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    sys.stdout.flush()
