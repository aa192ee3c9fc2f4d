"""The camera's picture on the scan screen: upright, as in a mirror, and only while in sight."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.preview import Preview

RED, GREEN, BLUE, GREY = (200, 0, 0), (0, 200, 0), (0, 0, 200), (90, 90, 90)
SIDE = 64
LOOKS = 0.3  # seconds: more than two looks at the camera


def _quarters() -> Preview:
    """Red and green above, blue and grey below, as the camera sees them."""
    half = SIDE // 2
    above = (bytes(RED) * half + bytes(GREEN) * half) * half
    below = (bytes(BLUE) * half + bytes(GREY) * half) * half
    return Preview(SIDE, SIDE, above + below, number=1)


@pytest.fixture
def camera(drawn: Any) -> Any:
    """A camera that counts how often it is asked; the scan screen is not in sight yet."""
    asked: list[int] = []

    def newest() -> Preview:
        asked.append(1)
        return _quarters()

    drawn.show("help")
    drawn.shell._drop_hidden_screens()
    kept, drawn.shell._preview = drawn.shell._preview, newest
    yield asked
    drawn.show("help")
    drawn.shell._drop_hidden_screens()
    drawn.shell._preview = kept


def _scan_name() -> str:
    from kiosk.lobby.view import ScanView
    from kiosk.messages import Language
    from tools.gallery.views import SCENES, Example, view_of

    for name, scene in SCENES.items():
        body = view_of(Example("", scene), Language.FA).body
        if isinstance(body, ScanView) and body.camera_ready:
            return name
    raise AssertionError("expected an example of the scan screen with a ready camera")


def _colour_at(drawn: Any, picture: Any, across: float, up: float) -> tuple[int, ...]:
    left, bottom = picture.to_window(*picture.pos)
    x, y = round(left + across * picture.width), round(bottom + up * picture.height)
    width, height, pixels = drawn.stage.pixels()
    start = 4 * ((height - 1 - y) * width + x)
    return tuple(pixels[start : start + 3])


def _look(drawn: Any) -> None:
    from time import monotonic

    end = monotonic() + LOOKS
    while monotonic() < end:
        drawn.stage.pump()


def test_the_picture_is_upright_and_mirrored_for_who_stands_before_it(
    drawn: Any, camera: list[int]
) -> None:
    drawn.show(_scan_name())
    drawn.stage.until(lambda: drawn.shell.screen.picture is not None)
    drawn.stage.pump(3)
    box = drawn.shell.screen.children[-1]
    corners = [_colour_at(drawn, box, x, y) for y in (0.9, 0.2) for x in (0.1, 0.9)]
    assert corners == [GREEN, RED, GREY, BLUE]


def test_the_camera_is_not_asked_while_another_screen_is_shown(
    drawn: Any, camera: list[int]
) -> None:
    drawn.show(_scan_name())
    _look(drawn)
    assert camera
    drawn.show("help")
    camera.clear()
    _look(drawn)
    assert camera == []
