"""The long run of payments, short: kiosks killed at real wires, both books compared.

``make faults`` has the long one; this one only has to notice when a change breaks it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.hardware.terminal.simulated import cards

ROOT = Path(__file__).parents[2]
MEMORY = Path("/dev/shm")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A new folder, in memory where that can be had: a disk's fsync is slow beside a kill."""
    if not os.access(MEMORY, os.W_OK):
        yield tmp_path / "run"
        return
    with tempfile.TemporaryDirectory(dir=MEMORY) as made:
        yield Path(made) / "run"


def run(folder: Path, *more: str) -> str:
    ended = subprocess.run(
        [sys.executable, "-m", "tools.faults.payments", "--out", str(folder), *more],
        cwd=ROOT, capture_output=True, text=True, timeout=280, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout[-6_000:] + ended.stderr[-3_000:]
    assert "nobody charged twice, no sale lost" in ended.stdout
    return ended.stdout + ended.stderr


def test_kiosks_killed_at_any_point_of_a_payment_charge_nobody_twice(folder: Path) -> None:
    said = run(folder, "--sales", "96", "--workers", "12", "--minutes", "4", "--seed", "3")
    for trace in cards.TRACES:  # I6: in what was said, and in what is left of each kiosk
        assert trace not in said.encode("utf-8", "replace")
        assert not [
            file for file in folder.rglob("*") if file.is_file() and trace in file.read_bytes()
        ]


def test_a_serial_line_that_changes_bytes_charges_nobody_twice(folder: Path) -> None:
    run(folder, "--sales", "40", "--workers", "4", "--protocol", "zvt", "--wire", "serial",
        "--corrupt", "0.001", "--minutes", "4")  # fmt: skip
