"""Fetches the pictures that products name, a few at a time, and lets unused ones go.

New prices never wait for a picture: the round stops as soon as there is something better to do,
and goes on later. A picture that nothing names any more gets a mark beside it, and is deleted
when the mark is a day old and still nothing names it.

Source: docs/feed.md, section 6.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from itertools import islice
from time import monotonic

from kiosk.errors import DataError
from kiosk.feed.faults import NoAnswerError
from kiosk.feed.pictures import Pictures
from kiosk.line.server import ServerLink

log = logging.getLogger(__name__)

PICTURES_PATH = "/api/v2/pictures/"
AT_A_TIME = 5_000  # names that are remembered; more are looked for when these are there
SWEEP_EVERY_S = 3_600.0
_NOT_THERE = 404
Names = Callable[[], Iterable[str]]


class PictureRound:
    """Belongs to the feed's thread; ``named`` gives the names of all pictures in use."""

    def __init__(self, pictures: Pictures, link: ServerLink, named: Names) -> None:
        self._pictures, self._link, self._named = pictures, link, named
        self._missing: dict[str, None] = {}  # in order, each once
        self._bad: set[str] = set()
        self._whole_due, self._swept_s = True, float("-inf")

    def want(self, names: Iterable[str]) -> None:
        """Fetch these, which a segment named."""
        for name in names:
            self._bad.discard(name)
            self._missing[name] = None

    def want_all(self) -> None:
        """Look through the whole catalogue: at the start, and after a new base."""
        self._whole_due, self._bad = True, set()

    def go_on(self, interrupted: Callable[[], bool]) -> bool:
        """Fetch what is missing until ``interrupted``; tell whether more is to be done.

        Raises ``Unreachable`` and ``NoAnswerError``; what is left is fetched another time.
        """
        try:
            while self._missing or self._whole_due:
                if interrupted():
                    return True
                self._look_through()
                self._fetch_next()
            self._sweep()
        except (DataError, OSError) as error:  # a broken or a full disk: items lack pictures
            log.error("pictures-failed reason=%s", error)
        return False

    def _look_through(self) -> None:
        if self._missing or not self._whole_due:
            return
        self._pictures.prepare()
        absent = (
            name
            for name in self._named()
            if name not in self._bad and self._pictures.file_of(name) is None
        )
        self._missing = dict.fromkeys(islice(absent, AT_A_TIME))
        self._whole_due = len(self._missing) == AT_A_TIME

    def _fetch_next(self) -> None:
        name = next(iter(self._missing), None)
        if name is None:
            return
        if self._pictures.file_of(name) is None:
            self._fetch(name)
        del self._missing[name]

    def _fetch(self, name: str) -> None:
        try:
            self._pictures.check_name(name)
            answer = self._link.get(PICTURES_PATH + name)
            if answer.status not in (200, _NOT_THERE):
                raise NoAnswerError(answer)
            if answer.status == _NOT_THERE:
                raise DataError(answer.in_words())
            self._pictures.keep(name, answer.body)
        except DataError as error:  # the item is shown without it
            self._bad.add(name)
            log.warning("picture-dropped name=%.64s reason=%s", name, error)

    def _sweep(self) -> None:
        if monotonic() - self._swept_s < SWEEP_EVERY_S:
            return
        self._swept_s = monotonic()
        gone = self._pictures.sweep(self._named())
        if gone:
            log.info("pictures-deleted count=%d", gone)
