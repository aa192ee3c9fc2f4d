"""A kiosk with a basket, killed before each of its writes: open or ended, never both or neither."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.basket.view import QuestionView, TillView
from kiosk.lobby.view import AttractView
from kiosk.messages import OpenBasket
from tests.flows.shopping import Shop

CHILD = """
import os, signal, sqlite3, sys
from pathlib import Path
from kiosk.messages import *
from tests.flows.shopping import *

dies_at, end = int(sys.argv[2]), sys.argv[3]
shop = Shop(Path(sys.argv[1]))
shop.start(MILK_CODE, RICE_CODE)
connection = shop.recorder._opened(LEDGER).connection
seen = 0

def statement(text):
    global seen
    if text.lstrip().upper().startswith("PRAGMA"):
        return
    seen += 1
    if seen == dies_at:
        os.kill(os.getpid(), signal.SIGKILL)

connection.set_trace_callback(statement)
if end == "finish":
    shop.kiosk.do(FinishBasket())
elif end == "leave":
    shop.kiosk.do(LeaveBasket(), DropBasket())
else:
    shop.scan(LABEL)
print(seen)
"""


def run(folder: Path, dies_at: int, end: str) -> int | None:
    """Let a kiosk die before its n-th statement; gives how many it made where it did not."""
    command = [sys.executable, "-c", CHILD, str(folder), str(dies_at), end]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False,
                           cwd=Path(__file__).parents[2], env={**os.environ})  # fmt: skip
    assert ended.returncode in (0, -signal.SIGKILL), ended.stderr
    return int(ended.stdout) if ended.returncode == 0 else None


@pytest.mark.parametrize("end", ["finish", "leave", "scan"])
def test_killed_between_any_two_writes_it_is_open_or_has_ended_never_both_or_neither(
    tmp_path: Path, end: str
) -> None:
    found = set()
    for dies_at in range(1, 100):
        folder = tmp_path / str(dies_at)
        folder.mkdir()
        survived = run(folder, dies_at, end)
        shop = Shop(folder)
        body = shop.kiosk.start_anew().body
        told = len(shop.told("basket_finished")) + len(shop.told("basket_abandoned"))
        open_ = isinstance(body, QuestionView)
        if end == "scan":
            assert open_
            found.add(len(shop.basket(shop.kiosk.do(OpenBasket())).rows))
        else:
            assert open_ is (told == 0)
            assert isinstance(body, QuestionView | (TillView if end == "finish" else AttractView))
            found.add(open_)
        shop.close()
        if survived is not None:
            assert dies_at > survived
            break
    assert found == ({2, 3} if end == "scan" else {True, False})
