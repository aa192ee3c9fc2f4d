"""``kiosk terminal serve``: a simulated bank terminal on the wire; ``ledger``: what it has booked.

``serve`` prints a line of JSON that tells where it listens, then one for each thing that happens in
its display (``shows``), and runs until it is ended. ``--ask`` lets whoever types decide; each line
is answered (``answer``), and ``help`` tells what there is.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.errors import ConfigError

if TYPE_CHECKING:
    from kiosk.hardware.terminal.simulated.plans import Plans
    from kiosk.hardware.terminal.simulated.station import Station

PROTOCOLS = ("zvt", "behpardakht", "sadad")


def add_serve(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``serve``."""
    parser = actions.add_parser("serve", help="be a simulated terminal, to test against")
    add = parser.add_argument
    add("--listen", metavar="HOST:PORT", help="where, over TCP; port 0: any free one")
    add("--serial", metavar="PATH", type=Path, help="make a pseudo-terminal behind this link")
    add("--protocol", choices=PROTOCOLS, default="zvt")
    add("--persona", metavar="P1…P6", default="P2", help="how it behaves; P2 without it")
    add("--ledger", metavar="DIR", type=Path, required=True, help="where it keeps its books")
    add("--script", metavar="FILE", type=Path, help="a payment a line: what becomes of it")
    add("--seed", metavar="N", type=int, help="let chance decide, from this seed")
    add("--ask", action="store_true", help="let whoever types decide")
    add("--pace", metavar="F", type=float, default=1.0, help="0.01: a hundred times as fast")
    add("--currency", metavar="N", type=int, default=364, help="ISO 4217; 364 is the rial")
    add("--terminal-id", metavar="ID", default="29001234", help="eight digits")
    add("--receipt", metavar="N", type=int, default=0, help="of the payment before its first")
    add("--corrupt", metavar="P", type=float, default=0.0, help="chance of each byte to be changed")
    parser.set_defaults(run=serve)


def add_ledger(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``ledger``."""
    parser = actions.add_parser("ledger", help="tell what a simulated terminal has booked")
    parser.add_argument("ledger", metavar="DIR", type=Path)
    parser.add_argument("--json", action="store_true", help="a JSON object a row, then the sums")
    parser.set_defaults(run=tell_ledger)


def serve(arguments: argparse.Namespace) -> int:
    """Be a terminal until ended by a signal; gives the exit status."""
    from kiosk.hardware.terminal.simulated.console import Console
    from kiosk.hardware.terminal.simulated.plans import Person
    from kiosk.hardware.terminal.simulated.serving import read_place

    if arguments.listen is None and arguments.serial is None:
        raise ConfigError("serve: expected --listen or --serial, got neither")
    plans = _plans(arguments)
    station = _station(arguments, plans)
    ended = threading.Event()
    for asked_to_stop in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asked_to_stop, lambda *_: ended.set())
    told: dict[str, Any] = {"protocol": arguments.protocol, "persona": arguments.persona}
    try:
        if arguments.listen is not None:
            host, port = read_place(arguments.listen)
            told["port"] = station.listen(host, port)
        if arguments.serial is not None:
            station.open_serial(arguments.serial)
            told["serial"] = str(arguments.serial)
        _print(told)
        if isinstance(plans, Person):
            console = Console(station, plans, lambda answer: _print({"answer": answer}))
            threading.Thread(target=console.run, args=(sys.stdin,), daemon=True).start()
        ended.wait()
    finally:
        station.stop()
    return 0


def _plans(arguments: argparse.Namespace) -> Plans:
    from kiosk.hardware.terminal.simulated.faults import SERIAL, TCP, possible
    from kiosk.hardware.terminal.simulated.plans import Chance, Person, Script

    ways = [
        name for name in ("script", "seed", "ask") if getattr(arguments, name) not in (None, False)
    ]
    if len(ways) > 1:
        raise ConfigError(f"serve: expected one of --script, --seed, --ask; got {len(ways)}")
    if arguments.ask:
        return Person()
    if arguments.seed is not None:
        wire = TCP if arguments.serial is None else SERIAL
        return Chance(arguments.seed, possible(arguments.protocol, wire))
    return Script.from_file(arguments.script) if arguments.script else Script()


def _station(arguments: argparse.Namespace, plans: Plans) -> Station:
    from kiosk.hardware.terminal.simulated.personas import PERSONAS
    from kiosk.hardware.terminal.simulated.serving import Order, make_station
    from kiosk.hardware.terminal.simulated.station import Settings
    from kiosk.hardware.terminal.simulated.times import Times

    if arguments.persona not in PERSONAS:
        known = ", ".join(PERSONAS)
        raise ConfigError(f"persona: expected one of {known}; got {arguments.persona!r}")
    if not 0 < arguments.pace <= 10:
        raise ConfigError(f"pace: expected a factor up to 10, got {arguments.pace}")
    settings = Settings(
        PERSONAS[arguments.persona],
        Times().paced(arguments.pace),
        arguments.corrupt,
        arguments.seed or 0,
        _print_text,
    )
    return make_station(
        Order(
            arguments.protocol,
            arguments.ledger,
            plans,
            settings,
            arguments.terminal_id,
            arguments.currency,
            arguments.receipt,
        )
    )


def tell_ledger(arguments: argparse.Namespace) -> int:
    """Print the rows and the sums; gives the exit status."""
    from kiosk.hardware.terminal.simulated.ledger import read_rows, standings, told, totals

    rows = read_rows(arguments.ledger)
    sums: Iterable[dict[str, Any]] = [asdict(each) for each in totals(rows, whole=True)]
    if arguments.json:
        for row in rows:
            _print(told(row))
        for standing in standings(rows).values():
            _print({"standing": asdict(standing)})
        for each in sums:
            _print({"totals": each})
        return 0
    for row in rows:
        print(" ".join(f"{name}={value}" for name, value in told(row).items()))  # noqa: T201
    for each in sums:
        print("sum:", *(f"{name}={value}" for name, value in each.items()))  # noqa: T201
    return 0


def _print(told: dict[str, Any]) -> None:
    print(json.dumps(told, ensure_ascii=False), flush=True)  # noqa: T201


def _print_text(text: str) -> None:
    _print({"shows": text})
