"""Behpardakht and Sadad on real sockets, in bytes of the printed samples' form."""

from __future__ import annotations

import time
from functools import reduce
from operator import xor
from pathlib import Path

import pytest

from kiosk.hardware.terminal.simulated.cards import PAN
from kiosk.hardware.terminal.simulated.plans import Person
from tests.drivers.terminal.simulated.rigs import Raw, dialled, on_the_line, running


def crc_arc(covered: bytes) -> bytes:
    value = 0
    for byte in covered:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0xA001 if value & 1 else 0)
    return value.to_bytes(2, "little")


def pospc(hexed: str) -> str:
    tlv = bytes.fromhex(hexed)
    return (f"{len(tlv):04d}".encode() + tlv + crc_arc(tlv)).hex()


SALE = pospc("b003010000" + "a20101" + "ba0433303030")  # 10,000 Rial, reference "3000"
INQUIRY = pospc("a20116" + "ba0433303030")
LAST = pospc("a20117")


def answer(raw: Raw) -> str:
    """Hear a response, whose length counts all of it; gives its TLV as hex."""
    length = int(raw.take(4) or b"6")
    rest = raw.take(length - 4)
    assert not rest or crc_arc(rest[:-2]) == rest[-2:]
    return rest[:-2].hex()


def test_behpardakht_answers_ready_and_sells(tmp_path: Path) -> None:
    with running(tmp_path, protocol="behpardakht") as rig, dialled(rig) as raw:
        raw.say(b"Ready?".hex())
        assert raw.take(2) == b"OK"
        raw.say(SALE)
        told = answer(raw)
        for field in ("c0023030", "a20101", "b003010000", "ba0433303030", "c70429001234"):
            assert field in told
        assert rig.net() == [1]
        assert rig.rows[-1].reference == "3000"


@pytest.mark.parametrize(
    ("line", "code"), [("decline funds", "51"), ("decline pin", "55"), ("cancel", "FU")]
)
def test_behpardakht_declines_by_its_code_and_says_so_again_when_asked(
    tmp_path: Path, line: str, code: str
) -> None:
    with running(tmp_path, line, protocol="behpardakht") as rig, dialled(rig) as raw:
        raw.say(SALE)
        assert f"c002{code.encode().hex()}" in answer(raw)
        raw.say(INQUIRY)
        assert f"c002{code.encode().hex()}" in answer(raw)
        assert rig.net() == [0]


def test_behpardakht_finds_a_sale_by_reference_and_no_other(tmp_path: Path) -> None:
    with running(tmp_path, protocol="behpardakht") as rig, dialled(rig) as raw:
        raw.say(INQUIRY)
        assert "c0024541" in answer(raw)  # EA
        raw.say(SALE)
        answer(raw)
        for question in (INQUIRY, LAST):
            raw.say(question)
            told = answer(raw)
            assert "c0023030" in told
            assert "b003010000" in told


@pytest.mark.parametrize(("persona", "net", "found"), [("P1", 0, "4541"), ("P2", 1, "3030")])
def test_behpardakht_whose_answer_could_not_be_sent_undoes_or_keeps_it(
    tmp_path: Path, persona: str, net: int, found: str
) -> None:
    lines = ("approve fault=rst-when-charged",)
    with running(tmp_path, *lines, protocol="behpardakht", persona=persona) as rig:
        with dialled(rig) as raw:
            raw.say(SALE)
            assert raw.ended() == "RST"
        assert rig.settled("asked", "charged", *(("reversed",) if net == 0 else ()))
        assert rig.net() == [net]
        rig.idle()
        with dialled(rig) as raw:
            raw.say(INQUIRY)
            assert f"c002{found}" in answer(raw)


def test_behpardakht_that_will_not_be_asked_says_nothing_of_the_sale(tmp_path: Path) -> None:
    with running(tmp_path, protocol="behpardakht", persona="P3") as rig, dialled(rig) as raw:
        raw.say(SALE)
        answer(raw)
        raw.say(INQUIRY)
        told = answer(raw)
        assert "c0023030" not in told
        assert "c0024541" not in told  # "not found" would be a lie


def test_behpardakht_without_a_word_from_the_bank_says_ff_and_has_charged(tmp_path: Path) -> None:
    lines = ("approve fault=bank-silent",)
    with running(tmp_path, *lines, protocol="behpardakht") as rig, dialled(rig) as raw:
        raw.say(SALE)
        assert "c0024646" in answer(raw)
        raw.say(INQUIRY)
        assert "c0023030" in answer(raw)
        assert rig.net() == [1]


def test_behpardakht_says_nothing_while_a_payment_is_going_on_and_can_be_cancelled(
    tmp_path: Path,
) -> None:
    more = {"protocol": "behpardakht", "plans": Person()}
    with running(tmp_path, **more) as rig, dialled(rig) as raw, dialled(rig) as other:  # type: ignore[arg-type]
        raw.say(SALE)
        while "asked" not in rig.kinds():
            time.sleep(0.005)
        other.say(b"Ready?".hex() + INQUIRY)
        assert other.silent()
        raw.say(b"CANCEL".hex())
        assert "c0024655" in answer(raw)  # FU
        assert rig.net() == [0]


@pytest.mark.parametrize("name", ["other-amount", "other-terminal", "card-data", "result-twice"])
def test_behpardakht_tells_it_wrong_when_told_to(tmp_path: Path, name: str) -> None:
    lines = (f"approve fault={name}",)
    with running(tmp_path, *lines, protocol="behpardakht") as rig, dialled(rig) as raw:
        raw.say(SALE)
        told = answer(raw)
        match name:
            case "other-amount":
                assert "b003010007" in told
            case "other-terminal":
                assert "c70477777777" in told
            case "card-data":
                assert PAN.encode().hex() in told
            case _:
                assert answer(raw) == told


# ---- Sadad


def pcpos(kind: int, data: bytes = b"") -> str:
    covered = f"{6 + len(data):03d}000".encode() + bytes((kind,)) + data + b"\x03"
    return (b"\x02" + covered + bytes((reduce(xor, covered),))).hex()


INM, ACK, NACK, EOT = pcpos(0xF1), pcpos(0x06), pcpos(0x15), pcpos(0x04)
REQUEST = pcpos(
    0x19, b"10000".ljust(13, b"\0") + b" " * 14 + b"0200" + b"000000" + b"\x10" + b"006321654"
)


def frame(raw: Raw) -> tuple[int, bytes, bool]:
    """Hear a frame: its type, its data, and whether its LRC is right."""
    head = raw.take(8)
    if len(head) < 8:
        return 0, b"", False
    rest = raw.take(int(head[1:4]) - 4)
    return head[7], rest[:-2], reduce(xor, head[1:] + rest[:-1]) == rest[-1]


def test_sadad_answers_inm_takes_the_request_and_tells_the_card_in_clear(tmp_path: Path) -> None:
    with running(tmp_path, protocol="sadad") as rig, dialled(rig) as raw:
        raw.say(INM)
        assert frame(raw) == (0x06, b"", True)
        raw.say(REQUEST)
        assert frame(raw) == (0x06, b"", True)
        kind, data, sound = frame(raw)
        assert (kind, sound, len(data)) == (0x1A, True, 274)
        text = data.decode("utf-16-le")
        assert (text[:2], text[4:9], text[17:33]) == ("00", "10000", PAN)
        raw.say(ACK)
        assert frame(raw)[0] == 0x04
        assert rig.net() == [1]
        assert rig.rows[-1].reference == "321654"


@pytest.mark.parametrize(
    ("persona", "booked"),
    [("P1", ("asked", "charged", "reversed")), ("P2", ("asked", "charged"))],
)
def test_sadad_repeats_what_is_not_acknowledged_and_then_undoes_or_keeps_it(
    tmp_path: Path, persona: str, booked: tuple[str, ...]
) -> None:
    with running(tmp_path, protocol="sadad", persona=persona) as rig, dialled(rig) as raw:
        raw.say(REQUEST)
        frame(raw)
        first = frame(raw)
        assert [frame(raw), frame(raw)] == [first, first]
        assert rig.settled(*booked)


def test_sadad_sends_a_broken_response_again_when_it_hears_nack(tmp_path: Path) -> None:
    line = "approve fault=bad-crc"
    with running(tmp_path, line, protocol="sadad", serial=True) as rig, on_the_line(rig) as raw:
        raw.say(REQUEST)
        frame(raw)
        assert frame(raw)[2] is False
        raw.say(NACK)
        assert frame(raw)[2] is True
        raw.say(ACK)
        assert frame(raw)[0] == 0x04
        assert rig.net() == [1]


@pytest.mark.parametrize(
    ("line", "code"), [("decline funds", "51"), ("cancel", "17"), ("approve fault=not-taken", "12")]
)
def test_sadad_declines_by_its_code(tmp_path: Path, line: str, code: str) -> None:
    with running(tmp_path, line, protocol="sadad") as rig, dialled(rig) as raw:
        raw.say(REQUEST)
        frame(raw)
        assert frame(raw)[1].decode("utf-16-le")[:2] == code
        assert rig.net() == [0]


@pytest.mark.parametrize("protocol", ["behpardakht", "sadad"])
@pytest.mark.parametrize("name", ["fin-in-frame", "silent-past-t3", "reboot-when-charged"])
def test_links_end_as_they_are_told_to(tmp_path: Path, protocol: str, name: str) -> None:
    lines = (f"approve fault={name}",)
    with running(tmp_path, *lines, protocol=protocol) as rig, dialled(rig) as raw:
        raw.say(SALE if protocol == "behpardakht" else REQUEST)
        while raw.more(0.4):
            pass
        if name == "silent-past-t3":
            assert raw.heard == b""
        rig.idle()
        assert rig.net() == [1]
