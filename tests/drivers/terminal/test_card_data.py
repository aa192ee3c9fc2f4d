"""A card number that a terminal tells in clear is seen nowhere behind the codec."""

import json
import logging
from collections.abc import Iterator

import pytest

from kiosk.__main__ import main
from kiosk.hardware.terminal.behpardakht import codec as pospc
from kiosk.hardware.terminal.behpardakht.framing import pack_response as pack_pospc
from kiosk.hardware.terminal.behpardakht.messages import Response
from kiosk.hardware.terminal.behpardakht.tlv import TEXTS, write_fields
from kiosk.hardware.terminal.frames import split
from kiosk.hardware.terminal.masking import MaskedPan, mask_digits, mask_text, mask_value
from kiosk.hardware.terminal.protocol_error import ProtocolError
from kiosk.hardware.terminal.sadad import codec as pcpos
from kiosk.hardware.terminal.sadad import framing as pcpos_framing
from kiosk.hardware.terminal.telling import Protocol, tell
from kiosk.hardware.terminal.zvt import codec as zvt
from kiosk.hardware.terminal.zvt.bmp import BMPS, LL, LLL, write_var
from kiosk.hardware.terminal.zvt.framing import Apdu, find_frame, pack
from kiosk.hardware.terminal.zvt.messages import StatusInformation
from kiosk.hardware.terminal.zvt.serial_framing import pack_block
from kiosk.hardware.terminal.zvt.tlv import write_length

# Numbers of test cards; the second and the last have a wrong check digit, the third is all letters.
CANARIES = ("5413330089020011", "6219861234567890", "5555555555554444", "6725904000000000001")


def packed(number: str) -> bytes:
    return bytes.fromhex(number + "F" * (len(number) % 2))


def track2(number: str) -> bytes:
    data = f"{number}D2512201123456789"
    return bytes.fromhex(data + "F" * (len(data) % 2))


def tag(name: str, value: bytes) -> bytes:
    return bytes.fromhex(name) + write_length(len(value)) + value


def forms(number: str) -> list[bytes]:
    """The number as it may stand in a field."""
    spaced = " ".join(number[at : at + 4] for at in range(0, len(number), 4))
    return [packed(number), number.encode(), spaced.encode(), f"Karte {number} ok".encode()]


def lines(number: str) -> list[bytes]:
    """The forms as they may stand in a line: packed digits that are letters there are only text."""
    return forms(number)[packed(number).isalpha() :]


def bmps(number: str) -> Iterator[bytes]:
    """A status information with the number in each field that may hold one, in each form."""
    good = b"\x27\x00"
    for row in BMPS.values():
        for value in [*forms(number), track2(number)]:
            if row.length in (LL, LLL):
                yield good + bytes((row.number,)) + write_var(value, -row.length)
    tags = ["5A", "57", "56", "9F6B", "9F20", "5F20", "07", "1F40", "C1", "DF6B", "45", "46"]
    for name in tags:
        for value in [*(lines(number) if name == "07" else forms(number)), track2(number)]:
            inner = tag(name, value)
            yield good + b"\x06" + write_length(len(inner)) + inner
            outer = tag("24", inner)
            yield good + b"\x06" + write_length(len(outer)) + outer
    broken = tag("24", b"\x07\x7f" + number.encode())  # the inside leads beyond its end
    yield good + b"\x06" + write_length(len(broken)) + broken


def zvt_frames(number: str) -> Iterator[bytes]:
    for body in bmps(number):
        yield pack(Apdu(0x040F, body))
        yield pack(Apdu(0x040F, body + b"\x55"))  # and refused for what follows
    for value in lines(number):
        yield pack(Apdu(0x06D1, b"\x40" + value))
        inner = tag("25", tag("07", value))
        yield pack(Apdu(0x06D3, b"\x06" + write_length(len(inner)) + inner))
    for value in forms(number):
        yield pack(Apdu(0x84CC, value))
        yield pack(Apdu(0x06E0, b"\xf1" + write_var(value, 2)))
        yield pack(Apdu(0x08AA, value))
        yield pack(Apdu(0x060F, write_var(value, 3) + b"\x00"))
        yield pack(Apdu(0x060F, value))
        yield pack(Apdu(0x061E, b"\x05" + value))
        yield pack(Apdu(0x0630, value))
        yield b"\x07" + value


def pospc_frames(number: str) -> Iterator[bytes]:
    # not BA: our own reference comes back in it, and is not to be changed
    for name in [0xA4, 0xB9, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC8, 0xC9, 0xD0]:
        for value in [*(lines if name in TEXTS else forms)(number), track2(number)]:
            yield pack_pospc(write_fields(((0xC0, b"00"), (name, value))))


def pcpos_frames(number: str) -> Iterator[bytes]:
    def response(text: str) -> bytes:
        data = text.ljust(137, "\0").encode("utf-16-le")
        return pcpos_framing.pack(pcpos_framing.Frame("000", pcpos_framing.RESPONSE, data))

    card = number.ljust(20, "\0")
    head = "00\0\0" + "1898010".ljust(13, "\0")
    yield response(head + card)
    behind = ["000000", "001002", "320062616302", "0014  ", "C0000301", "000000000000152"]
    yield response(head + card + "\0".join(behind))
    for place in range(len(behind)):
        yield response(head + card + "\0".join([*behind[:place], number, *behind[place + 1 :]]))
    yield response("00\0\0" + number.ljust(13, "\0") + card)
    yield response(number)
    yield b"\x02280000\x1a" + number.encode("utf-16-le")
    ascii_data = ("00" + number).encode("ascii")
    yield pcpos_framing.pack(pcpos_framing.Frame("000", pcpos_framing.RESPONSE, ascii_data))


FRAMES = {
    Protocol.ZVT: zvt_frames,
    Protocol.ZVT_SERIAL: lambda number: map(pack_block, zvt_frames(number)),
    Protocol.BEHPARDAKHT: pospc_frames,
    Protocol.SADAD: pcpos_frames,
}
READERS = {
    Protocol.ZVT: zvt.decode,
    Protocol.ZVT_SERIAL: None,
    Protocol.BEHPARDAKHT: pospc.decode_response,
    Protocol.SADAD: pcpos.decode,
}


def traces(number: str) -> list[str]:
    """What must not be found: the number as digits, as packed hex, as hex of its characters."""
    inside = number[4:-4]  # more of it than BIN and last four show
    return [inside, inside.encode().hex(), inside.encode("utf-16-le").hex()]


@pytest.mark.parametrize("number", CANARIES)
@pytest.mark.parametrize("protocol", list(Protocol))
def test_a_card_number_is_in_nothing_that_comes_out(
    protocol: Protocol, number: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    told, count = [], 0
    for frame in FRAMES[protocol](number):
        count += 1
        told.append(json.dumps(tell(protocol, frame).fields))
        read = READERS[protocol]
        if read is None:
            continue
        try:
            message = read(frame)
            told += [repr(message), str(message), f"{message!r:>10}"]
        except ProtocolError as error:
            told += [repr(error), str(error), error.reason, repr(error.__context__)]
    told.append(caplog.text)
    everything = "\n".join(told).lower()

    assert count > 8
    assert [trace for trace in traces(number) if trace.lower() in everything] == []


def test_of_a_card_bin_and_last_four_are_known() -> None:
    status = zvt.decode(pack(Apdu(0x040F, b"\x27\x00\x22\xf0\xf8" + packed(CANARIES[0]))))

    assert isinstance(status, StatusInformation)
    assert status.pan is not None
    assert (status.pan.bin, status.pan.last4) == ("541333", "0011")


def test_a_track_tells_bin_and_last_four_where_no_number_does() -> None:
    data = track2(CANARIES[0])
    status = zvt.decode(pack(Apdu(0x040F, b"\x27\x00\x23" + write_var(data, 2))))

    assert isinstance(status, StatusInformation)
    assert status.pan == MaskedPan("541333EEEEEE0011")


def test_a_frame_that_waits_to_be_read_shows_nothing() -> None:
    frame = pack(Apdu(0x06D1, b"\x40" + CANARIES[0].encode()))

    assert CANARIES[0] not in repr(find_frame(frame))
    assert CANARIES[0].encode().hex() not in repr(find_frame(frame))
    assert split(find_frame, frame).frames == [frame]


def test_our_reference_comes_back_as_we_sent_it() -> None:
    answer = pospc.decode_response(
        pospc.encode_response(Response("00", reference="4111111111111111"))
    )

    assert isinstance(answer, Response)
    assert answer.reference == "4111111111111111"


def test_a_password_shows_itself_nowhere() -> None:
    message = zvt.decode(bytes.fromhex("0630068642908 77001".replace(" ", "")))

    assert "864290" not in repr(message)
    assert "864290" not in str(message)


def test_the_command_prints_no_card_number(capsys: pytest.CaptureFixture[str]) -> None:
    for frame in zvt_frames(CANARIES[0]):
        main(["terminal", "decode", "zvt", frame.hex(), "--json"])
        main(["terminal", "decode", "zvt", frame.hex()])
    out, err = capsys.readouterr()

    assert [trace for trace in traces(CANARIES[0]) if trace in out + err] == []


@pytest.mark.parametrize(
    ("digits", "masked"),
    [
        ("4111111111111111", "411111EEEEEE1111"),
        ("4111111111111", "411111EEE1111"),
        ("411111111111", "EEEEEEEE1111"),
        ("1234", "EEEE"),
        ("", ""),
        ("EEEEEEEEEEEE4771", "EEEEEEEEEEEE4771"),
        ("559883EEEEEE8074", "559883EEEEEE8074"),
        ("559883ABCDEF8074", "559883EEEEEE8074"),
    ],
)
def test_a_number_is_masked(digits: str, masked: str) -> None:
    assert mask_digits(digits).digits == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (b"PAN 4111111111111111.", b"PAN 411111******1111."),
        (b"4111-1111-1111-1111", b"411111******1111"),
        (b"3782 822463 10005", b"378282*****0005"),
        (b"6037991234567890", b"603799******7890"),
        (b"A0000000041010 0000000041010", b"A0000000041010 0000000041010"),
        (b"VU-Nr: 100461763 Trace 000265", b"VU-Nr: 100461763 Trace 000265"),
        (b"RRN 320062616302", b"RRN 320062616302"),
        (b"28.02.2022 12:24:59", b"28.02.2022 12:24:59"),
        (b"ref 12345678901234567890", b"ref 12345678901234567890"),
        (b"87975294068522", b"87975294068522"),
    ],
)
def test_text_keeps_what_is_no_card_number(text: bytes, masked: bytes) -> None:
    assert mask_text(text) == masked


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        ("5413330089020011", "541333eeeeee0011"),
        ("5555555555554444", "555555eeeeee4444"),
        ("01055413330089020011f0", "0105541333eeeeee0011f0"),
        ("5413330089020012", "541333eeeeee0012"),
        ("5413330089020012d2512201", "541333eeeeee0012ffffffff"),
        ("01055413330089020012f0", "01055413330089020012f0"),
        ("3230323330343035", "3230323330343035"),
        ("a0000000041010", "a0000000041010"),
    ],
    ids=[
        "alone",
        "all letters",
        "within",
        "alone, wrong check digit",
        "track",
        "within, wrong check digit",
        "a date in text",
        "an application",
    ],
)
def test_a_packed_number_is_masked_where_it_is_one(value: str, masked: str) -> None:
    assert mask_value(bytes.fromhex(value)).hex() == masked
