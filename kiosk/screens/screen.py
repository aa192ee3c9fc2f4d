"""What all screens have in common: a view, and a way to say what was touched."""

from __future__ import annotations

from typing import Any

from kivy.properties import ObjectProperty

from kiosk.messages import Post
from kiosk.preview import PreviewOf
from kiosk.screens.kit import Column


class Screen(Column):
    """Draws one kind of body; it is made with its first view and kept for the next ones."""

    # rebind: without it a rule on root.view.title does not follow a new view
    view = ObjectProperty(rebind=True)

    def __init__(self, view: Any, send: Post, preview: PreviewOf, **kwargs: Any) -> None:
        self.send, self.preview = send, preview
        super().__init__(view=view, **kwargs)

    def opened(self) -> None:
        """Start anew: this screen was not in sight before."""
