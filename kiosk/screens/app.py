"""Kivy around the shell: its settings, the window, the loop, and how fast the loop turns.

Nothing here imports Kivy before ``configure`` has told it how to behave, for Kivy reads its
settings while it is imported. An import of this module has no effect; ``Screens.run`` opens the
one window of the process.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.config import Orientation
from kiosk.messages import Post
from kiosk.preview import PreviewOf
from kiosk.view import View

IDLE_FPS = 24  # turns of the loop in a second while nothing moves; a touch waits 42 ms at most
AWAKE_S = 2.5  # how long after a touch the loop keeps its full speed: longer than a list rolls on
SIZES = {Orientation.PORTRAIT: (1080, 1920), Orientation.LANDSCAPE: (1920, 1080)}


@dataclass(frozen=True, slots=True)
class WindowSettings:
    """``home`` is a folder for Kivy's own files; ``size`` in pixels counts without fullscreen."""

    home: Path
    orientation: Orientation = Orientation.PORTRAIT
    fullscreen: bool = True
    fps_max: int = 60
    size: tuple[int, int] | None = None


def nothing() -> None:
    """Do nothing."""


def configure(settings: WindowSettings) -> None:
    """Tell Kivy how to behave; must come before anything imports it, and has no other effect."""
    os.environ.update(
        KIVY_NO_ARGS="1",
        KIVY_NO_FILELOG="1",
        KIVY_NO_CONSOLELOG="1",
        KIVY_LOG_MODE="PYTHON",
        KIVY_HOME=str(settings.home),
        KIVY_METRICS_DENSITY="1",
        KIVY_DPI="96",
    )
    settings.home.mkdir(parents=True, exist_ok=True)
    from kivy.config import Config

    width, height = settings.size or SIZES[settings.orientation]
    graphics: dict[str, Any] = {
        "width": width,
        "height": height,
        "fullscreen": "auto" if settings.fullscreen else 0,
        "borderless": int(settings.fullscreen),
        "multisamples": 0,  # Smooth* shapes are as smooth and four times as fast in software
        "maxfps": settings.fps_max,
        "show_cursor": int(not settings.fullscreen),
        "resizable": int(not settings.fullscreen),
    }
    for key, value in graphics.items():
        Config.set("graphics", key, value)
    Config.set("kivy", "exit_on_escape", 0)
    Config.set("kivy", "kivy_clock", "interrupt")  # a view that arrives wakes a slow loop
    Config.set("kivy", "log_level", "warning")
    Config.remove_section("input")  # fingers come with the window itself
    Config.add_section("input")
    Config.set("input", "mouse", "mouse,disable_multitouch")  # no red dots
    logging.getLogger("kivy").setLevel(logging.WARNING)
    from kiosk.screens.text.provider import install

    install()


class Pace:
    """Turns Kivy's loop fast while somebody touches, and slowly while nothing moves.

    Kivy looks for input once a turn and offers no other way to slow down than the private
    ``Clock._max_fps``; without this an idle kiosk burns a tenth of a core.
    """

    def __init__(self, fps_max: int) -> None:
        from kivy.clock import Clock

        self._clock, self._fps_max = Clock, fps_max
        self._slow_down = Clock.create_trigger(self._idle, AWAKE_S)

    def wake(self, *_: Any) -> None:
        """Turn at full speed from now on, for a while."""
        self._clock._max_fps = self._fps_max
        self._slow_down.cancel()
        self._slow_down()

    def _idle(self, _dt: float) -> None:
        self._clock._max_fps = min(IDLE_FPS, self._fps_max)


class Screens:
    """The window and what it draws; it opens in ``run``."""

    def __init__(self, settings: WindowSettings, send: Post, preview: PreviewOf) -> None:
        self._settings, self._send, self._preview = settings, send, preview
        self._early: View | None = None  # what came before the window was open
        self.shell: Any = None
        """The ``Shell``, while ``run`` runs."""

    def show(self, view: View) -> None:
        """Draw ``view`` in the next frame; any thread may call this, only the newest is drawn."""
        self._early = view
        if self.shell is not None:
            self.shell.show(view)

    def run(self, first: View, on_first_frame: Callable[[], None] = nothing) -> None:
        """Open the window and draw until ``stop``, on the main thread.

        ``on_first_frame`` is called there when the first frame can be seen.
        """
        configure(self._settings)
        from kivy.base import runTouchApp
        from kivy.core.window import Window

        from kiosk.screens.shell import Shell
        from kiosk.screens.text.fonts import register

        def first_flip(*_: Any) -> None:
            Window.unbind(on_flip=first_flip)
            on_first_frame()

        register()
        pace = Pace(self._settings.fps_max)
        Window.bind(on_flip=first_flip, on_keyboard=_swallow)
        Window.bind(on_touch_down=pace.wake, on_touch_move=pace.wake)
        shell = Shell(first, self._send, self._preview, size=Window.size)
        self.shell = shell
        if self._early is not None:
            shell.show(self._early)
        pace.wake()
        try:
            runTouchApp(shell)
        finally:
            shell.stop()

    def every(self, seconds: float, call: Callable[[], None]) -> None:
        """Have ``call`` called on the window's thread again and again, while ``run`` runs."""
        from kivy.clock import Clock

        Clock.schedule_interval(lambda _dt: call(), seconds)

    def stop(self) -> None:
        """End ``run``; any thread may call this."""
        from kivy.base import stopTouchApp
        from kivy.clock import Clock

        Clock.schedule_once(lambda _dt: stopTouchApp(), 0)


def _swallow(*_: Any) -> bool:
    """Let no key of a keyboard, or of a scanner that plays one, mean anything to Kivy."""
    return True
