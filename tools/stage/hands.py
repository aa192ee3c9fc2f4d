"""Hands and eyes for a real window: find what is drawn, touch it, take a picture of it.

A touch goes in where SDL hands a mouse's to Kivy, so it takes the way that a finger takes.
Everything here may be called from a thread beside Kivy's; each call waits until the window's
own thread has carried it out.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any, TypeVar

T = TypeVar("T")
PRESS_S = 0.06  # a finger stays about so long
UI_WAIT_S = 20.0  # software GL on a busy machine


class NotSeenError(RuntimeError):
    """What was expected on the screen did not come; the text says what."""


class Hands:
    """Works the one window of this process."""

    def __init__(self, window: Any) -> None:
        self._window = window

    def on_ui(self, work: Callable[[], T]) -> T:
        """Carry out ``work`` on the window's thread and give what it gave."""
        from kivy.clock import Clock

        done, gave, failed = Event(), [], []

        def carry_out(_dt: float) -> None:
            try:
                gave.append(work())
            except Exception as error:
                failed.append(error)
            done.set()

        Clock.schedule_once(carry_out, 0)
        if not done.wait(UI_WAIT_S):
            raise NotSeenError(f"the window did not answer within {UI_WAIT_S} s")
        if failed:
            raise failed[0]
        return gave[0]

    def see(self, text: str, wait_s: float = 10.0, *, whole: bool = False) -> Any:
        """Wait until a widget that is shown has ``text`` in its own text; gives it."""
        return self.until(lambda: self._find(text, whole), f"{text!r} on the screen", wait_s)

    def until(self, ask: Callable[[], T | None], what: str, wait_s: float = 10.0) -> T:
        """Ask on the window's thread until the answer is true."""
        end = time.monotonic() + wait_s
        while not (answer := self.on_ui(ask)):
            if time.monotonic() > end:
                raise NotSeenError(f"expected {what} within {wait_s} s")
            time.sleep(0.03)
        return answer

    def absent(self, text: str) -> bool:
        """Tell whether nothing shown has ``text``; on the window's thread."""
        return self._find(text) is None

    def touch(self, text: str, wait_s: float = 10.0, *, whole: bool = False) -> None:
        """Touch the middle of what has ``text`` on it, or with ``whole`` just this text."""
        widget = self.see(text, wait_s, whole=whole)
        self.touch_at(*self.on_ui(lambda: widget.to_window(*widget.center)))

    def touch_at(self, x: float, y: float) -> None:
        """Touch a point of the window, y upwards."""
        down = self._window.height - y  # SDL counts from the top
        self.on_ui(lambda: self._window.dispatch("on_mouse_down", x, down, "left", []))
        time.sleep(PRESS_S)
        self.on_ui(lambda: self._window.dispatch("on_mouse_up", x, down, "left", []))

    def hold(self, text: str, held_s: float) -> None:
        """Keep a finger on what has ``text`` on it."""
        widget = self.see(text)
        x, y = self.on_ui(lambda: widget.to_window(*widget.center))
        down = self._window.height - y
        self.on_ui(lambda: self._window.dispatch("on_mouse_down", x, down, "left", []))
        time.sleep(held_s)
        self.on_ui(lambda: self._window.dispatch("on_mouse_up", x, down, "left", []))

    def picture(self, file: Path) -> None:
        """Write what the window shows as PNG."""
        time.sleep(0.4)  # what moves comes to rest
        width, height, pixels = self.on_ui(self._pixels)
        from PIL import Image

        image = Image.frombytes("RGBA", (width, height), pixels).convert("RGB")
        image.transpose(Image.Transpose.FLIP_TOP_BOTTOM).save(file)

    def _find(self, text: str, whole: bool = False) -> Any:
        said = ((each, _text_of(each)) for each in self._shown())
        return next((e for e, its in said if its == text or (not whole and text in its)), None)

    def _shown(self) -> Iterator[Any]:
        for child in self._window.children:
            for widget in child.walk():
                if widget.get_root_window() is not None and widget.opacity > 0:
                    yield widget

    def _pixels(self) -> tuple[int, int, bytes]:
        from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glReadPixels

        width, height = self._window.system_size
        return width, height, glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE)


def _text_of(widget: Any) -> str:
    """Give what is written on a widget; a key that shows an icon has its word in its data."""
    written = getattr(widget, "text", "")
    return str(written or getattr(getattr(widget, "data", None), "text", ""))
