"""Every screen in every state, in both languages and both orientations, on a real window."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from kiosk.basket import state as basket
from kiosk.checkout import state as checkout
from kiosk.frame import Button
from kiosk.lobby import view as lobby
from kiosk.messages import Aid, Language
from kiosk.pricecheck import state as pricecheck
from kiosk.search import state as search
from kiosk.staff import state as staff
from kiosk.survey import state as survey
from tools.gallery.views import SCENES, Example, examples, view_of

ALL = examples()
TOUCH_MIN_PX = 88
REACH_PX = 0.55 * 1920


@pytest.mark.parametrize("language", Language, ids=lambda each: each.value)
def test_nothing_sticks_out_of_an_upright_screen(drawn: Any, language: Language) -> None:
    misfits = {each.name: drawn.misfits(each, language) for each in ALL}
    assert {name: found for name, found in misfits.items() if found} == {}


@pytest.mark.parametrize("language", Language, ids=lambda each: each.value)
def test_nothing_sticks_out_of_a_lying_screen(drawn_wide: Any, language: Language) -> None:
    misfits = {each.name: drawn_wide.misfits(each, language) for each in ALL}
    assert {name: found for name, found in misfits.items() if found} == {}


def test_what_can_be_touched_is_as_large_as_a_finger(drawn: Any) -> None:
    small = []
    for name in SCENES:
        drawn.show(name)
        small += [
            f"{name}: {drawn.texts(each)} {each.width:.0f}×{each.height:.0f}"
            for each in drawn.pressables()
            if min(each.size) < TOUCH_MIN_PX
        ]
    assert small == []


def test_touching_a_button_sends_the_message_it_carries(drawn: Any) -> None:
    for name in SCENES:
        view = drawn.show(name)
        for button in _buttons(view.body):
            drawn.sent.clear()
            piece = next(each for each in drawn.pressables() if getattr(each, "data", 0) == button)
            piece.dispatch("on_release")
            assert drawn.sent == [button.send], f"{name}: {button.text}"


def test_every_text_comes_from_the_view(drawn: Any) -> None:
    legends = {"فا", "EN"}  # of the keys that change the letters
    strange = []
    for name in SCENES:
        said = str(drawn.show(name)).replace("\\u200c", "\u200c")
        for text in (each.removesuffix("|") for each in drawn.texts()):  # the mark where one types
            if repr(text)[1:-1].replace("\\u200c", "\u200c") not in said and len(text) > 1:
                strange += [f"{name}: {text}"] if text not in legends else []
    assert strange == []


@pytest.mark.parametrize(
    "name", ["unknown code", "expired", "attract, camera ready", "help", "staff, the pin"]
)
def test_low_reach_brings_every_button_into_the_lower_half(drawn: Any, name: str) -> None:
    drawn.show(name, Language.FA, Aid.LOW_REACH)
    for each in drawn.pressables():
        top = each.to_window(each.x, each.top)[1]
        assert top <= REACH_PX, drawn.texts(each)


@pytest.mark.parametrize("name", ["search, hits", "browse, all categories"])
def test_low_reach_brings_lists_into_the_lower_half_once_nothing_is_typed(
    drawn: Any, name: str
) -> None:
    drawn.show(name, Language.FA, Aid.LOW_REACH)
    if hasattr(drawn.shell.screen, "typing"):
        drawn.shell.screen.typing = False
        drawn.stage.pump(3)
    for each in drawn.pressables():
        top = each.to_window(each.x, each.top)[1]
        assert top <= REACH_PX + 40, drawn.texts(each)


def test_there_is_an_example_of_every_state() -> None:
    kinds = {type(scene) for scene in SCENES.values()}
    for union in (
        lobby.State,
        pricecheck.State,
        search.State,
        staff.State,
        basket.State,
        checkout.State,
        survey.State,
    ):
        assert set(get_args(union)) <= kinds


def test_every_screen_scrolls_back_to_its_top_when_it_is_opened(drawn: Any) -> None:
    drawn.show("product, longest texts")
    drawn.shell.screen.ids.scroll.scroll_y = 0.0
    drawn.show("unknown code")
    drawn.show("product, longest texts")
    assert drawn.shell.screen.ids.scroll.scroll_y == 1


def _buttons(body: Any) -> list[Button]:
    values = [getattr(body, name) for name in body.__slots__ if name != "more"]
    flat = [each for value in values for each in (value if isinstance(value, tuple) else (value,))]
    return [each for each in flat if isinstance(each, Button)]


def test_the_longest_example_is_longer_than_any_other() -> None:
    longest = view_of(Example("", SCENES["product, longest texts"]), Language.FA)
    others = [view_of(Example("", s), Language.FA) for n, s in SCENES.items() if "product" in n]
    assert len(longest.body.name) == max(len(other.body.name) for other in others)  # type: ignore[union-attr]
