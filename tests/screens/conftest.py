"""One real Kivy window for each test process, on a display of its own, driven by hand.

``window`` is the fixture to ask for: it gives a ``Stage`` that shows a widget, lets frames pass,
touches, types and takes pictures. The display is the one in ``DISPLAY``, or an Xvfb that this
process starts and ends.
"""

import atexit
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

PORTRAIT = (1080, 1920)
LANDSCAPE = (1920, 1080)
DISPLAY_START_S = 10
WAIT_S = 5

# Kivy reads these while it is imported, and test modules import it while they are collected.
_KIVY_HOME = tempfile.mkdtemp(prefix="kivy-home-")
atexit.register(shutil.rmtree, _KIVY_HOME, ignore_errors=True)
os.environ.update(
    KIVY_NO_ARGS="1",
    KIVY_NO_FILELOG="1",
    KIVY_NO_CONSOLELOG="1",
    KIVY_LOG_MODE="PYTHON",  # else Kivy takes over logging and standard error
    KIVY_HOME=_KIVY_HOME,
    KIVY_METRICS_DENSITY="1",
    KIVY_DPI="96",
    LIBGL_ALWAYS_SOFTWARE="1",
)

from kiosk.screens.text.provider import install  # noqa: E402  (after the environment)

install()


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    """The name of an X display that is large enough for both orientations."""
    if os.environ.get("DISPLAY"):
        yield os.environ["DISPLAY"]
        return
    if shutil.which("Xvfb") is None:
        pytest.skip("no DISPLAY and no Xvfb: nothing was drawn, so no screen was tested")
    reader, writer = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1920x1920x24", "-nolisten", "tcp"],
        pass_fds=[writer],
        stderr=subprocess.DEVNULL,
    )
    os.close(writer)
    with os.fdopen(reader) as answer:
        number = answer.readline().strip()
    if not number:
        raise RuntimeError(f"expected a display from Xvfb, got exit status {server.wait()}")
    os.environ["DISPLAY"] = f":{number}"
    yield os.environ["DISPLAY"]
    del os.environ["DISPLAY"]
    server.terminate()
    server.wait(timeout=DISPLAY_START_S)


class Stage:
    """The one window of this process, and hands to work it. Coordinates are Kivy's: y upwards."""

    def __init__(self, window: Any) -> None:
        self.window = window

    def resize(self, size: tuple[int, int]) -> None:
        """Switch between ``PORTRAIT`` and ``LANDSCAPE``; returns when the window has the size."""
        if tuple(self.window.system_size) != size:
            self.window.system_size = size
        self.until(lambda: tuple(self.window.size) == size)

    def show(self, widget: Any) -> Any:
        """Make ``widget`` the only one in the window and let it be laid out and drawn."""
        self.clear()
        self.window.add_widget(widget)
        self.pump(3)
        return widget

    def clear(self) -> None:
        for child in list(self.window.children):
            self.window.remove_widget(child)
        self.pump()

    def pump(self, frames: int = 1) -> None:
        """Let frames pass: input, clock, layout, drawing."""
        from kivy.base import EventLoop

        for _ in range(frames):
            EventLoop.idle()
            self.window.mainloop()  # idle() alone reads no SDL events

    def until(self, condition: Callable[[], bool], wait_s: float = WAIT_S) -> None:
        end = monotonic() + wait_s
        while not condition():
            if monotonic() > end:
                raise AssertionError(f"expected {condition} within {wait_s} s")
            self.pump()

    def tap(self, widget: Any, at: tuple[float, float] | None = None) -> None:
        """Touch the centre of ``widget``, or a point in the widget's parent's coordinates."""
        x, y = widget.to_window(*(at or widget.center))
        self.drag((x, y), (x, y), steps=0)

    def drag(self, start: tuple[float, float], end: tuple[float, float], steps: int = 10) -> None:
        """Touch down at ``start``, move to ``end``, let go; window coordinates in pixels."""
        from kivy.tests.common import UnitTestTouch

        touch = UnitTestTouch(*start)
        touch.touch_down()
        self.pump()
        for step in range(1, steps + 1):
            x = start[0] + (end[0] - start[0]) * step / steps
            y = start[1] + (end[1] - start[1]) * step / steps
            touch.touch_move(x, y)
            self.pump()
        touch.touch_up()
        self.pump(2)

    def type(self, text: str) -> None:
        """Type on a physical keyboard: what SDL would send for ``text``."""
        for character in text:
            self.window.dispatch("on_textinput", character)
            self.pump()

    def press(self, key: int, modifiers: tuple[str, ...] = ()) -> None:
        """Press and let go of a key by its SDL code, such as 276 for the left arrow."""
        self.window.dispatch("on_key_down", key, 0, None, list(modifiers))
        self.pump()
        self.window.dispatch("on_key_up", key, 0)
        self.pump()

    def screenshot(self, path: Path) -> Path:
        """Draw once more and write the window's pixels as PNG to exactly ``path``."""
        from PIL import Image

        self.pump(2)
        width, height, pixels = self.pixels()
        Image.frombytes("RGBA", (width, height), pixels).convert("RGB").save(path)
        return path

    def pixels(self) -> tuple[int, int, bytes]:
        """Width, height and RGBA bytes of the window as last drawn, top row first."""
        from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glReadPixels

        width, height = self.window.system_size
        raw = glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE)
        rows = [raw[y * width * 4 : (y + 1) * width * 4] for y in range(height)]
        return width, height, b"".join(reversed(rows))


@pytest.fixture(scope="session")
def stage(display: str) -> Iterator[Stage]:
    from kivy.config import Config

    for key, value in {
        "width": PORTRAIT[0],
        "height": PORTRAIT[1],
        "multisamples": 0,
        "borderless": 1,
        "position": "custom",
        "left": 0,
        "top": 0,
        "maxfps": 0,
        "resizable": 1,
    }.items():
        Config.set("graphics", key, value)
    Config.set("kivy", "exit_on_escape", 0)
    Config.remove_section("input")
    Config.add_section("input")
    from kivy.base import EventLoop
    from kivy.core.window import Window

    from kiosk.screens.text import fonts

    fonts.register()
    EventLoop.ensure_window()
    EventLoop.start()
    yield Stage(Window)
    EventLoop.close()


@pytest.fixture
def window(stage: Stage) -> Iterator[Stage]:
    """The stage in portrait, with nothing on it before and after."""
    stage.resize(PORTRAIT)
    stage.clear()
    yield stage
    stage.clear()
