"""A survey's pages: what is drawn is touched, and what a finger leaves behind is the view's."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from PIL import Image

from kiosk.frame import Face
from kiosk.messages import Language
from kiosk.screens.survey import SurveyScreen
from kiosk.screens.survey_drawing import SIGNATURE_PX, FacesPanel, SignPad, SlideLine, picture_of
from kiosk.screens.survey_typing import TypingPanel
from kiosk.survey import examples
from kiosk.survey.running import SIGNATURE_BYTES_MAX
from kiosk.survey.state import Answering, Opened
from kiosk.survey_messages import (
    GiveAnswer,
    MoveChoice,
    NextPage,
    OpenQuestion,
    PickStop,
    Sign,
    StrikeFigure,
    ToggleChoice,
    TypeAnswer,
)
from tools.bench.surveys import NOON, long_form
from tools.gallery.views import SCENES, Example, view_of
from xforms.page import Kind, Question, Span
from xforms.session import Circumstances, Session

REDRAW_P95_MAX_MS = 100.0


def of(drawn: Any, kind: type[Any]) -> Any:
    return next(each for each in drawn.widgets() if isinstance(each, kind))


def strike(drawn: Any, *legends: str) -> None:
    for legend in legends:
        keyboard = drawn.shell.screen.ids.dock.keyboard
        key = next(k for k in keyboard.all_keys() if legend in (k.cap.text, k.cap.icon))
        key.dispatch("on_press")
        key.dispatch("on_release")


def asked(kind: Kind, path: str = "/data/q", **more: Any) -> Question:
    return Question(path, kind, (Span("؟"),), **more)


def show(drawn: Any, scene: Answering, language: Language = Language.FA) -> None:
    drawn.show(view_of(Example("", scene), language, lambda _: ""))


def test_a_choice_is_touched_where_it_is_drawn(drawn: Any) -> None:
    drawn.show("survey, one of several")
    drawn.touch("میوه و سبزی")
    drawn.touch("چیز دیگر")
    drawn.show("survey, several of several")
    drawn.touch("نان")
    assert drawn.sent[-1] == ToggleChoice("/data/select_many", "2")


def test_a_touched_choice_sends_its_answer(drawn: Any) -> None:
    drawn.show("survey, one of several")
    drawn.touch("چیز دیگر")
    drawn.touch("رد کردن")
    assert drawn.sent[-2:] == [GiveAnswer("/data/select_one", "4"), NextPage()]


def test_the_best_face_stands_where_reading_ends(drawn: Any) -> None:
    for language, best_is_left in ((Language.FA, True), (Language.EN, False)):
        drawn.show("survey, smileys", language)
        faces = [each for each in drawn.pressables() if isinstance(getattr(each, "data", 0), Face)]
        by_place = sorted(faces, key=lambda each: each.x, reverse=best_is_left)
        assert [face.data.mood for face in by_place] == [0, 0.25, 0.5, 0.75, 1]
        drawn.stage.tap(by_place[-1])
        assert drawn.sent[-1] == GiveAnswer("/data/smileys", "5")
        assert of(drawn, FacesPanel)


@pytest.mark.parametrize(
    ("language", "share", "stop"),
    [
        (Language.FA, 0.02, 20),
        (Language.FA, 0.98, 0),
        (Language.EN, 0.02, 0),
        (Language.EN, 0.5, 10),
    ],
)
def test_a_finger_slides_along_a_scale_and_it_is_told_where_it_was_let_go(
    drawn: Any, language: Language, share: float, stop: int
) -> None:
    drawn.show("survey, range", language)
    line = of(drawn, SlideLine)
    y = line.to_window(*line.center)[1]
    left = line.to_window(line.x, 0)[0]
    drawn.stage.drag((left + line.width / 2, y), (left + line.width * share, y))
    drawn.sent[:] = [each for each in drawn.sent if isinstance(each, PickStop)]
    assert drawn.sent == [PickStop("/data/range", stop)]


def test_a_signature_is_sent_as_a_small_png(drawn: Any) -> None:
    drawn.show("survey, signature")
    pad = of(drawn, SignPad)
    left, bottom = pad.to_window(pad.x, pad.y)
    drawn.stage.drag((left + 50, bottom + 50), (left + 600, bottom + 200))
    (sent,) = (each for each in drawn.sent if isinstance(each, Sign))
    with Image.open(io.BytesIO(sent.png)) as image:
        assert image.format == "PNG"
        assert image.size == SIGNATURE_PX
        dark = image.convert("L").histogram()[0]
    assert 500 < dark < SIGNATURE_PX[0] * SIGNATURE_PX[1] / 10
    assert len(sent.png) < SIGNATURE_BYTES_MAX


def test_a_signature_that_is_full_of_ink_stays_small(drawn: Any) -> None:
    strokes = [[(x / 50, (x * 7 + y * 13) % 50 / 50) for x in range(50)] for y in range(60)]
    assert len(picture_of(strokes)) < SIGNATURE_BYTES_MAX


def test_a_signature_is_wiped_away(drawn: Any) -> None:
    drawn.show("survey, signature")
    pad = of(drawn, SignPad)
    left, bottom = pad.to_window(pad.x, pad.y)
    drawn.stage.drag((left + 50, bottom + 50), (left + 300, bottom + 100))
    pad.wipe()
    assert pad.strokes == []
    assert drawn.sent[-1] == Sign("/data/signature", b"")


def test_figures_are_struck_on_the_pad(drawn: Any) -> None:
    drawn.show("survey, integer")
    for figure in "۷۰":
        drawn.touch(figure)
    assert [each for each in drawn.sent if isinstance(each, StrikeFigure)] == [
        StrikeFigure("7"),
        StrikeFigure("0"),
    ]


def test_a_choice_goes_up_by_its_own_key(drawn: Any) -> None:
    drawn.show("survey, rank")
    keys = [
        each
        for each in drawn.pressables()
        if getattr(each.data, "send", None) == MoveChoice("/data/rank", "3", -1)
    ]
    drawn.stage.tap(keys[0])
    assert drawn.sent[-1] == MoveChoice("/data/rank", "3", -1)


def test_every_key_sends_the_whole_text_and_a_late_answer_puts_nothing_back(drawn: Any) -> None:
    scene = examples.answering(asked("text"), opened=Opened("/data/q"))
    show(drawn, scene)
    strike(drawn, "ن", "ا", "ن")
    typed = [each.text for each in drawn.sent if isinstance(each, TypeAnswer)]
    assert typed == ["ن", "نا", "نان"]
    late = replace(scene, page=examples.page(asked("text", value="ن")))
    drawn.shell.show(view_of(Example("", late), Language.FA))
    drawn.settle()
    assert of(drawn, TypingPanel).field.text == "نان"


def test_the_keyboard_is_put_away_with_its_key(drawn: Any) -> None:
    scene = examples.answering(asked("text"), opened=Opened("/data/q"))
    show(drawn, scene)
    strike(drawn, "check")
    assert drawn.sent[-1] == OpenQuestion()
    show(drawn, replace(scene, opened=Opened()))
    assert drawn.shell.screen.ids.dock.children == []
    drawn.stage.tap(of(drawn, TypingPanel).ids.frame)
    assert drawn.sent[-1] == OpenQuestion("/data/q")


def test_a_masked_text_is_not_drawn(drawn: Any) -> None:
    scene = examples.answering(
        asked("text", value="09121", style="masked"), opened=Opened("/data/q", "09121")
    )
    show(drawn, scene)
    assert "•••••|" in drawn.texts()
    assert not any("0912" in text for text in drawn.texts())


@pytest.mark.parametrize("style", ["", "multiline", "masked"])
def test_the_next_person_finds_no_text_of_the_one_before(drawn: Any, style: Any) -> None:
    question = asked("text", style=style)
    first = examples.answering(question, opened=Opened("/data/q"))
    show(drawn, first)
    strike(drawn, *"سلام")
    drawn.show("survey, thanks")
    show(drawn, replace(first, sitting="another"))
    panel = of(drawn, TypingPanel)
    assert panel.field.text == ""
    assert panel._awaited == []
    strike(drawn, "ن")
    assert drawn.sent[-1] == TypeAnswer("/data/q", "ن")
    assert not any("سلام" in text for text in drawn.texts())


def test_the_next_person_finds_no_stroke_and_no_place_of_the_one_before(drawn: Any) -> None:
    scene = examples.answering(asked("signature"))
    show(drawn, scene)
    pad = of(drawn, SignPad)
    left, bottom = pad.to_window(pad.x, pad.y)
    drawn.stage.drag((left + 50, bottom + 50), (left + 300, bottom + 100))
    assert pad.strokes
    show(drawn, replace(scene, sitting="another"))
    assert of(drawn, SignPad).strokes == []
    assert of(drawn, SignPad).texture is None


def test_a_language_changed_while_typing_keeps_the_text(drawn: Any) -> None:
    scene = examples.answering(asked("text", value="نان تازه"), opened=Opened("/data/q"))
    show(drawn, scene)
    show(drawn, scene, Language.EN)
    assert of(drawn, TypingPanel).field.text == "نان تازه"
    keys = {key.cap.text for key in drawn.shell.screen.ids.dock.keyboard.all_keys()}
    assert "q" in keys


def test_another_page_begins_at_its_top(drawn: Any) -> None:
    drawn.show("survey, several questions")
    assert isinstance(drawn.shell.screen, SurveyScreen)
    drawn.shell.screen.ids.scroll.scroll_y = 0.0
    other = SCENES["survey, matrix"]
    assert isinstance(other, Answering)
    show(drawn, other)
    assert drawn.shell.screen.ids.scroll.scroll_y == 1


def test_a_touch_on_a_large_page_is_drawn_at_once(drawn: Any, record_property: Any) -> None:
    """Measure from the view to the frame that shows it, on the software renderer."""
    show(drawn, examples.big(40))
    drawn.stage.pump(3)  # until the page itself has been drawn
    p95 = min(_redraw_p95_ms(drawn) for _ in range(2))  # another process may take the core once
    record_property("survey_touch_p95_ms", round(p95))
    print(f"a touch on a page of 40 questions: p95 {p95:.0f} ms")
    assert p95 <= REDRAW_P95_MAX_MS


def _redraw_p95_ms(drawn: Any) -> float:
    took_ms = []
    for number in range(40):
        view = view_of(Example("", examples.big(40, [number])), Language.FA)
        start = time.perf_counter()
        drawn.shell.show(view)
        drawn.stage.pump()
        took_ms.append((time.perf_counter() - start) * 1_000)
        assert drawn.shell.screen.view == view.body
        drawn.stage.pump()
    return sorted(took_ms)[int(0.95 * len(took_ms))]


def test_a_touch_in_a_form_of_200_questions_is_drawn_at_once(
    drawn: Any, record_property: Any
) -> None:
    """Measure an answer and the next page: 499 expressions worked out, and the frame that shows it."""
    form = long_form()
    session = Session(form, Circumstances(lambda: NOON))
    took_ms: list[float] = []

    def step(work: Callable[[], object]) -> None:
        start = time.perf_counter()
        work()
        scene = replace(examples.answering(asked("note")), page=session.page)
        view = view_of(Example("", scene), Language.FA, lambda _: "")
        drawn.shell.show(view)
        drawn.stage.pump()
        took_ms.append((time.perf_counter() - start) * 1_000)
        assert drawn.shell.screen.view == view.body
        drawn.stage.pump()

    show(drawn, replace(examples.answering(asked("note")), page=session.page))
    drawn.stage.pump(3)
    for number in range(60):
        path = session.page.questions[0].path
        step(partial(session.answer, path, str(20 + number)))
        step(session.forward)
    p95 = sorted(took_ms)[int(0.95 * len(took_ms))]
    record_property("survey_long_form_p95_ms", round(p95))
    print(f"a touch in a form of 200 questions: p95 {p95:.0f} ms")
    assert p95 <= REDRAW_P95_MAX_MS
