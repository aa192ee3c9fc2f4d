"""Somebody answers a survey: the core, the real form engine, and the outbox on a real file."""

from __future__ import annotations

import base64
import json
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kiosk.frame import Button
from kiosk.lobby.view import AttractView
from kiosk.messages import (
    CatalogueChanged,
    ChooseLanguage,
    GoHome,
    Language,
    Leave,
    Message,
    OpenHelp,
    OpenSearch,
    ServiceClosed,
    StayLonger,
)
from kiosk.outbox.boot import SystemBox
from kiosk.outbox.recorder import Recorder
from kiosk.outbox.streams import LEDGER, TELEMETRY, file_of
from kiosk.survey.pieces import FigurePad, LinePiece, YesNoPiece
from kiosk.survey.view import SurveyListView, SurveyView, WordView
from kiosk.survey_messages import (
    AnswerAtOnce,
    GiveAnswer,
    GoOnAnswering,
    LeaveSurvey,
    NextPage,
    OpenSurvey,
    PreviousPage,
    Sign,
    StrikeFigure,
    TypeAnswer,
)
from retail.catalogue import Text
from retail.survey import Survey
from server.events.kinds import check_body
from tests.features.survey_forms import (
    BROKEN_FORM,
    MOOD_FORM,
    SIGNED_FORM,
    Published,
    survey,
    surveys_of,
)
from tests.flows.conftest import Kiosk
from tests.flows.shopping import NoRoom

PNG = b"\x89PNG\r\n\x1a\nstrokes"


class KilledError(BaseException):
    """The process ends here."""


class Asked:
    """A kiosk that asks; what it tells is in real files."""

    def __init__(self, folder: Path, *surveys: Survey) -> None:
        self.published = Published(surveys)
        self.database = folder / "kiosk.db"
        self.recorder = Recorder(self.database, SystemBox(), lambda: None, NoRoom())
        self.recorder.open()
        self.after_commit: Callable[[str], None] = lambda _kind: None
        self.kiosk = Kiosk(surveys=lambda kiosk: surveys_of(self.published, kiosk.clock))
        self.kiosk.recording = self.record
        self.kiosk.start_anew()
        self.look()

    def look(self) -> None:
        """Let seconds pass until every form was tried."""
        for _ in range(len(self.published.surveys) + 1):
            self.kiosk.wait(1)

    def record(self, kind: str, body: Mapping[str, Any]) -> None:
        self.recorder.record(kind, body)
        self.after_commit(kind)

    def told(self, kind: str) -> list[dict[str, Any]]:
        stream = LEDGER if kind == "survey_answered" else TELEMETRY
        with closing(sqlite3.connect(file_of(stream, self.database))) as connection:
            rows = connection.execute(
                "SELECT body FROM outbox WHERE kind = ? ORDER BY seq", (kind,)
            ).fetchall()
        bodies = [json.loads(row[0]) for row in rows]
        for body in bodies:
            check_body(kind, body)
        return bodies

    def do(self, *messages: Message) -> Any:
        return self.kiosk.do(*messages).body

    @property
    def page(self) -> SurveyView:
        body = self.kiosk.core.view.body
        assert isinstance(body, SurveyView), body
        return body

    @property
    def poster(self) -> AttractView:
        body = self.kiosk.core.view.body
        assert isinstance(body, AttractView), body
        return body


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[Asked]:
    one = Asked(tmp_path, survey())
    yield one
    one.recorder.close()


def answer_all(asked: Asked) -> None:
    asked.do(OpenSurvey(), GiveAnswer("/data/liked", "no"), NextPage())
    asked.do(TypeAnswer("/data/why", "صف دراز بود"), NextPage())
    asked.do(StrikeFigure("4"), NextPage())
    asked.kiosk.scan("4006381333931")
    asked.do(NextPage(), Sign("/data/sign", PNG))


def test_answers_are_told_once_with_their_end(asked: Asked) -> None:
    answer_all(asked)
    assert asked.told("survey_answered") == []
    asked.do(NextPage(), NextPage(), NextPage())

    (body,) = asked.told("survey_answered")
    assert (body["survey"], body["version"], body["state"]) == ("visit", 1, "complete")
    assert body["language"] == "Persian (fa)"
    for part in ("<liked>no</liked>", "<why>صف دراز بود</why>", "<people>4</people>"):
        assert part in body["xml"]
    assert "<code>4006381333931</code>" in body["xml"]
    assert f"uuid:{body['instance']}" in body["xml"]
    assert [name for name, _ in body["files"]] == ["signature-1.png"]
    assert "member" not in body
    thanks = asked.kiosk.core.view.body
    assert isinstance(thanks, WordView)
    assert thanks.title == "سپاسگزاریم!"


def test_what_was_sent_is_changed_by_nothing_and_sent_once(asked: Asked) -> None:
    answer_all(asked)
    asked.do(NextPage())
    sent = asked.told("survey_answered")
    asked.do(
        *(GiveAnswer("/data/liked", "yes"), TypeAnswer("/data/why", "دیگر"), StrikeFigure("9")),
        *(Sign("/data/sign", PNG + b"again"), PreviousPage(), NextPage(), GoOnAnswering()),
        *(ChooseLanguage(Language.EN), LeaveSurvey(), LeaveSurvey(surely=True), NextPage()),
    )
    asked.kiosk.scan("4006381333931")
    asked.kiosk.wait(300)
    assert asked.told("survey_answered") == sent
    assert asked.told("survey_left") == []


def test_every_signature_has_a_name_of_its_own(tmp_path: Path) -> None:
    asked = Asked(tmp_path, survey("signed", SIGNED_FORM))
    asked.do(OpenSurvey(), Sign("/data/first", PNG + b"1"), NextPage())
    asked.do(Sign("/data/second", PNG + b"2"), PreviousPage())
    asked.do(Sign("/data/first", b""), Sign("/data/first", PNG + b"3"), NextPage(), NextPage())
    asked.do(StrikeFigure("2"), NextPage())
    asked.do(Sign("/data/each[1]/sign", PNG + b"4"), NextPage())
    asked.do(Sign("/data/each[2]/sign", PNG + b"5"), NextPage())

    (body,) = asked.told("survey_answered")
    sent = {name: base64.b64decode(content).removeprefix(PNG) for name, content in body["files"]}
    assert sorted(sent.values()) == [b"2", b"3", b"4", b"5"]
    named = re.findall(r"<(first|second|sign)>([^<]*)<", body["xml"])
    assert [(tag, sent[name]) for tag, name in named] == [
        ("first", b"3"), ("second", b"2"), ("sign", b"4"), ("sign", b"5"),
    ]  # fmt: skip
    asked.recorder.close()


def test_answers_are_told_once_where_the_process_is_killed_right_after(tmp_path: Path) -> None:
    asked = Asked(tmp_path, survey())
    answer_all(asked)

    def kill(kind: str) -> None:
        raise KilledError(kind)

    asked.after_commit = kill
    with pytest.raises(KilledError):
        asked.do(NextPage())
    asked.after_commit = lambda _kind: None
    asked.kiosk.start_anew()
    asked.look()
    asked.do(NextPage())
    asked.kiosk.wait(300)

    assert len(asked.told("survey_answered")) == 1
    assert asked.poster.invite is not None
    asked.recorder.close()


def test_an_end_that_cannot_be_written_down_is_tried_again(asked: Asked) -> None:
    answer_all(asked)
    recording, asked.kiosk.recording = asked.kiosk.recording, None
    asked.kiosk.disk_full = True
    asked.do(NextPage())
    assert "ثبت نشد" in asked.page.said
    asked.kiosk.disk_full, asked.kiosk.recording = False, recording
    asked.do(NextPage())
    assert len(asked.told("survey_answered")) == 1


def test_a_required_answer_is_asked_for_and_a_wrong_one_told(asked: Asked) -> None:
    asked.do(OpenSurvey(), NextPage())
    assert asked.page.pieces[0].head.fault == "لطفاً به این پرسش پاسخ دهید"
    asked.do(GiveAnswer("/data/liked", "yes"), NextPage())
    assert isinstance(asked.page.pad, FigurePad)
    asked.do(StrikeFigure("0"), NextPage())
    assert asked.page.pieces[0].head.fault == "One or more"
    asked.do(PreviousPage())
    assert isinstance(asked.page.pieces[0], YesNoPiece)
    assert [cell.on for cell in asked.page.pieces[0].cells] == [True, False]


def test_a_question_that_is_not_asked_is_stepped_over(asked: Asked) -> None:
    asked.do(OpenSurvey(), GiveAnswer("/data/liked", "yes"), NextPage())
    assert asked.page.pieces[0].head.title == "چند نفرید؟"


def test_another_language_loses_no_answer(asked: Asked) -> None:
    asked.do(OpenSurvey(), GiveAnswer("/data/liked", "no"), NextPage())
    asked.do(TypeAnswer("/data/why", "صف"), ChooseLanguage(Language.EN))
    (line,) = asked.page.pieces
    assert isinstance(line, LinePiece)
    assert (line.head.title, line.text) == ("Why not?", "صف")
    assert asked.page.next.text == "Go on"
    asked.do(PreviousPage())
    assert [cell.text for cell in asked.page.pieces[0].cells] == ["Yes", "No"]  # type: ignore[union-attr]
    asked.do(*(NextPage(),) * 5)
    (body,) = asked.told("survey_answered")
    assert body["language"] == "English (en)"


@pytest.mark.parametrize(("at_idle", "told"), [("discard", "survey_left"), ("partial", "")])
def test_nobody_there_is_asked_and_then_ended_as_the_survey_says(
    tmp_path: Path, at_idle: str, told: str
) -> None:
    asked = Asked(tmp_path, survey(at_idle=at_idle, warn_s=20, end_s=10))
    asked.do(OpenSurvey(), GiveAnswer("/data/liked", "no"), NextPage())
    asked.kiosk.wait(19)
    assert asked.kiosk.core.view.frame.still_there is None
    asked.kiosk.wait(3)
    question = asked.kiosk.core.view.frame.still_there
    assert question is not None
    assert question.left_s == 8
    asked.do(StayLonger())
    asked.kiosk.wait(29)
    assert isinstance(asked.kiosk.core.view.body, SurveyView)
    asked.kiosk.wait(1)
    assert asked.poster
    if told:
        (left,) = asked.told("survey_left")
        assert left == {"survey": "visit", "version": 1, "last": "/data/why"}
        assert asked.told("survey_answered") == []
    else:
        (body,) = asked.told("survey_answered")
        assert (body["state"], body["last"]) == ("partial", "/data/why")
        assert "<liked>no</liked>" in body["xml"]
        assert asked.told("survey_left") == []
    asked.recorder.close()


def test_partial_answers_of_somebody_who_answered_nothing_are_not_sent(tmp_path: Path) -> None:
    asked = Asked(tmp_path, survey(at_idle="partial"))
    asked.do(OpenSurvey())
    asked.kiosk.wait(400)
    assert asked.told("survey_answered") == []
    assert len(asked.told("survey_left")) == 1
    asked.recorder.close()


def test_stopping_is_asked_once_something_is_answered(asked: Asked) -> None:
    asked.do(OpenSurvey(), LeaveSurvey())
    assert asked.poster
    asked.do(OpenSurvey(), GiveAnswer("/data/liked", "no"), LeaveSurvey())
    assert isinstance(asked.kiosk.core.view.body, WordView)
    asked.do(GoOnAnswering())
    assert [cell.on for cell in asked.page.pieces[0].cells] == [False, True]  # type: ignore[union-attr]
    asked.do(LeaveSurvey(), LeaveSurvey(surely=True))
    assert asked.poster
    assert len(asked.told("survey_left")) == 2


def test_the_next_person_starts_clean(asked: Asked) -> None:
    answer_all(asked)
    asked.do(ChooseLanguage(Language.EN), NextPage(), Leave())
    asked.do(OpenSurvey())
    seen = repr(asked.kiosk.core.view)
    assert asked.kiosk.core.view.frame.language is Language.FA
    for word in ("صف دراز بود", "4006381333931", "signature-1"):
        assert word not in seen
    for _ in range(5):
        assert not any(
            getattr(cell, "on", False) for cell in getattr(asked.page.pieces[0], "cells", ())
        )
        assert not getattr(asked.page.pieces[0], "text", "")
        assert not getattr(asked.page.pieces[0], "png", b"")
        asked.do(GiveAnswer("/data/liked", "no"), NextPage())
    first, second = asked.told("survey_answered")
    assert first["instance"] != second["instance"]
    assert "<why/>" in second["xml"] or "<why></why>" in second["xml"]


def test_a_members_card_answers_no_question(asked: Asked) -> None:
    asked.do(OpenSurvey(), GiveAnswer("/data/liked", "yes"), NextPage(), NextPage())
    asked.kiosk.scan("991234567899")
    assert "991234567899" not in repr(asked.kiosk.core.view)
    assert asked.page.said == "این کارت باشگاه است؛ اینجا لازم نیست."


def test_nothing_else_is_opened_while_somebody_answers(asked: Asked) -> None:
    asked.do(OpenSurvey(), GiveAnswer("/data/liked", "no"))
    for message in (
        OpenHelp(),
        OpenSearch(),
        GoHome(),
        Leave(),
        OpenSurvey(),
        CatalogueChanged(2, asked.kiosk.clock.now()),
    ):
        asked.do(message)
        assert asked.page.key.endswith("/data/liked")
    asked.do(ServiceClosed())
    assert isinstance(asked.kiosk.core.view.body, SurveyView)
    asked.do(LeaveSurvey(surely=True))
    assert not isinstance(asked.kiosk.core.view.body, AttractView)
    assert len(asked.told("survey_left")) == 1


def test_one_touch_on_the_poster_answers_and_one_too_soon_is_marked(tmp_path: Path) -> None:
    asked = Asked(tmp_path, survey("mood", MOOD_FORM, shown_at=frozenset({"attract"}), gap_s=5))
    card = asked.poster.faces
    assert card is not None
    assert (card.title, [face.text for face in card.faces]) == (
        "امروز چطور بود؟",
        ["بد", "معمولی", "خوب"],
    )
    asked.do(card.faces[2].send)
    thanks = asked.kiosk.core.view
    assert isinstance(thanks.body, WordView)
    assert thanks.frame.still_there is None
    asked.kiosk.wait(1)
    asked.do(card.faces[0].send)
    assert isinstance(asked.kiosk.core.view.body, WordView)
    asked.kiosk.wait(2)
    assert asked.poster
    asked.do(AnswerAtOnce("mood", "bad"))
    asked.kiosk.wait(6)
    asked.do(AnswerAtOnce("mood", "fair"))

    bodies = asked.told("survey_answered")
    assert [body["marks"] for body in bodies] == [[], ["repeat"], []]
    assert ["<mood>good</mood>" in bodies[0]["xml"], "<mood>bad</mood>" in bodies[1]["xml"]] == [
        True,
        True,
    ]
    asked.recorder.close()


def test_a_form_that_is_not_one_question_of_faces_is_not_on_the_poster(tmp_path: Path) -> None:
    asked = Asked(tmp_path, survey(shown_at=frozenset({"attract"})))
    assert asked.poster.faces is None
    assert asked.poster.invite is None
    asked.do(AnswerAtOnce("visit", "yes"))
    assert asked.told("survey_answered") == []
    asked.recorder.close()


def test_a_form_that_cannot_be_read_is_not_offered_and_staff_are_told(tmp_path: Path) -> None:
    asked = Asked(tmp_path, survey("broken", BROKEN_FORM), survey())
    assert [notice.code for notice in asked.kiosk.core.view.frame.notices] == ["K-124"]
    asked.do(OpenSurvey())
    assert asked.page.title == "بازدید"
    asked.do(LeaveSurvey())
    asked.published.surveys = (survey(),)
    asked.look()
    assert asked.kiosk.core.view.frame.notices == ()
    asked.recorder.close()


def test_what_is_published_is_kept_while_it_cannot_be_read(asked: Asked) -> None:
    asked.published.broken = True
    asked.look()
    assert asked.poster.invite is not None
    asked.published.broken, asked.published.surveys = False, ()
    asked.look()
    assert asked.poster.invite is None
    asked.do(OpenSurvey())
    assert asked.poster


def test_several_surveys_are_a_list(tmp_path: Path) -> None:
    bread = survey("bread", MOOD_FORM, title=Text("نان", "Bread"))
    asked = Asked(tmp_path, survey(), bread)
    listed = asked.do(OpenSurvey())
    assert isinstance(listed, SurveyListView)
    assert [cell.text for cell in listed.cells] == ["نان", "بازدید"]
    asked.do(listed.cells[0].send)
    assert asked.page.title == "نان"
    asked.do(LeaveSurvey())
    listed = asked.do(OpenSurvey())
    assert isinstance(listed.back, Button)
    asked.do(listed.back.send)
    assert asked.poster
    asked.recorder.close()


def test_a_survey_is_asked_only_where_and_when_its_terms_say(tmp_path: Path) -> None:
    asked = Asked(
        tmp_path,
        survey("there", kiosks=frozenset({"tehran-2-k1"})),
        survey("members", asks="members"),
        survey("later", shown_at=frozenset({"after_sale"})),
    )
    assert asked.poster.invite is None
    asked.recorder.close()


def test_a_form_that_fails_in_the_middle_is_left_out_and_the_kiosk_goes_on(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    from xforms.session import Session

    def fail(*_: object) -> bool:
        raise RuntimeError("expected an expression that ends")

    asked.do(OpenSurvey(), GiveAnswer("/data/liked", "no"))
    monkeypatch.setattr(Session, "forward", fail)
    asked.do(NextPage())
    assert asked.poster.invite is None
    assert [notice.code for notice in asked.kiosk.core.view.frame.notices] == ["K-124"]
    (left,) = asked.kiosk.noted("survey_left")  # where it ended is told all the same
    assert left["last"] == "/data/liked"
    assert asked.kiosk.catalogues.current is not None
    assert asked.kiosk.noted("catalogue_damaged") == []
