"""What ``kiosk doctor`` says of the printer, by a printer with levers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kiosk.bootstrap.claim import sole_use
from kiosk.bootstrap.printing import printer_of
from kiosk.commands.doctor_printer import check_printer
from kiosk.config import Settings
from kiosk.hardware.printer.fake import FakePrinter, on_socket
from kiosk.receipt import lettering
from kiosk.receipt_settings import PrinterSettings, ReceiptSettings


def settings_for(folder: Path, port: int, **options: Any) -> Settings:
    told = {"host": "127.0.0.1", "port": port, "paper": {"answer_s": 0.2}, **options}
    return Settings("vanak-03", "vanak", folder, printer=PrinterSettings("printer.network", told))


@pytest.mark.parametrize(
    ("lever", "ok", "said"),
    [
        (None, True, "printer.network is ready, 576 dots"),
        ("paper_low", True, "its roll is near the end"),
        ("no_paper", False, "has no paper"),
        ("cover_open", False, "the cover is open"),
        ("jammed", False, "the cutter is jammed"),
        ("silent", False, "no answer"),
    ],
)
def test_says_how_the_printer_is(tmp_path: Path, lever: str | None, ok: bool, said: str) -> None:
    printer = FakePrinter()
    if lever:
        setattr(printer.levers, lever, True)
    with on_socket(printer) as port:
        finding = check_printer(settings_for(tmp_path, port))
    assert (finding.ok, said in finding.text) == (ok, True), finding


def test_leaves_the_printer_of_a_running_kiosk_alone(tmp_path: Path) -> None:
    with sole_use(tmp_path):
        finding = check_printer(settings_for(tmp_path, 9))
    assert (finding.ok, finding.text) == (True, "printer.network: in use by the kiosk that runs")


def test_a_wrong_table_is_told(tmp_path: Path) -> None:
    finding = check_printer(settings_for(tmp_path, 0))
    assert not finding.ok
    assert finding.text.startswith("printer.options.port: expected")


def test_a_machine_that_cannot_draw_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lettering.features, "check", lambda name: False)
    finding = check_printer(settings_for(tmp_path, 9))
    assert (finding.ok, finding.advice) == (False, "apt-get install libfribidi0")


def test_without_a_driver_there_is_none(tmp_path: Path) -> None:
    settings = Settings("vanak-03", "vanak", tmp_path)
    assert printer_of(settings) is None
    assert check_printer(settings).ok


def test_the_line_below_the_branch_is_the_settings() -> None:
    assert ReceiptSettings().contact is None
    contact = ReceiptSettings("تلفن ۸۸۷۷", "Tel. 8877").contact
    assert contact is not None
    assert (contact.fa, contact.en) == ("تلفن ۸۸۷۷", "Tel. 8877")
