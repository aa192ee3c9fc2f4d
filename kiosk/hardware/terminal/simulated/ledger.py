"""What the simulated bank knows: who asked for what, and what was charged, undone and given back.

A file of JSON lines that is only added to. A row of money is on the disk (fsync) before the
terminal says a word of it, and outlives a ``kill -9`` of the terminal. It holds no card data.

What the terminal itself remembers may be less: see ``memory``.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from threading import Lock
from typing import Any

from kiosk.errors import ConfigError, DataError

FILE = "ledger.jsonl"


class Kind(StrEnum):
    """What a row tells."""

    STARTED = "started"  # the terminal was switched on
    ASKED = "asked"  # a financial command has come; rows of money name it
    CHARGED = "charged"
    REVERSED = "reversed"
    REFUNDED = "refunded"
    DECLINED = "declined"  # or cancelled: no money
    COUNTER = "counter"  # the receipt counter was set
    FORGOT = "forgot"  # the terminal has lost its memory; the bank has not
    SETTLED = "settled"  # the day was ended: amount is its sum


MONEY = frozenset((Kind.CHARGED, Kind.REVERSED, Kind.REFUNDED, Kind.SETTLED))


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the ledger. Numbers that are not there are 0, texts empty.

    ``command`` is the number of the ASKED row that led to it, ``undoes`` that of the CHARGED row
    that a REVERSED one takes back. ``amount`` is in the smallest unit of ``currency``, an
    ISO 4217 number. ``receipt`` 0: the terminal gave it none.
    """

    number: int
    at_ms: int  # since 1970 UTC
    kind: Kind
    command: int = 0
    receipt: int = 0
    trace: int = 0
    amount: int = 0
    currency: int = 0
    reference: str = ""
    terminal_id: str = ""
    undoes: int = 0
    why: str = ""


class Ledger:
    """Rows are added by any thread. One process holds a folder's ledger at a time.

    Without ``durable`` nothing is forced to the disk: a killed process loses nothing by that, a
    power cut would.
    """

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        """Open the ledger in ``folder``, made if it is not there; raises ``ConfigError``."""
        self._durable, self._lock = durable, Lock()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = os.open(folder / FILE, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError as error:
            raise ConfigError(f"ledger: expected a folder, got {error.strerror}") from None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._file)
            raise ConfigError(f"ledger: {folder} is held by another terminal") from None
        self._rows = read_rows(folder)
        self._cut_torn_line(folder)

    def _cut_torn_line(self, folder: Path) -> None:
        """Drop what a cut left of a line: it was never told to anybody."""
        whole = (folder / FILE).read_bytes()
        end = whole.rfind(b"\n") + 1
        if end < len(whole):
            os.ftruncate(self._file, end)

    @property
    def rows(self) -> Sequence[Row]:
        """Everything, the oldest first."""
        with self._lock:
            return tuple(self._rows)

    def since(self, number: int) -> Sequence[Row]:
        """Give the rows behind row ``number``."""
        with self._lock:
            return tuple(self._rows[number:])

    def add(self, kind: Kind, **values: Any) -> Row:
        """Write a row and give it; it is on the disk then."""
        with self._lock:
            row = Row(len(self._rows) + 1, time.time_ns() // 1_000_000, kind, **values)
            os.write(self._file, json.dumps(told(row)).encode() + b"\n")
            if self._durable and kind in MONEY:
                os.fsync(self._file)
            self._rows.append(row)
        return row

    def close(self) -> None:
        """Let it go."""
        os.close(self._file)


def told(row: Row) -> dict[str, Any]:
    """Give a row as JSON tells it: what is not there is left out."""
    return {name: value for name, value in asdict(row).items() if value not in (0, "")}


def read_rows(folder: Path) -> list[Row]:
    """Read a ledger, also while it is written; an unfinished last line is not there yet.

    Raises ``DataError`` for a file that is no ledger.
    """
    try:
        text = (folder / FILE).read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise DataError(f"ledger: expected a file, got {error.strerror}") from None
    try:
        return [_row(json.loads(line)) for line in text.split(b"\n")[:-1]]
    except (ValueError, TypeError, KeyError) as error:
        raise DataError(f"ledger: expected rows, got {error}") from None


def _row(read: dict[str, Any]) -> Row:
    return Row(**{**read, "kind": Kind(read["kind"])})


@dataclass(frozen=True, slots=True)
class Standing:
    """What became of one command: how often it charged, and what of that is left."""

    command: int
    reference: str
    charges: int
    net_charges: int
    net_amount: int


def standings(rows: Iterable[Row]) -> dict[int, Standing]:
    """Give each command's standing, by the number of its ASKED row.

    A reversal or a refund that was commanded counts against the charge that it gives back, where
    it names one.
    """
    rows = list(rows)
    by_number = {row.number: row for row in rows}
    charges: dict[int, list[int]] = {row.number: [] for row in rows if row.kind is Kind.ASKED}
    left: dict[int, dict[int, int]] = {command: {} for command in charges}
    for row in rows:
        if row.kind is Kind.CHARGED:
            charges.setdefault(row.command, []).append(row.number)
            left.setdefault(row.command, {})[row.number] = row.amount
        elif row.kind is Kind.REVERSED:
            left[by_number[row.undoes].command].pop(row.undoes, None)
    return {
        command: Standing(
            command,
            by_number[command].reference if command in by_number else "",
            len(charged),
            len(left[command]),
            sum(left[command].values()),
        )
        for command, charged in charges.items()
    }


@dataclass(frozen=True, slots=True)
class Totals:
    """What a day comes to, in one currency: charges less what was reversed or refunded."""

    currency: int
    charges: int
    reversals: int
    refunds: int
    amount: int


def totals(rows: Iterable[Row], *, whole: bool = False) -> list[Totals]:
    """Give the sums since the day was last ended, or, as a ``whole``, of all days."""
    today = list(rows) if whole else list(_today(rows))
    made = []
    for currency in sorted({row.currency for row in today if row.kind in _SIGNS}):
        ours = [row for row in today if row.currency == currency and row.kind in _SIGNS]
        charges, reversals, refunds = (sum(row.kind is kind for row in ours) for kind in _SIGNS)
        amount = sum(_SIGNS[row.kind] * row.amount for row in ours)
        made.append(Totals(currency, charges, reversals, refunds, amount))
    return made


_SIGNS = {Kind.CHARGED: 1, Kind.REVERSED: -1, Kind.REFUNDED: -1}


def _today(rows: Iterable[Row]) -> Iterator[Row]:
    rows = list(rows)
    ends = [at for at, row in enumerate(rows) if row.kind is Kind.SETTLED]
    yield from rows[ends[-1] + 1 if ends else 0 :]
