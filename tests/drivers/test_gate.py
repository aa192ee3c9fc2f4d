"""The core distrusts the edge: what a driver may say, and what becomes of the rest."""

from typing import Any

import pytest

from kiosk.hardware.gate import CODE_BYTES_MAX, REASON_CHARS_MAX, Gate
from kiosk.messages import DeviceLost, DeviceReady, GoHome, Message, Scanned

TEA = Scanned("scanner", b"96385074", "E4")


def through(*said: Any) -> list[Message]:
    posted: list[Message] = []
    gate = Gate("scanner", posted.append)
    for message in said:
        gate(message)
    return posted


@pytest.mark.parametrize(
    "message",
    [
        TEA,
        Scanned("scanner", b"7" * CODE_BYTES_MAX),
        DeviceReady("scanner"),
        DeviceLost("scanner", "cable"),
    ],
)
def test_what_a_driver_may_say_passes_as_it_is(message: Message) -> None:
    assert through(message) == [message]


@pytest.mark.parametrize(
    "said",
    [
        Scanned("scanner", b"7" * (CODE_BYTES_MAX + 1)),
        Scanned("scanner", b""),
        Scanned("scanner", "96385074"),  # type: ignore[arg-type]
        Scanned("scanner", None),  # type: ignore[arg-type]
        Scanned("scanner", bytearray(b"96385074")),
        Scanned("scanner", b"96385074", "EAN-8"),
        Scanned("scanner", b"96385074", 4),  # type: ignore[arg-type]
        Scanned("camera", b"96385074"),
        DeviceReady("camera"),
        DeviceLost("scanner", "x" * (REASON_CHARS_MAX + 1)),
        DeviceLost("scanner", None),  # type: ignore[arg-type]
        GoHome(),
        None,
        "96385074",
    ],
    ids=[
        "too large a code",
        "an empty code",
        "a code as text",
        "no code",
        "a code that may change",
        "no AIM identifier",
        "a number as identifier",
        "in another's name",
        "ready in another's name",
        "too long a reason",
        "no reason",
        "a message of the shopper",
        "nothing",
        "no message",
    ],
)
def test_what_it_may_not_say_counts_as_a_fault_of_the_device(said: Any) -> None:
    (told,) = through(said)
    assert isinstance(told, DeviceLost)
    assert told.device == "scanner"
    assert told.reason.startswith("Expected")


def test_a_fault_is_told_once_and_the_return_once() -> None:
    wrong = Scanned("scanner", b"")
    told = through(DeviceReady("scanner"), wrong, wrong, TEA, TEA, wrong)
    assert [type(message) for message in told] == [
        DeviceReady, DeviceLost, DeviceReady, Scanned, Scanned, DeviceLost,
    ]  # fmt: skip


def test_a_device_at_fault_that_is_then_lost_is_not_lost_twice() -> None:
    told = through(Scanned("scanner", b""), DeviceLost("scanner", "cable"), DeviceReady("scanner"))
    assert [type(message) for message in told] == [DeviceLost, DeviceReady]


def test_no_refused_code_reaches_the_log(caplog: pytest.LogCaptureFixture) -> None:
    through(Scanned("scanner", b"6037991234567890" * 100))
    assert "device-refused device=scanner" in caplog.text
    assert "6037991234567890" not in caplog.text
