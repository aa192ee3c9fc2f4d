"""Is it there? Each loss is told once and each return once, and what "there" means.

A device is reached by a link that udev makes (systemd/70-kiosk.rules). The link may vanish,
or lead to another node after the device came back, while the old descriptor stays open and
silent: so a silent device is asked now and then whether its link still leads to it.
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass

from kiosk.errors import DeviceError
from kiosk.messages import DeviceLost, DeviceReady, Post

log = logging.getLogger(__name__)


class Presence:
    """Tells the core that a device is there, or lost, when that has changed."""

    def __init__(self, device: str, post: Post) -> None:
        self._device, self._post = device, post
        self._there: bool | None = None

    def ready(self) -> None:
        """Tell that the device answers as it should."""
        if self._there is not True:
            self._there = True
            log.info("device-ready device=%s", self._device)
            self._post(DeviceReady(self._device))

    def lost(self, reason: str) -> None:
        """Tell that the device does not answer as it should."""
        if self._there is not False:
            self._there = False
            log.warning("device-lost device=%s reason=%s", self._device, reason)
            self._post(DeviceLost(self._device, reason))


@dataclass(frozen=True, slots=True)
class Link:
    """A path, and the node that it led to when the device was opened.

    The node must stay open as long as it is compared: only then is its number its own.
    """

    path: str
    node: os.stat_result

    @classmethod
    def to(cls, path: str) -> Link:
        """Note where ``path`` leads now; ``OSError`` where it leads nowhere."""
        return cls(path, os.stat(path))

    def check(self) -> None:
        """Raise ``OSError`` or ``DeviceError`` where the path no longer leads to the node."""
        if not os.path.samestat(os.stat(self.path), self.node):
            raise DeviceError(f"{self.path}: leads to another device now")


def reason_of(error: Exception) -> str:
    """Say in one line what happened: ``/dev/kiosk-scanner: No such file or directory``."""
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"{error.filename}: {error.strerror}"
    return " ".join(str(error).split()) or type(error).__name__
