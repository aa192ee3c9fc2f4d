"""The basket's screens: what is touched, what stays in sight, and a code that a scanner reads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import cv2
import numpy
import pytest
from pyzbar import pyzbar

from kiosk.basket import handler
from kiosk.basket.examples import APPLES, EXAMPLES, ExampleShelf, filled, many, moment
from kiosk.basket.state import AtTill, Filling
from kiosk.examples import RICE
from kiosk.messages import Aid, AskQuantity, ChangeQuantity, Language, PutBack, TakeOut
from retail.basket import LINES_MAX
from tools.gallery.views import Example, view_of

REACH_PX = 0.55 * 1920


def shown(drawn: Any, scene: Filling) -> Any:
    return drawn.show(view_of(Example("", scene), Language.FA, lambda _: ""))


def lines(drawn: Any) -> list[Any]:
    return [each for each in drawn.widgets() if type(each).__name__ == "BasketLine"]


def test_each_key_of_a_line_sends_what_it_says(drawn: Any) -> None:
    view = drawn.show("basket")
    row = next(row for row in view.body.rows if row.count and row.less.icon == "minus")
    for button, message in (
        (row.more, ChangeQuantity(row.line_id, 1)),
        (row.less, ChangeQuantity(row.line_id, -1)),
        (row.count, AskQuantity(row.line_id)),
    ):
        drawn.sent.clear()
        piece = next(each for each in drawn.pressables() if getattr(each, "data", 0) == button)
        drawn.stage.tap(piece)
        assert message in drawn.sent


def test_a_weighed_piece_can_only_be_taken_out(drawn: Any) -> None:
    view = shown(drawn, Filling(filled(RICE, APPLES)))
    (row,) = [row for row in view.body.rows if row.count is None]
    (line,) = [each for each in lines(drawn) if each.data == row]
    keys = [each.data.send for each in drawn.widgets(line) if hasattr(each, "trigger_action")]
    assert keys == [TakeOut(row.line_id)]


def test_what_was_taken_out_can_be_touched_back(drawn: Any) -> None:
    view = drawn.show("basket, taken out")
    drawn.touch(view.body.undo.action.text)
    assert PutBack() in drawn.sent


def test_a_new_number_is_on_the_key_at_once(drawn: Any) -> None:
    scene = EXAMPLES["basket"]
    assert isinstance(scene, Filling)
    shown(drawn, scene)
    line = scene.open.basket.lines[-1]
    more = handler.change(scene.open, line.line_id, 3, moment())
    shown(drawn, Filling(more))
    assert "۵" in drawn.texts(lines(drawn)[0])


def test_a_basket_of_two_hundred_lines_has_widgets_for_what_is_in_sight(drawn: Any) -> None:
    view = shown(drawn, many(LINES_MAX))
    assert len(view.body.rows) == LINES_MAX
    assert len(lines(drawn)) < 14


def test_the_line_that_was_touched_stays_in_sight_and_the_list_where_it_is(drawn: Any) -> None:
    scene = many(60)
    shown(drawn, scene)
    pushed = drawn.shell.screen.ids.lines
    for line_id in (30, 29, 5):
        more = handler.change(scene.open, line_id, 1, _moment_of(scene))
        shown(drawn, Filling(more))
        (line,) = [each for each in lines(drawn) if each.data.line_id == line_id]
        low = line.to_window(line.x, line.y)[1]
        assert pushed.to_window(pushed.x, pushed.y)[1] - 2 <= low
        assert low + line.height <= pushed.to_window(pushed.x, pushed.top)[1] + 2
        above = pushed.above_px()
        shown(drawn, Filling(replace(more, remark=None)))
        assert abs(pushed.above_px() - above) < 2


def _moment_of(scene: Filling) -> Any:
    products = tuple(entry.product for entry in scene.open.entries.values())
    return moment(ExampleShelf(products))


def test_low_reach_has_what_is_touched_below_the_line(drawn: Any) -> None:
    for name in ("basket", "basket, waits for staff", "basket, one more saves"):
        drawn.show(name, Language.FA, Aid.LOW_REACH)
        pushed = drawn.shell.screen.ids.lines
        assert pushed.to_window(pushed.x, pushed.top)[1] <= REACH_PX + 40, name
        assert pushed.height > 300, name


@pytest.mark.parametrize("name", ["basket till", "basket till, largest"])
@pytest.mark.parametrize("size", [(1080, 1920), (1920, 1080)], ids=["upright", "across"])
def test_a_scanner_reads_the_code_off_the_screen(
    drawn: Any, name: str, size: tuple[int, int]
) -> None:
    scene = EXAMPLES[name]
    assert isinstance(scene, AtTill)
    drawn.stage.resize(size)
    drawn.stage.window.children[0].size = size
    drawn.show(name)
    drawn.stage.pump(3)
    width, height, pixels = drawn.stage.pixels()
    picture = numpy.frombuffer(pixels, numpy.uint8).reshape(height, width, 4)
    grey = cv2.cvtColor(picture, cv2.COLOR_RGBA2GRAY)
    codes = [each.data.decode() for each in pyzbar.decode(grey) if each.type == "QRCODE"]
    drawn.stage.resize((1080, 1920))
    assert codes == [scene.code]
