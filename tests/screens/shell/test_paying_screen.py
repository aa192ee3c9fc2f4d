"""The screens of a payment: what is touched, what stays in sight, and a code that a phone reads."""

from __future__ import annotations

from typing import Any

import cv2
import numpy
import pytest
from pyzbar import pyzbar

from kiosk.checkout import state as checkout
from kiosk.checkout.examples import EXAMPLES
from kiosk.checkout_messages import OpenDecision, StopPaying
from kiosk.messages import Aid, Language

REACH_PX = 0.55 * 1920
FOLLOWING = [name for name, state in EXAMPLES.items() if isinstance(state, checkout.Following)]
SIZES = {"upright": (1080, 1920), "across": (1920, 1080)}


def in_sight(drawn: Any, piece: Any) -> bool:
    width, height = drawn.stage.window.size
    x, y = piece.to_window(piece.x, piece.y)
    return bool(x >= 0 and y >= 0 and x + piece.width <= width and y + piece.height <= height)


@pytest.mark.parametrize("name", FOLLOWING)
def test_the_way_out_is_in_sight_while_the_terminal_works(drawn: Any, name: str) -> None:
    for aids in ((), (Aid.LARGE_TEXT,), (Aid.LOW_REACH,)):
        view = drawn.show(name, Language.FA, *aids)
        assert in_sight(drawn, drawn.pressable(view.body.stop.text))


@pytest.mark.parametrize("name", ["attendant, longest texts", "attendant, not written"])
def test_staff_find_their_way_in_without_scrolling(drawn_wide: Any, name: str) -> None:
    view = drawn_wide.show(name, Language.EN, Aid.LARGE_TEXT)
    assert in_sight(drawn_wide, drawn_wide.pressable(view.body.actions[0].text))
    drawn_wide.touch(view.body.actions[0].text)
    assert OpenDecision() in drawn_wide.sent


def test_a_touch_stops(drawn: Any) -> None:
    drawn.touch(drawn.show("paying, insert card").body.stop.text)
    assert StopPaying() in drawn.sent


@pytest.mark.parametrize("language", Language, ids=lambda each: each.value)
def test_the_warning_is_in_sight_whole_whatever_the_aids(drawn: Any, language: Language) -> None:
    for name in ("outcome unknown, largest", "attendant, longest texts"):
        for aid in Aid:
            warning = drawn.show(name, language, aid).body.warning
            (label,) = [each for each in drawn.widgets() if getattr(each, "text", "") == warning]
            assert in_sight(drawn, label)


def test_only_language_and_aids_can_be_touched_while_it_is_not_known(drawn: Any) -> None:
    view = drawn.show("outcome unknown")
    sends = {each.data.send for each in drawn.pressables()}
    assert sends == {view.frame.switch_language.send, *(aid.send for aid in view.frame.aids)}


def test_one_stage_is_lit(drawn: Any) -> None:
    for name, lit in (("paying, insert card", "کارت"), ("paying, enter pin", "رمز")):
        drawn.show(name)
        stages = [each.data for each in drawn.widgets() if type(each).__name__ == "StageChip"]
        assert [stage.text for stage in stages if stage.on] == [lit]


@pytest.mark.parametrize("name", ["paid, longest texts", "paid, on the screen"])
@pytest.mark.parametrize("size", SIZES)
def test_a_phone_reads_the_receipt_off_the_screen(drawn: Any, name: str, size: str) -> None:
    state = EXAMPLES[name]
    assert isinstance(state, checkout.Paid)
    drawn.stage.resize(SIZES[size])
    drawn.stage.window.children[0].size = SIZES[size]
    drawn.show(name)
    drawn.stage.pump(8)
    width, height, pixels = drawn.stage.pixels()
    picture = numpy.frombuffer(pixels, numpy.uint8).reshape(height, width, 4)
    grey = cv2.cvtColor(picture, cv2.COLOR_RGBA2GRAY)
    codes = [each.data.decode() for each in pyzbar.decode(grey) if each.type == "QRCODE"]
    drawn.stage.resize(SIZES["upright"])
    assert codes == [state.code]
