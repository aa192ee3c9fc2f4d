"""The one place that knows all the others: it builds a kiosk from its settings and runs it.

``box`` is everything but the window: threads, devices, the way to a view. ``line`` is what of
it speaks to the server, ``door`` what head office may do to it, ``window`` puts a window before
it. Nothing is decided here.
"""

from kiosk.bootstrap.box import Kiosk
from kiosk.bootstrap.claim import sole_use
from kiosk.bootstrap.window import make_screens, run

__all__ = ["Kiosk", "make_screens", "run", "sole_use"]
