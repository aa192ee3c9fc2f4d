"""Where one code ends on a serial line: bytes in, codes out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.hardware.gate import CODE_BYTES_MAX
from kiosk.hardware.scanner.frames import Framing, Received, take_codes

LONGEST = b"7" * CODE_BYTES_MAX


@pytest.mark.parametrize(
    ("received", "codes", "rest"),
    [
        (b"", [], b""),
        (b"\r\n\r\n", [], b""),
        (b"123\r456\n78", [b"123", b"456"], b"78"),
        (b"123\r\n456\r\n", [b"123", b"456"], b""),
        (b"\x02123\x03\x02456\x03", [b"123", b"456"], b""),
        (b"\x02123\x03\r\n", [b"123"], b""),
        (b"\x02123\r\x03", [b"123"], b""),
        (b"12\x02345", [], b"\x02345"),
        (b"40063\x0296385074\x03", [b"96385074"], b""),
        (b"\x00\x00123\x00\r", [b"123"], b""),
        (b"0104006381333931\x1d10A\r", [b"0104006381333931\x1d10A"], b""),
        (LONGEST + b"\r", [LONGEST], b""),
    ],
    ids=[
        "nothing",
        "ends alone",
        "two and a part",
        "CR LF is one end",
        "STX and ETX",
        "STX, ETX and CR LF",
        "STX, CR, ETX",
        "half a code before an STX goes",
        "half a code before a whole one goes",
        "NUL from plugging in goes",
        "GS is part of a code",
        "as long as allowed",
    ],
)
def test_take_codes(received: bytes, codes: list[bytes], rest: bytes) -> None:
    assert take_codes(received) == Received(codes, rest, noise=0)


@pytest.mark.parametrize(
    ("received", "framing"),
    [
        (LONGEST + b"7\r", Framing.ANY),
        (b"123\x1b[2J\r", Framing.ANY),
        (b"12\x7f3\r", Framing.ANY),
        (b"1\x003\r", Framing.ANY),
        (b"123\x03", Framing.STX_ETX),
    ],
    ids=["too long", "an escape", "a delete", "a NUL within", "no STX where it must be"],
)
def test_noise_goes_whole_and_is_counted(received: bytes, framing: Framing) -> None:
    assert take_codes(received, framing) == Received([], b"", noise=1)


def test_what_follows_noise_without_an_end_cannot_make_it_a_code() -> None:
    rest = take_codes(b"\xfe" * 5_000).rest
    assert len(rest) == CODE_BYTES_MAX + 1
    assert take_codes(rest + b"4006381333931\r") == Received([], b"", noise=1)


def test_noise_after_an_stx_is_bounded_too() -> None:
    rest = take_codes(b"\x02" + b"\xfe" * 5_000).rest
    assert len(rest) < CODE_BYTES_MAX + 3
    assert take_codes(rest + b"4006381333931\x03").codes == []


CODES = st.lists(st.binary(min_size=1, max_size=40).map(lambda raw: raw.hex().encode()), max_size=5)


@given(CODES, st.sampled_from([b"\r", b"\n", b"\r\n", b"\x03"]), st.data())
def test_codes_come_out_whole_wherever_the_line_cuts_them(
    codes: list[bytes], end: bytes, data: st.DataObject
) -> None:
    sent = b"".join(code + end for code in codes)
    cut = data.draw(st.integers(0, len(sent)))
    first = take_codes(sent[:cut])
    second = take_codes(first.rest + sent[cut:])
    assert first.codes + second.codes == codes
    assert second.rest == b""


@given(st.binary(max_size=3_000))
def test_whatever_comes_memory_is_bounded_and_no_code_has_an_end_in_it(received: bytes) -> None:
    codes, rest, _ = take_codes(received)
    assert len(rest) <= CODE_BYTES_MAX + 2
    assert all(0 < len(code) <= CODE_BYTES_MAX for code in codes)
    assert not any(end in code for code in codes for end in (b"\r", b"\n", b"\x02", b"\x03"))
