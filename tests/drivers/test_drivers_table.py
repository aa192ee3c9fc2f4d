"""The table of drivers: each row can be made, from settings alone, and costs nothing before."""

import subprocess
import sys
import threading
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from kiosk.errors import ConfigError
from kiosk.hardware import DRIVERS, build, read_options
from kiosk.hardware.state import DeviceState, Lost, Ready, Starting, after
from kiosk.messages import DeviceLost, DeviceReady, GoHome, Message, Scanned

ROOT = Path(__file__).parents[2]


class NoReader:
    def read(self, frame: object, at_s: float) -> list[object]:
        return []


@pytest.mark.parametrize("driver", DRIVERS)
def test_every_driver_is_made_of_its_defaults_and_opens_nothing(driver: str) -> None:
    options = {"path": "/nowhere"} if driver == "camera.files" else {}
    before = threading.active_count()
    posted: list[Message] = []
    device = build("it", driver, options, posted.append, NoReader)
    assert device.name == "it"
    assert callable(device.run)
    assert (posted, threading.active_count()) == ([], before)


@pytest.mark.parametrize("driver", DRIVERS)
def test_no_default_names_a_port_by_its_number(driver: str) -> None:
    options = {"path": "/nowhere"} if driver == "camera.files" else {}
    config = read_options("it", driver, options)
    assert is_dataclass(config)
    values = [getattr(config, each.name) for each in fields(config)]
    assert not [
        v for v in values if isinstance(v, str) and any(n in v for n in ("tty", "video", "event"))
    ]


@pytest.mark.parametrize(
    ("driver", "options", "told"),
    [
        ("scanner.usb", {}, "devices.it.driver: expected one of camera.fake, camera.files, "),
        (
            "scanner.serial",
            {"bauds": 9600},
            "devices.it.options.bauds: expected one of the keys port, baud, ",
        ),
        ("scanner.serial", {"baud": "9600"}, "devices.it.options.baud: expected"),
        (
            "scanner.serial",
            {"baud": 0},
            "devices.it.options.baud: expected greater than or equal to 300, got 0",
        ),
        (
            "scanner.serial",
            {"framing": "cr"},
            "devices.it.options.framing: expected 'any' or 'stx-etx', got 'cr'",
        ),
        ("scanner.hid", {"ends": ["return"]}, "devices.it.options.ends.0: expected"),
        ("scanner.hid", {"separators": ["ctrl"]}, "devices.it.options.separators.0: expected"),
        ("camera.v4l2", {"width": -1}, "devices.it.options.width: expected"),
        ("camera.files", {}, "devices.it.options.path: expected a value, got none"),
    ],
)
def test_a_wrong_option_is_named_with_its_path(
    driver: str, options: dict[str, object], told: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        read_options("it", driver, options)
    assert told in str(refused.value)


def test_a_driver_that_is_not_named_is_not_loaded() -> None:
    told = subprocess.run(
        [sys.executable, "-c", "import sys, kiosk.hardware as h; h.build('it', 'scanner.fake', {}, print);"
         "print(sorted({'cv2', 'evdev', 'serial', 'numpy'} & set(sys.modules)))"],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    assert told.stdout == "[]\n"


@pytest.mark.parametrize(
    ("state", "message", "then"),
    [
        (Starting(), DeviceReady("it"), Ready()),
        (Starting(), DeviceLost("it", "cable"), Lost("cable")),
        (Ready(), DeviceLost("it", "cable"), Lost("cable")),
        (Lost("cable"), DeviceReady("it"), Ready()),
        (Lost("cable"), DeviceLost("it", "other"), Lost("other")),
        (Ready(), Scanned("it", b"1"), Ready()),
        (Lost("cable"), GoHome(), Lost("cable")),
    ],
)
def test_what_staff_read_of_a_device(
    state: DeviceState, message: Message, then: DeviceState
) -> None:
    assert after(state, message) == then
