"""The driver on a real socket and on pseudo-terminals, against a printer with levers."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Timer
from typing import Any

import pytest
from PIL import Image

from kiosk.errors import ConfigError
from kiosk.hardware import PRINTERS, build_printer
from kiosk.hardware.printer.codec import INVERTED, Confirm, without_commands
from kiosk.hardware.printer.escpos import Paper
from kiosk.hardware.printer.face import Broken, NotBegun, Outcome, Printed
from kiosk.receipt_messages import CoverOpen, NoPaper, Offline, PaperLow, PrinterState, Ready
from tests.drivers.printer.rigs import Rig, printed_part, rig_on, striped


@pytest.fixture(params=["network", "serial", "usb"])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    with rig_on(request.param, tmp_path) as made:
        yield made


NEVER_DONE = Broken("the printer does not say that it is done")
STATES: list[tuple[str, PrinterState]] = [
    ("paper_low", PaperLow()),
    ("no_paper", NoPaper()),
    ("cover_open", CoverOpen()),
    ("jammed", Offline("the cutter is jammed")),
    ("offline", Offline("offline")),
]


@pytest.mark.parametrize(("lever", "state"), STATES, ids=[lever for lever, _ in STATES])
def test_tells_how_it_is_and_that_it_is_well_again(
    rig: Rig, lever: str, state: PrinterState
) -> None:
    assert rig.driver.state() == Ready()
    setattr(rig.levers, lever, True)
    assert rig.driver.state() == state
    setattr(rig.levers, lever, False)
    assert rig.driver.state() == Ready()


def test_prints_every_dot_once_and_cuts(rig: Rig) -> None:
    picture = striped()
    assert rig.print(picture) == Printed()
    assert rig.begun == ["begun"]
    assert len(rig.printer.sheets) == 1
    came_out = printed_part(rig.printer.sheets[0], picture)
    assert came_out.tobytes() == picture.tobytes()


@pytest.mark.parametrize("lever", ["no_paper", "cover_open", "jammed", "offline", "silent"])
def test_begins_nothing_where_it_cannot_print(rig: Rig, lever: str) -> None:
    setattr(rig.levers, lever, True)
    outcome = rig.print(striped())
    assert isinstance(outcome, NotBegun)
    assert (rig.begun, rig.printer.sheets, rig.printer.roll.rows) == ([], [], [])


def test_what_begin_raises_is_passed_on_and_nothing_is_written(rig: Rig) -> None:
    def full() -> None:
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        rig.driver.print_picture(striped(), full)
    assert (rig.printer.sheets, rig.printer.roll.rows) == ([], [])


def test_paper_that_ends_in_the_middle_is_broken_not_printed(rig: Rig) -> None:
    rig.levers.stop_after_rows = 100
    assert rig.print(striped()) == Broken("stopped in the middle: NoPaper")
    assert len(rig.printer.roll.rows) == 100


def test_a_printer_that_says_nothing_after_the_picture_is_in_doubt(rig: Rig) -> None:
    def fall_silent() -> None:
        rig.levers.silent = True

    outcome = rig.driver.print_picture(striped(), fall_silent)
    assert isinstance(outcome, Broken)


@pytest.mark.parametrize(("height", "outcome"), [(400, Printed()), (8, NEVER_DONE)])
def test_a_long_picture_has_more_time(tmp_path: Path, height: int, outcome: Outcome) -> None:
    paper = Paper(answer_s=0.05, print_s=0.3)
    with rig_on("network", tmp_path, paper) as rig:

        def hold_back() -> None:
            rig.levers.holds_back = True
            Timer(0.8, lambda: setattr(rig.levers, "holds_back", False)).start()

        assert rig.driver.print_picture(striped(height=height), hold_back) == outcome
        time.sleep(0.6)  # the timer is done before the printer goes


def test_a_cable_that_is_out_is_offline_and_one_that_is_back_is_not(tmp_path: Path) -> None:
    with rig_on("network", tmp_path) as rig:
        assert rig.driver.state() == Ready()
        rig.levers.cable_out = True
        assert isinstance(rig.driver.state(), Offline)
        rig.levers.cable_out = False
        assert rig.driver.state() == Ready()


def test_a_cable_that_is_cut_in_the_picture_leaves_it_in_doubt(tmp_path: Path) -> None:
    with rig_on("network", tmp_path) as rig:
        rig.levers.cut_after_bytes = 26_000
        outcome = rig.print(striped())
        assert isinstance(outcome, Broken)
        assert rig.printer.sheets == []


@pytest.mark.parametrize("broke_at", [17_400, 17_437, 17_440, 20_000, 30_000])
def test_what_broke_off_does_not_spoil_the_next_one(tmp_path: Path, broke_at: int) -> None:
    picture = striped()
    with rig_on("network", tmp_path) as rig:
        rig.levers.cut_after_bytes = broke_at
        assert isinstance(rig.print(striped(height=250)), Broken)
        rig.levers.cut_after_bytes, rig.levers.cable_out = None, False
        assert rig.print(picture) == Printed()
        assert printed_part(rig.printer.sheets[-1], picture).tobytes() == picture.tobytes()


def test_the_word_of_a_process_id_is_waited_for(tmp_path: Path) -> None:
    paper = Paper(answer_s=0.15, print_s=1.5, confirm=Confirm.PROCESS_ID)
    with rig_on("network", tmp_path, paper) as rig:
        outcomes = [rig.print(striped(height=40)) for _ in range(12)]
        assert outcomes == [Printed()] * 12
        assert len(rig.printer.sheets) == 12


def test_prints_on_narrow_paper(tmp_path: Path) -> None:
    paper = Paper(dots=384, answer_s=0.15, print_s=1.5)
    with rig_on("network", tmp_path, paper) as rig:
        assert rig.print(striped(384)) == Printed()
        assert rig.printer.sheets[0].width == 384


def test_no_picture_can_hold_a_command_that_is_obeyed_at_once(tmp_path: Path) -> None:
    dots = b"\x10\x04\x01\x10\x05\x02\x10\x14\x02\x01\x08" * 7  # 77 bytes: shifts in each line
    height = 72 * 4
    raster = (dots * 300)[: 72 * height]
    picture = Image.frombytes("1", (576, height), raster.translate(INVERTED))
    with rig_on("network", tmp_path) as rig:
        assert rig.print(picture) == Printed()
        assert rig.printer.switched_off == 0
        assert rig.driver.state() == Ready()
        came_out = printed_part(rig.printer.sheets[0], picture)
        there = int.from_bytes(came_out.tobytes()) ^ int.from_bytes(picture.tobytes())
        assert there.bit_count() == len(re.findall(rb"\x10[\x04\x05\x14]", raster))
    assert without_commands(striped()).tobytes() == striped().tobytes()


@pytest.mark.parametrize(
    ("paper", "told"),
    [
        (Paper(profile="TM-NEVER"), "profile: expected a model that python-escpos knows, got "),
        (Paper(profile="TM-T88V"), "dots: expected 512 or less for 'TM-T88V', got 576"),
    ],
)
def test_a_model_that_does_not_fit_is_told_before_anything_is_printed(
    paper: Paper, told: str, tmp_path: Path
) -> None:
    with rig_on("network", tmp_path, paper) as rig:
        state = rig.driver.state()
        assert isinstance(state, Offline)
        assert told in state.why
        assert rig.print(striped()) == NotBegun(state)
        assert rig.begun == []


def test_a_model_says_how_its_paper_is_cut(tmp_path: Path) -> None:
    paper = Paper(dots=512, profile="TM-T88V", answer_s=0.15, print_s=1.5)
    with rig_on("network", tmp_path, paper) as rig:
        assert rig.print(striped(512)) == Printed()


OPTIONS: dict[str, dict[str, Any]] = {
    "printer.network": {"host": "10.0.0.8"},
    "printer.file": {"folder": "/nowhere"},
    "printer.serial": {"port": "/dev/nowhere"},
}


@pytest.mark.parametrize("driver", PRINTERS)
def test_every_driver_is_made_of_its_defaults_and_opens_nothing(driver: str) -> None:
    made = build_printer(driver, OPTIONS.get(driver, {}))
    assert (made.name, made.dots) == ("printer", 576)
    made.close()


@pytest.mark.parametrize(
    ("driver", "options", "told"),
    [
        ("printer.network", {}, "printer.options.host: expected a value, got none"),
        ("printer.network", {"host": "a", "port": 0}, "printer.options.port: expected"),
        ("printer.usb", {"paper": {"dots": 400}}, "printer.options.paper.dots: expected"),
        (
            "printer.serial",
            {"bauds": 1},
            "printer.options.bauds: expected one of the keys",
        ),
        ("printer.laser", {}, "printer.driver: expected one of"),
    ],
)
def test_a_wrong_option_is_named_with_its_path(
    driver: str, options: dict[str, Any], told: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        build_printer(driver, options)
    assert told in str(refused.value)


def test_a_folder_is_a_printer_of_pictures(tmp_path: Path) -> None:
    printer = build_printer("printer.file", {"folder": str(tmp_path / "out")})
    assert printer.state() == Ready()
    picture = striped()
    assert [printer.print_picture(picture, lambda: None) for _ in range(2)] == [Printed()] * 2
    names = sorted(file.name for file in (tmp_path / "out").iterdir())
    assert names == [
        "receipt-00001.escpos", "receipt-00001.png", "receipt-00002.escpos", "receipt-00002.png",
    ]  # fmt: skip
    with Image.open(tmp_path / "out/receipt-00001.png") as kept:
        assert kept.tobytes() == picture.tobytes()


def test_a_folder_that_cannot_be_made_is_offline(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    printer = build_printer("printer.file", {"folder": str(tmp_path / "file/out")})
    outcome = printer.print_picture(striped(), lambda: None)
    assert isinstance(outcome, NotBegun)
    assert isinstance(outcome.state, Offline)
