"""The terminal as a whole: its ledger and memory, who occupies it, and where it listens.

Each link has a thread that talks (``Talker``); levers are for any thread: pull the cable, plug it
in, reboot, forget.
"""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import threading
import time
import tty
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.errors import ConfigError
from kiosk.hardware.terminal.simulated.faults import Act, Fault, Point
from kiosk.hardware.terminal.simulated.links import Link, PseudoTerminal, Socket
from kiosk.hardware.terminal.simulated.memory import Memory
from kiosk.hardware.terminal.simulated.personas import PERSONAS, Persona
from kiosk.hardware.terminal.simulated.plans import Plans
from kiosk.hardware.terminal.simulated.times import Times

log = logging.getLogger(__name__)
WAITING_MAX = 64  # connections that the system keeps before they are taken
ACCEPT_S = 0.5

Talker = Callable[["Station", Link], None]  # speaks a protocol until the link is lost


@dataclass(slots=True)
class Settings:
    """What a terminal is told of itself.

    ``corrupt`` is the chance of each byte on its wires to be changed; ``shows`` hears what stands
    in its display.
    """

    persona: Persona = PERSONAS["P2"]
    times: Times = field(default_factory=Times)
    corrupt: float = 0.0
    seed: int = 0
    shows: Callable[[str], None] = lambda _text: None


class Station:
    """``occupied`` is held by whoever carries out a command that may move money."""

    def __init__(self, memory: Memory, plans: Plans, settings: Settings, talk: Talker) -> None:
        self.memory, self.plans, self.settings = memory, plans, settings
        self.times = settings.times
        self.occupied = threading.Lock()
        self.registered: set[int] = set()  # links that have said 06 00
        self.last_persona = ""  # of the payment before, where its plan named one
        self.ask_fault: Fault | None = None  # befalls the next question for the last
        self.paper = True
        self.payments = 0
        self.boots = 0  # a payment that began before the last one is dead
        self._talk = talk
        self._links: list[Link] = []
        self._lock = threading.Lock()
        self._later = 0
        self._stopping = threading.Event()
        self._away_until = 0.0
        self._pulled = False
        self._listener: socket.socket | None = None
        self._wires: tuple[int, int] | None = None
        self._serial_link: Path | None = None
        self._accepting: threading.Thread | None = None
        self.place = ("", 0)

    def show(self, text: str) -> None:
        """Let the display show something."""
        self.settings.shows(text)

    # ---- where it listens

    def listen(self, host: str, port: int) -> int:
        """Take connections from now on; gives the port. Raises ``ConfigError``."""
        self.place = (host, port)
        self._listen_again()
        assert self._listener is not None
        self.place = (host, self._listener.getsockname()[1])
        self._accepting = threading.Thread(target=self._accept, name="terminal", daemon=True)
        self._accepting.start()
        return self.place[1]

    def _listen_again(self) -> None:
        family = socket.AF_INET6 if ":" in self.place[0] else socket.AF_INET
        made = socket.socket(family, socket.SOCK_STREAM)
        try:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            made.bind(self.place)
            made.listen(WAITING_MAX)
        except OSError as error:
            made.close()
            raise ConfigError(f"listen: expected a free place, got {error.strerror}") from None
        made.settimeout(ACCEPT_S)
        self._listener = made

    def open_serial(self, link: Path) -> None:
        """Make a pseudo-terminal that ``link`` points to; raises ``ConfigError``."""
        wire, end = os.openpty()
        tty.setraw(end)
        os.set_blocking(wire, False)
        try:
            link.unlink(missing_ok=True)
            link.symlink_to(os.ttyname(end))
        except OSError as error:
            os.close(wire)
            os.close(end)
            raise ConfigError(f"serial: expected a free path, got {error.strerror}") from None
        self._wires, self._serial_link = (wire, end), link
        thread = threading.Thread(target=self._talk_serial, name="terminal-serial", daemon=True)
        thread.start()

    def _talk_serial(self) -> None:
        assert self._wires is not None
        number = 0
        while not self._stopping.is_set():
            number += 1
            port = PseudoTerminal(self._wires[0])
            if self._is_away():
                self._wait_until_up()
                port.forget()
            self._serve(Link(port, self.settings.corrupt, self.settings.seed + number))

    def _accept(self) -> None:
        number = 0
        while not self._stopping.is_set():
            if self._is_away():
                self._close_listener()
                self._wait_until_up()
                continue
            listener = self._listener  # another thread may take it away meanwhile
            if listener is None:
                with contextlib.suppress(ConfigError):
                    self._listen_again()
                continue
            try:
                made, _place = listener.accept()
            except OSError:
                continue
            if self._is_away():
                Socket(made).close(reset=True)
                continue
            number += 1
            link = Link(Socket(made), self.settings.corrupt, self.settings.seed + number)
            threading.Thread(target=self._serve, args=(link,), daemon=True).start()

    def _serve(self, link: Link) -> None:
        with self._lock:
            self._links.append(link)
            link.muted = self._pulled
        try:
            self._talk(self, link)
        finally:
            link.end()
            with self._lock:
                self._links.remove(link)
            self.registered.discard(id(link))

    def _is_away(self) -> bool:
        return time.monotonic() < self._away_until

    def _wait_until_up(self) -> None:
        while self._is_away() and not self._stopping.is_set():
            self._stopping.wait(min(max(self._away_until - time.monotonic(), 0.0), ACCEPT_S))

    def _close_listener(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()

    def stop(self) -> None:
        """End all of it; a payment that runs is dropped, as by a power cut."""
        self._stopping.set()
        self.boots += 1
        self._close_listener()
        with self._lock:
            for link in self._links:
                link.drop()
        if self._accepting is not None:
            self._accepting.join(2 * ACCEPT_S)
        self._until_unused()
        if self._serial_link is not None and self._wires is not None:
            self._serial_link.unlink(missing_ok=True)
            for end in self._wires:
                os.close(end)

    def _until_unused(self) -> None:
        until = time.monotonic() + ACCEPT_S
        while self._links and time.monotonic() < until:
            time.sleep(0.005)

    def later(self, work: Callable[[], None]) -> None:
        """Do something when T3 is over, whoever occupies the terminal before."""

        def when_free() -> None:
            with self.occupied:
                if not self._stopping.is_set():
                    work()
            with self._lock:
                self._later -= 1

        with self._lock:
            self._later += 1
        timer = threading.Timer(self.times.t3_s, when_free)
        timer.daemon = True
        timer.start()

    @property
    def is_done(self) -> bool:
        """Whether nothing is left that it is to do later."""
        return self._later == 0

    # ---- levers

    def pull(self) -> None:
        """Pull the cable: what is said is heard by nobody, and nothing tells of it."""
        with self._lock:
            self._pulled = True
            for link in self._links:
                link.mute()

    def plug(self) -> None:
        """Plug it in again; connections of before turn out to be dead."""
        with self._lock:
            self._pulled = False
            for link in self._links:
                link.drop()

    def reboot(self, *, forget: bool = False) -> None:
        """Restart: all links end, a payment that runs is dropped, nobody answers for a while."""
        self.boots += 1
        self._away_until = time.monotonic() + self.times.reboot_s
        self.registered.clear()
        if forget:
            self.memory.forget()
        self._close_listener()
        with self._lock:
            for link in self._links:
                link.drop()
        log.info("simulated-terminal-reboots forgets=%s", forget)

    def refuse(self) -> None:
        """Take no connection for a while, and end those that are."""
        self._away_until = time.monotonic() + self.times.refused_s
        self._close_listener()
        with self._lock:
            for link in self._links:
                link.drop(reset=False)

    def payment_over(self, link: Link) -> None:
        """Let the next one come; a serial line that was silent for this one speaks again."""
        self.plans.over()
        if link.muted and link.is_serial and not self._pulled:
            link.end()
        self.prepare()

    def prepare(self) -> None:
        """Do what the next payment's plan wants done before it."""
        fault = self.plans.peek().fault
        if fault is None or fault.at is not Point.BEFORE:
            return
        if fault.act is Act.REFUSE:
            self.refuse()
        elif fault.act is Act.COUNTER_WRAP:
            self.memory.set_counter(9_998)

    def persona(self, name: str) -> Persona:
        """Give the persona of a plan, or the terminal's own."""
        return PERSONAS[name] if name else self.settings.persona
