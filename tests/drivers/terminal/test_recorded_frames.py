"""Every recorded frame is read as the tables say, and our commands are written byte for byte."""

import json

import pytest

from kiosk.__main__ import main
from kiosk.hardware.terminal.behpardakht import codec as pospc
from kiosk.hardware.terminal.frames import whole
from kiosk.hardware.terminal.protocol_error import ProtocolError
from kiosk.hardware.terminal.sadad import codec as pcpos
from kiosk.hardware.terminal.telling import Protocol, tell
from kiosk.hardware.terminal.zvt import codec as zvt
from kiosk.hardware.terminal.zvt.framing import pack, unpack
from kiosk.hardware.terminal.zvt.messages import Other
from kiosk.hardware.terminal.zvt.parts import put_together, take_apart
from kiosk.hardware.terminal.zvt.serial_framing import Block, find_block, pack_block
from tests.drivers.terminal.rows import IRAN_PROTOCOLS, Row, iran_rows, read, zvt_rows

ROWS = [*zvt_rows(), *iran_rows()]
FRAMING_ROWS = [row for row in ROWS if "framing" in row.expect]
SOUND_ROWS = [row for row in ROWS if row.sound]

# Sound frames that are not written again byte for byte, and why.
READ_ONLY = {
    "Z058": "a log-off with bytes behind it that no document describes: read, never sent",
    "Z091": "reservations: 06 23 has no layout here, nothing of it is kept",
    "Z129": "display text: a command that a kiosk never sends",
    "Z130": "display text: a command that a kiosk never sends",
    "sadad_pcpos_1.5-5": "the printed length is that of another sample; ours is right",
}
NOT_OURS = {"pna_pc2pos_5.0": "Pardakht Novin Arian: no driver; the row warns of RS013RS00299"}


def names(rows: list[Row]) -> dict[str, object]:
    return {"argvalues": rows, "ids": [row.id for row in rows]}


def test_no_row_is_left_out() -> None:
    told = [row for row in read("iran.tsv") if row["protocol"] in NOT_OURS]
    without_bytes = [row for row in read("iran.tsv") if row["hex"].startswith("(")]

    assert len(zvt_rows()) == len(read("zvt.tsv")) == 95
    assert len(iran_rows()) + len(told) + len(without_bytes) == len(read("iran.tsv")) == 15
    assert {row["protocol"] for row in read("iran.tsv")} == {*IRAN_PROTOCOLS, *NOT_OURS}


@pytest.mark.parametrize("row", **names(SOUND_ROWS))  # type: ignore[arg-type]
def test_a_sound_frame_tells_what_the_table_says(row: Row) -> None:
    assert tell(Protocol(row.protocol), row.frame) == (row.expect, False)


@pytest.mark.parametrize("row", **names(FRAMING_ROWS))  # type: ignore[arg-type]
def test_a_broken_frame_is_waited_for_or_refused(row: Row) -> None:
    told = tell(Protocol(row.protocol), row.frame)

    assert {name: told.fields.get(name) for name in row.expect} == row.expect
    assert told.refused == (row.expect["framing"] != "complete")


def written(row: Row) -> bytes:
    """Read the frame as a message, and write that message."""
    match row.protocol:
        case "zvt":
            return zvt.encode(zvt.decode(row.frame))
        case "zvt-serial":
            block = whole(find_block(row.frame)).frame
            assert isinstance(block, Block)
            return pack_block(zvt.encode(zvt.decode(block.apdu)))
        case "behpardakht" if row.request:
            return pospc.encode_request(pospc.decode_request(row.frame))
        case "behpardakht":
            return pospc.encode_response(pospc.decode_response(row.frame))
        case _:
            return pcpos.encode(pcpos.decode(row.frame))


def is_message(row: Row) -> bool:
    if not row.protocol.startswith("zvt"):
        return True
    frame = row.frame if row.protocol == "zvt" else apdu_of(row.frame)
    return not isinstance(zvt.decode(frame), Other)


def apdu_of(frame: bytes) -> bytes:
    block = whole(find_block(frame)).frame
    assert isinstance(block, Block)
    return block.apdu


COMMANDS = [
    row for row in SOUND_ROWS if row.request and row.id not in READ_ONLY and is_message(row)
]


def test_most_recorded_commands_are_written_again() -> None:
    assert len(COMMANDS) >= 30


@pytest.mark.parametrize("row", **names(COMMANDS))  # type: ignore[arg-type]
def test_a_command_is_written_byte_for_byte(row: Row) -> None:
    assert written(row).hex() == row.frame.hex()


PARTED = [row for row in SOUND_ROWS if row.protocol.startswith("zvt") and row.id not in READ_ONLY]


@pytest.mark.parametrize("row", **names(PARTED))  # type: ignore[arg-type]
def test_the_parts_of_an_apdu_are_put_together_byte_for_byte(row: Row) -> None:
    frame = row.frame if row.protocol == "zvt" else apdu_of(row.frame)

    assert pack(put_together(take_apart(unpack(frame)))).hex() == frame.hex()


ANSWERS = [row for row in SOUND_ROWS if row.protocol == "behpardakht" and not row.request]


@pytest.mark.parametrize("row", **names(ANSWERS))  # type: ignore[arg-type]
def test_a_terminals_answer_is_written_byte_for_byte(row: Row) -> None:
    assert written(row).hex() == row.frame.hex()


@pytest.mark.parametrize("row", **names([row for row in ROWS if row.id in READ_ONLY]))  # type: ignore[arg-type]
def test_what_is_only_read_is_written_otherwise_or_not_at_all(row: Row) -> None:
    assert written(row) != row.frame


def test_a_protocol_that_is_not_ours_is_refused_by_all_of_them() -> None:
    [row] = [row for row in read("iran.tsv") if row["protocol"] in NOT_OURS]
    frame = bytes.fromhex(row["hex"])

    assert all(tell(protocol, frame).refused for protocol in Protocol)


@pytest.mark.parametrize("row", **names(SOUND_ROWS))  # type: ignore[arg-type]
def test_every_beginning_of_a_frame_is_waited_for(row: Row) -> None:
    step = max(len(row.frame) // 40, 1)
    for end in range(1, len(row.frame), step):
        told = tell(Protocol(row.protocol), row.frame[:end])

        assert told.refused
        assert told.fields["framing"] == "incomplete", end
        assert told.fields["missing"] > 0
        if row.protocol == "zvt" and end >= 5:
            assert told.fields["missing"] == len(row.frame) - end


def test_an_error_says_whether_to_wait() -> None:
    with pytest.raises(ProtocolError) as waited:
        zvt.decode(b"\x06\x0f\x01")
    with pytest.raises(ProtocolError) as refused:
        zvt.decode(b"\x07\x0f\x00")

    assert (waited.value.framing, waited.value.missing) == ("incomplete", 1)
    assert refused.value.framing == "refuse"


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (["zvt", "061e0162"], 0, {"result": "62"}),
        (["zvt", "06 1e", "01 62"], 0, {"result": "62"}),
        (["zvt", "8000000102"], 0, {"framing": "complete", "trailing": 2}),
        (["zvt", "040fff00016c"], 1, {"framing": "incomplete", "missing": 255}),
        (["zvt", "00003e"], 1, {"framing": "refuse", "why": "first byte is no ZVT class"}),
        (["zvt-serial", "06"], 0, {"signal": "ACK"}),
        (
            ["zvt-serial", "10020670001003d9f8"],
            1,
            {"framing": "refuse", "why": "Expected another CRC"},
        ),
        (["behpardakht", "52656164793f"], 0, {"word": "Ready?"}),
        (["sadad", "02303036303032060301"], 0, {"version": "002", "type": "ACK", "len_field": 6}),
    ],
)
def test_the_command_tells_a_frame(
    arguments: list[str],
    status: int,
    told: dict[str, object],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["terminal", "decode", *arguments, "--json"]) == status
    assert json.loads(capsys.readouterr().out) == told


@pytest.mark.parametrize("typed", ["0", "0g", "4111111111111111x"])
def test_the_command_refuses_what_is_no_hex_without_repeating_it(
    typed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["terminal", "decode", "zvt", typed]) == 2
    assert capsys.readouterr().err.startswith("kiosk: HEX: expected pairs of hex digits, got ")
    assert typed not in capsys.readouterr().err
