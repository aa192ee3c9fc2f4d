"""A driver in its thread, with what it posted in a queue: for the tests of every device."""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from kiosk.hardware import Device
from kiosk.messages import Message, Post

Posted = queue.Queue[Message]
QUIET_S = 0.15  # several retries of a test's driver, which tries every 20 ms


@contextmanager
def running(make: Callable[[Post], Device], stops_within_s: float = 1.0) -> Iterator[Posted]:
    """Run the device; at the end it must stop within the time its module states."""
    posted: Posted = queue.Queue()
    stop = threading.Event()
    thread = threading.Thread(target=make(posted.put).run, args=(stop,), daemon=True)
    thread.start()
    try:
        yield posted
    finally:
        stop.set()
        asked = time.monotonic()
        thread.join(timeout=5)
        assert not thread.is_alive()
        assert time.monotonic() - asked < stops_within_s


def told(posted: Posted) -> Message:
    return posted.get(timeout=3)


def nothing_more(posted: Posted, for_s: float = QUIET_S) -> None:
    with pytest.raises(queue.Empty):
        pytest.fail(f"told {posted.get(timeout=for_s)}")
