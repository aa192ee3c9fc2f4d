"""Follows the store's feed: look, fetch, check, apply, tell. The body of the feed's thread.

What is next is ``plan``'s to say, what a file must be ``segment_file``'s and ``bases``', what a
segment does the shelf's; here they are put in order, and here is what happens when one fails.
Whatever that is, the catalogue in use stays. Where the server may be one that knows no feed, this
round is made as version 1 has it; the next one asks for the feed again.

Source: docs/feed.md, sections 4 to 8; docs/line.md, section 7.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import random
from threading import Event as Signal
from time import monotonic
from typing import Protocol, assert_never

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.errors import DataError, Unreachable
from kiosk.feed.actions import Actions
from kiosk.feed.bases import Bases
from kiosk.feed.faults import NoAnswerError, Reason, Refusal, RefusedError
from kiosk.feed.fetching import Unfit, fetched
from kiosk.feed.head import Head, read_head
from kiosk.feed.offer import Offer
from kiosk.feed.picture_round import PictureRound
from kiosk.feed.plan import (
    Have,
    Idle,
    Past,
    TakeBase,
    TakeSegments,
    check_next,
    next_step,
)
from kiosk.feed.pushed import GAP_S, Pushed, Rest
from kiosk.feed.segment_file import SegmentFile, SegmentRecord
from kiosk.feed.shelf import Shelf
from kiosk.feed.unpacking import refused
from kiosk.line.backoff import Backoff
from kiosk.line.server import ServerLink
from kiosk.line.versions import Versions
from kiosk.line.watch import LineWatch, Side
from kiosk.messages import CatalogueChanged, CatalogueRefused, FeedFact

log = logging.getLogger(__name__)

HEAD_PATH = "/api/v2/feed/head"
PUSHES_KEPT = 32  # between two looks
_NOT_THERE = 404
_NOTHING_YET = "nothing_yet"  # a server that knows the feed and has published nothing
Stopped = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class FollowerConfig:
    """``folder`` is for what is being fetched; ``schema`` that of the catalogues we can read.

    A built base that is ``fold_after`` segments newer than ours is taken although nothing needs
    it; ``poll_s`` is how often the head is asked for when nobody tells us anything.
    """

    store_id: str
    kiosk_id: str
    public_key: Ed25519PublicKey
    folder: Path
    schema: int
    poll_s: float = 30.0
    fold_after: int = 200


class OldFeed(Protocol):
    """The feed of version 1: ``kiosk.feed.feed.Feed``."""

    def step(self, stopped: Stopped) -> float:
        """Make one round; give the seconds until the next."""
        ...

    def close(self) -> None:
        """Close what is open."""
        ...


@dataclass(frozen=True, slots=True)
class Here:
    """What the feed changes on this box; opened on its thread, which alone uses it."""

    shelf: Shelf
    pictures: PictureRound
    actions: Actions


@dataclass(frozen=True, slots=True)
class Outside:
    """Who is told, and who is asked besides.

    ``moved`` is called when the server gives us another store's feed: who we are is to be asked
    anew. ``old`` is there where this kiosk has a key of version 1; ``versions`` is shared with
    whoever else asks the server.
    """

    watch: LineWatch
    post: Callable[[FeedFact], None]
    old: OldFeed | None = None
    moved: Callable[[], None] = lambda: None
    versions: Versions = field(default_factory=Versions)


class _NoFeedError(Exception):
    """The server may be one of version 1."""


class Follower:
    """Brings what head office publishes; ``hear`` and ``wake`` are for any thread."""

    def __init__(  # noqa: PLR0913  (each is a part of the outside that a test replaces)
        self,
        config: FollowerConfig,
        link: ServerLink,
        bases: Bases,
        open_here: Callable[[], Here],
        outside: Outside,
        backoff: Backoff | None = None,
        chance: Callable[[], float] = random,
    ) -> None:
        self._config, self._link, self._bases, self._outside = config, link, bases, outside
        self._open_here: Callable[[], Here] = open_here
        self._here: Here | None = None
        self._backoff, self._chance = backoff or Backoff(), chance
        self._told: Refusal | None = None  # the last that was told
        self._refusals = 0  # of the next segment, in a row
        self._unfit = Unfit()
        self._pushed: deque[Pushed] = deque(maxlen=PUSHES_KEPT)
        self._woken, self._asked_s, self._looked_s = Signal(), 0.0, 0.0

    # ---- the thread

    def run(self, stop: Signal) -> None:
        """Look and wait until ``stop`` and ``wake``; returns within the link's timeout."""
        try:
            while not stop.is_set():
                self._rest(stop, self.step(stop.is_set))
        finally:
            self._link.close()
            if self._outside.old:
                self._outside.old.close()

    def hear(self, pushed: Pushed) -> None:
        """Take a push; of a flood of them the newest are kept."""
        self._pushed.append(pushed)
        self._woken.set()

    def wake(self) -> None:
        """Let ``run`` look at its ``stop``."""
        self._woken.set()

    def _rest(self, stop: Signal, pause_s: float) -> None:
        now = monotonic()
        rest = Rest(now + pause_s, max(now + self._asked_s, self._looked_s + GAP_S))
        while not stop.is_set() and (left := rest.ends_s - monotonic()) > 0:
            if self._woken.wait(left):
                self._woken.clear()
                while self._pushed:
                    pushed = self._pushed.popleft()
                    rest.hear(pushed, self._sequence(), monotonic(), self._chance())

    # ---- a round

    def step(self, stopped: Stopped = lambda: False) -> float:
        """Make one round; give the seconds until the next."""
        self._asked_s, self._looked_s = 0.0, monotonic()
        try:
            again = self._round(stopped)
        except Unreachable as error:
            return 0.0 if stopped() else self._failed(str(error))
        except _NoFeedError:
            return self._old_round(stopped)
        except NoAnswerError as error:
            self._asked_s = error.retry_after_s or 0.0
            return self._failed(str(error), down=error.down)
        except RefusedError as error:
            self._refuse(error.refusal)
            return self._backoff.next_s()
        except (DataError, OSError) as error:  # of this box: its disk, its shelf
            self._refuse(Refusal(Reason.NOT_APPLIED, str(error)))
            return self._backoff.next_s()
        self._backoff.reset()
        return 0.0 if again else self._config.poll_s

    def _round(self, stopped: Stopped) -> bool:
        """Look, take what is next, go on with the pictures; tells whether to look at once."""
        here = self._opened()
        here.actions.perform()
        behind = self._look(here, stopped)
        if behind or stopped() or not self._sequence():
            return behind
        polled_s = monotonic() + self._config.poll_s
        interrupted = here.pictures.go_on(
            lambda: stopped() or self._has_news() or monotonic() > polled_s
        )
        return interrupted and not self._has_news()  # for news there is a time to wait

    def _old_round(self, stopped: Stopped) -> float:
        assert self._outside.old is not None
        log.warning("feed-version to=1")
        return self._outside.old.step(stopped)

    def _look(self, here: Here, stopped: Stopped) -> bool:
        """Ask for the head and take what is next; tells whether there is more to take."""
        have = self._have(here.shelf)
        head = self._ask_for_head(have.sequence)
        past = Past(self._refusals, self._unfit.now())
        match next_step(have, head, past, self._config.fold_after):
            case Idle():
                self._told, self._refusals = None, 0
            case TakeSegments(segments):
                self._take_segments(here, segments, head.files, stopped)
            case TakeBase(snapshot):
                self._take_base(here, snapshot, stopped)
            case Refusal() as refusal:
                raise self._counted(refusal)
            case step:
                assert_never(step)
        return 0 < self._sequence() < head.sequence

    def _ask_for_head(self, after: int) -> Head:
        answer = self._link.get(HEAD_PATH, {"after": str(after)})
        self._outside.versions.heard(answer)
        if answer.status == _NOT_THERE and answer.code() == _NOTHING_YET:
            self._outside.watch.up(Side.CATALOGUE)
            return Head(self._config.store_id, 0)
        if answer.status != 200:
            if self._outside.old and self._outside.versions.may_be_old(answer):
                raise _NoFeedError
            raise NoAnswerError(answer)
        self._outside.watch.up(Side.CATALOGUE)
        head = read_head(answer.body, self._config.public_key, self._config.store_id)
        if isinstance(head, Refusal):
            if head.reason is Reason.OTHER_STORE:
                self._outside.moved()
            raise RefusedError(head)
        return head

    # ---- segments

    def _take_segments(
        self, here: Here, segments: tuple[Offer, ...], files: Mapping[int, bytes], stopped: Stopped
    ) -> None:
        for offer in segments:
            if stopped():
                return
            try:
                self._take_segment(here, offer, files.get(offer.sequence, b""), stopped)
            except RefusedError as error:
                raise self._counted(error.refusal) from None

    def _take_segment(self, here: Here, offer: Offer, along: bytes, stopped: Stopped) -> None:
        if refusal := check_next(offer, here.shelf.sequence):
            raise RefusedError(refusal)
        with fetched(self._link, offer, self._config.folder, stopped, along) as file:
            segment = SegmentFile(file, offer, self._config.kiosk_id)
            self._apply(here, segment, offer)
        here.pictures.want(segment.pictures)
        log.info("segment-applied sequence=%d passed_over=%d", offer.sequence, segment.passed_over)
        self._changed(here.shelf)
        here.actions.perform()

    def _apply(self, here: Here, segment: SegmentFile, offer: Offer) -> None:
        def records() -> Iterator[SegmentRecord]:
            yield from segment.records()
            # before the shelf's commit, or a power cut between the two would lose what is asked
            here.actions.note(offer.sequence, segment.actions)

        try:
            here.shelf.apply(segment.heading, records())
        except RefusedError:
            raise
        except DataError as error:
            raise refused(offer, Reason.NOT_APPLIED, str(error)) from None

    def _counted(self, refusal: Refusal) -> RefusedError:
        """Count what keeps the next segment from coming."""
        if refusal.reason is not Reason.WENT_BACK:
            self._refusals += 1
        return RefusedError(refusal)

    # ---- a base

    def _take_base(self, here: Here, offer: Offer, stopped: Stopped) -> None:
        try:
            with fetched(self._link, offer, self._config.folder, stopped) as packed:
                file = self._bases.make(packed, offer, stopped)
            self._put_under(here.shelf, file, offer)
        except RefusedError as error:
            self._unfit.note(offer, error.refusal.reason)
            raise
        if here.shelf.base_sequence < offer.sequence:  # it would be fetched again at once
            self._unfit.note(offer, Reason.NOT_APPLIED)
        here.pictures.want_all()
        log.info("base-taken sequence=%d form=%s file=%s", offer.sequence, offer.form, file)
        self._changed(here.shelf)

    def _put_under(self, shelf: Shelf, file: Path, offer: Offer) -> None:
        try:
            shelf.take_base(file)
        except DataError as error:
            file.unlink(missing_ok=True)
            raise refused(offer, Reason.NOT_APPLIED, str(error)) from None

    # ---- short cuts

    def _opened(self) -> Here:
        if self._here is None:
            self._here = self._open_here()
            self._here.actions.resume()
        return self._here

    def _sequence(self) -> int:
        return self._have(self._here.shelf).sequence if self._here else 0

    def _has_news(self) -> bool:
        return any(each.sequence > self._sequence() for each in tuple(self._pushed))

    def _have(self, shelf: Shelf) -> Have:
        if shelf.store_id != self._config.store_id:
            return Have(0, 0, self._config.schema)
        return Have(shelf.sequence, shelf.base_sequence, self._config.schema, shelf.wants_base)

    def _changed(self, shelf: Shelf) -> None:
        self._told, self._refusals = None, 0
        if shelf.made_at is not None:
            self._outside.post(CatalogueChanged(shelf.sequence, shelf.made_at))

    def _refuse(self, refusal: Refusal) -> None:
        log.error("feed-refused sequence=%d reason=%s", refusal.sequence, refusal.in_words())
        told, self._told = self._told, refusal
        if told is None or (told.reason, told.sequence) != (refusal.reason, refusal.sequence):
            fact = CatalogueRefused(refusal.told, refusal.reason.value, refusal.sequence)
            self._outside.post(fact)

    def _failed(self, told: str, *, down: bool = True) -> float:
        log.warning("feed-not-fetched reason=%s", told)
        if down:
            self._outside.watch.down(Side.CATALOGUE, told)
        return max(min(self._backoff.next_s(), self._config.poll_s), self._asked_s)
