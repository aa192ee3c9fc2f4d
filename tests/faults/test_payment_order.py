"""I5, in a trace of system calls: what is on the disk before what is on the wire."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.hardware.terminal.simulated.plans import Script
from kiosk.hardware.terminal.simulated.serving import Order, make_station
from kiosk.hardware.terminal.simulated.station import Settings, Station
from kiosk.hardware.terminal.simulated.times import Times

ROOT = Path(__file__).parents[2]
TRACED = "fsync,fdatasync,sendto,recvfrom,pwrite64,write"
CALL = re.compile(
    rb'(?:\d+ +)?(fsync|fdatasync|sendto|recvfrom|pwrite64|write)\((\d+)(?:, "((?:\\x[0-9a-f]{2})*)")?'
)

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")


@dataclass(frozen=True)
class Call:
    """A call as far as the order of things is concerned: sync, write, send or hear."""

    what: str
    data: bytes


def calls(trace: Path) -> Iterator[Call]:
    kinds = {"fsync": "sync", "fdatasync": "sync", "sendto": "send", "recvfrom": "hear"}
    for line in trace.read_bytes().splitlines():
        found = CALL.match(line)
        if found:
            data = bytes.fromhex((found[3] or b"").decode().replace("\\x", ""))
            yield Call(kinds.get(found[1].decode(), "write"), data)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[tuple[str, Station]]:
    settings = Settings(times=Times().paced(0.01))
    station = make_station(Order("zvt", tmp_path / "ledger", Script(), settings))
    yield f"zvt+tcp://127.0.0.1:{station.listen('127.0.0.1', 0)}", station
    station.stop()
    station.memory.ledger.close()


def pay(url: str, folder: Path) -> list[Call]:
    trace = folder / "trace"
    strace = ["strace", "-f", "-qq", "-xx", "-s", "5000", "-e", f"trace={TRACED}", "-o", str(trace)]
    kiosk = [sys.executable, "-m", "kiosk", "pay", "--terminal", url, "--amount", "12500"]
    ended = subprocess.run(
        [*strace, *kiosk, "--state", str(folder / "state"), "--json"],
        cwd=ROOT, capture_output=True, text=True, timeout=240, check=False, env={**os.environ},
    )  # fmt: skip
    if "ptrace" in ended.stderr and ended.returncode != 0:
        pytest.skip("nothing may be traced here")
    assert '"outcome": "approved"' in ended.stdout, ended.stderr
    return list(calls(trace))


def before(made: list[Call], at: int) -> tuple[str, bytes]:
    """Give what was last done to the disk before a call, and all that was written for it."""
    done = [call for call in made[:at] if call.what in ("sync", "write")]
    syncs = [place for place, call in enumerate(done) if call.what == "sync"]
    begins = syncs[-2] if len(syncs) > 1 else 0
    return done[-1].what, b"".join(call.data for call in done[begins : syncs[-1]])


def test_sent_and_result_are_on_the_disk_before_the_wire_hears_of_them(
    tmp_path: Path, terminal: tuple[str, Station]
) -> None:
    made = pay(terminal[0], tmp_path)

    command = next(at for at, call in enumerate(made) if call.data[:2] == b"\x06\x01")
    assert made[command].what == "send"
    last, written = before(made, command)
    assert last == "sync"
    assert b"sent" in written
    assert not any(call.data[:2] == b"\x06\x01" for call in made[command + 1 :])

    result = next(at for at, call in enumerate(made) if call.data[:2] == b"\x04\x0f")
    acknowledged = next(at for at in range(result, len(made)) if made[at].what == "send")
    assert made[acknowledged].data == b"\x80\x00\x00"
    last, written = before(made, acknowledged)
    assert last == "sync"
    assert b"result" in written


def test_the_look_at_a_trace_sees_what_comes_too_late() -> None:
    sync, sent = Call("sync", b""), Call("write", b"..sent..")
    command = Call("send", b"\x06\x01")
    assert before([sync, sent, sync, command], 3) == ("sync", b"..sent..")
    assert before([sync, sent, command], 2)[0] == "write"
    assert before([sent, sync, sync, command], 3) == ("sync", b"")
