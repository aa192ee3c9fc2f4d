"""Every terminal that a test has made is closed at its end, whatever became of it."""

from collections.abc import Iterator

import pytest

from kiosk.hardware.terminal.transport.tcp import TcpWire
from kiosk.hardware.terminal.transport.wire import Wire


@pytest.fixture(autouse=True)
def _close_wires(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    opened: list[Wire] = []
    really_open = TcpWire.open

    def open_and_note(wire: TcpWire) -> None:
        opened.append(wire)
        really_open(wire)

    monkeypatch.setattr(TcpWire, "open", open_and_note)
    yield
    for wire in opened:
        wire.close()
