"""The way in for staff and what they see, on a real window."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kiosk.messages import Language, OpenStaff, TypeDigit
from kiosk.staff.examples import ILL
from tools.gallery.views import Example

SOON_S = 0.02


def held(drawn: Any) -> Any:
    """Find what is held to get in; it need be held for a moment only."""
    found = next(each for each in drawn.widgets() if hasattr(each, "held_s"))
    assert found._wait.timeout == 3.0
    return found


@pytest.fixture
def soon(drawn: Any) -> Any:
    name = held(drawn)
    name._wait.timeout = SOON_S
    yield name
    name._wait.timeout = 3.0


def finger_on(widget: Any) -> Any:
    from kivy.tests.common import UnitTestTouch

    touch = UnitTestTouch(*widget.to_window(*widget.center))
    touch.touch_down()
    return touch


def test_holding_the_chains_name_asks_for_the_way_in(drawn: Any, soon: Any) -> None:
    drawn.show("help")
    touch = finger_on(soon)
    drawn.stage.until(lambda: OpenStaff() in drawn.sent)
    touch.touch_up()
    drawn.stage.pump(2)

    assert drawn.sent.count(OpenStaff()) == 1


def test_touching_it_for_a_moment_does_nothing(drawn: Any) -> None:
    drawn.show("help")
    name = held(drawn)
    touch = finger_on(name)
    assert name._wait.is_triggered
    touch.touch_up()

    assert not name._wait.is_triggered
    assert OpenStaff() not in drawn.sent


def test_a_finger_that_slides_off_does_nothing(drawn: Any) -> None:
    drawn.show("help")
    name = held(drawn)
    touch = finger_on(name)
    touch.touch_move(name.center_x, 300)
    assert not name._wait.is_triggered
    touch.touch_up()


def test_on_the_staffs_own_screens_there_is_nothing_to_hold(drawn: Any, soon: Any) -> None:
    drawn.show("staff, the pin")
    touch = finger_on(soon)
    drawn.stage.until(lambda: not soon._wait.is_triggered)
    touch.touch_up()

    assert OpenStaff() not in drawn.sent


@pytest.mark.parametrize("language", Language, ids=lambda each: each.value)
def test_the_keys_run_left_to_right_in_every_language(drawn: Any, language: Language) -> None:
    drawn.show("staff, the pin", language)
    keys = {
        each.data.send.digit: each.to_window(*each.center)
        for each in drawn.pressables()
        if isinstance(getattr(each.data, "send", None), TypeDigit)
    }

    assert sorted(keys) == list("0123456789")
    for row in ("123", "456", "789"):
        left, middle, right = (keys[digit] for digit in row)
        assert left[0] < middle[0] < right[0]
        assert left[1] == middle[1] == right[1]
    assert keys["1"][1] > keys["4"][1] > keys["7"][1] > keys["0"][1]


def test_the_screen_draws_dots_and_no_digit_that_was_typed(drawn: Any) -> None:
    from kiosk.staff.state import Asking

    drawn.show(Example("", Asking("4444")))
    dots = [each for each in drawn.widgets() if type(each).__name__ == "PinDot"]
    fours = [text for text in drawn.texts() if "۴" in text or "4" in text]

    assert len(dots) == 4
    assert fours == ["۴"], "the key alone"


def test_what_is_refreshed_stays_where_it_was_scrolled_to(drawn: Any) -> None:
    drawn.show("staff, longest texts")
    drawn.shell.screen.ids.scroll.scroll_y = 0.4
    later = replace(ILL, report=replace(ILL.report, sequence=1_300))
    drawn.show(Example("", later))

    assert drawn.shell.screen.ids.scroll.scroll_y == 0.4


def test_many_parked_events_scroll_and_nothing_sticks_out(drawn: Any) -> None:
    many = Example("many", replace(ILL, limit=200))

    assert drawn.misfits(many, Language.FA) == []
    panels = [each for each in drawn.widgets() if type(each).__name__ == "ReasonPanel"]
    assert len(panels) == 44  # 43 that are told, and what the feed refused last
