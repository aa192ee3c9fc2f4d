"""``kiosk receipt``: whether the code on a receipt is good, and what became of the prints here.

``verify`` is for gates and guards and needs no network. Exit status 0: good; 1: not, and the line
says what is wrong; 2: wrong use, or a file is broken. ``prints`` gives 1 where one is in doubt.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.commands import add_config_option
from kiosk.errors import ConfigError

if TYPE_CHECKING:
    from kiosk.receipt.checking import Checked

FROM_INPUT = "-"
_SPAN = re.compile(r"([1-9][0-9]{0,5})([smhd])", re.ASCII)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_SAID = {
    "good": "معتبر / good",
    "malformed": "کد رسید نیست / not the code of a receipt",
    "unknown-version": "نسخهٔ ناشناخته / a version that is not known here",
    "other-store": "از شعبهٔ دیگر / of another store",
    "unknown-kiosk": "پیشخان ناشناخته / of a kiosk that is not known here",
    "forged": "جعلی یا دستکاری‌شده / forged or changed",
    "withdrawn": "با کلید باطل‌شده / signed by a key that is out of use",
    "ahead": "زمان در آینده / its time lies ahead: is the clock right?",
    "old": "قدیمی / too old",
    "double": "پیش‌تر نشان داده شده / shown before",
}


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``receipt`` with its own sub-commands."""
    parser = subparsers.add_parser("receipt", help="check the code on a receipt")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    verify = actions.add_parser("verify", help="is it signed, of today, and not shown before?")
    verify.add_argument("text", metavar="TEXT", help="what the code holds; -: lines of the input")
    verify.add_argument("--keys", type=Path, required=True, metavar="FILE",
                        help="what kiosk-server receipt-keys prints")  # fmt: skip
    verify.add_argument("--within", type=_span, default=timedelta(hours=2), metavar="SPAN",
                        help="how old it may be: 90s, 30m, 2h, 1d; default: 2h")  # fmt: skip
    verify.add_argument("--seen", type=Path, metavar="FILE",
                        help="where this gate notes whom it let out, to find doubles")  # fmt: skip
    verify.add_argument("--at", type=_instant, metavar="INSTANT", help="instead of now")
    verify.add_argument("--json", action="store_true", help="one JSON object a line")
    verify.set_defaults(run=run)
    prints = actions.add_parser("prints", help="the last prints, and what became of each")
    add_config_option(prints)
    prints.add_argument("--last", type=int, default=50, metavar="N", help="how many; default: 50")
    prints.add_argument("--json", action="store_true", help="one JSON object a line")
    prints.set_defaults(run=run_prints)


def run(arguments: argparse.Namespace) -> int:
    """Give 0 where all are good, else 1."""
    from kiosk.receipt.checking import Verdict, check, read_keys
    from kiosk.receipt.seen import KEPT, SeenFile

    try:
        keys = read_keys(arguments.keys.read_bytes())
    except OSError as error:
        raise ConfigError(f"--keys: expected a file of keys, got {error}") from None
    seen = SeenFile(arguments.seen, KEPT + arguments.within) if arguments.seen else None
    good = True
    for text in _texts(arguments.text):
        now = arguments.at or datetime.now(UTC)
        checked = check(text, keys, now, arguments.within, seen)
        _say(checked, as_json=arguments.json)
        good = good and checked.verdict is Verdict.GOOD
    return 0 if good else 1


def run_prints(arguments: argparse.Namespace) -> int:
    """List the last prints, the newest first; gives 1 where staff are to look at one."""
    import sqlite3
    from contextlib import closing

    from kiosk.config import load
    from kiosk.errors import DataError
    from kiosk.receipt.jobs import JobState, last_jobs

    file = load(arguments.config).database
    if not file.exists():
        raise DataError(f"{file}: expected the kiosk's database, got none (has it run yet?)")
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            jobs = list(last_jobs(connection, arguments.last))
    except sqlite3.Error as error:
        raise DataError(f"{file}: expected the kiosk's database, got {error}") from None
    for job in jobs:
        told = {
            "print": str(job.job_id),
            "sale": str(job.sale_id),
            "number": job.number,
            "copy": job.copy,
            "asked_by": job.asked_by,
            "state": job.state.value,
            "queued_at": job.queued_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
            "why": job.why,
        }
        line = json.dumps(told, ensure_ascii=False)
        if not arguments.json:
            line = "  ".join(f"{name} {value}" for name, value in told.items() if value != "")
        sys.stdout.write(line + "\n")
    doubtful = (JobState.UNSURE, JobState.PRINTING)
    return 1 if any(job.state in doubtful for job in jobs) else 0


def _texts(typed: str) -> list[str]:
    if typed != FROM_INPUT:
        return [typed]
    return [line for line in sys.stdin.read().splitlines() if line.strip()]


def _say(checked: Checked, *, as_json: bool) -> None:
    claim = checked.claim
    told = {
        "verdict": checked.verdict.value,
        "why": checked.why,
        "store": claim.store if claim else None,
        "kiosk": claim.kiosk if claim else None,
        "sale": str(claim.sale_id) if claim else None,
        "at": claim.at.isoformat().replace("+00:00", "Z") if claim else None,
        "total": claim.total if claim else None,
        "currency": claim.currency if claim else None,
    }
    if as_json:
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
        return
    more = [checked.why] if checked.why else []
    if claim:
        more += [f"{claim.kiosk}  {told['at']}  {claim.total:,} {claim.currency}"]
    sys.stdout.write("  ".join([_SAID[checked.verdict.value], *more]) + "\n")


def _span(text: str) -> timedelta:
    found = _SPAN.fullmatch(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"expected 90s, 30m, 2h or 1d, got {text!r}")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected an instant, got {text!r}") from None
    if at.tzinfo is None:
        raise argparse.ArgumentTypeError(f"expected an instant with its zone, got {text!r}")
    return at
