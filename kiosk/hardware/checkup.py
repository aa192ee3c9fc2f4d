"""Is a device there and can it be used? What ``kiosk doctor`` asks of each, once.

Each check opens the device for a moment and closes it again; a kiosk that is running has
its devices to itself, which is told and is no fault. Not here: serving a device.
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.errors import DeviceError
from kiosk.hardware import read_options
from kiosk.hardware.presence import reason_of

IN_USE = "in use by another process, as a rule the kiosk itself"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, whether it is well, what was seen, and else what to do about it."""

    name: str
    ok: bool
    text: str
    advice: str = ""

    def __post_init__(self) -> None:
        if self.ok == bool(self.advice):
            raise ValueError(f"Expected advice where, and only where, it is not ok: {self}")


def check_device(name: str, driver: str, options: Mapping[str, Any]) -> Finding:
    """Check the device that the settings call ``name``; raises ``ConfigError``."""
    config = read_options(name, driver, options)
    finding = f"device {name}"
    if driver.endswith(".fake"):
        return Finding(finding, True, f"{driver}: a stand-in with levers, not for a shop")
    try:
        return Finding(finding, True, f"{driver}: {_CHECKS[driver](config)}")
    except (OSError, DeviceError) as error:
        return _finding_of(finding, driver, error)


def _finding_of(finding: str, driver: str, error: OSError | DeviceError) -> Finding:
    text = f"{driver}: {reason_of(error)}"
    kind = error.errno if isinstance(error, OSError) else None
    if kind in (errno.EBUSY, errno.EAGAIN):
        return Finding(finding, True, f"{driver}: {IN_USE}")
    if kind == errno.ENOENT:
        return Finding(finding, False, text, "plug it in; if it is, add its ids to 70-kiosk.rules")
    if kind in (errno.EACCES, errno.EPERM):
        return Finding(finding, False, text, "run as the user kiosk, or see 70-kiosk.rules")
    return Finding(finding, False, text, f"see docs/devices/, the page of {driver}")


def _check_serial(config: Any) -> str:
    _check_node(config.port, stat.S_ISCHR)
    fd = os.open(config.port, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)  # as the driver does
        if not os.isatty(fd):
            raise DeviceError(f"{config.port}: expected a serial line, got another device")
    finally:
        os.close(fd)
    return f"{os.path.realpath(config.port)} can be read, {config.baud} baud"


def _check_hid(config: Any) -> str:
    from evdev import ecodes

    from kiosk.hardware.scanner.hid import open_grabbed

    _check_node(config.port, stat.S_ISCHR)
    device: Any = open_grabbed(config.port)
    with closing(device):
        keys = set(device.capabilities().get(ecodes.EV_KEY, ()))
        if not {ecodes.KEY_0, ecodes.KEY_9, ecodes.KEY_ENTER} <= keys:
            raise DeviceError(f"{config.port}: expected a keyboard, got {device.name!r}")
        return f"{device.name!r} is there and can be taken"


def _check_v4l2(config: Any) -> str:
    from kiosk.hardware.camera.v4l2 import V4L2Source

    _check_node(config.port, stat.S_ISCHR)
    with closing(V4L2Source(config)) as source:
        source.open()
        height, width = source.read().grey().shape
    got = f"{config.port} sends pictures of {width}x{height}"
    if (width, height) != (config.width, config.height):
        return f"{got}, not the {config.width}x{config.height} that was asked for"
    return got


def _check_files(config: Any) -> str:
    from kiosk.hardware.camera.files import FilesSource

    with closing(FilesSource(config)) as source:
        source.open()
        height, width = source.read().grey().shape
    return f"{config.path} stands in for a camera, {width}x{height}; not for a shop"


_CHECKS: Mapping[str, Callable[[Any], str]] = {
    "scanner.serial": _check_serial,
    "scanner.hid": _check_hid,
    "camera.v4l2": _check_v4l2,
    "camera.files": _check_files,
}


def _check_node(port: str, is_right: Callable[[int], bool]) -> None:
    """Raise ``OSError`` for a port that is not there or not ours, ``DeviceError`` for a file."""
    if not is_right(Path(port).stat().st_mode):
        raise DeviceError(f"{port}: expected a device, got a file or folder")
    if not os.access(port, os.R_OK | os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), port)
