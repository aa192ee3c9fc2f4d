"""The shared window itself: it must be trusted before anything drawn in it is."""

from pathlib import Path
from typing import Any

from PIL import Image


def test_switches_between_portrait_and_landscape_in_one_process(
    window: Any, tmp_path: Path
) -> None:
    from kivy.uix.widget import Widget

    window.show(Widget())
    for size in ((1920, 1080), (1080, 1920), (1920, 1080)):
        window.resize(size)
        with Image.open(window.screenshot(tmp_path / "shot.png")) as picture:
            assert picture.size == size


def test_touch_reaches_the_widget_under_it(window: Any) -> None:
    from kivy.uix.button import Button

    pressed = []
    button = Button(size_hint=(None, None), size=(200, 100), pos=(700, 1500))
    button.bind(on_press=lambda _: pressed.append(True))
    window.show(button)
    window.tap(button)
    assert pressed == [True]


def test_a_screenshot_shows_what_was_drawn_with_the_top_row_first(
    window: Any, tmp_path: Path
) -> None:
    from kivy.graphics import Color, Rectangle
    from kivy.uix.widget import Widget

    widget = Widget()
    with widget.canvas:
        Color(1, 0, 0)
        Rectangle(pos=(0, 1820), size=(100, 100))
    window.show(widget)
    with Image.open(window.screenshot(tmp_path / "shot.png")) as picture:
        assert picture.getpixel((50, 50)) == (255, 0, 0)
        assert picture.getpixel((50, 1870)) != (255, 0, 0)
