"""Keeps the open basket on the disk as it is in memory, and ends it there with its event.

It knows what is on the disk, so that nothing is written twice, and whether the last write failed:
then nothing is finished. It belongs to the core's thread.

Source: docs/basket.md, "What outlives a crash".
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from kiosk.basket import saved, told
from kiosk.basket.handler import Moment
from kiosk.basket.saved import BrokenRecordError
from kiosk.basket.state import AtTill, Open
from kiosk.basket.store import BasketStore, Body, Kept
from kiosk.config import BasketSettings
from kiosk.errors import DataError
from kiosk.own_use import OwnUse

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Baskets:
    """What baskets need besides the catalogue; without it there are none at this kiosk."""

    settings: BasketSettings
    kiosk_id: str
    store: BasketStore
    now: Callable[[], datetime]
    own: OwnUse | None = None


class Keeper:
    """What could not be written is told by ``unwritten``; no writing raises."""

    def __init__(self, baskets: Baskets | None) -> None:
        self._baskets = baskets
        self._on_disk: Body | None = None  # the record of the open basket, as it is there
        self._kept: Open | None = None  # whose record that is
        self._at_till = False
        self.unwritten = False

    def keep(self, open_: Open | None, *, at_till: bool) -> None:
        """Write the open basket where it has changed; none, or an empty one, is not kept."""
        if self._baskets is None or at_till:
            return
        if self._at_till:  # that screen is over
            self.end(None, "")
        if open_ is self._kept:
            return
        record = None if open_ is None or open_.empty else saved.record_of(open_)
        if record == self._on_disk:
            self._kept = open_
            return
        store, at = self._baskets.store, self._baskets.now()
        self._count_anew()  # a payment ends on a thread of its own
        if self._wrote(lambda: store.forget() if record is None else store.save(record, at)):
            self._on_disk, self._kept = record, open_

    def finish(self, open_: Open, on: date, at: datetime) -> AtTill | None:
        """End it at the till and give that screen; none where it could not be written."""
        assert self._baskets is not None
        store, kiosk_id = self._baskets.store, self._baskets.kiosk_id
        made: list[AtTill] = []

        def ended(number: told.Number) -> tuple[Body, Body]:
            made.append(_at_till(open_, kiosk_id, number))
            return told.finished_body(open_, number), saved.till_record(made[-1])

        if not self._wrote(lambda: store.finish(on, at, ended)):
            return None
        self._count_anew()
        log.info("basket-finished number=%d lines=%d", made[-1].number, len(open_.basket.lines))
        self._on_disk, self._kept, self._at_till = None, None, True
        return made[-1]

    def end(self, open_: Open | None, reason: str) -> None:
        """End it without buying; where none is open, end the till's screen."""
        if self._baskets is None:
            return
        store = self._baskets.store
        if open_ is not None and not open_.empty:
            body = told.abandoned_body(open_, reason)
            done = self._wrote(lambda: store.abandon(body))
            log.info("basket-abandoned reason=%s lines=%d", reason, len(open_.basket.lines))
        elif self._at_till or self._on_disk is not None:
            done = self._wrote(store.forget)
        else:
            return
        self._at_till = False
        if done:
            self._on_disk, self._kept = None, None

    def left(self, moment: Moment) -> Open | AtTill | None:
        """Give what was there when the kiosk ended, if that was just now; end it if it was not.

        Raises ``DataError`` where the catalogue is damaged.
        """
        assert self._baskets is not None
        store, settings = self._baskets.store, self._baskets.settings
        opened, till = self._read(store.left_open), self._read(store.left_at_till)
        try:
            if opened is not None:
                return self._left_open(opened, moment)
            if till is not None and _age_s(till, moment) < settings.till_s:
                shown = saved.read_till(till.body)
                self._at_till = True
                return shown
        except BrokenRecordError as error:
            log.error("basket-not-restored reason=%s", error)
            self._wrote(store.forget)
        return None

    def being_paid(self, moment: Moment) -> Open | None:
        """Give the basket of a payment that the last run left behind, however old it is.

        Raises ``DataError`` where the catalogue is damaged.
        """
        assert self._baskets is not None
        kept = self._read(self._baskets.store.left_open)
        if kept is None:
            return None
        try:
            open_ = saved.read(kept.body, moment)
        except BrokenRecordError as error:
            log.error("basket-not-restored reason=%s", error)
            return None
        self._on_disk = kept.body
        return open_

    def paid(self) -> None:
        """Keep no basket: what the last run left was paid, which its sale tells."""
        if self._baskets is not None and self._wrote(self._baskets.store.forget):
            self._on_disk, self._kept, self._at_till = None, None, False

    def _left_open(self, kept: Kept, moment: Moment) -> Open | None:
        open_ = saved.read(kept.body, moment)
        self._on_disk = kept.body
        if _age_s(kept, moment) <= moment.settings.resume_within_s:
            return open_
        self.end(open_, "not_resumed")
        return None

    def _count_anew(self) -> None:
        """Have what this kiosk has sold of offers read again before the next quote."""
        if self._baskets is not None and self._baskets.own is not None:
            self._baskets.own.forget()

    @staticmethod
    def _read(read: Callable[[], Kept | None]) -> Kept | None:
        try:
            return read()
        except DataError as error:  # no database: there will be none to write in either
            log.error("basket-not-read reason=%s", error)
            return None

    def _wrote(self, write: Callable[[], object]) -> bool:
        try:
            write()
        except DataError as error:
            if not self.unwritten:  # it is tried again each second
                log.error("basket-not-written reason=%s", error)
            self.unwritten = True
            return False
        self.unwritten = False
        return True


def _age_s(kept: Kept, moment: Moment) -> float:
    return (moment.at - kept.saved_at).total_seconds()


def _at_till(open_: Open, kiosk_id: str, number: told.Number) -> AtTill:
    code, complete = told.till_code(open_, kiosk_id, number)
    return AtTill(
        number.number,
        sum(line.quantity for line in open_.basket.lines),
        open_.quote.total,
        open_.currency,
        code,
        open_.quote.at,
        complete,
    )
