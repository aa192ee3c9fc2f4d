"""The rounded grounds: what is cut, what is filled, and what is shared."""

from __future__ import annotations

from typing import Any

import pytest

RED, BLUE = (1.0, 0.0, 0.0, 1.0), (0.0, 0.0, 1.0, 1.0)


def _pixel(stage: Any, x: int, y: int) -> tuple[int, ...]:
    width, height, pixels = stage.pixels()
    start = 4 * ((height - 1 - y) * width + x)
    return tuple(pixels[start : start + 3])


def _filled(window: Any, ground: Any) -> Any:
    from kivy.graphics import Color
    from kivy.uix.widget import Widget

    widget = Widget()
    widget.canvas.add(Color(1, 1, 1, 1))
    widget.canvas.add(ground)
    window.show(widget)
    window.pump(2)
    return widget


@pytest.mark.parametrize(("x", "y"), [(100, 100), (399, 100), (100, 299), (399, 299)])
def test_corners_are_cut_and_the_rest_is_filled_to_the_edge(window: Any, x: int, y: int) -> None:
    from kiosk.screens.surfaces import Rounded

    ground = Rounded(pos=(100, 100), size=(300, 200))
    ground.radius = 40
    _filled(window, ground)
    assert _pixel(window, x, y) != (255, 255, 255)
    assert _pixel(window, 250, y) == _pixel(window, x, 200) == (255, 255, 255)
    assert _pixel(window, 250, 200) == (255, 255, 255)


def test_a_frame_has_its_line_at_the_edge_and_its_fill_inside(window: Any) -> None:
    from kiosk.screens.surfaces import Framed

    ground = Framed(pos=(100, 100), size=(300, 200))
    ground.fill, ground.edge, ground.line, ground.radius = RED, BLUE, 4, 40
    _filled(window, ground)
    assert _pixel(window, 102, 200) == _pixel(window, 250, 297) == (0, 0, 255)
    assert _pixel(window, 106, 200) == _pixel(window, 250, 200) == (255, 0, 0)


def test_grounds_of_one_look_share_a_texture(window: Any) -> None:
    from kiosk.screens.surfaces import Rounded

    one, other = Rounded(size=(300, 200)), Rounded(size=(90, 50))
    one.radius, other.radius = 20, 20.3
    assert one.texture is other.texture


def test_a_solid_fills_whole_pixels_up_to_its_rounded_edges(window: Any) -> None:
    from kivy.uix.widget import Widget

    from kiosk.screens.surfaces import Solid

    widget = Widget()
    ground = Solid()
    ground.fill, ground.pos, ground.size = RED, (99.6, 100.4), (50.8, 50.2)
    widget.canvas.add(ground)
    window.show(widget)
    window.pump(2)
    assert _pixel(window, 100, 100) == _pixel(window, 149, 150) == (255, 0, 0)
    outside = ((99, 100), (100, 99), (150, 150), (149, 151))
    assert all(_pixel(window, x, y) != (255, 0, 0) for x, y in outside)


def test_a_veil_is_drawn_while_it_has_a_box_and_is_nothing_without(window: Any) -> None:
    from kivy.uix.widget import Widget

    from kiosk.screens.surfaces import Veil

    widget = Widget()
    veil = Veil()
    veil.fill, veil.radius = RED, 10
    widget.canvas.add(veil)
    window.show(widget)
    assert not veil.children
    veil.box = [100, 100, 80, 60]
    window.pump(2)
    assert _pixel(window, 140, 130) == (255, 0, 0)
    assert _pixel(window, 100, 100) != (255, 0, 0)
    veil.box = None
    window.pump(2)
    assert not veil.children
    assert _pixel(window, 140, 130) != (255, 0, 0)


def test_what_is_scrolled_stands_on_whole_pixels(drawn: Any) -> None:
    from kiosk.messages import Language
    from kiosk.search.examples import many
    from tools.gallery.views import Example, view_of

    drawn.show(view_of(Example("", many(50)[0]), Language.FA))
    hits = drawn.shell.screen.ids.hits
    for pushed in (0.973, 0.9111, 0.5, 0.123):
        hits.scroll_y = pushed
        drawn.stage.pump()
        assert all(float(each).is_integer() for each in hits.g_translate.xy)


def test_a_list_draws_nothing_outside_its_box(drawn: Any) -> None:
    from kiosk.messages import Language
    from kiosk.search.examples import many
    from tools.gallery.views import Example, view_of

    drawn.show(view_of(Example("", many(50)[0]), Language.FA))
    hits = drawn.shell.screen.ids.hits
    drawn.stage.pump(3)
    below = round(hits.y) - 5, round(hits.top) + 5
    before = [_row(drawn.stage, y) for y in below]
    inside = _row(drawn.stage, round(hits.center_y))
    hits.scroll_y = 0.973
    drawn.stage.pump(3)
    assert [_row(drawn.stage, y) for y in below] == before
    assert _row(drawn.stage, round(hits.center_y)) != inside


def _row(stage: Any, y: int) -> bytes:
    width, height, pixels = stage.pixels()
    start = 4 * (height - 1 - y) * width
    return bytes(pixels[start : start + 4 * width])
