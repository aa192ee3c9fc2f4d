"""Status bytes as the manuals have them, and the words behind a job."""

from __future__ import annotations

from itertools import product

import pytest

from kiosk.hardware.printer.codec import (
    Ask,
    Confirm,
    answer_in,
    ask,
    confirmation,
    is_confirmed,
    read_states,
)
from kiosk.receipt_messages import CoverOpen, NoPaper, Offline, PaperLow, PrinterState, Ready

WELL = 0x12
OFF = WELL | 0x08


def test_asks_in_real_time() -> None:
    assert [ask(each) for each in Ask] == [
        b"\x10\x04\x01",
        b"\x10\x04\x02",
        b"\x10\x04\x03",
        b"\x10\x04\x04",
    ]


@pytest.mark.parametrize(
    ("printer", "offline", "error", "paper", "state"),
    [
        # TM-T88III manual, DLE EOT, tables n = 1 to 4
        (WELL, WELL, WELL, WELL, Ready()),
        (WELL | 0x04, WELL, WELL, WELL, Ready()),  # the drawer's pin
        (WELL, WELL, WELL, WELL | 0x0C, PaperLow()),
        (WELL, WELL, WELL, WELL | 0x04, PaperLow()),  # one of the two bits
        (OFF, WELL | 0x20, WELL, WELL | 0x6C, NoPaper()),
        (OFF, WELL, WELL, WELL | 0x60, NoPaper()),
        (OFF, WELL | 0x20, WELL, WELL, NoPaper()),
        (OFF, WELL | 0x04, WELL, WELL, CoverOpen()),
        (OFF, WELL | 0x24, WELL | 0x40, WELL | 0x6C, CoverOpen()),
        (OFF, WELL | 0x40, WELL | 0x08, WELL, Offline("the cutter is jammed")),
        (OFF, WELL | 0x40, WELL | 0x20, WELL, Offline("a fault that it cannot get over")),
        (OFF, WELL | 0x40, WELL | 0x04, WELL, Offline("a mechanical fault")),
        (OFF, WELL | 0x40, WELL | 0x40, WELL, Offline("too hot, or a fault that passes")),
        (OFF, WELL | 0x40, WELL, WELL, Offline("error")),
        (OFF, WELL | 0x08, WELL, WELL, Offline("paper is being fed by hand")),
        (OFF, WELL, WELL, WELL, Offline("offline")),
        (WELL | 0x20, WELL, WELL, WELL, Offline("waits to be put online again")),
    ],
)  # fmt: skip
def test_reads_how_the_printer_is(
    printer: int, offline: int, error: int, paper: int, state: PrinterState
) -> None:
    answers = {Ask.PRINTER: printer, Ask.OFFLINE: offline, Ask.ERROR: error, Ask.PAPER: paper}
    assert read_states(answers) == state


def test_any_four_bytes_are_one_of_the_five_states() -> None:
    some = [WELL | bits for bits in (0, 0x04, 0x08, 0x20, 0x40, 0x6C)]
    for four in product(some, repeat=4):
        state = read_states(dict(zip(Ask, four, strict=True)))
        assert isinstance(state, Ready | PaperLow | NoPaper | CoverOpen | Offline)


@pytest.mark.parametrize(
    ("received", "answer"),
    [
        (b"", None),
        (b"\x00", None),  # that of GS r
        (b"\x0f\x16", 0x16),
        (b"\x12\x1a", 0x1A),  # the last one is the news
        (b'\x37"0262\x00', None),  # a process id, whose digits look like answers
        (b'\x37"02', None),
        (b'\x12\x37"0262\x00', 0x12),
        (b"\xff\x80\x01", None),
    ],
)
def test_finds_the_answer_among_other_bytes(received: bytes, answer: int | None) -> None:
    assert answer_in(received) == answer


@pytest.mark.parametrize(
    ("confirm", "received", "done"),
    [
        (Confirm.STATUS, b"", False),
        (Confirm.STATUS, b"\x12\x1a", False),  # answers of DLE EOT alone
        (Confirm.STATUS, b"\x12\x00", True),
        (Confirm.STATUS, b"\x03", True),  # done, and the roll is near its end
        (Confirm.PROCESS_ID, b"\x00\x12", False),
        (Confirm.PROCESS_ID, b'\x37"0041\x00', False),  # the job before
        (Confirm.PROCESS_ID, b'\x37"0042\x00', True),
        (Confirm.PROCESS_ID, b'\x37"0041\x00\x12\x37"0042\x00', True),
        (Confirm.PROCESS_ID, b'\x37"0042', False),
    ],
)
def test_knows_the_word_for_a_job(confirm: Confirm, received: bytes, done: bool) -> None:
    assert is_confirmed(confirm, 42, received) is done


def test_the_word_is_asked_for_as_the_manual_says() -> None:
    assert confirmation(Confirm.STATUS, 42) == b"\x1dr\x01"
    assert confirmation(Confirm.PROCESS_ID, 42) == bytes.fromhex("1d28480600303030303432")
