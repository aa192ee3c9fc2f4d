"""The search screen: its keyboard, its field, its list."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.messages import Language, SearchTyped
from kiosk.search.examples import many
from kiosk.search.state import Searching
from tools.gallery.views import Example, view_of

ZWNJ = "\u200c"


def _typed(drawn: Any) -> list[str]:
    return [each.text for each in drawn.sent if isinstance(each, SearchTyped)]


def _strike(drawn: Any, *legends: str) -> None:
    for legend in legends:
        keys = drawn.shell.screen.ids.keyboard.all_keys()
        key = next(each for each in keys if legend in (each.cap.text, each.cap.icon))
        key.dispatch("on_press")
        key.dispatch("on_release")


@pytest.fixture
def search(drawn: Any) -> Any:
    drawn.show("help")
    drawn.show("search, start")
    return drawn


def test_letters_and_the_half_space_arrive_in_typing_order(search: Any) -> None:
    _strike(search, *"می", "نیم‌فاصله", *"خواهم")
    assert search.shell.screen.ids.field.text == f"می{ZWNJ}خواهم"
    assert _typed(search)[-1] == f"می{ZWNJ}خواهم"


def test_every_key_sends_the_whole_text(search: Any) -> None:
    _strike(search, "ن", "ا", "ن", "فاصله", "backspace-outline")
    assert _typed(search) == ["ن", "نا", "نان", "نان ", "نان"]


def test_clear_empties_the_field(search: Any) -> None:
    _strike(search, *"نان", "پاک کردن")
    assert _typed(search)[-1] == ""


def test_digits_and_latin_letters_have_their_pages(search: Any) -> None:
    _strike(search, "۱۲۳", "۷", "حروف", "EN", "a", "فا", "ب")
    assert search.shell.screen.ids.field.text == "۷aب"


def test_the_keyboard_follows_the_language(drawn: Any) -> None:
    drawn.show("search, start", Language.EN)
    assert "q" in {key.cap.text for key in drawn.shell.screen.ids.keyboard.all_keys()}
    drawn.show("search, start", Language.FA)
    assert "ض" in {key.cap.text for key in drawn.shell.screen.ids.keyboard.all_keys()}


def test_a_held_backspace_repeats_until_it_is_let_go(search: Any) -> None:
    _strike(search, *"برنج")
    keys = search.shell.screen.ids.keyboard.all_keys()
    key = next(each for each in keys if each.cap.icon == "backspace-outline")
    x, y = key.to_window(*key.center)
    from kivy.tests.common import UnitTestTouch

    touch = UnitTestTouch(x, y)
    touch.touch_down()
    search.stage.until(lambda: search.shell.screen.ids.field.text == "")
    touch.touch_up()
    search.settle()
    assert _typed(search)[-1] == ""


def test_an_answer_to_an_older_text_does_not_put_it_back(search: Any) -> None:
    _strike(search, *"نان")
    search.show(view_of(Example("", Searching("نا")), Language.FA))
    assert search.shell.screen.ids.field.text == "نان"
    search.show(view_of(Example("", Searching("نان")), Language.FA))
    search.show(view_of(Example("", Searching("")), Language.FA))
    assert search.shell.screen.ids.field.text == ""


def test_the_search_key_makes_room_for_the_hits_and_the_field_brings_the_keys_back(
    search: Any,
) -> None:
    tall = search.shell.screen.ids.hits.height
    _strike(search, "magnify")
    search.settle()
    assert search.shell.screen.ids.hits.height > tall + 300
    search.stage.tap(search.shell.screen.ids.field)
    search.settle()
    assert search.shell.screen.ids.hits.height == tall


def test_a_thousand_hits_need_no_more_widgets_than_are_in_sight(search: Any) -> None:
    searching, _ = many(1_000)
    search.show(view_of(Example("", searching), Language.FA))
    hits = search.shell.screen.ids.hits
    assert len(hits.data) == 1_000
    lines = hits.children[0].children
    assert 0 < len(lines) < 20
    first = {line.data.title for line in lines}
    hits.scroll_y = 0.5
    search.settle()
    assert first.isdisjoint({line.data.title for line in hits.children[0].children})


def test_more_hits_keep_the_place_and_other_hits_start_at_the_top(search: Any) -> None:
    searching, _ = many(60)
    some = Searching("کالا", hits=searching.hits[:30], more=True)
    search.show(view_of(Example("", some), Language.FA))
    hits = search.shell.screen.ids.hits
    hits.scroll_y = 0.4
    search.settle()
    above = hits.above_px()
    search.show(view_of(Example("", searching), Language.FA))
    assert hits.above_px() == pytest.approx(above, abs=2)
    search.show(view_of(Example("", Searching("کالا", hits=searching.hits[5:])), Language.FA))
    assert hits.scroll_y == 1


def test_a_key_that_was_let_go_looks_as_it_did_before(search: Any) -> None:
    key = next(k for k in search.shell.screen.ids.keyboard.all_keys() if k.cap.text == "س")

    def colour() -> bytes:
        search.stage.pump(3)
        width, _, pixels = search.stage.pixels()
        x, y = key.to_window(key.x + key.width * 0.25, key.y + key.height * 0.8)
        at = 4 * ((search.stage.window.height - int(y)) * width + int(x))
        return bytes(pixels[at : at + 3])

    before = colour()
    key.state = "down"
    held = colour()
    key.state = "normal"

    assert held != before
    assert colour() == before
