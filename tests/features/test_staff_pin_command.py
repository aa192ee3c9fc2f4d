"""``kiosk staff-pin`` at a real terminal: what is typed shows nowhere, and the line works."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import tomllib

from kiosk.pin import read_hash

COMMAND = (sys.executable, "-m", "kiosk", "staff-pin")


def at_a_terminal(*typed: str) -> tuple[int, str, str]:
    """Run it with a terminal of its own; give the status, what came out, what the terminal showed."""
    terminal, theirs = pty.openpty()
    run = subprocess.Popen(
        COMMAND, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs, text=True,
        start_new_session=True, preexec_fn=lambda: _take(theirs),
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    for line in typed:
        asked = b""
        while not asked.endswith(b": "):
            asked += os.read(terminal, 1_024)
        os.write(terminal, line.encode() + b"\n")
        shown += asked
    out, _ = run.communicate(timeout=30)
    while chunk := _rest(terminal):
        shown += chunk
    os.close(terminal)
    return run.returncode, out, shown.decode()


def _take(terminal: int) -> None:
    import fcntl
    import termios

    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)


def _rest(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1_024)
    except OSError:  # the other end is closed
        return b""


def test_the_line_holds_the_pin_and_the_terminal_shows_none_of_it() -> None:
    status, out, shown = at_a_terminal("493817", "493817")

    assert status == 0, shown
    assert "493817" not in out + shown
    assert out.count("\n") == 1
    assert read_hash(tomllib.loads(out)["pin"]).fits("493817")


def test_persian_digits_are_the_same_pin() -> None:
    status, out, _ = at_a_terminal("۴۹۳۸۱۷", "493817")

    assert status == 0
    assert read_hash(tomllib.loads(out)["pin"]).fits("493817")


def test_two_different_pins_make_no_line() -> None:
    status, out, shown = at_a_terminal("493817", "493818")

    assert (status, out) == (2, "")
    assert "kiosk: Expected the same PIN twice" in shown
    assert "49381" not in shown


def test_too_easy_a_pin_is_refused_before_it_is_asked_for_again() -> None:
    status, out, shown = at_a_terminal("123456")

    assert (status, out) == (2, "")
    assert "123456" not in shown


def test_without_a_terminal_nothing_is_asked() -> None:
    run = subprocess.run(
        COMMAND, input="493817\n493817\n", capture_output=True, text=True, timeout=30,
        start_new_session=True,
    )  # fmt: skip

    assert run.returncode == 2
    assert run.stdout == ""
    assert "Expected a terminal to ask at, got none" in run.stderr
