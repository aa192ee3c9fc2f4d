"""How a device is, as staff read it: a closed union, and what each message makes of it.

Pure: whoever keeps the states (the core, staff's page, the simulator) folds the messages.

>>> after(Starting(), DeviceLost("scanner", "no such file"))
Lost(reason='no such file')
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.messages import DeviceLost, DeviceReady, Message


@dataclass(frozen=True, slots=True)
class Starting:
    """Nothing has been heard of it since the start."""


@dataclass(frozen=True, slots=True)
class Ready:
    """It answers."""


@dataclass(frozen=True, slots=True)
class Lost:
    """It does not answer as it should; its driver keeps trying. ``reason`` is for staff."""

    reason: str


DeviceState = Starting | Ready | Lost


def after(state: DeviceState, message: Message) -> DeviceState:
    """Give the state of the device that ``message`` is about, once it has been heard."""
    match message:
        case DeviceReady():
            return Ready()
        case DeviceLost(reason=reason):
            return Lost(reason)
        case _:
            return state
