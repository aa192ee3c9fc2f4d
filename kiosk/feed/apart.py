"""Builds a catalogue in a process of its own, and ends it when it is told to.

So neither the work of a build nor its memory is felt at the screen. What a build that was ended
leaves behind is cleared away at the next start (``kiosk.storage.editions``).
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from time import monotonic

from kiosk.errors import DataError, Unreachable
from kiosk.storage import next_edition

BUILD_S_MAX = 3_600.0  # a million products take minutes on the slowest box
STOP_CHECK_S = 0.2
TERMINATE_S = 1.0
Stopped = Callable[[], bool]


def build_apart(snapshot: Path, stopped: Stopped, folder: Path) -> Path:
    """Build the next edition of ``folder``; gives its file.

    Raises ``DataError`` where it cannot be built, and ``Unreachable`` where ``stopped``.
    """
    into = next_edition(folder)
    kiosk = ["nice", "-n", "10", sys.executable, "-m", "kiosk"]
    run_apart([*kiosk, "catalogue", "build", str(snapshot), "--out", str(into)], stopped)
    return into


def run_apart(command: Sequence[str], stopped: Stopped) -> None:
    """Run a command to its end; raises as ``build_apart`` does, with its last line."""
    with TemporaryFile() as told:  # a pipe that nobody reads would fill and hold it up
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=told)  # noqa: S603
        try:
            status = _wait(process, stopped)
        finally:
            _end(process)
        if status:
            told.seek(0)
            lines = told.read().decode("utf-8", "replace").strip().splitlines()
            raise DataError(lines[-1] if lines else f"exit status {status}")


def _wait(process: subprocess.Popen[bytes], stopped: Stopped) -> int:
    ends = monotonic() + BUILD_S_MAX
    while not stopped():
        try:
            return process.wait(STOP_CHECK_S)
        except subprocess.TimeoutExpired:
            if monotonic() > ends:
                raise DataError(f"Expected a catalogue within {BUILD_S_MAX:g} s") from None
    raise Unreachable("Expected a catalogue to be built, got the order to stop")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End it if it still runs: asked first, then not asked."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(TERMINATE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
