"""Terminals of Behpardakht and Sadad for scripts: frames put together by hand, on a line.

Source: docs/devices/behpardakht.md and sadad.md; shares no code with the product.
"""

from functools import reduce
from operator import xor

from tests.drivers.terminal.dialogue.lines import HEARS_S, Line
from tests.drivers.terminal.dialogue.peers import ZvtEnd


class PosPcEnd(ZvtEnd):
    """Requests: their length counts the TLV. Words stand bare."""

    def hear(self, within_s: float = HEARS_S) -> bytes:
        first = self.line.take(4, within_s)
        for word in (b"Ready?", b"CANCEL"):
            if word.startswith(first):
                return first + self.line.take(len(word) - 4)
        return first + self.line.take(int(first) + 2)


def arc(covered: bytes) -> bytes:
    crc = 0
    for byte in covered:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return bytes((crc & 0xFF, crc >> 8))


def tlv(tag: str, value: bytes) -> bytes:
    return bytes.fromhex(tag) + bytes((len(value),)) + value


def response(
    code: str = "00",
    amount: int | None = 125_000,
    reference: str = "S1",
    service: int | None = 1,
    terminal: str = "21009543",
    more: bytes = b"",
) -> str:
    """A whole response, as hex."""
    body = tlv("C0", code.encode())
    body += tlv("A2", bytes((service,))) if service is not None else b""
    digits = str(amount)
    body += (
        tlv("B0", bytes.fromhex(digits.rjust(len(digits) + len(digits) % 2, "0")))
        if amount
        else b""
    )
    body += tlv("C1", b"\x06") + tlv("C2", bytes.fromhex("127957072802"))
    body += tlv("C3", b"1404/09/05") + tlv("C4", b"12:16")
    body += tlv("C5", bytes.fromhex("0770")) + tlv("C6", bytes.fromhex("603769"))
    body += tlv("C7", bytes.fromhex(terminal))
    body += tlv("BA", reference.encode()) if reference else b""
    return framed(body + more)


def bare(code: str, service: int) -> str:
    """A response that tells its code and nothing else, as hex."""
    return framed(tlv("C0", code.encode()) + tlv("A2", bytes((service,))))


def framed(body: bytes) -> str:
    return (f"{len(body) + 6:04d}".encode() + body + arc(body)).hex()


READY, OK, CANCEL = b"Ready?".hex(), b"OK".hex(), b"CANCEL".hex()


class PcPosEnd(ZvtEnd):
    """Frames with STX, length and LRC."""

    def hear(self, within_s: float = HEARS_S) -> bytes:
        head = self.line.take(4, within_s)
        return head + self.line.take(int(head[1:4]))


def pcpos(kind: int, data: bytes = b"") -> str:
    """A whole frame, as hex."""
    covered = f"{6 + len(data):03d}000".encode() + bytes((kind,)) + data + b"\x03"
    return (b"\x02" + covered + bytes((reduce(xor, covered),))).hex()


INM, REQUEST, ACK, NACK, EOT = (
    "023030363030 30f1".replace(" ", ""),
    "19",
    pcpos(6),
    pcpos(0x15),
    pcpos(4),
)
CARD = "6037691234560770"


def answer(
    code: str = "00", amount: str = "125000", card: str = CARD, tid: str = "C0000301"
) -> str:
    """1A: what came of it; the card number stands in it in clear."""
    text = code.ljust(4, "\0") + amount.ljust(13, "\0") + card + "\0"
    if code == "00":
        text += (
            "\0".join(("000000", "001002", "320062616302", "0014  ", tid, "000000000000152")) + "\0"
        )
    return pcpos(0x1A, text.ljust(137, "\0").encode("utf-16-le"))


def broken(frame: str) -> str:
    """The frame with another checksum."""
    return frame[:-2] + f"{int(frame[-2:], 16) ^ 0x55:02x}"


def end_of(protocol: str, line: Line) -> ZvtEnd:
    return PosPcEnd(line) if protocol == "behpardakht" else PcPosEnd(line)
