"""Threads end when they are told to, and one that dies is not kept quiet about."""

from __future__ import annotations

import subprocess
import sys
import time
from threading import Event

import pytest

from kiosk.messages import GoHome, Message, Touched
from kiosk.threads import (
    EXIT_FAULT,
    INBOX_MAX,
    SWITCH_S,
    Crew,
    Inbox,
    InboxFullError,
    take_short_turns,
)


def test_messages_are_handled_in_the_order_they_were_posted() -> None:
    handled: list[Message] = []
    inbox, crew = Inbox(), Crew()
    crew.start("core", lambda stop: inbox.run(stop, handled.append))

    for message in (Touched(), GoHome(), Touched()):
        inbox.post(message)
    while len(handled) < 3:
        time.sleep(0.001)

    assert crew.stop(2, inbox.wake) == []
    assert handled == [Touched(), GoHome(), Touched()]


def test_a_full_inbox_is_a_fault_and_never_a_wait() -> None:
    inbox = Inbox()
    for _ in range(INBOX_MAX):
        inbox.post(Touched())

    with pytest.raises(InboxFullError):
        inbox.post(Touched())


def test_a_thread_that_computes_makes_way_within_half_a_millisecond() -> None:
    before = sys.getswitchinterval()
    try:
        take_short_turns()
        assert sys.getswitchinterval() == pytest.approx(SWITCH_S, rel=0.01)
        assert SWITCH_S <= 0.0005
    finally:
        sys.setswitchinterval(before)


def test_a_thread_that_does_not_stop_is_named() -> None:
    crew, let_go = Crew(), Event()
    crew.start("stubborn", lambda stop: bool(let_go.wait(5)))

    assert crew.stop(0.05) == ["stubborn"]
    let_go.set()


def test_several_threads_that_do_not_stop_share_one_wait() -> None:
    crew, let_go = Crew(), Event()
    for number in range(5):
        crew.start(f"stubborn-{number}", lambda stop: bool(let_go.wait(5)))
    began = time.monotonic()

    assert len(crew.stop(0.2)) == 5
    assert time.monotonic() - began < 0.6
    let_go.set()


def test_a_thread_that_dies_is_reported_by_name() -> None:
    died: list[tuple[str, BaseException]] = []
    crew = Crew(lambda name, error: died.append((name, error)))
    fault = RuntimeError("broken rule")

    def body(stop: Event) -> None:
        raise fault

    crew.start("camera", body)
    crew.stop(2)

    assert died == [("camera", fault)]


def test_a_thread_that_dies_takes_the_process_with_it() -> None:
    script = """
import time
from kiosk.threads import Crew
def body(stop): raise RuntimeError("broken rule")
Crew().start("camera", body)
time.sleep(30)
"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=20, text=True)

    assert run.returncode == EXIT_FAULT
    assert "thread-died: camera" in run.stderr
