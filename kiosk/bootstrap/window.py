"""The window before a kiosk: opened, fed with views, watched over, and closed.

Source: docs/ARCHITECTURE.md, "Threads"; sd_notify(3) for what systemd is told.
"""

from __future__ import annotations

import gc
import logging
import signal

from sdnotify import SystemdNotifier

from kiosk.bootstrap.box import Kiosk
from kiosk.bootstrap.logfile import keep_log
from kiosk.config import Settings
from kiosk.screens.app import Screens, WindowSettings
from kiosk.threads import take_short_turns

log = logging.getLogger(__name__)

ALIVE_S = 5.0  # systemd/kiosk-app.service waits for six of these


def run(settings: Settings) -> int:
    """Run the kiosk with its window until the window is closed; gives the exit status."""
    take_short_turns()
    kiosk = Kiosk(settings)
    keep_log(settings.log_file)
    screens = make_screens(settings, kiosk)
    kiosk.end = screens.stop
    tell = SystemdNotifier()  # says nothing where systemd did not start us

    def alive() -> None:
        """Feed the watchdog from the window's thread, while the core answers too."""
        if kiosk.answers():
            tell.notify("WATCHDOG=1")

    def begin() -> None:
        tell.notify("READY=1")
        kiosk.begin()
        # what is there now stays: a collection that walks it would only hold up a shopper
        gc.collect()
        gc.freeze()
        gc.enable()
        screens.every(ALIVE_S, alive)

    for asked_to_stop in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asked_to_stop, lambda *_: screens.stop())
    try:
        screens.run(kiosk.open(screens.show), begin)
    finally:
        late = kiosk.stop()
    return 1 if late else 0


def make_screens(settings: Settings, kiosk: Kiosk, size: tuple[int, int] | None = None) -> Screens:
    """Make the window that the kiosk is to be seen in, ``size`` in pixels on a laptop's screen.

    It opens when it is run.
    """
    screen, home = settings.screen, settings.data_dir / "kivy"
    window = WindowSettings(home, screen.orientation, screen.fullscreen, screen.fps_max, size)
    return Screens(window, kiosk.post, kiosk.preview)
