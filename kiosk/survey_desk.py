"""Which touch, scan and second leads where in a survey: the core's side of it.

The visit goes in and comes out; the answers under way are a ``Sitting`` that is held here. A
sitting lives exactly as long as its scene: whatever takes the scene off the screen (idle, a
kiosk that is closed, a damaged catalogue) ends the answers as the survey's terms say.

Nothing of it is on the disk until it ends; then the event is all that is written, in one
transaction, so that answers are told once or not at all. Source: docs/surveys.md.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from kiosk.checkout.state import Paid
from kiosk.clock import Clock
from kiosk.errors import DataError
from kiosk.lobby import view as lobby
from kiosk.messages import ChooseLanguage, Language, Scanned, StayLonger, ToggleEase, Touched
from kiosk.notes import Record
from kiosk.situation import Visit
from kiosk.survey import answering, told
from kiosk.survey.ports import Start, Surveys
from kiosk.survey.running import Sitting
from kiosk.survey.scales import faces_card
from kiosk.survey.state import (
    Answering,
    Choosing,
    Inviting,
    Leaving,
    Thanking,
    Under,
)
from kiosk.survey_messages import (
    AnswerAtOnce,
    GoOnAnswering,
    LeaveSurvey,
    NextPage,
    OpenSurvey,
    PreviousPage,
    SurveyTouch,
)
from kiosk.words import Words
from retail.survey import Asking, ShownAt, Survey, is_repeat, offered_at
from xforms.page import Page

log = logging.getLogger(__name__)
REPEAT = "repeat"
ALWAYS = (ChooseLanguage, ToggleEase, Touched, StayLonger)


@dataclass(frozen=True, slots=True)
class AtOnce:
    """A survey that is answered by one touch on the poster, and its page."""

    survey: Survey
    page: Page


class SurveyDesk:
    """Belongs to the core's thread. ``barred`` tells whether a code is a person's."""

    def __init__(
        self,
        surveys: Surveys | None,
        record: Record,
        clock: Clock,
        zone: tzinfo,
        barred: Callable[[Scanned], bool],
    ) -> None:
        self._surveys, self._record, self._clock = surveys, record, clock
        self._zone, self._barred = zone, barred
        self._published: tuple[Survey, ...] = ()
        self._readable: dict[Survey, dict[Language, Page]] = {}  # with its first page
        self._unread: dict[Survey, str] = {}
        self._sitting: Sitting | None = None
        self._answered_at: dict[str, datetime] = {}  # by one touch

    # ---- what is offered

    @property
    def unread(self) -> tuple[str, ...]:
        """The surveys that cannot be read, with the reason, for staff."""
        return tuple(f"{each.survey_id}: {why}" for each, why in self._unread.items())

    def offered(self, place: ShownAt) -> tuple[Survey, ...]:
        """Give what is asked of whoever is here, at a place of this kiosk."""
        if self._surveys is None or not self._readable:
            return ()
        who = self._surveys.answerer()
        asking = Asking(
            self._clock.now(),
            self._zone,
            self._surveys.kiosk,
            who.member,
            who.groups,
            who.answered,
            who.answered_today,
        )
        return offered_at(self._readable, place, asking)

    def on_poster(self, language: Language, words: Words) -> tuple[lobby.FacesCard | None, int]:
        """Give the faces to touch on the poster, and how many surveys the menu offers."""
        once = self.at_once(language)
        card = faces_card(once.survey.survey_id, once.page, words) if once else None
        return card, len(self.offered("menu"))

    def at_once(self, language: Language) -> AtOnce | None:
        """Give what is asked on the poster: a form of one question of faces."""
        for survey in self.offered("attract"):
            page = self._readable[survey][language]
            if _is_one_of_faces(page):
                return AtOnce(survey, page)
        return None

    def look(self, visit: Visit) -> None:
        """Take over what is published, and try one form a second, while nobody is here."""
        if self._surveys is None or not isinstance(visit.scene, lobby.Attracting):
            return
        try:
            self._published = self._surveys.published.all()
        except DataError as error:
            log.error("surveys-unreadable reason=%s", error)
            return
        there = set(self._published)
        self._readable = {each: page for each, page in self._readable.items() if each in there}
        self._unread = {each: why for each, why in self._unread.items() if each in there}
        for survey in self._published:
            if survey not in self._readable and survey not in self._unread:
                self._try(survey)
                return

    def _try(self, survey: Survey) -> None:
        try:
            pages = self._first_pages(survey)
        except DataError as error:
            self._set_aside(survey, error)
        else:
            self._readable[survey] = pages

    def _first_pages(self, survey: Survey) -> dict[Language, Page]:
        answers = self._begun(survey, Language.FA).answers
        pages = {}
        for language in Language:
            answers.speak(language.value)
            pages[language] = answers.page
        return pages

    # ---- touches

    def wants(self, visit: Visit, touch: object) -> bool:
        """Tell whether a touch is for the survey on the screen, or leads to one."""
        if isinstance(touch, SurveyTouch):
            return True
        return isinstance(visit.scene, Under) and not isinstance(touch, ALWAYS)

    def touched(self, visit: Visit, touch: object) -> Visit:
        """Say what a touch leads to; one for a screen that has just been replaced, nowhere."""
        return self._despite_form(visit, lambda: self._touched(visit, touch))

    def _despite_form(self, visit: Visit, step: Callable[[], Visit]) -> Visit:
        """Take a step; a form that fails in the middle of it is asked of nobody any more."""
        try:
            return step()
        except DataError as error:
            sitting, self._sitting = self._sitting, None
            if sitting is not None:
                self._set_aside(sitting.survey, error)
                self._dropped(sitting)
            return visit.home()

    def _set_aside(self, survey: Survey, error: DataError) -> None:
        log.error("survey-unreadable survey=%s reason=%s", survey.survey_id, error)
        self._readable.pop(survey, None)
        self._unread[survey] = str(error)

    def _touched(self, visit: Visit, touch: object) -> Visit:
        scene = visit.scene
        match touch, scene:
            case OpenSurvey(survey_id), lobby.Attracting() | Choosing() | Inviting():
                return self._open(visit, survey_id)
            case AnswerAtOnce(survey_id, value), lobby.Attracting():
                return self._answer_at_once(visit, survey_id, value)
            case LeaveSurvey(), Choosing():
                return visit.home()
            case GoOnAnswering(), Leaving(before):
                return visit.replace_scene(before)
            case LeaveSurvey(surely), Answering() | Leaving() if self._sitting is not None:
                return self._leave(visit, scene, surely=surely)
            case _, Answering() if self._sitting is not None:
                return self._answer(visit, scene, self._sitting, touch)
            case _:
                return visit

    def _open(self, visit: Visit, survey_id: str) -> Visit:
        found = self.offered("after_sale" if isinstance(visit.scene, Inviting) else "menu")
        wanted = [each for each in found if survey_id in ("", each.survey_id)]
        if not wanted:
            return visit.home()
        if len(wanted) > 1:
            return replace(visit, scene=Choosing(tuple(wanted)), behind=())
        try:
            self._sitting = sitting = self._begun(wanted[0], visit.language)
        except DataError as error:
            self._set_aside(wanted[0], error)
            return visit.home()
        return replace(visit, scene=self._scene(sitting), behind=())

    def _begun(self, survey: Survey, language: Language) -> Sitting:
        assert self._surveys is not None
        at, sitting = self._clock.now(), self._surveys.new_id()
        start = Start(at, language.value, sitting, self._surveys.kiosk)
        answers = self._surveys.forms.begin(survey, start)
        return Sitting(survey, answers, sitting, (at, self._clock.elapsed_s()), language)

    def _scene(self, sitting: Sitting) -> Answering:
        assert self._surveys is not None
        pictures = {
            name: file
            for name, sha256 in sitting.survey.media
            if (file := self._surveys.published.picture(sha256))
        }
        scene = Answering(
            sitting.survey,
            str(sitting.id),
            sitting.answers.page,
            self._clock.now().astimezone(self._zone).date(),
            pictures=pictures,
            signed=sitting.signed,
        )
        return answering.opened_at_start(scene)

    def _answer(self, visit: Visit, scene: Answering, sitting: Sitting, touch: object) -> Visit:
        match touch:
            case NextPage():
                return self._go_on(visit, scene, sitting)
            case PreviousPage():
                sitting.pass_time(self._clock.elapsed_s())
                sitting.answers.back()
                return visit.replace_scene(self._scene(sitting))
            case _:
                return visit.replace_scene(
                    answering.answered(scene, sitting, touch, visit.language)
                )

    def _go_on(self, visit: Visit, scene: Answering, sitting: Sitting) -> Visit:
        sitting.pass_time(self._clock.elapsed_s())
        last, key = scene.page.last, scene.page.key
        moved = sitting.answers.finish() if last else sitting.answers.forward()
        if moved and last:
            return self._ended(visit, scene, sitting)
        if sitting.answers.page.key == key:
            return visit.replace_scene(replace(scene, page=sitting.answers.page))
        return visit.replace_scene(self._scene(sitting))

    def _ended(self, visit: Visit, scene: Answering, sitting: Sitting) -> Visit:
        """Write the end down: only then is it one."""
        if not self._told(sitting, "complete"):
            return visit.replace_scene(replace(scene, unwritten=True))
        self._sitting = None
        return replace(visit, scene=Thanking(sitting.survey), behind=())

    def _leave(self, visit: Visit, scene: Under, *, surely: bool) -> Visit:
        assert self._sitting is not None
        if not surely and isinstance(scene, Answering) and self._sitting.begun:
            return visit.replace_scene(Leaving(scene))
        return visit.home()  # and what was answered is dealt with as it is taken off the screen

    def _answer_at_once(self, visit: Visit, survey_id: str, value: str) -> Visit:
        offered = self.at_once(visit.language)
        if offered is None or offered.survey.survey_id != survey_id:
            return visit
        survey, (question,) = offered.survey, offered.page.questions
        try:
            sitting = self._begun(survey, visit.language)
            sitting.answer(question.path, value)
            finished = sitting.answers.finish()
        except DataError as error:
            self._set_aside(survey, error)
            return visit
        if not finished:
            return visit
        at = self._clock.now()
        if is_repeat(survey, self._answered_at.get(survey_id), at):
            sitting.marks = (REPEAT,)
        if not self._told(sitting, "complete"):
            return visit
        self._answered_at[survey_id] = at
        return replace(visit, scene=Thanking(survey, at_once=True), behind=())

    # ---- scans and time

    def scanned(self, visit: Visit, scan: Scanned) -> Visit:
        """Answer with a code where one is asked for; a person's card is none."""
        scene = visit.scene
        if not isinstance(scene, Answering) or self._sitting is None:
            return visit
        if self._barred(scan):
            return visit.replace_scene(replace(scene, member_code=True))
        sitting = self._sitting
        return self._despite_form(
            visit, lambda: visit.replace_scene(answering.scanned(scene, sitting, scan.raw))
        )

    def after_sale(self, before: Visit, after: Visit) -> Visit:
        """Invite whoever has just finished with a sale; nothing of the sale stays."""
        finished = isinstance(before.scene, Paid) and isinstance(after.scene, lobby.Attracting)
        offered = self.offered("after_sale") if finished else ()
        if not offered:
            return after
        kept = replace(after, language=before.language, aids=before.aids)
        return replace(kept, scene=Inviting(offered[0]))

    def kept(self, visit: Visit) -> Visit:
        """End answers that are no longer on the screen; follow the language of those that are."""
        sitting, scene = self._sitting, visit.scene
        if sitting is None:
            return visit
        if not isinstance(scene, Under):
            self._sitting = None
            self._dropped(sitting)
            return visit
        if sitting.spoken is visit.language:
            return visit
        sitting.spoken = visit.language
        sitting.answers.speak(visit.language.value)
        return self._despite_form(
            visit, lambda: visit.replace_scene(_read_anew(scene, sitting.answers.page))
        )

    def _dropped(self, sitting: Sitting) -> None:
        """Deal with answers that nobody finished, as the survey's terms say."""
        try:
            sitting.pass_time(self._clock.elapsed_s())
            sitting.answers.end()
            partly = sitting.survey.at_idle == "partial" and sitting.begun
            if not (partly and self._told(sitting, "partial")):
                self._record(told.LEFT, told.left(sitting))
        except DataError as error:
            log.error("event-record-failed kind=%s reason=%s", told.LEFT, error)

    def _told(self, sitting: Sitting, state: str) -> bool:
        assert self._surveys is not None
        member = self._surveys.answerer().member
        try:
            body = told.answered(sitting, state, self._clock.now(), member)
            self._record(told.ANSWERED, body)
        except DataError as error:
            log.error("event-record-failed kind=%s reason=%s", told.ANSWERED, error)
            return False
        return True


def _read_anew(scene: Under, page: Page) -> Under:
    """Give the scene with its page in another language."""
    if isinstance(scene, Leaving):
        return replace(scene, answering=replace(scene.answering, page=page))
    return replace(scene, page=page)


def _is_one_of_faces(page: Page) -> bool:
    return page.last and [each.kind for each in page.questions] == ["smileys"]
