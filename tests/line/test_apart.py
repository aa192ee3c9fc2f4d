"""A build in a process of its own: it fails with a line, and ends when the kiosk does."""

from __future__ import annotations

import gzip
import os
import sys
import threading
import time
from pathlib import Path

import pytest

from kiosk.errors import DataError, Unreachable
from kiosk.feed.apart import build_apart, run_apart


def python(script: str) -> list[str]:
    return [sys.executable, "-c", script]


def never() -> bool:
    return False


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_what_a_build_complains_of_last_is_the_reason() -> None:
    with pytest.raises(DataError, match=r"^line 2$"):
        run_apart(
            python("import sys; print('line 1\\nline 2', file=sys.stderr); sys.exit(2)"), never
        )
    with pytest.raises(DataError, match=r"^exit status 3$"):
        run_apart(python("import sys; sys.exit(3)"), never)


def test_a_build_that_talks_much_is_not_held_up_by_nobody_reading_it() -> None:
    run_apart(python("import sys; sys.stderr.write('x' * 1_000_000)"), never)


@pytest.mark.parametrize("ignores", ["pass", "signal.signal(signal.SIGTERM, signal.SIG_IGN)"])
def test_a_build_ends_with_the_kiosk_even_if_it_will_not(tmp_path: Path, ignores: str) -> None:
    note = tmp_path / "pid"
    script = f"import os, signal, time; {ignores}; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    stop = threading.Event()
    threading.Thread(target=lambda: [until_written(note), stop.set()]).start()

    with pytest.raises(Unreachable, match="the order to stop"):
        run_apart(python(script), stop.is_set)
    assert not alive(int(note.read_text()))


def until_written(note: Path) -> None:
    ends = time.monotonic() + 10
    while not (note.exists() and note.read_text()) and time.monotonic() < ends:
        time.sleep(0.01)


def test_a_build_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.feed.apart.BUILD_S_MAX", 0.1)

    with pytest.raises(DataError, match=r"Expected a catalogue within 0.1 s"):
        run_apart(python("import time; time.sleep(60)"), never)


def test_a_snapshot_that_is_none_is_refused_by_the_real_build(tmp_path: Path) -> None:
    snapshot = tmp_path / "snapshot.ndjson.gz"
    snapshot.write_bytes(gzip.compress(b"[]\n"))

    with pytest.raises(DataError, match="expected"):
        build_apart(snapshot, never, tmp_path)
