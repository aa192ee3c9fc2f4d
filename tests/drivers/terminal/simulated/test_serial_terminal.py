"""ZVT in blocks over a pseudo-terminal; blocks and CRCs are written here, from the traces' algorithm."""

from __future__ import annotations

from pathlib import Path

from tests.drivers.terminal.simulated.rigs import ACK, PAY, Raw, Rig, on_the_line, running

UNDONE = ("asked", "charged", "reversed")


def crc(covered: bytes) -> bytes:
    value = 0
    for byte in covered:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0x8408 if value & 1 else 0)
    return value.to_bytes(2, "little")


def block(hexed: str) -> str:
    apdu = bytes.fromhex(hexed)
    return (
        b"\x10\x02" + apdu.replace(b"\x10", b"\x10\x10") + b"\x10\x03" + crc(apdu + b"\x03")
    ).hex()


def hear_block(raw: Raw) -> str:
    """Hear a block that is sound, without acknowledging it; gives the APDU."""
    assert raw.take(2) == b"\x10\x02", raw.heard
    apdu = b""
    while True:
        byte = raw.take(1)
        if byte == b"\x10":
            byte = raw.take(1)
            if byte == b"\x03":
                break
        apdu += byte
    return apdu.hex() if raw.take(2) == crc(apdu + b"\x03") else "broken"


def say_block(raw: Raw, hexed: str) -> None:
    raw.say(block(hexed))
    assert raw.take(1) == b"\x06"


def expect_block(raw: Raw, begins: str) -> str:
    apdu = hear_block(raw)
    assert apdu.startswith(begins), apdu
    raw.say("06")
    return apdu


def register_serial(raw: Raw) -> None:
    say_block(raw, "060006000000060364")
    expect_block(raw, "800000")
    expect_block(raw, "060f")
    say_block(raw, ACK)


def finish_serial(raw: Raw, rig: Rig) -> None:
    expect_block(raw, "040f")
    say_block(raw, ACK)
    expect_block(raw, "060f")
    say_block(raw, ACK)
    rig.idle()
    assert rig.net() == [1]


def test_pays_in_blocks(tmp_path: Path) -> None:
    with running(tmp_path, serial=True) as rig, on_the_line(rig) as raw:
        register_serial(raw)
        say_block(raw, PAY)
        expect_block(raw, "800000")
        finish_serial(raw, rig)


def test_a_sound_block_is_called_broken_and_taken_the_second_time(tmp_path: Path) -> None:
    with running(tmp_path, "approve fault=nak", serial=True) as rig, on_the_line(rig) as raw:
        register_serial(raw)
        say_block(raw, PAY)
        expect_block(raw, "800000")
        hear = hear_block(raw)
        assert hear.startswith("040f")
        raw.say("06")
        raw.say(block(ACK))
        assert raw.take(1) == b"\x15"
        say_block(raw, ACK)
        expect_block(raw, "060f")
        say_block(raw, ACK)
        rig.idle()
        assert rig.net() == [1]


def test_a_block_whose_ack_is_lost_is_heard_again_and_passed_over(tmp_path: Path) -> None:
    with running(tmp_path, "approve fault=lost-ack", serial=True) as rig, on_the_line(rig) as raw:
        register_serial(raw)
        say_block(raw, PAY)
        expect_block(raw, "800000")
        expect_block(raw, "040f")
        raw.say(block(ACK))
        assert hear_block(raw).startswith("060f")  # in the place of the ACK
        raw.say("06")
        say_block(raw, ACK)
        rig.idle()
        assert rig.net() == [1]


def test_a_result_comes_broken_and_then_sound(tmp_path: Path) -> None:
    with running(tmp_path, "approve fault=bad-crc", serial=True) as rig, on_the_line(rig) as raw:
        register_serial(raw)
        say_block(raw, PAY)
        expect_block(raw, "800000")
        assert hear_block(raw) == "broken"
        raw.say("15")
        finish_serial(raw, rig)


def test_a_doubled_dle_comes_apart(tmp_path: Path) -> None:
    with running(tmp_path, "approve fault=split-dle", serial=True) as rig, on_the_line(rig) as raw:
        register_serial(raw)
        say_block(raw, PAY)
        expect_block(raw, "800000")
        finish_serial(raw, rig)


def test_a_broken_block_is_answered_with_nak_and_a_repeated_one_charges_once(
    tmp_path: Path,
) -> None:
    with running(tmp_path, serial=True) as rig, on_the_line(rig) as raw:
        register_serial(raw)
        raw.say(block(PAY)[:-2] + "00")
        assert raw.take(1) == b"\x15"
        raw.say(block(PAY) + block(PAY))
        assert raw.take(2) in (b"\x06\x06", b"\x06\x10")
        rig.idle()
        assert rig.kinds().count("asked") == 1


def test_after_a_silent_payment_the_line_is_heard_again(tmp_path: Path) -> None:
    lines = ("approve fault=silent-when-charged",)
    with running(tmp_path, *lines, persona="P1", serial=True) as rig, on_the_line(rig) as raw:
        register_serial(raw)
        say_block(raw, PAY)
        expect_block(raw, "800000")
        assert rig.settled(*UNDONE)
        rig.idle()
        register_serial(raw)
