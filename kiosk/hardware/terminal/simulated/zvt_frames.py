"""What a ZVT terminal says, written byte by byte from the specification, and not by our codec.

Only the framing (class, instruction, length) is shared. Card data stands in clear here, because it
does so on the wire.

Source: PA00P015, chapters 3 (terminal to cash register), "Bitmaps", "TLV-container"; recorded
frames in tests/data/payment/zvt.tsv: Z012 (totals), Z016 (payment), Z023 (reversal), Z071.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from kiosk.hardware.terminal.simulated import cards
from kiosk.hardware.terminal.zvt.framing import Apdu, pack

ACK = b"\x80\x00\x00"
LONG_TEXT = "GEN.NR.:{number:06d}"
UNKNOWN_FIELD = b"\xfe\x07\x31\x32"  # FE is in no table of BMPs


def bcd(number: int, size: int) -> bytes:
    """Pack decimal digits, ``size`` bytes of them."""
    return bytes.fromhex(f"{number:0{2 * size}d}")


def llvar(value: bytes, digits: int = 2) -> bytes:
    """Put a length of F0 to F9 before a value."""
    return bytes(0xF0 | int(digit) for digit in f"{len(value):0{digits}d}") + value


def tlv(tag: str, value: bytes) -> bytes:
    """Write a tag of the container; its length as BER has it."""
    size = len(value)
    length = bytes((size,)) if size < 0x80 else b"\x82" + size.to_bytes(2, "big")
    return bytes.fromhex(tag) + length + value


def container(*tags: bytes) -> bytes:
    """Write BMP 06."""
    content = b"".join(tags)
    return tlv("06", content)


@dataclass(frozen=True, slots=True)
class Told:
    """What a status information tells; numbers that are 0 are not told."""

    result: int
    amount: int = 0
    currency: int = 0
    terminal_id: str = ""
    receipt: int = 0
    trace: int = 0
    original_trace: int = 0
    text: str = ""
    at_ms: int = 0
    card: bool = True
    careless: bool = False  # the card number in texts and tags as well
    odd: bool = False  # fields in another order, tags that nobody knows
    unknown: bool = False  # a field that nobody can pass over


def status(told: Told) -> bytes:
    """Write 04 0F."""
    fields = [b"\x27" + bytes((told.result,)), b"\x04" + bcd(told.amount, 6)]
    if told.currency:
        fields.append(b"\x49" + bcd(told.currency, 2))
    fields += _numbers(told)
    if told.card and told.result == 0:
        fields += _card()
    fields.append(b"\x29" + bcd(int(told.terminal_id or 0), 4))
    text = f"{told.text} {cards.PAN}" if told.careless else told.text
    if text:
        fields.append(b"\x3c" + llvar(text.encode("cp437"), 3))
    if told.odd:
        fields.reverse()
    if told.unknown:
        fields.insert(3, UNKNOWN_FIELD)
    return pack(Apdu(0x040F, b"".join(fields) + _tags(told)))


def _numbers(told: Told) -> list[bytes]:
    now = time.localtime(told.at_ms / 1_000) if told.at_ms else time.localtime()
    fields = [
        b"\x0c" + bytes.fromhex(time.strftime("%H%M%S", now)),
        b"\x0d" + bytes.fromhex(time.strftime("%m%d", now)),
    ]
    if told.trace:
        fields.append(b"\x0b" + bcd(told.trace, 3))
    if told.original_trace:
        fields.append(b"\x37" + bcd(told.original_trace, 3))
    if told.receipt:
        fields += [b"\x87" + bcd(told.receipt, 2), b"\x88" + bcd(told.receipt, 3)]
    return fields


def _card() -> list[bytes]:
    track2 = bytes.fromhex(cards.TRACK2 + "F" * (len(cards.TRACK2) % 2))
    return [
        b"\x0e" + bytes.fromhex(cards.EXPIRY),
        b"\x17\x00\x01",
        b"\x19\x70",
        b"\x22" + llvar(bytes.fromhex(cards.PAN)),
        b"\x23" + llvar(track2),
        b"\x2a" + b"100346173".ljust(15),
        b"\x3b" + b"611834".ljust(8, b"\0"),
        b"\x8a\x06",
        b"\x8b" + llvar(cards.CARD.encode("ascii") + b"\0"),
    ]


def _tags(told: Told) -> bytes:
    tags = []
    if told.odd:
        tags += [tlv("1F73", b"\0\0\1"), tlv("DF7E", b"maker's own"), tlv("E7", tlv("C5", b"\1"))]
    if told.careless:
        track2 = bytes.fromhex(cards.TRACK2 + "F" * (len(cards.TRACK2) % 2))
        tags += [
            tlv("60", tlv("5A", bytes.fromhex(cards.PAN)) + tlv("57", track2)),
            tlv("5F20", cards.NAME.encode("ascii")),
            tlv("1F10", cards.PAN.encode("ascii")),
        ]
    return container(*tags) if tags else b""


def totals(amount: int, currency: int, count: int, first: int, last: int) -> bytes:
    """Write the 04 0F of an end of day: the sum, and how it came about (BMP 60)."""
    kinds = bytes((min(count, 0x99),)) + bcd(max(amount, 0), 6)
    sums = bcd(first, 2) + bcd(last, 2) + bytes(7) * 6 + kinds
    body = b"\x27\x00\x04" + bcd(max(amount, 0), 6) + b"\x49" + bcd(currency, 2)
    return pack(Apdu(0x040F, body + b"\x60" + llvar(sums, 3)))


def intermediate(code: int, text: str = "", minutes: int = 0) -> bytes:
    """Write 04 FF; ``minutes`` is how long it may last, where that is told."""
    tags = container(tlv("24", tlv("07", text.encode("cp437")))) if text else b""
    lasts = bcd(minutes, 1) if minutes else b""
    return pack(Apdu(0x04FF, bytes((code,)) + lasts + tags))


def completion(body: bytes = b"") -> bytes:
    """Write 06 0F."""
    return pack(Apdu(0x060F, body))


def abort(result: int) -> bytes:
    """Write 06 1E."""
    return pack(Apdu(0x061E, bytes((result,))))


def refusal(code: int, data: bytes = b"") -> bytes:
    """Write 84 xx."""
    return pack(Apdu(0x8400 | code, data))


def line(text: str, attribute: int = 0) -> bytes:
    """Write 06 D1, a line of the receipt."""
    return pack(Apdu(0x06D1, bytes((attribute,)) + text.encode("cp437")))


def block(*lines: str) -> bytes:
    """Write 06 D3, a whole receipt for the cardholder."""
    texts = b"".join(tlv("07", text.encode("cp437")) for text in lines)
    return pack(Apdu(0x06D3, container(tlv("1F07", b"\x02"), tlv("25", texts))))


def ready(terminal_id: str, currency: int) -> bytes:
    """Write the 06 0F of a registration."""
    body = b"\x19\x00\x29" + bcd(int(terminal_id), 4) + b"\x49" + bcd(currency, 2)
    return completion(body)
