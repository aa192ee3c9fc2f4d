"""A display to draw on: the one there is, or a virtual one that this process starts and ends."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

END_S = 10


class NoDisplayError(RuntimeError):
    """There is no display, and none could be made; the text says what to install."""


def there_is_one() -> bool:
    """Tell whether a person would see a window."""
    return bool(os.environ.get("DISPLAY"))


@contextmanager
def virtual_display(width: int = 1_920, height: int = 1_920) -> Iterator[str]:
    """Give the name of a virtual display, made known in ``DISPLAY`` while it lasts."""
    if shutil.which("Xvfb") is None:
        raise NoDisplayError("no DISPLAY, and no Xvfb to make one: apt-get install xvfb")
    reader, writer = os.pipe()
    screen = f"{width}x{height}x24"
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), "-screen", "0", screen, "-nolisten", "tcp"],
        pass_fds=[writer],
        start_new_session=True,  # Ctrl-C is for us: the window is closed before its display
        stderr=subprocess.DEVNULL,
    )
    os.close(writer)
    try:
        with os.fdopen(reader) as answer:
            number = answer.readline().strip()
        if not number:
            raise NoDisplayError(f"Xvfb ended with exit status {server.wait()}")
        os.environ["DISPLAY"] = f":{number}"
        yield f":{number}"
    finally:
        os.environ.pop("DISPLAY", None)
        server.terminate()
        server.wait(END_S)
