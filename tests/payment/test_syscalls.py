"""In a trace of system calls: SENT is synced before the request's first byte, RESULT before its
acknowledgement. A real driver, a real socket, a simulated terminal on the other end."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CALLS = "write,writev,pwrite64,send,sendto,sendmsg,read,recvfrom,recvmsg,fsync,fdatasync"
_CALL = re.compile(r"^\d+ +(\w+)\(\d+<((?:[^>\\-]|\\.|-(?!>)|->)*)>, ?(.*)$")
_SYNC = re.compile(r"^\d+ +(fsync|fdatasync)\(\d+<(.*)>\) += 0$")


@dataclass(frozen=True)
class Call:
    """A system call: ``what`` is one of sync, wrote, sent, got; ``data`` its first bytes."""

    what: str
    data: bytes = b""


def bytes_of(text: str) -> bytes:
    quoted = re.match(r'"((?:\\x[0-9a-f]{2})*)"', text)
    return bytes.fromhex(quoted[1].replace("\\x", "")) if quoted else b""


def calls_in(trace: Path) -> Iterator[Call]:
    """Read what concerns the journal's log and the terminal's socket, in order."""
    journal = b"kiosk.db-wal".hex()
    for line in trace.read_text().splitlines():
        if (synced := _SYNC.match(line)) and journal in synced[2].replace("\\x", ""):
            yield Call("sync")
        elif called := _CALL.match(line):
            name, place, rest = called.groups()
            if "TCP" in place or "TCP" in line.split(",")[0]:
                sent = name.startswith(("send", "write"))
                data = bytes_of(rest)
                if data:
                    yield Call("sent" if sent else "got", data)
            elif name == "pwrite64" and journal in place.replace("\\x", ""):
                yield Call("wrote", bytes_of(rest))


@pytest.fixture
def strace() -> str:
    found = shutil.which("strace")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("strace is missing: apt-get install strace")
        pytest.skip("strace is missing: apt-get install strace")
    return found


@dataclass(frozen=True)
class Traced:
    """The calls of one payment, and the instant of each of its steps."""

    calls: list[Call]
    wall_ms: dict[str, int]

    def row_of(self, phase: str) -> bytes:
        """Give what a step's row has in the database's file: its phase, then its six-byte instant."""
        return phase.encode() + self.wall_ms[phase].to_bytes(6, "big")


def traced(strace: str, folder: Path, protocol: str) -> Traced:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    kiosk = [sys.executable, "-m", "kiosk"]
    serve = [*kiosk, "terminal", "serve", "--listen", "127.0.0.1:0", "--protocol", protocol]
    serve += ["--ledger", str(folder / "terminal"), "--pace", "0.01"]
    trace = folder / "trace"
    with subprocess.Popen(
        serve, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as it:
        assert it.stdout is not None
        try:
            port = json.loads(it.stdout.readline())["port"]
            pay = [*kiosk, "pay", "--terminal", f"{protocol}+tcp://127.0.0.1:{port}"]
            pay += ["--amount", "125000", "--state", str(folder / "state"), "--json"]
            watched = [strace, "-f", "-yy", "-xx", "-s", "9000", "-e", f"trace={CALLS}"]
            run = [*watched, "-o", str(trace), *pay]
            done = subprocess.run(run, cwd=ROOT, env=environment, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
        finally:
            it.terminate()
    steps = json.loads(done.stdout)["steps"]
    return Traced(list(calls_in(trace)), {each["phase"]: each["wall_ms"] for each in steps})


def held(trace: Traced, before: int, phase: str) -> None:
    """Hold that a step's row was written, and then synced, before that call, and not earlier."""
    row = trace.row_of(phase)
    wrote = [p for p, call in enumerate(trace.calls) if call.what == "wrote" and row in call.data]
    assert wrote, f"{phase} was never written"
    synced = [p for p, call in enumerate(trace.calls) if call.what == "sync"]
    assert next(place for place in synced if place > wrote[0]) < before


def first(trace: Traced, what: str, part: bytes, after: int = -1) -> int:
    """Give the place of the first call of that sort with those bytes."""
    found = (p for p, call in enumerate(trace.calls) if call.what == what and part in call.data)
    return next(place for place in found if place > after)


def last_sent(trace: Traced, before: str) -> int:
    """Give the place of the last call that sent anything before a step was written."""
    written = first(trace, "wrote", trace.row_of(before))
    return max(place for place in range(written) if trace.calls[place].what == "sent")


def test_a_zvt_payment_syncs_before_it_speaks(strace: str, tmp_path: Path) -> None:
    trace = traced(strace, tmp_path, "zvt")
    request = first(trace, "sent", b"\x06\x01\x0a")
    acknowledged = first(trace, "sent", b"", after=first(trace, "got", b"\x04\x0f", after=request))

    assert trace.calls[acknowledged].data == b"\x80\x00\x00"
    held(trace, request, "sent")
    held(trace, acknowledged, "result")
    assert first(trace, "wrote", trace.row_of("accepted")) > request
    assert first(trace, "wrote", trace.row_of("completed")) > acknowledged


def test_a_sadad_payment_syncs_before_it_speaks(strace: str, tmp_path: Path) -> None:
    trace = traced(strace, tmp_path, "sadad")
    request = first(trace, "sent", b"125000")
    acknowledged = last_sent(trace, before="acked")

    assert acknowledged > request
    held(trace, request, "sent")
    held(trace, acknowledged, "result")


def test_a_behpardakht_payment_syncs_before_it_speaks(strace: str, tmp_path: Path) -> None:
    trace = traced(strace, tmp_path, "behpardakht")

    held(trace, first(trace, "sent", b"\xa2\x01\x01"), "sent")  # service 01: a sale


def test_the_check_sees_a_step_that_was_not_synced() -> None:
    trace = Traced(
        [Call("wrote", b"sent\0\0\0\0\0\1"), Call("sent", b"x"), Call("sync")], {"sent": 1}
    )

    with pytest.raises(AssertionError):
        held(trace, 1, "sent")
