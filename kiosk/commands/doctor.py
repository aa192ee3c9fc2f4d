"""``kiosk doctor``: every device and setting, each well or with what to do, a line each.

It looks and changes nothing, and may be run beside a running kiosk. Exit status 0: all is
well; 1: something is to be done; 2: the settings are wrong, and nothing else was looked at.

Each check is a function that gives a ``Finding``; what it needs comes in as arguments.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.commands import add_config_option
from kiosk.commands.doctor_line import check_line
from kiosk.commands.doctor_printer import check_printer
from kiosk.commands.doctor_terminal import check_terminal
from kiosk.errors import ConfigError, DataError
from kiosk.hardware import build_printer, read_options
from kiosk.hardware.checkup import Finding, check_device

if TYPE_CHECKING:
    from kiosk.config import Settings

FREE_BYTES_MIN = 1 << 30  # two catalogues of a million products and their snapshot
CATALOGUE_AGE_MAX = timedelta(hours=36)  # as K-121 in docs/operations.md
_ASSETS = Path(__file__).parents[1] / "screens" / "assets"
_DRAWN_WITH = ("fonts/Vazirmatn-UI-Regular.ttf", "fonts/Vazirmatn-UI-Bold.ttf",
               "icons/materialdesignicons-webfont.ttf", "icons/names.json")  # fmt: skip


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the sub-command."""
    parser = subparsers.add_parser(
        "doctor", help="say of each device and setting whether it is well"
    )
    add_config_option(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Look at everything and tell it; gives the exit status."""
    tell = _tell_json if arguments.json else _tell
    try:
        settings = _load(arguments.config)
    except ConfigError as error:
        advice = "correct the file; config/kiosk.toml explains every key"
        tell(Finding("settings", False, str(error), advice))
        print(f"kiosk: {error}", file=sys.stderr)  # noqa: T201
        return 2
    ill = 0
    for finding in examine(settings):
        tell(finding)  # at once: a camera takes seconds
        ill += not finding.ok
    return 1 if ill else 0


def _load(file: Path) -> Settings:
    """Read the settings, those of the devices too; raises ``ConfigError``."""
    from kiosk.config import load

    settings = load(file)
    for name, device in settings.devices.items():
        read_options(name, device.driver, device.options)
    if settings.printer.driver:
        build_printer(settings.printer.driver, settings.printer.options)
    return settings


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything that sound settings name."""
    yield Finding("settings", True, f"kiosk {settings.kiosk_id} of store {settings.store_id}")
    yield check_data_dir(settings.data_dir)
    yield check_catalogue(settings.catalogue_dir, settings.store_id, datetime.now(UTC))
    yield from check_line(settings)
    if not settings.devices:
        yield Finding("devices", False, "none in the settings", "add a table [devices.NAME]")
    for name, device in settings.devices.items():
        yield check_device(name, device.driver, device.options)
    yield check_terminal(settings)
    yield check_printer(settings)
    yield check_drawing(_ASSETS)
    yield check_pictures(settings.pictures_dir)
    yield check_display(os.environ)


def check_data_dir(folder: Path) -> Finding:
    """See that the folder is there, can be written to and has room."""
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-"):
            pass
        free = shutil.disk_usage(folder).free
    except OSError as error:
        advice = "systemd-tmpfiles --create makes it; run as the user kiosk"
        return Finding("data", False, f"{folder}: {error.strerror}", advice)
    text = f"{folder}: {free >> 20:,} MiB free"
    if free < FREE_BYTES_MIN:
        return Finding("data", False, text, f"make room: {FREE_BYTES_MIN >> 20:,} MiB are needed")
    return Finding("data", True, text)


def check_catalogue(folder: Path, store_id: str, now: datetime) -> Finding:
    """See that the newest catalogue is sound, of this store, and not too old."""
    from kiosk.storage.editions import editions_in
    from kiosk.storage.file import check

    try:
        files = editions_in(folder)
    except OSError:  # not there, or not ours to read: the line of the data folder tells
        files = []
    if not files:
        advice = "it comes by itself once the server answers; see the line of the server"
        return Finding("catalogue", False, f"{folder}: none yet", advice)
    try:
        info = check(files[0])
    except DataError as error:
        advice = "nothing: the last good one is used and a new one fetched"
        return Finding("catalogue", False, str(error), advice)
    age = now - info.made_at
    text = (
        f"{files[0].name}: {info.products:,} products, number {info.sequence},"
        f" {max(0, age // timedelta(hours=1))} h old"
    )
    if info.store_id != store_id:
        advice = "delete the folder, so that the right one is fetched"
        return Finding("catalogue", False, f"{text}, of store {info.store_id!r}", advice)
    if age > CATALOGUE_AGE_MAX:
        return Finding("catalogue", False, text, "ask head office why nothing is published")
    return Finding("catalogue", True, text)


def check_drawing(assets: Path) -> Finding:
    """See that fonts and icons are there."""
    missing = [name for name in _DRAWN_WITH if not (assets / name).is_file()]
    if missing:
        return Finding("fonts", False, f"missing: {', '.join(missing)}", "install the package anew")
    return Finding("fonts", True, f"{len(_DRAWN_WITH)} files of fonts and icons")


def check_pictures(folder: Path) -> Finding:
    """Count the pictures of products; to have none hinders nothing, and is told."""
    try:
        count = sum(1 for each in folder.iterdir() if each.is_file())
    except OSError:
        return Finding("pictures", True, "none yet: they come with the catalogue")
    return Finding("pictures", True, f"{count:,} in {folder}")


def check_display(environment: Mapping[str, str], root: Path = Path("/")) -> Finding:
    """See that there is something to draw on: Wayland, X11, or a screen of the kernel's own."""
    runtime = environment.get("XDG_RUNTIME_DIR", "")
    wayland, x11 = environment.get("WAYLAND_DISPLAY", ""), environment.get("DISPLAY", "")
    advice = (
        "check the screen's cable; over ssh, set DISPLAY or WAYLAND_DISPLAY as the service does"
    )
    if wayland:
        there = Path(runtime, wayland).is_socket()
        return Finding("display", there, f"Wayland {wayland}", "" if there else advice)
    if x11:
        number = x11.rpartition(":")[2].partition(".")[0]
        remote = not x11.startswith(":")
        there = remote or (root / "tmp/.X11-unix" / f"X{number}").is_socket()
        return Finding("display", there, f"X11 {x11}", "" if there else advice)
    cards = sorted((root / "dev/dri").glob("card*"))
    text = f"KMS {cards[0]}" if cards else "neither Wayland nor X11 nor /dev/dri"
    return Finding("display", bool(cards), text, "" if cards else advice)


def _tell(finding: Finding) -> None:
    mark = "ok  " if finding.ok else "bad "
    advice = f" -> {finding.advice}" if finding.advice else ""
    print(f"{mark}  {finding.name}: {finding.text}{advice}", flush=True)  # noqa: T201


def _tell_json(finding: Finding) -> None:
    print(json.dumps(asdict(finding), ensure_ascii=False), flush=True)  # noqa: T201
