"""For every test: Kivy is told how to behave before anything imports it, and keeps to itself.

The widgets of kiosk/screens are imported by their own tests alone, behind the text provider
that has to come first; collecting them for doctests would import them too early.
"""

import os
import tempfile

collect_ignore_glob = ["kiosk/screens/*"]

os.environ.update(
    KIVY_NO_ARGS="1",
    KIVY_NO_FILELOG="1",
    KIVY_NO_CONSOLELOG="1",
    KIVY_LOG_MODE="PYTHON",
)
os.environ.setdefault("KIVY_HOME", tempfile.mkdtemp(prefix="kivy-home-"))
