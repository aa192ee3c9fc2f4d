"""A scanner that is not there: the drivers' face, and levers instead of a cable.

Ships with the product: tests, the simulator and the demonstration use it. It obeys the same
contract as the drivers (tests/drivers/test_scanner_contract.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from queue import Empty, Queue
from threading import Event

from kiosk.hardware.presence import Presence
from kiosk.hardware.scanner.aim import split_identifier
from kiosk.messages import Post, Scanned

STEP_S = 0.02  # how soon a lever works, and a stop


@dataclass(frozen=True, slots=True)
class FakeScannerConfig:
    """Whether the cable is in at the start."""

    plugged: bool = True


class FakeScanner:
    """Posts what ``scan`` is given. Levers may be pulled from any thread."""

    def __init__(self, name: str, config: FakeScannerConfig, post: Post) -> None:
        self.name = name
        self._post = post
        self._plugged = config.plugged
        self._held_up: Queue[bytes] = Queue(maxsize=100)

    def scan(self, code: bytes) -> None:
        """Hold a code before the scanner; what it would send, AIM identifier and all."""
        if self._plugged:  # a scanner that is pulled out hears nothing, and keeps nothing
            self._held_up.put_nowait(code)

    def pull_cable(self) -> None:
        """Take the scanner away."""
        self._plugged = False

    def plug_in(self) -> None:
        """Bring the scanner back."""
        self._plugged = True

    def run(self, stop: Event) -> None:
        """Serve the levers until ``stop``."""
        presence = Presence(self.name, self._post)
        while not stop.is_set():
            if not self._plugged:
                presence.lost("fake: the cable is out")
                self._forget()
                stop.wait(STEP_S)
                continue
            presence.ready()
            self._pass_on()

    def _pass_on(self) -> None:
        try:
            code = self._held_up.get(timeout=STEP_S)
        except Empty:
            return
        symbology, raw = split_identifier(code)
        self._post(Scanned(self.name, raw, symbology))

    def _forget(self) -> None:
        while not self._held_up.empty():
            self._held_up.get_nowait()
