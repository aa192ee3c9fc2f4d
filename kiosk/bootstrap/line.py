"""What of a kiosk speaks to the server: each part with a link of its own, all with one clock.

An enrolled kiosk signs and follows the feed. One that has only its bearer key of the release
before goes on as it did, until it is enrolled.

Source: docs/line.md; docs/ARCHITECTURE.md, "Threads".
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from kiosk.bootstrap.door import OfficeDoor
from kiosk.clock import ServerClock
from kiosk.config import Settings
from kiosk.errors import KioskError
from kiosk.feed.actions import Actions
from kiosk.feed.apart import build_apart
from kiosk.feed.bases import Bases
from kiosk.feed.feed import Feed, FeedConfig
from kiosk.feed.follower import Follower, FollowerConfig, Here, Outside
from kiosk.feed.listeners import listener_for
from kiosk.feed.picture_round import PictureRound
from kiosk.feed.pictures import Pictures
from kiosk.feed.push import Listener
from kiosk.feed.push_link import PushLink
from kiosk.feed.standing import Standing
from kiosk.identity import Identity, load_identity, load_key
from kiosk.line.enrolment import fetch_identity
from kiosk.line.opening import open_link, server_key
from kiosk.line.server import ServerLink
from kiosk.line.signing import Signer
from kiosk.line.versions import Versions
from kiosk.line.watch import LineWatch
from kiosk.messages import Post
from kiosk.outbox.boot import Box
from kiosk.outbox.recorder import Recorder
from kiosk.outbox.room import Room
from kiosk.outbox.store import OutboxStore, open_database
from kiosk.outbox.streams import STREAMS, Stream, file_of
from kiosk.outbox.uploader import Links, Uploader, UploaderConfig
from kiosk.report.gathering import Gatherer
from kiosk.report.reporter import Reporter
from kiosk.staff_desk import DeskOfKiosk
from kiosk.storage import ChangingCatalogue, InUse
from kiosk.storage.file import SCHEMA_VERSION
from kiosk.threads import Body

log = logging.getLogger(__name__)

SENT_S = 5.0  # one request with events, so that a stop need not wait for it longer
ANSWERED_S = 20.0  # one manifest or picture


@dataclass(frozen=True, slots=True)
class Around:
    """What the line has to do with on this box; ``end`` ends the program in good order."""

    clock: ServerClock
    box: Box
    room: Room
    post: Post
    end: Callable[[], None]
    in_use: InUse
    standing: Callable[[], Standing]
    measure: Callable[[], DeskOfKiosk]  # makes one; it belongs to the thread that uses it


class Line:
    """The threads that speak to the server: ``bodies`` by their names, ``wakes`` to stop them."""

    def __init__(self, settings: Settings, around: Around) -> None:
        self._settings, self._around = settings, around
        self.watch, self._versions = LineWatch(around.post), Versions()
        self.bodies: dict[str, Body] = {}
        self.wakes: list[Callable[[], None]] = []
        identity = load_identity(settings.data_dir)
        self.uploader = self._make_uploader(identity)
        self.bodies["uploader"] = self.uploader.run
        self.wakes.append(self.uploader.wake)
        self.reporter: Reporter | None = None  # version 1 has no place for a report
        if identity is None:
            self.bodies["feed"] = self._old_feed().run
        else:
            self._follow(identity)
            self._report()

    def _link(self, answer_s: float) -> ServerLink:
        return open_link(self._settings, self._around.clock, answer_s)

    # ---- up

    def _make_uploader(self, identity: Identity | None) -> Uploader:
        settings, around = self._settings, self._around

        def open_store(stream: Stream) -> OutboxStore:
            # durable: what the server may have must be on this disk too
            file = file_of(stream, settings.database)
            return OutboxStore(open_database(file, stream, durable=True), box=around.box)

        link = self._link(SENT_S)
        has_bearer = identity is None or settings.server.key_file.exists()
        return Uploader(
            UploaderConfig(settings.kiosk_id),
            [partial(open_store, stream) for stream in STREAMS],
            Links(
                None if identity is None else link,
                old=link if has_bearer else None,
                versions=self._versions,
            ),
            self.watch,
            around.clock,
            around.box,
            room=around.room,
        )

    # ---- down

    def _follow(self, identity: Identity) -> None:
        settings = self._settings
        link = self._link(ANSWERED_S)
        follower = Follower(
            FollowerConfig(
                settings.store_id,
                settings.kiosk_id,
                identity.server_public_key(),
                settings.data_dir / "feed",
                SCHEMA_VERSION,
                settings.server.poll_s,
            ),
            link,
            Bases(settings.catalogue_dir, partial(build_apart, folder=settings.catalogue_dir)),
            lambda: self._open_here(link),
            Outside(
                self.watch,
                self._around.post,
                old=self._old_feed() if settings.server.key_file.exists() else None,
                moved=lambda: self._ask_who_we_are(link),
                versions=self._versions,
            ),
        )
        self.bodies["feed"] = follower.run
        self.wakes.append(follower.wake)
        self._listen(identity, follower)

    def _open_here(self, link: ServerLink) -> Here:
        """Open what the feed changes, on the thread that uses it."""
        settings, around = self._settings, self._around
        shelf = ChangingCatalogue(around.in_use)
        pictures = Pictures(settings.pictures_dir)
        # a connection of this thread's own; the core opened and checked the files before
        recorder = Recorder(settings.database, around.box, self.uploader.wake, around.room)
        door = OfficeDoor(around.post, around.end, link, settings.log_file)
        return Here(
            shelf,
            PictureRound(pictures, link, shelf.named_pictures),
            Actions(recorder, door, around.clock),
        )

    def _listen(self, identity: Identity, follower: Follower) -> None:
        server = self._settings.server
        signer = Signer(load_key(self._settings.data_dir), self._around.clock)
        listener: Listener | None = listener_for(
            identity, lambda: PushLink(server.url, signer, server.timeout_s), follower.hear
        )
        if listener is not None:
            self.bodies["push"] = listener.run
            self.wakes.append(listener.wake)

    # ---- how the kiosk is

    def _report(self) -> None:
        desk = self._around.measure()
        gatherer = Gatherer(desk.report, self._around.box)
        link = self._link(SENT_S)
        self.reporter = Reporter(link, gatherer.gather, close=desk.close)
        self.bodies["reporter"] = self.reporter.run
        self.wakes.append(self.reporter.wake)

    def _ask_who_we_are(self, link: ServerLink) -> None:
        """Hear from the server which store we are of now, and start again as that."""
        try:
            fetch_identity(link, self._settings.data_dir, self._settings.given_server_key())
        except KioskError as error:
            log.error("identity-not-fetched reason=%s", error)
            return
        self._around.end()

    def _old_feed(self) -> Feed:
        """Make the feed of version 1."""
        settings = self._settings
        return Feed(
            FeedConfig(
                settings.store_id,
                server_key(settings),
                settings.data_dir / "feed",
                settings.server.poll_s,
            ),
            self._link(ANSWERED_S),
            self.watch,
            self._around.post,
            partial(build_apart, folder=settings.catalogue_dir),
            Pictures(settings.pictures_dir),
            self._around.standing,
        )
