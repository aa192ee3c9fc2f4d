"""The shell: the frame around every screen, its overlay, its mirror, its manners."""

from __future__ import annotations

import subprocess
import sys
from threading import Thread
from typing import Any

from kiosk.messages import Aid, Language, Touched
from kiosk.situation import Health
from tools.gallery.views import SCENES, TROUBLED, Example, view_of

PRODUCT = SCENES["product, member price"]


def _asked(language: Language = Language.FA) -> Any:
    return view_of(Example("", PRODUCT, waited_s=25.0), language)


def _x(drawn: Any, text: str) -> float:
    label = next(each for each in drawn.widgets() if getattr(each, "text", "") == text)
    return float(label.to_window(*label.center)[0])


def test_reading_starts_at_the_right_in_persian_and_at_the_left_in_english(drawn: Any) -> None:
    persian = drawn.show("product, member price", Language.FA)
    home_fa, chain_fa = _x(drawn, persian.frame.home.text), _x(drawn, persian.frame.help.text)
    english = drawn.show("product, member price", Language.EN)
    home_en, chain_en = _x(drawn, english.frame.home.text), _x(drawn, english.frame.help.text)
    middle = drawn.shell.width / 2
    assert home_fa > middle > home_en
    assert chain_fa < middle < chain_en


def test_another_language_keeps_the_widgets_and_changes_every_text(drawn: Any) -> None:
    drawn.show("unknown code", Language.FA)
    before, screen = set(drawn.texts()), drawn.shell.screen
    drawn.show("unknown code", Language.EN)
    after = set(drawn.texts())
    assert drawn.shell.screen is screen
    assert before.isdisjoint(after)


def test_the_question_lies_over_everything_and_keeps_touches_from_below(drawn: Any) -> None:
    drawn.show("product, member price")
    below = drawn.pressable(view_of(Example("", PRODUCT), Language.FA).frame.home.text)
    place = below.to_window(*below.center)
    view = drawn.show(_asked())
    drawn.stage.drag(place, place, steps=0)
    assert [each for each in drawn.sent if not isinstance(each, Touched)] == []
    drawn.touch(view.frame.still_there.stay.text)
    assert view.frame.still_there.stay.send in drawn.sent


def test_a_scan_takes_the_question_away(drawn: Any) -> None:
    view = drawn.show(_asked())
    assert view.frame.still_there.title in drawn.texts()
    drawn.show("unknown code")
    assert view.frame.still_there.title not in drawn.texts()


def test_the_question_lies_over_the_sheet_too(drawn: Any) -> None:
    drawn.show("why this price")
    asked = view_of(Example("", SCENES["why this price"], waited_s=25.0), Language.FA)
    drawn.show(asked)
    assert drawn.shell.children[0].data == asked.frame.still_there


def test_while_the_sheet_is_open_nothing_below_it_can_be_touched(drawn: Any) -> None:
    view = drawn.show("why this price")
    why = drawn.pressable(view.body.why_button.text)
    drawn.stage.tap(why)
    assert view.body.why_button.send not in drawn.sent
    drawn.touch(view.body.why.close.text)
    assert view.body.why.close.send in drawn.sent


def test_only_the_newest_of_several_views_is_drawn(drawn: Any) -> None:
    drawn.show("help")
    seen = []
    drawn.shell.on_drawn = seen.append
    views = [view_of(Example("", SCENES[name]), Language.FA) for name in list(SCENES)[:5]]
    threads = [Thread(target=drawn.shell.show, args=(view,)) for view in views]
    for thread in threads:
        thread.start()
        thread.join()
    drawn.settle()
    assert seen == [views[-1]]
    drawn.shell.on_drawn = lambda _view: None


def test_the_same_view_again_costs_nothing(drawn: Any) -> None:
    view = drawn.show("help")
    seen = []
    drawn.shell.on_drawn = seen.append
    drawn.show(view)
    assert seen == []
    drawn.shell.on_drawn = lambda _view: None


def test_a_touch_anywhere_tells_that_somebody_is_here_once_a_second(drawn: Any) -> None:
    drawn.show("unknown code")
    drawn.shell._touched_at = float("-inf")
    for _ in range(3):
        drawn.stage.drag((540, 1200), (540, 1200), steps=0)
    assert drawn.sent == [Touched()]


def test_notices_stand_below_the_top_bar_until_they_are_over(drawn: Any) -> None:
    view = drawn.show(Example("", PRODUCT, health=Health(memory_full=True)))
    assert view.frame.notices[0].text in drawn.texts()
    drawn.show("product, member price")
    assert view.frame.notices[0].text not in drawn.texts()


def test_everything_is_laid_out_anew_when_notices_come(drawn: Any) -> None:
    drawn.show("browse, empty")
    drawn.show(Example("", PRODUCT, health=TROUBLED))
    for each in drawn.widgets():
        if type(each).__name__ == "Picture" and each.children:
            assert abs(each.children[0].center_y - each.center_y) < 2


def test_large_text_is_a_quarter_larger_and_high_contrast_has_its_own_colours(drawn: Any) -> None:
    view = drawn.show("unknown code")

    def title() -> Any:
        return next(
            each for each in drawn.widgets() if getattr(each, "text", "") == view.body.title
        )

    size, ink = title().font_size, list(title().color)
    drawn.show("unknown code", Language.FA, Aid.LARGE_TEXT, Aid.HIGH_CONTRAST)
    assert title().font_size == round(size * 1.25)
    assert list(title().color) == [0, 0, 0, 1] != ink


def test_colours_that_differ_by_state_survive_a_change_of_palette(drawn: Any) -> None:
    view = drawn.show("unknown code", Language.FA, Aid.HIGH_CONTRAST)
    view = drawn.show("unknown code", Language.FA)
    pill = drawn.pressable(view.frame.help.text)
    inks = {tuple(each.color) for each in drawn.widgets(pill) if hasattr(each, "color")}
    assert inks == {(1, 1, 1, 1)}


def test_importing_the_window_module_loads_no_kivy() -> None:
    code = "import sys, kiosk.screens.app; sys.exit('kivy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
