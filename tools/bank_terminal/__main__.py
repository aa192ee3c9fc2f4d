"""``python -m tools.bank_terminal``: a terminal in this window; type what becomes of each payment.

The terminal itself ships with the kiosk (``kiosk terminal serve``); here is a display that a
person can read, with its books in ``build/bank-terminal``.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from kiosk.errors import KioskError
from kiosk.hardware.terminal.simulated.console import HELP, Console
from kiosk.hardware.terminal.simulated.ledger import Row, totals
from kiosk.hardware.terminal.simulated.personas import PERSONAS
from kiosk.hardware.terminal.simulated.plans import Person
from kiosk.hardware.terminal.simulated.serving import Order, make_station, read_place
from kiosk.hardware.terminal.simulated.station import Settings, Station
from kiosk.hardware.terminal.simulated.times import Times
from tools.stage.server import ROOT

ROWS_SHOWN = 10
BOOK_HELP = "book                its last rows and the sum of the day\nquit"


def main() -> int:
    """Run until "quit" or the end of what is typed; gives the exit status."""
    options = _parser().parse_args()
    person = Person()
    settings = Settings(PERSONAS[options.persona], Times().paced(options.pace), shows=_show)
    try:
        station = make_station(Order(options.protocol, options.ledger, person, settings))
        host, port = read_place(options.listen)
        port = station.listen(host, port)
    except KioskError as error:
        print(f"bank_terminal: {error}", file=sys.stderr)
        return 2
    print(f"{options.protocol}+tcp://{host}:{port}: {settings.persona.what}", flush=True)
    print(HELP, BOOK_HELP, sep="\n", flush=True)
    try:
        _follow(Console(station, person, print), station)
    except KeyboardInterrupt:
        print()
    finally:
        station.stop()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.bank_terminal", description=__doc__)
    add = parser.add_argument
    add("--listen", default="127.0.0.1:20007", metavar="HOST:PORT", help="(127.0.0.1:20007)")
    add("--protocol", choices=("zvt", "behpardakht", "sadad"), default="zvt", help="(zvt)")
    add("--persona", choices=tuple(PERSONAS), default="P1", help="how it behaves (P1)")
    add("--ledger", type=Path, default=ROOT / "build" / "bank-terminal", help="its books")
    add("--pace", type=float, default=1.0, help="0.1: ten times as fast")
    return parser


def _follow(console: Console, station: Station) -> None:
    for line in sys.stdin:
        words = line.split()
        if words == ["quit"]:
            return
        if words == ["book"]:
            _print_book(station)
        elif words:
            console.run([line])


def _print_book(station: Station) -> None:
    rows = station.memory.ledger.rows
    for row in rows[-ROWS_SHOWN:]:
        print(_told(row))
    for each in totals(rows):
        print(f"today: {each.charges} charges, {each.reversals} reversed, {each.amount:,}")


def _told(row: Row) -> str:
    at = time.strftime("%H:%M:%S", time.localtime(row.at_ms / 1_000))
    amount = f"{row.amount:>15,}" if row.amount else " " * 15
    return f"{at}  {row.kind.value:<9}{amount}  {row.receipt or '':>4}  {row.why}".rstrip()


def _show(text: str) -> None:
    print(f"[ {text} ]", flush=True)


if __name__ == "__main__":
    sys.exit(main())
