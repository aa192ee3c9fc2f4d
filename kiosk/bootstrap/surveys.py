"""What surveys are asked with: those that came with the feed, and the form engine.

A survey that cannot be read, perhaps because a later head office wrote it, is left out and
logged once; the others are asked. Pictures come like those
of products; a form is asked without those that are not here yet.
"""

from __future__ import annotations

import logging
from zoneinfo import ZoneInfo

from kiosk.catalogues import CataloguesInUse
from kiosk.clock import Clock
from kiosk.config import Settings
from kiosk.feed.pictures import Pictures
from kiosk.outbox.database import new_id
from kiosk.survey.forms import FormEngine
from kiosk.survey.ports import Surveys
from retail.fields import RecordError
from retail.survey import Survey
from retail.survey_lines import ToldSurvey

log = logging.getLogger(__name__)


class SurveysOfFeed:
    """The surveys of the catalogue in use; belongs to the core's thread."""

    def __init__(self, catalogues: CataloguesInUse, pictures: Pictures) -> None:
        self._catalogues, self._pictures = catalogues, pictures
        self._told: tuple[ToldSurvey, ...] = ()
        self._read: tuple[Survey, ...] = ()

    def all(self) -> tuple[Survey, ...]:
        """Give them; the same tuple until the feed brings others."""
        shelves = self._catalogues.current
        told = () if shelves is None else shelves.surveys
        if told is not self._told:
            self._told = told
            self._read = tuple(each for each in map(_readable, told) if each is not None)
        return self._read

    def picture(self, sha256: str) -> str:
        """Give the file of a picture, or ``""`` until it has come."""
        return str(self._pictures.file_of(sha256) or "")


def surveys_of(catalogues: CataloguesInUse, settings: Settings, clock: Clock) -> Surveys:
    """Put together what asking needs."""
    published = SurveysOfFeed(catalogues, Pictures(settings.pictures_dir))
    engine = FormEngine(clock, ZoneInfo(settings.zone))
    return Surveys(published, engine, settings.kiosk_id, new_id)


def _readable(told: ToldSurvey) -> Survey | None:
    try:
        return told.read()
    except RecordError as error:
        log.error("survey-unreadable survey=%s reason=%s", told.survey_id, error)
        return None
