"""The gate between a driver and the core: what a driver may say, and nothing else.

The core believes no driver. A value that is out of range counts as a fault of the device:
it is told as a loss, once, and the next sound message tells the return. Nothing of the
refused value is logged but its kind and length, for it may be a member's card.

Source: docs/devices/README.md, "What the core believes".
"""

from __future__ import annotations

import logging
import re

from kiosk.messages import DeviceLost, DeviceReady, Message, Post, Scanned

log = logging.getLogger(__name__)

CODE_BYTES_MAX = 1_024  # a GS1 Digital Link has some 100; the largest QR code of a shop far less
REASON_CHARS_MAX = 500
_SYMBOLOGY = re.compile(r"([A-Za-z][0-9A-Za-z])?", re.ASCII)  # ISO/IEC 15424 without its "]"


def fault_in(message: object, device: str) -> str:
    """Say what is wrong in a message of the driver of ``device``; empty where nothing is."""
    if not isinstance(message, Scanned | DeviceReady | DeviceLost):
        return f"Expected Scanned, DeviceReady or DeviceLost, got {type(message).__name__}"
    if message.device != device:
        return f"Expected to speak for {device!r}, got {message.device!r}"
    match message:
        case Scanned():
            return _fault_in_scan(message)
        case DeviceLost(reason=reason) if type(reason) is not str or len(reason) > REASON_CHARS_MAX:
            return f"Expected a reason of at most {REASON_CHARS_MAX} characters"
        case _:
            return ""


def _fault_in_scan(scan: Scanned) -> str:
    # a driver may lie about its types, so they are looked at here
    if type(scan.raw) is not bytes:
        return f"Expected a code as bytes, got {type(scan.raw).__name__}"
    if not 0 < len(scan.raw) <= CODE_BYTES_MAX:
        return f"Expected a code of 1 to {CODE_BYTES_MAX} bytes, got {len(scan.raw)}"
    if type(scan.symbology) is not str or not _SYMBOLOGY.fullmatch(scan.symbology):
        return "Expected an AIM code identifier of two characters, or none"
    return ""


class Gate:
    """A ``Post`` that passes on what the driver of ``device`` may say."""

    def __init__(self, device: str, post: Post) -> None:
        self._device, self._post = device, post
        self._refused = False

    def __call__(self, message: Message) -> None:
        """Pass ``message`` on, or tell once that the device is at fault."""
        fault = fault_in(message, self._device)
        if fault:
            self._refuse(fault)
            return
        if self._refused and isinstance(message, Scanned):
            self._post(DeviceReady(self._device))
        if not (self._refused and isinstance(message, DeviceLost)):  # else it is told already
            self._post(message)
        self._refused = False

    def _refuse(self, fault: str) -> None:
        if not self._refused:
            self._refused = True
            log.error("device-refused device=%s fault=%s", self._device, fault)
            self._post(DeviceLost(self._device, fault))
