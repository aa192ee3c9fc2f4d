"""A simulated terminal, and a raw client that says bytes and hears bytes: no codec, no dialogue."""

from __future__ import annotations

import os
import select
import socket
import time
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from kiosk.hardware.terminal.simulated.ledger import Kind, Row, standings
from kiosk.hardware.terminal.simulated.personas import PERSONAS
from kiosk.hardware.terminal.simulated.plans import Plan, Plans, Script
from kiosk.hardware.terminal.simulated.serving import Order, make_station
from kiosk.hardware.terminal.simulated.station import Settings, Station
from kiosk.hardware.terminal.simulated.times import Times

FAST = replace(
    Times().paced(0.002), t3_s=0.15, t2_s=0.15, t1_s=0.03, late_s=0.3, patience_s=2.0,
    reboot_s=0.1, refused_s=0.1,
)  # fmt: skip
HEARD_S = 2.0


@dataclass
class Rig:
    """A running station; ``port`` or ``tty`` is where it listens."""

    station: Station
    port: int
    tty: Path | None
    folder: Path

    @property
    def rows(self) -> list[Row]:
        return list(self.station.memory.ledger.rows)

    def kinds(self) -> list[str]:
        """What was booked, without the terminal's own doings."""
        return [row.kind.value for row in self.rows if row.kind is not Kind.STARTED]

    def net(self) -> list[int]:
        """How many charges are left of each command that asked for one."""
        made = standings(self.rows)
        asked = [row for row in self.rows if row.kind is Kind.ASKED and row.why == "charge"]
        return [made[row.number].net_charges for row in asked]

    def settled(self, *kinds: str) -> bool:
        """Wait until exactly this was booked."""
        until = time.monotonic() + HEARD_S
        while self.kinds() != list(kinds) and time.monotonic() < until:
            time.sleep(0.005)
        return self.kinds() == list(kinds)

    def idle(self) -> None:
        """Wait until the terminal is occupied by nobody."""
        with self.station.occupied:
            pass


@contextmanager
def running(
    folder: Path,
    *lines: str,
    protocol: str = "zvt",
    persona: str = "P2",
    plans: Plans | None = None,
    times: Times = FAST,
    serial: bool = False,
    **more: object,
) -> Iterator[Rig]:
    """Run a terminal that does what the lines of a script say."""
    script = plans or Script(Plan.read(line) for line in lines)
    settings = Settings(PERSONAS[persona], times)
    order = Order(protocol, folder / "ledger", script, settings, **more)  # type: ignore[arg-type]
    station = make_station(order)
    port, link = 0, None
    if serial:
        link = folder / "tty"
        station.open_serial(link)
    else:
        port = station.listen("127.0.0.1", 0)
    try:
        yield Rig(station, port, link, folder / "ledger")
    finally:
        station.stop()
        station.memory.ledger.close()


class Raw:
    """Bytes said and heard on a socket or a pseudo-terminal."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self.heard = b""

    def say(self, hexed: str) -> None:
        os.write(self.fd, bytes.fromhex(hexed))

    def more(self, within_s: float = HEARD_S) -> bool:
        """Hear some more; false where nothing came, or the end."""
        ready, _, _ = select.select([self.fd], [], [], within_s)
        try:
            read = os.read(self.fd, 65_536) if ready else b""
        except ConnectionResetError:
            self.heard += b"<RST>"
            return False
        self.heard += read
        return bool(read)

    def ended(self) -> str:
        """Tell how the link ended: FIN, RST, or that it is silent."""
        ready, _, _ = select.select([self.fd], [], [], HEARD_S)
        if not ready:
            return "silent"
        try:
            return "said more" if os.read(self.fd, 65_536) else "FIN"
        except ConnectionResetError:
            return "RST"

    def silent(self, within_s: float = 0.1) -> bool:
        """Tell that nothing came."""
        return not self.heard and not self.more(within_s) and not self.heard

    def take(self, count: int) -> bytes:
        while len(self.heard) < count and self.more():
            pass
        taken, self.heard = self.heard[:count], self.heard[count:]
        return taken

    # ---- ZVT over TCP, parted by length alone

    def apdu(self) -> str:
        """Hear an APDU as hex; empty where none comes."""
        head = self.take(3)
        if len(head) < 3:
            return ""
        size = head[2]
        if size == 0xFF:
            more = self.take(2)
            head, size = head + more, int.from_bytes(more, "little")
        return (head + self.take(size)).hex()

    def expect(self, *begins: str) -> list[str]:
        """Hear APDUs that begin so, in this order."""
        heard = [self.apdu() for _ in begins]
        assert [apdu[: len(each)] for apdu, each in zip(heard, begins, strict=True)] == list(
            begins
        ), heard
        return heard

    def register(self, config: str = "06") -> None:
        """06 00, without intermediate status; again while the terminal is busy."""
        until = time.monotonic() + HEARD_S
        while time.monotonic() < until:
            self.say(f"060006000000{config}0364")
            taken = self.apdu()
            if taken == "800000":
                self.expect("060f")
                self.say("800000")
                return
            assert taken == "849c00", taken
            time.sleep(0.01)
        raise AssertionError("busy for too long")


@contextmanager
def dialled(rig: Rig) -> Iterator[Raw]:
    """A connection to the terminal, as soon as it takes one."""
    with _connected(rig.port) as made:
        made.setblocking(True)
        yield Raw(made.fileno())


def _connected(port: int) -> socket.socket:
    until = time.monotonic() + HEARD_S
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), HEARD_S)
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.01)


@contextmanager
def on_the_line(rig: Rig) -> Iterator[Raw]:
    """The kiosk's end of the pseudo-terminal."""
    assert rig.tty is not None
    fd = os.open(rig.tty, os.O_RDWR | os.O_NOCTTY)
    try:
        tty.setraw(fd)
        yield Raw(fd)
    finally:
        os.close(fd)


PAY = "06010a04000000012500490364"
ASK_LAST = "0620050000000303"
ACK = "800000"
