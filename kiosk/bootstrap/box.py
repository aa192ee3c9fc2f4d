"""Everything of a kiosk but its window: threads, devices, and the way to a view.

Source: docs/ARCHITECTURE.md, "Threads".
"""

from __future__ import annotations

import logging
import queue
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Protocol, cast
from zoneinfo import ZoneInfo

from kiosk.basket.keeper import Baskets
from kiosk.basket.store import BasketStore
from kiosk.bootstrap.claim import make_folder, sole_use
from kiosk.bootstrap.line import Around, Line
from kiosk.bootstrap.paying import checkouts_of, teller_of
from kiosk.bootstrap.printing import printing_of
from kiosk.bootstrap.salvage import salvage_damaged
from kiosk.bootstrap.surveys import surveys_of
from kiosk.catalogues import CataloguesInUse
from kiosk.clock import Clock, ServerClock
from kiosk.config import Settings
from kiosk.core import Core, Ports
from kiosk.feed.pictures import Pictures
from kiosk.feed.standing import Standing
from kiosk.hardware import DRIVERS, Device, build
from kiosk.identity import fingerprint, load_identity, load_key
from kiosk.items import PictureOf
from kiosk.messages import Language, Message, Ticked
from kiosk.outbox.boot import SystemBox
from kiosk.outbox.disk import DiskWatch
from kiosk.outbox.recorder import Recorder
from kiosk.own_use import OwnUse
from kiosk.preview import Preview
from kiosk.pricecheck.handler import Desk
from kiosk.report.vital import vital_of
from kiosk.sales_book import JournalSales
from kiosk.situation import Devices
from kiosk.staff.handler import WayIn
from kiosk.staff.report import Who
from kiosk.staff_desk import DeskOfKiosk, Sources
from kiosk.storage import InUse
from kiosk.surroundings import Surroundings
from kiosk.threads import Crew, Inbox
from kiosk.version import software_version
from kiosk.view import View
from kiosk.words import Words, read_texts

if TYPE_CHECKING:
    from kiosk.decoding.video import FrameReader

log = logging.getLogger(__name__)

TICK_S = 1.0
HUNG_S = 10.0  # a core that has not taken a tick for so long hangs
STOP_S = 6.0  # for all threads together; systemd/kiosk-app.service gives 15
FIRST_VIEW_S = 50.0  # reading files through on a slow disk; systemd waits for 60


class Seeing(Protocol):
    """A device that has a picture to show; a driver whose row of ``DRIVERS`` says ``sees``."""

    def latest_preview(self) -> Preview | None:
        """Give the newest small picture."""
        ...


class Kiosk:
    """A kiosk without its window; ``start`` it once and ``stop`` it once.

    Where a window opens meanwhile, ``open`` it, and ``begin`` when that has drawn.
    """

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        make_folder(settings.data_dir)
        server_clock = ServerClock(settings.time_file)
        self._settings, self._clock, self._time = settings, clock or server_clock, server_clock
        self._inbox, self._crew, self._claim = Inbox(), Crew(), ExitStack()
        self._handled_at_s = self._clock.elapsed_s()
        self.post = self._inbox.post
        self.end: Callable[[], None] = lambda: None  # what ends the program in good order
        self.devices: Mapping[str, Device] = {
            name: build(name, device.driver, device.options, self.post, _new_reader)
            for name, device in settings.devices.items()
        }
        cameras = [self.devices[name] for name in sorted(_devices(settings).cameras)]
        self._camera = cast(Seeing, cameras[0]) if cameras else None
        self._box, self._in_use = SystemBox(), InUse()
        self._disk = DiskWatch(settings.data_dir, self.post)
        self._catalogues: CataloguesInUse | None = None  # the core's, once it runs
        self._line = Line(
            settings,
            Around(
                server_clock,
                self._box,
                self._disk,
                self.post,
                lambda: self.end(),
                self._in_use,
                self._standing,
                self._new_desk,
            ),
        )
        self.teller = teller_of(
            settings, self._box, self._disk, self.post, self._line.uploader.wake
        )
        self.printing = printing_of(settings, self._box, self._disk, self.post, self._in_use)

    def start(self, show: Callable[[View], None]) -> View:
        """Start every thread; gives the first view, and ``show`` gets those that follow.

        Raises ``ConfigError`` where another kiosk runs on the same ``data_dir``.
        """
        first = self.open(show)
        self.begin()
        return first

    def open(self, show: Callable[[View], None]) -> View:
        """Start what the first view needs: the core alone, so that nobody slows the window down."""
        self._claim.enter_context(sole_use(self._settings.data_dir))
        begun: queue.Queue[View] = queue.Queue(1)
        self._crew.start("core", lambda stop: self._run_core(stop, show, begun))
        return begun.get(timeout=FIRST_VIEW_S)

    def begin(self) -> None:
        """Start all the others: devices, line, payment, printing, and the seconds."""
        for name, device in self.devices.items():
            self._crew.start(name, device.run)
        self._crew.start("disk", self._disk.run)
        for name, body in self._line.bodies.items():
            self._crew.start(name, body)
        if self.teller is not None:
            self._crew.start("teller", self.teller.run)
        if self.printing is not None:
            self._crew.start("printing", self.printing.run)
        self._crew.start("ticker", self._tick)

    def answers(self) -> bool:
        """Tell whether the core took a message lately; a tick comes each second."""
        return self._clock.elapsed_s() - self._handled_at_s < HUNG_S

    def preview(self) -> Preview | None:
        """Give what the camera saw last, small; from any thread."""
        return self._camera.latest_preview() if self._camera is not None else None

    def stop(self) -> list[str]:
        """Stop every thread; gives the names of those that did not stop in time."""
        wakes = [self._inbox.wake, *self._line.wakes]
        if self.teller is not None:
            wakes.append(self.teller.wake)
        if self.printing is not None:
            wakes.append(self.printing.wake)
        late = self._crew.stop(STOP_S, *wakes)
        if late:
            log.error("threads-late: %s", ", ".join(late))
        else:
            self._claim.close()  # what is late may still write; the process ends soon
        return late

    def _new_desk(self) -> DeskOfKiosk:
        """Make what tells staff and head office of outbox, clock and disk."""
        sources = Sources(
            sequence=lambda: self._standing().in_use,
            key_refused=lambda: self._line.uploader.key_refused,
            retried=lambda: self._line.uploader.wake(),
        )
        return DeskOfKiosk(_who(self._settings), self._settings.database, self._time, sources)

    def _way_in(self, desk: DeskOfKiosk) -> WayIn | None:
        pin = self._settings.staff.pin_hash()
        return WayIn(pin, desk) if pin else None

    def _baskets(self, recorder: Recorder, own: OwnUse) -> Baskets | None:
        settings = self._settings
        if not settings.basket.enabled:
            return None
        store = BasketStore(recorder)
        return Baskets(settings.basket, settings.kiosk_id, store, self._clock.now, own)

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
        recorder = Recorder(settings.database, self._box, self._line.uploader.wake, self._disk)
        with closing(recorder), closing(self._new_desk()) as desk:
            recorder.open()
            salvage_damaged(recorder, settings.database, self._box)
            own = OwnUse(recorder)
            self._catalogues = catalogues = CataloguesInUse(
                settings.catalogue_dir, self._in_use, settings.store_id, own
            )
            picture_of = _picture_finder(settings.pictures_dir)
            way_in = self._way_in(desk)
            ports = Ports(
                catalogues,
                recorder.record,
                self._clock,
                picture_of,
                show,
                way_in,
                self._baskets(recorder, own),
                checkouts_of(self.teller, self.printing, recorder, settings),
                surveys_of(catalogues, settings, self._clock),
                JournalSales(settings.database) if self.teller is not None else None,
            )
            core = _core(settings, ports)
            begun.put(core.view)
            self._inbox.run(stop, partial(self._handle, core))

    def _handle(self, core: Core, message: Message) -> None:
        core.handle(message)
        self._handled_at_s = self._clock.elapsed_s()
        if self._line.reporter is not None:
            devices, open_ = _devices(self._settings).all, core.health.closed is None
            self._line.reporter.see(vital_of(core.health, devices, core.made_at, in_service=open_))


def _core(settings: Settings, ports: Ports) -> Core:
    zone, screen = ZoneInfo(settings.zone), settings.screen
    return Core(
        ports,
        Desk(settings.store_id, zone, settings.barcodes.rules()),
        Surroundings(
            settings.chain, _devices(settings), screen.idle_s, screen.warn_s, settings.basket
        ),
        {each: Words(each, zone, screen.money, read_texts(each)) for each in Language},
        screen.language,
    )


def _who(settings: Settings) -> Who:
    identity = load_identity(settings.data_dir)
    if identity is None:
        return Who(settings.kiosk_id, settings.store_id, software_version())
    ours = fingerprint(load_key(settings.data_dir).public_key())
    return Who(identity.kiosk, identity.store, software_version(), identity.name, ours)


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
