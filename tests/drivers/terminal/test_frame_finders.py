"""Frames arrive in pieces, several at once, and broken: nothing is lost, doubled or waited for ever."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.hardware.terminal.behpardakht import framing as pospc
from kiosk.hardware.terminal.frames import Complete, Incomplete, Refused, split
from kiosk.hardware.terminal.sadad import framing as pcpos
from kiosk.hardware.terminal.zvt import framing as zvt
from kiosk.hardware.terminal.zvt import serial_framing as serial

bodies = st.binary(max_size=600)
apdus = st.builds(
    lambda control, body: zvt.pack(zvt.Apdu(control, body)),
    st.sampled_from([0x040F, 0x04FF, 0x0601, 0x061E, 0x06D3, 0x8000, 0x849C]),
    bodies,
)
blocks = st.one_of(st.builds(serial.Block, apdus), st.sampled_from(serial.Signal))
tlvs = st.binary(max_size=300)
pcpos_frames = st.builds(
    pcpos.Frame,
    st.sampled_from(["000", "002"]),
    st.sampled_from([pcpos.INM, pcpos.ACK, pcpos.RESPONSE, pcpos.EOT]),
    st.binary(max_size=300),
)


def on_the_wire(piece: serial.Piece) -> bytes:
    return serial.pack_block(piece.apdu) if isinstance(piece, serial.Block) else piece.value


def fed(find, wire: bytes, sizes: list[int]):  # type: ignore[no-untyped-def]
    """Give the frames that come out when the wire is read in pieces of these sizes, over and over."""
    frames, rest, at, turn = [], b"", 0, 0
    while at < len(wire):
        size = sizes[turn % len(sizes)]
        received = split(find, rest + wire[at : at + size])
        assert received.refused is None
        frames += received.frames
        rest, at, turn = received.rest, at + size, turn + 1
    return frames, rest


pieces = st.lists(st.integers(1, 40), min_size=1, max_size=5)


@given(st.lists(apdus, max_size=4), pieces)
def test_apdus_come_out_whole_however_they_are_cut(sent: list[bytes], sizes: list[int]) -> None:
    assert fed(zvt.find_frame, b"".join(sent), sizes) == (sent, b"")
    assert fed(zvt.find_frame, b"".join(sent), [1]) == (sent, b"")
    assert fed(zvt.find_frame, b"".join(sent), [100_000]) == (sent, b"")


@given(st.lists(blocks, max_size=4), pieces)
def test_blocks_come_out_whole_however_they_are_cut(
    sent: list[serial.Piece], sizes: list[int]
) -> None:
    wire = b"".join(map(on_the_wire, sent))

    assert fed(serial.find_block, wire, sizes) == (sent, b"")
    assert fed(serial.find_block, wire, [1]) == (sent, b"")


@given(st.lists(tlvs, max_size=4), pieces)
def test_pos_pc_messages_come_out_whole_however_they_are_cut(
    sent: list[bytes], sizes: list[int]
) -> None:
    assert fed(pospc.find_request, b"".join(map(pospc.pack_request, sent)), sizes) == (sent, b"")
    assert fed(pospc.find_response, b"".join(map(pospc.pack_response, sent)), sizes) == (sent, b"")


@given(st.lists(pcpos_frames, max_size=4), pieces)
def test_pcpos_frames_come_out_whole_however_they_are_cut(
    sent: list[pcpos.Frame], sizes: list[int]
) -> None:
    frames, rest = fed(pcpos.find_frame, b"".join(map(pcpos.pack, sent)), sizes)

    assert [(each.version, each.type, each.data) for each in frames] == [
        (each.version, each.type, each.data) for each in sent
    ]
    assert rest == b""


@given(apdus)
def test_how_much_is_missing_is_never_more_than_comes(apdu: bytes) -> None:
    for wire, find in [(apdu, zvt.find_frame), (serial.pack_block(apdu), serial.find_block)]:
        for end in range(len(wire)):
            found = find(wire[:end])
            assert isinstance(found, Incomplete)
            assert 0 < found.missing <= len(wire) - end


def test_a_cut_between_the_two_bytes_of_a_doubled_dle_is_no_end() -> None:
    apdu = zvt.pack(zvt.Apdu(0x06D1, b"\x40\x10\x03\x10"))
    wire = serial.pack_block(apdu)
    cuts = [at + 1 for at, byte in enumerate(wire) if byte == 0x10]

    assert wire.count(b"\x10\x10") == 2
    for cut in cuts:
        assert isinstance(serial.find_block(wire[:cut]), Incomplete)
        assert fed(serial.find_block, wire, [cut, 100]) == ([serial.Block(apdu)], b"")


GOOD = serial.pack_block(b"\x06\x0f\x00")


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (b"\x55", "Expected DLE, ACK or NAK, got another byte"),
        (b"\x10\x55", "Expected STX after DLE, got another byte"),
        (GOOD[:-1] + b"\x00", "Expected another CRC"),
        (b"\x10\x02\x06\x0f\x10\x41", "Expected a doubled DLE or an end, got another byte"),
        (b"\x10\x02\x06\x0f\x00", "Expected a doubled DLE or an end, got another byte"),
        (serial.pack_block(b"\x06\x0f\x01"), "Expected the APDU to fill its block"),
        (serial.pack_block(b"\x06\x0f\x00\x00"), "Expected the APDU to fill its block"),
        (serial.pack_block(b"\x07\x0f\x00"), "first byte is no ZVT class"),
    ],
    ids=[
        "noise",
        "no STX",
        "a bit of the CRC",
        "a single DLE",
        "a block begins in a block",
        "an APDU too short",
        "an APDU too long",
        "no APDU",
    ],
)
def test_after_a_broken_block_the_next_is_read(broken: bytes, why: str) -> None:
    received = split(serial.find_block, broken + GOOD)

    assert received.refused == why
    assert split(serial.find_block, received.rest) == ([serial.Block(b"\x06\x0f\x00")], b"", None)


def test_a_block_without_end_is_refused_and_not_waited_for_for_ever() -> None:
    flood = b"\x10\x02" + b"\x41" * (serial.APDU_BYTES_MAX + 1)

    assert isinstance(serial.find_block(flood), Refused)
    assert isinstance(serial.find_block(b"\x10\x02\x06\xd3" + b"\xff" * 1_000), Incomplete)


def test_a_length_in_three_bytes_has_its_low_one_first() -> None:
    frame = b"\x06\xd3\xff\x00\x01" + bytes(256)

    assert zvt.find_frame(frame) == Complete(frame, b"")
    assert zvt.pack(zvt.Apdu(0x06D3, bytes(256))) == frame
    assert zvt.pack(zvt.Apdu(0x06D3, bytes(254)))[2] == 254
    assert zvt.pack(zvt.Apdu(0x06D3, bytes(255)))[2:5] == b"\xff\xff\x00"


@pytest.mark.parametrize("first", sorted(set(range(256)) - zvt.CLASSES))
def test_what_begins_with_no_class_of_zvt_is_refused(first: int) -> None:
    assert zvt.find_frame(bytes((first, 0, 0))) == Refused(zvt.NO_CLASS)


def test_a_request_and_a_response_count_their_length_each_in_its_own_way() -> None:
    tlv = bytes.fromhex("c0023030")

    assert pospc.pack_request(tlv)[:4] == b"0004"
    assert pospc.pack_response(tlv)[:4] == b"0010"
    assert isinstance(pospc.find_request(pospc.pack_response(tlv)), Incomplete)
    assert isinstance(pospc.find_response(b"0005"), Refused)


@pytest.mark.parametrize("wrong", [b"00x5", b"HELLO", b"Reads?", b"\xff"])
def test_what_is_neither_length_nor_word_is_refused(wrong: bytes) -> None:
    assert isinstance(pospc.find_response(wrong), Refused)


@pytest.mark.parametrize(
    ("wire", "why"),
    [
        (b"\x03", "Expected STX, got another byte"),
        (b"\x020x", "Expected digits of length and version, got others"),
        (b"\x02006000\x07\x03\x02", "Expected a type of PcPos, got another"),
        (b"\x02006000\x06\x03\x04", "Expected another LRC"),
        (b"\x02006000\x06\x04\x03", "Expected ETX where the length ends, got another byte"),
        (b"\x02005000\x06\x03\x03", "Expected a length of at least 6, got a smaller one"),
    ],
)
def test_a_broken_pcpos_frame_is_refused(wire: bytes, why: str) -> None:
    found = pcpos.find_frame(wire)

    assert isinstance(found, Refused)
    assert found.why == why
