"""One shell for all tests of this folder, and eyes that look for what does not fit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kiosk.messages import Aid, Language, Message
from kiosk.view import View
from tools.gallery.views import SCENES, Example, view_of

NO_PICTURES = ""
SLACK_PX = 2


class Drawn:
    """The shell on the stage: shows examples, and remembers what touches sent."""

    def __init__(self, stage: Any, shell: Any, sent: list[Message]) -> None:
        self.stage, self.shell, self.sent = stage, shell, sent

    def show(
        self, example: str | Example | View, language: Language = Language.FA, *aids: Aid
    ) -> View:
        """Show an example and let it be laid out; gives its view."""
        if isinstance(example, str):
            example = Example(example, SCENES[example], frozenset(aids))
        view = (
            example
            if isinstance(example, View)
            else view_of(example, language, lambda _: NO_PICTURES)
        )
        self.shell.show(view)
        self.settle()
        self.sent.clear()
        return view

    def settle(self, turns: int = 5) -> None:
        """Let everything be laid out, without the cost of drawing it."""
        from kivy.clock import Clock
        from kivy.lang import Builder

        for _ in range(turns):
            Clock.tick()
            Builder.sync()
            Clock.tick_draw()
            Builder.sync()

    def widgets(self, root: Any = None) -> Iterator[Any]:
        """Give every widget that is in sight, parents first."""
        root = root or self.shell
        if root.opacity == 0:
            return
        yield root
        for child in reversed(root.children):
            yield from self.widgets(child)

    def texts(self, root: Any = None) -> list[str]:
        """Give every text that is drawn, icons left out."""
        return [
            each.text
            for each in self.widgets(root)
            if getattr(each, "text", "") and getattr(each, "font_name", "Icons") != "Icons"
        ]

    def pressables(self) -> list[Any]:
        """Give everything that can be touched."""
        return [each for each in self.widgets() if hasattr(each, "trigger_action")]

    def pressable(self, text: str) -> Any:
        """Find what can be touched by the text on it."""
        found = [each for each in self.pressables() if text in self.texts(each)]
        assert found, f"expected something to touch with {text!r}, got {self.texts()}"
        return found[-1]

    def touch(self, text: str) -> None:
        """Touch what has this text on it."""
        self.stage.tap(self.pressable(text))

    def misfits(self, example: Example, language: Language) -> list[str]:
        """Show an example and name what is too large or out of sight."""
        self.show(example, language)
        return self.too_large() + self.off_window()

    def too_large(self) -> list[str]:
        """Name every text that is larger than its box, and every box than its parent's room."""
        found = []
        for each in self.widgets():
            if hasattr(each, "texture_size") and each.text:
                found += _larger_than_box(each)
            if hasattr(each, "minimum_size") and each.children and hasattr(each, "rtl"):
                found += _children_do_not_fit(each)
        return found

    def off_window(self) -> list[str]:
        """Name every text that sticks out of the window sideways, or at all outside a list."""
        width, height = self.stage.window.size
        found = []
        for each in self.widgets():
            if not getattr(each, "text", "") or _in(each, "Strip"):
                continue
            left, bottom = each.to_window(each.x, each.y)
            right, top = left + each.width, bottom + each.height
            inside = left >= -SLACK_PX and right <= width + SLACK_PX
            if not any(
                _in(each, name) for name in ("Scroll", "QuestionScroll", "HitList", "BasketList")
            ):
                inside = inside and bottom >= -SLACK_PX and top <= height + SLACK_PX
            if not inside:
                found.append(f"{each.text!r} at {left:.0f},{bottom:.0f} to {right:.0f},{top:.0f}")
        return found


def _larger_than_box(label: Any) -> list[str]:
    width, height = label.texture_size
    if width <= label.width + SLACK_PX and height <= label.height + SLACK_PX:
        return []
    return [f"{label.text!r} is {width}×{height} in {label.width:.0f}×{label.height:.0f}"]


def _children_do_not_fit(box: Any) -> list[str]:
    needed = box.minimum_height if box.orientation == "vertical" else box.minimum_width
    given = box.height if box.orientation == "vertical" else box.width
    if needed <= given + SLACK_PX or type(box).__name__ == "Surround":
        return []
    return [f"{type(box).__name__} needs {needed:.0f} and has {given:.0f}: {_some_text(box)}"]


def _some_text(box: Any) -> str:
    texts = (each.text for each in box.walk() if len(getattr(each, "text", "")) > 1)
    return next(texts, "")


def _in(widget: Any, name: str) -> bool:
    while widget is not None and widget.parent is not widget:
        if type(widget).__name__ == name:
            return True
        widget = widget.parent
    return False


@pytest.fixture(scope="session")
def _made(stage: Any) -> Iterator[Drawn]:
    from kiosk.screens.shell import Shell

    sent: list[Message] = []
    example = Example("help", SCENES["help"])
    shell = Shell(view_of(example, Language.FA), sent.append, lambda: None, size=stage.window.size)
    yield Drawn(stage, shell, sent)
    shell.stop()


@pytest.fixture
def drawn(window: Any, _made: Drawn) -> Drawn:
    """The shell in an upright window."""
    window.show(_made.shell)
    return _made


@pytest.fixture
def drawn_wide(window: Any, _made: Drawn) -> Iterator[Drawn]:
    """The shell in a window that lies."""
    window.resize((1920, 1080))
    window.show(_made.shell)
    window.pump(3)
    yield _made
    window.resize((1080, 1920))
