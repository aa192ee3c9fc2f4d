"""The one module that knows all the others: it builds a kiosk from its settings and runs it.

``Kiosk`` is everything but the window: its threads, its devices, its way to a view. ``run``
puts a window before it. Nothing is decided here.
"""

from __future__ import annotations

import fcntl
import logging
import os
import queue
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Protocol, cast
from zoneinfo import ZoneInfo

from sdnotify import SystemdNotifier

from kiosk.catalogues import CataloguesInUse
from kiosk.clock import Clock, SystemClock
from kiosk.config import Settings
from kiosk.core import Core, Ports
from kiosk.errors import ConfigError
from kiosk.feed.apart import build_apart
from kiosk.feed.feed import Feed, FeedConfig
from kiosk.feed.manifest import load_public_key
from kiosk.feed.pictures import Pictures
from kiosk.feed.standing import Standing
from kiosk.hardware import DRIVERS, Device, build
from kiosk.items import PictureOf
from kiosk.line.server import ServerLink, read_key
from kiosk.line.watch import LineWatch
from kiosk.messages import Language, Message, Post, Ticked
from kiosk.outbox.boot import Box, SystemBox
from kiosk.outbox.disk import DiskWatch
from kiosk.outbox.recorder import Recorder
from kiosk.outbox.store import OutboxStore, open_database
from kiosk.outbox.streams import STREAMS, Stream, file_of
from kiosk.outbox.uploader import Links, Uploader, UploaderConfig
from kiosk.preview import Preview
from kiosk.pricecheck.handler import Desk
from kiosk.screens.app import Screens, WindowSettings
from kiosk.situation import Devices
from kiosk.surroundings import Surroundings
from kiosk.threads import Crew, Inbox
from kiosk.view import View
from kiosk.words import Words, read_texts

if TYPE_CHECKING:
    from kiosk.decoding.video import FrameReader

log = logging.getLogger(__name__)

TICK_S = 1.0
ALIVE_S = 5.0  # systemd/kiosk-app.service waits for six of these
HUNG_S = 10.0  # a core that has not taken a tick for so long hangs
STOP_S = 6.0  # for all threads together; systemd/kiosk-app.service gives 15
SENT_S = 5.0  # one request with events, so that a stop need not wait for it longer
ANSWERED_S = 20.0  # one manifest or picture
FIRST_VIEW_S = 20.0  # reading a catalogue of a million products through, on a slow disk


class Seeing(Protocol):
    """A device that has a picture to show; a driver whose row of ``DRIVERS`` says ``sees``."""

    def latest_preview(self) -> Preview | None:
        """Give the newest small picture."""
        ...


class Kiosk:
    """A kiosk without its window; ``start`` it once and ``stop`` it once."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self._settings, self._clock = settings, clock or SystemClock()
        self._inbox, self._crew, self._claim = Inbox(), Crew(), ExitStack()
        self._handled_at_s = self._clock.elapsed_s()
        _make_folder(settings.data_dir)
        self.post = self._inbox.post
        self.devices: Mapping[str, Device] = {
            name: build(name, device.driver, device.options, self.post, _new_reader)
            for name, device in settings.devices.items()
        }
        cameras = [self.devices[name] for name in sorted(_devices(settings).cameras)]
        self._camera = cast(Seeing, cameras[0]) if cameras else None
        self._watch = LineWatch(self.post)
        self._box = SystemBox()
        self._disk = DiskWatch(settings.data_dir, self.post)
        self._uploader = _uploader(settings, self._watch, self._clock, self._box)
        self._catalogues: CataloguesInUse | None = None  # the core's, once it runs
        self._feed = _feed(settings, self._watch, self.post, self._standing)

    def start(self, show: Callable[[View], None]) -> View:
        """Start every thread; gives the first view, and ``show`` gets those that follow.

        Raises ``ConfigError`` where another kiosk runs on the same ``data_dir``.
        """
        self._claim.enter_context(sole_use(self._settings.data_dir))
        begun: queue.Queue[View] = queue.Queue(1)
        self._crew.start("core", lambda stop: self._run_core(stop, show, begun))
        first = begun.get(timeout=FIRST_VIEW_S)
        for name, device in self.devices.items():
            self._crew.start(name, device.run)
        self._crew.start("disk", self._disk.run)
        self._crew.start("uploader", self._uploader.run)
        self._crew.start("feed", self._feed.run)
        self._crew.start("ticker", self._tick)
        return first

    def answers(self) -> bool:
        """Tell whether the core took a message lately; a tick comes each second."""
        return self._clock.elapsed_s() - self._handled_at_s < HUNG_S

    def preview(self) -> Preview | None:
        """Give what the camera saw last, small; from any thread."""
        return self._camera.latest_preview() if self._camera is not None else None

    def stop(self) -> list[str]:
        """Stop every thread; gives the names of those that did not stop in time."""
        late = self._crew.stop(STOP_S, self._inbox.wake, self._uploader.wake)
        if late:
            log.error("threads-late: %s", ", ".join(late))
        else:
            self._claim.close()  # what is late may still write; the process ends soon
        return late

    def _standing(self) -> Standing:
        return Standing() if self._catalogues is None else self._catalogues.standing

    def _tick(self, stop: Event) -> None:
        while not stop.wait(TICK_S):
            self.post(Ticked())

    def _run_core(
        self, stop: Event, show: Callable[[View], None], begun: queue.Queue[View]
    ) -> None:
        """Own the state: the connections are opened here, on the thread that uses them."""
        settings = self._settings
        recorder = Recorder(settings.database, self._box, self._uploader.wake, self._disk)
        with closing(recorder):
            recorder.open()
            self._catalogues = catalogues = CataloguesInUse(settings.catalogue_dir)
            picture_of = _picture_finder(settings.pictures_dir)
            ports = Ports(catalogues, recorder.record, self._clock, picture_of, show)
            core = _core(settings, ports)
            begun.put(core.view)

            def handle(message: Message) -> None:
                core.handle(message)
                self._handled_at_s = self._clock.elapsed_s()

            self._inbox.run(stop, handle)


def run(settings: Settings) -> int:
    """Run the kiosk with its window until the window is closed; gives the exit status."""
    kiosk = Kiosk(settings)
    screens = make_screens(settings, kiosk)
    tell = SystemdNotifier()  # says nothing where systemd did not start us

    def alive() -> None:
        """Feed the watchdog from the window's thread, while the core answers too."""
        if kiosk.answers():
            tell.notify("WATCHDOG=1")

    def begin() -> None:
        tell.notify("READY=1")
        screens.every(ALIVE_S, alive)

    for asked_to_stop in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asked_to_stop, lambda *_: screens.stop())
    try:
        screens.run(kiosk.start(screens.show), begin)
    finally:
        late = kiosk.stop()
    return 1 if late else 0


def make_screens(settings: Settings, kiosk: Kiosk, size: tuple[int, int] | None = None) -> Screens:
    """Make the window that the kiosk is to be seen in, ``size`` in pixels on a laptop's screen.

    It opens when it is run.
    """
    screen, home = settings.screen, settings.data_dir / "kivy"
    window = WindowSettings(home, screen.orientation, screen.fullscreen, screen.fps_max, size)
    return Screens(window, kiosk.post, kiosk.preview)


def _core(settings: Settings, ports: Ports) -> Core:
    zone, screen = ZoneInfo(settings.zone), settings.screen
    return Core(
        ports,
        Desk(settings.store_id, zone, settings.barcodes.rules()),
        Surroundings(settings.chain, _devices(settings), screen.idle_s, screen.warn_s),
        {each: Words(each, zone, screen.money, read_texts(each)) for each in Language},
        screen.language,
    )


def _new_reader() -> FrameReader:
    from kiosk.decoding.video import FrameReader  # loads OpenCV, which a camera alone needs

    return FrameReader()


def _devices(settings: Settings) -> Devices:
    cameras = {name for name, each in settings.devices.items() if DRIVERS[each.driver].sees}
    return Devices(frozenset(settings.devices.keys() - cameras), frozenset(cameras))


def _picture_finder(folder: Path) -> PictureOf:
    pictures = Pictures(folder)

    def picture_of(name: str) -> str:
        file = pictures.file_of(name)
        return "" if file is None else str(file)

    return picture_of


def _link(settings: Settings, answer_s: float) -> ServerLink:
    server = settings.server
    return ServerLink(server.url, read_key(server.key_file), server.timeout_s, answer_s)


def _uploader(settings: Settings, watch: LineWatch, clock: Clock, box: Box) -> Uploader:
    def open_store(stream: Stream) -> OutboxStore:
        # durable: what the server may have must be on this disk too
        file = file_of(stream, settings.database)
        return OutboxStore(open_database(file, stream, durable=True), box=box)

    link = _link(settings, SENT_S)
    return Uploader(
        UploaderConfig(settings.kiosk_id),
        [partial(open_store, stream) for stream in STREAMS],
        Links(link, old=link),
        watch,
        clock,
        box,
    )


def _feed(
    settings: Settings, watch: LineWatch, post: Post, standing: Callable[[], Standing]
) -> Feed:
    return Feed(
        FeedConfig(
            settings.store_id,
            load_public_key(settings.server.public_key_file),
            settings.data_dir / "feed",
            settings.server.poll_s,
        ),
        _link(settings, ANSWERED_S),
        watch,
        post,
        partial(build_apart, folder=settings.catalogue_dir),
        Pictures(settings.pictures_dir),
        standing,
    )


@contextmanager
def sole_use(folder: Path) -> Iterator[None]:
    """Keep other kiosks off a folder while the block lasts; raises ``ConfigError`` if one is there.

    The folder itself is locked: no lock file is left behind, it works on a disk that has turned
    read-only, and the lock goes with the process however that ends.
    """
    try:
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise ConfigError(f"data_dir: expected a folder, got {error}") from None
    try:
        _lock(opened, folder)
        yield
    finally:
        os.close(opened)


def _lock(opened: int, folder: Path) -> None:
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise ConfigError(f"data_dir: expected {folder} unused, got a kiosk that runs") from None


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"data_dir: expected a folder to write in, got {error}") from None
