"""One print a sale: across requests, restarts, empty rolls, cut cables and full disks."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
import zxingcpp

from kiosk.__main__ import main
from kiosk.errors import DataError
from kiosk.messages import Language
from kiosk.receipt import desk as desks
from kiosk.receipt.examples import SALE_ID
from kiosk.receipt.jobs import JobState
from kiosk.receipt.parts import Mark, Receipt
from kiosk.receipt.reference import read_reference
from kiosk.receipt_messages import (
    CoverOpen,
    NoPaper,
    NotPrinted,
    NotThere,
    Offline,
    PrintInDoubt,
    PrintReceipt,
    Ready,
    ReceiptNotPrinted,
    ReceiptPrinted,
    ReceiptSigned,
    ReprintReceipt,
    SettlePrint,
    ShowReceipt,
)
from tests.receipt.rig import KEY, Rig, rig_at

PRINT = PrintReceipt(SALE_ID, Language.FA)
COPY = ReprintReceipt(SALE_ID, Language.FA, "maryam")


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with rig_at(tmp_path) as made:
        yield made


def states(rig: Rig) -> list[tuple[str, bool]]:
    return [(job.state.value, job.copy) for job in rig.rows()]


def is_marked(receipt: Receipt | None) -> bool:
    assert receipt is not None
    return any(isinstance(part, Mark) for part in receipt.parts)


# ---- as it should be


def test_a_sale_is_printed_with_its_signed_reference(rig: Rig) -> None:
    (fact,) = rig.ask(PRINT)
    (job,) = rig.rows()
    assert fact == ReceiptPrinted(job.job_id, SALE_ID, copy=False)
    assert (job.state, job.begun, job.number) == (JobState.PRINTED, True, "14050905-00127")
    (sheet,) = rig.printer.sheets
    (code,) = zxingcpp.read_barcodes(np.asarray(sheet.convert("L")))
    reference = read_reference(code.text)
    assert reference.is_signed_by(KEY.public_key())
    assert (reference.claim.sale_id, reference.claim.total) == (SALE_ID, 15_533_000)


def test_the_screen_has_the_code_that_is_on_the_paper(rig: Rig) -> None:
    rig.ask(PRINT)
    (signed,) = rig.ask(ShowReceipt(SALE_ID))
    (code,) = zxingcpp.read_barcodes(np.asarray(rig.printer.sheets[0].convert("L")))
    assert signed == ReceiptSigned(SALE_ID, code.text)


def test_asked_twice_it_is_printed_once(rig: Rig) -> None:
    assert rig.ask(PRINT) == rig.ask(PRINT) == rig.ask(replace(PRINT, language=Language.EN))
    assert len(rig.printer.sheets) == 1


def test_a_restart_prints_nothing_again(rig: Rig) -> None:
    rig.ask(PRINT)
    rig.restart()
    assert rig.recover() == []
    (fact,) = rig.ask(PRINT)
    assert isinstance(fact, ReceiptPrinted)
    assert len(rig.printer.sheets) == 1


def test_staff_print_copies_and_they_are_marked(rig: Rig) -> None:
    rig.ask(PRINT)
    for copy in (COPY, replace(COPY, language=Language.EN), replace(COPY, by="")):
        (fact,) = rig.ask(copy)
        assert isinstance(fact, ReceiptPrinted)
        assert fact.copy
    first, *copies = rig.rows()
    assert not is_marked(first.receipt)
    assert [is_marked(job.receipt) for job in copies] == [True] * 3
    assert [job.asked_by for job in copies] == ["maryam", "maryam", "staff"]
    assert len(rig.printer.sheets) == 4
    assert (
        np.asarray(rig.printer.sheets[1])[30:40].mean()
        < 0.4
        < np.asarray(rig.printer.sheets[0])[30:40].mean()
    )


def test_a_copy_says_what_the_first_one_said(rig: Rig) -> None:
    rig.ask(replace(PRINT, terminal_lines=("TERMINAL   4711",)))
    rig.ask(COPY)
    first, copy = (job.receipt for job in rig.rows())
    assert first is not None
    assert copy is not None
    assert copy.parts[1:] == first.parts
    assert "TERMINAL   4711" in copy.texts


def test_a_sale_that_was_never_printed_can_be_as_a_copy(rig: Rig) -> None:
    (fact,) = rig.ask(COPY)
    assert isinstance(fact, ReceiptPrinted)
    assert states(rig) == [("printed", True)]


@pytest.mark.parametrize("request_", [PRINT, COPY, ShowReceipt(SALE_ID)])
def test_a_sale_that_is_not_settled_has_no_receipt(rig: Rig, request_: Any) -> None:
    (fact,) = rig.ask(replace(request_, sale_id=UUID(int=9)))
    assert isinstance(fact, ReceiptNotPrinted)
    assert fact.why is NotPrinted.NO_SALE
    assert (rig.printer.sheets, rig.rows()) == ([], [])


# ---- the printer


@pytest.mark.parametrize(
    ("lever", "state"),
    [("no_paper", NoPaper()), ("cover_open", CoverOpen()), ("offline", Offline("offline"))],
)
def test_a_printer_that_cannot_is_waited_for_and_then_given_up(
    rig: Rig, lever: str, state: Any
) -> None:
    setattr(rig.printer.levers, lever, True)
    (fact,) = rig.ask(PRINT)
    assert fact == ReceiptNotPrinted(SALE_ID, NotPrinted.PRINTER, str(state))
    assert states(rig) == [("failed", False)]
    assert not rig.rows()[0].begun
    assert rig.states[-1] == state


def test_one_that_sent_nothing_may_be_asked_for_again(rig: Rig) -> None:
    rig.printer.levers.no_paper = True
    rig.ask(PRINT)
    rig.printer.levers.no_paper = False
    (fact,) = rig.ask(PRINT)
    assert isinstance(fact, ReceiptPrinted)
    assert states(rig) == [("printed", False)]
    assert len(rig.printer.sheets) == 1


def test_paper_that_comes_back_in_time_is_printed_on(rig: Rig) -> None:
    rig.printer.levers.cover_open = True
    tries = 0
    sent = rig.desk._sent

    def counting(job: Any) -> Any:
        nonlocal tries
        tries += 1
        rig.printer.levers.cover_open = tries < 3
        return sent(job)

    rig.desk._sent = counting  # type: ignore[method-assign]
    (fact,) = rig.ask(PRINT)
    assert isinstance(fact, ReceiptPrinted)
    assert tries == 3


@pytest.mark.parametrize(
    "lever", [{"stop_after_rows": 200}, {"cut_after_bytes": 29_000}], ids=["paper", "cable"]
)
def test_what_broke_in_the_middle_is_for_staff_to_look_at(rig: Rig, lever: dict[str, int]) -> None:
    for name, value in lever.items():
        setattr(rig.printer.levers, name, value)
    (doubt,) = rig.ask(PRINT)
    (job,) = rig.rows()
    assert doubt == PrintInDoubt(job.job_id, SALE_ID, "14050905-00127", job.why)
    rig.printer.levers.cut_after_bytes = None
    rig.printer.levers.cable_out = False
    assert rig.ask(PRINT) == [doubt]  # never sent again by itself
    rig.restart()
    assert rig.recover() == [doubt]
    (refused,) = rig.ask(COPY)
    assert isinstance(refused, ReceiptNotPrinted)
    assert refused.why is NotPrinted.UNSURE
    assert len(rig.printer.sheets) == 0


@pytest.mark.parametrize("came_out", [True, False])
def test_staff_say_whether_it_came_out(rig: Rig, came_out: bool) -> None:
    rig.printer.levers.stop_after_rows = 200
    rig.ask(PRINT)
    rig.printer.levers.no_paper = False
    (job,) = rig.rows()
    (fact,) = rig.ask(SettlePrint(job.job_id, came_out, "maryam"))
    assert isinstance(fact, ReceiptPrinted if came_out else ReceiptNotPrinted)
    assert states(rig) == [("printed" if came_out else "failed", False)]
    assert rig.ask(SettlePrint(job.job_id, not came_out, "reza")) == []  # said is said
    (again,) = rig.ask(PRINT)  # a first print that was begun is never made again
    assert isinstance(again, ReceiptPrinted if came_out else ReceiptNotPrinted)
    (copy,) = rig.ask(COPY)
    assert isinstance(copy, ReceiptPrinted)
    assert [is_marked(each.receipt) for each in rig.rows()] == [False, True]


def test_without_a_printer_the_code_on_the_screen_is_there(tmp_path: Path) -> None:
    with rig_at(tmp_path, printer=False) as rig:
        rig.recover()
        assert rig.states == [NotThere()]
        (signed,) = rig.ask(ShowReceipt(SALE_ID))
        assert isinstance(signed, ReceiptSigned)
        (fact,) = rig.ask(PRINT)
        assert isinstance(fact, ReceiptNotPrinted)


def test_a_kiosk_without_a_key_prints_without_a_code(rig: Rig) -> None:
    rig.seller = replace(rig.seller, key=None)
    rig.restart()
    (fact,) = rig.ask(PRINT)
    assert isinstance(fact, ReceiptPrinted)
    assert zxingcpp.read_barcodes(np.asarray(rig.printer.sheets[0].convert("L"))) == []
    (shown,) = rig.ask(ShowReceipt(SALE_ID))
    assert isinstance(shown, ReceiptNotPrinted)


def test_a_machine_that_cannot_draw_says_so_and_prints_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desks, "_why_not_drawn", lambda: "install libfribidi0")
    with rig_at(tmp_path) as rig:
        rig.recover()
        assert rig.states == [Offline("install libfribidi0")]
        (fact,) = rig.ask(PRINT)
        assert isinstance(fact, ReceiptNotPrinted)
        assert "libfribidi0" in fact.text


# ---- the journal


class Failing:
    """A ledger that writes nothing from its ``nth`` writing call on."""

    def __init__(self, ledger: Any, nth: int) -> None:
        self._ledger, self._left = ledger, nth

    def write(self, work: Callable[[Any], Any]) -> Any:
        self._left -= 1
        if self._left < 0:
            raise DataError("ledger: expected room to write, got a full disk")
        return self._ledger.write(work)


@pytest.mark.parametrize("nth", range(8))
def test_a_disk_that_is_full_prints_nothing_that_is_not_noted(tmp_path: Path, nth: int) -> None:
    with rig_at(tmp_path) as rig:
        rig.wrap = lambda recorder: Failing(recorder, nth)
        rig.restart()
        (fact,) = rig.ask(PRINT)
        rig.wrap = lambda recorder: recorder
        rig.restart()
        assert len(rig.printer.sheets) <= 1
        if rig.printer.sheets:
            assert rig.rows()[0].begun
            assert isinstance(fact, ReceiptPrinted)
        else:
            assert fact == ReceiptNotPrinted(SALE_ID, NotPrinted.NOT_KEPT, fact.text)  # type: ignore[union-attr]
        rig.recover()
        rig.ask(PRINT)
        assert len(rig.printer.sheets) == 1


def test_what_waited_too_long_is_not_printed_for_the_next_shopper(rig: Rig) -> None:
    new = rig.desk._maker.first(SALE_ID, Language.FA, ())
    assert new is not None
    rig.jobs.queue(new)
    rig.box.move(121)
    rig.restart()
    rig.recover()
    assert states(rig) == [("failed", False)]
    assert rig.printer.sheets == []


def test_what_was_queued_a_moment_ago_is_printed_at_a_start(rig: Rig) -> None:
    new = rig.desk._maker.first(SALE_ID, Language.FA, ())
    assert new is not None
    rig.jobs.queue(new)
    rig.restart()
    (fact,) = rig.recover()
    assert isinstance(fact, ReceiptPrinted)
    assert len(rig.printer.sheets) == 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE print_job SET state = 'queued'",
        "UPDATE print_job SET state = 'printing'",
        "UPDATE print_job SET state = 'unsure'",
        "UPDATE print_job SET state = 'failed'",
        "UPDATE print_job SET begun = 0",
        "UPDATE print_job SET copy = 1",
        "UPDATE print_job SET receipt = '{}'",
        "UPDATE print_job SET sale_id = zeroblob(16)",
        "DELETE FROM print_job",
        "INSERT INTO print_job (job_id, sale_id, copy, asked_by, number, receipt, queued_ms, boot_id, "
        "mono_ms, changed_ms) SELECT zeroblob(16), sale_id, 0, '', '', '', 0, boot_id, 0, 0 FROM print_job",
    ],
)  # fmt: skip
def test_the_database_itself_refuses_a_second_print(rig: Rig, change: str) -> None:
    rig.ask(PRINT)
    connection = sqlite3.connect(rig.database)
    try:
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(change)
    finally:
        connection.close()


def test_what_old_receipts_said_is_let_go_and_their_rows_stay(rig: Rig) -> None:
    rig.ask(PRINT)
    rig.box.move(timedelta(days=31).total_seconds())
    rig.restart()
    rig.recover()
    (job,) = rig.rows()
    assert (job.receipt, job.state) == (None, JobState.PRINTED)
    (fact,) = rig.ask(PRINT)
    assert isinstance(fact, ReceiptPrinted)
    rig.ask(COPY)
    assert len(rig.printer.sheets) == 2


def test_the_states_of_the_printer_are_told(rig: Rig) -> None:
    rig.desk.look()
    rig.printer.levers.no_paper = True
    rig.desk.look()
    assert rig.states == [Ready(), NoPaper()]


def test_store_it_lists_the_prints(
    rig: Rig, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text(f'kiosk_id = "k1"\nstore_id = "s1"\ndata_dir = "{tmp_path}"\n')
    arguments = ["receipt", "prints", "--config", str(file), "--json"]
    rig.ask(PRINT)
    assert main(arguments) == 0
    rig.printer.levers.stop_after_rows = 30
    rig.ask(COPY)
    capsys.readouterr()
    assert main(arguments) == 1
    newest, first = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (first["state"], first["copy"], first["number"]) == ("printed", False, "14050905-00127")
    assert (newest["state"], newest["copy"], newest["asked_by"]) == ("unsure", True, "maryam")
    assert "stopped in the middle: NoPaper" in newest["why"]


def test_no_card_number_is_in_a_job_or_on_paper(rig: Rig) -> None:
    canary = "5413330089020011"
    rig.ask(
        replace(PRINT, terminal_lines=(f"CARD {canary}", f"\x10{canary}", "5413 3300 8902 0011"))
    )
    rig.ask(COPY)
    rig.close()
    for file in rig.database.parent.iterdir():
        if file.is_file():
            held = file.read_bytes()
            assert canary.encode() not in held, file
            assert b"33008902" not in held, file
    for job in rig.rows():
        assert job.receipt is not None
        assert "541333******0011" in "".join(job.receipt.texts)
        assert "33008902" not in "".join(job.receipt.texts).replace(" ", "")
