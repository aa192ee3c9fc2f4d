r"""The TLV container of ZVT (BMP 06): tags of one byte and more, lengths as in BER, nested.

Card data is hidden while it is read (``kiosk.hardware.terminal.masking``): tags that hold a card
number keep it masked, tags that hold a track or a name keep nothing.

>>> [tag] = read_container(bytes.fromhex("240b0709416267656c65686e74"))
>>> tag.as_json()
['24', [['07', '416267656c65686e74']]]

Source: PA00P015, chapter "TLV-container"; EMV 4.3 book 3, annex B (tags, lengths).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.hardware.terminal import masking
from kiosk.hardware.terminal.protocol_error import ProtocolError

CONSTRUCTED, MORE_TAG, LAST_TAG = 0x20, 0x1F, 0x80
TAG_BYTES_MAX = 4
DEPTH_MAX = 8  # the specification nests three deep
LENGTH_BYTES_MAX = 3

Json = list["str | Json"]

_TAG = re.compile(r"(?![13579BDF]F)[0-9A-F]{2}|[13579BDF]F(?:[89A-F][0-9A-F]){0,2}[0-7][0-9A-F]")

# EMV 4.3 book 3, annex A; C-2 kernel (9F6B). 57 and 5A hold the number itself.
LINE_TAG = "07"  # text by rule
PAN_TAGS = frozenset(("5A",))
TRACK2_TAGS = frozenset(("57", "9F6B"))
DROPPED_TAGS = frozenset(
    (
        "56",  # track 1
        "5F20",  # the cardholder's name
        "9F0B",  # the same, extended
        "9F1F",  # discretionary data of track 1
        "9F20",  # of track 2
        "99",  # PIN data
        "DF6B",  # track 2 of readers that mask nothing
    )
)


@dataclass(frozen=True, slots=True)
class Tlv:
    """A tag in upper-case hex, and its bytes or the tags within."""

    tag: str
    value: bytes | tuple[Tlv, ...]

    def __post_init__(self) -> None:
        if not _TAG.fullmatch(self.tag):
            raise ValueError(f"Expected a tag of one to {TAG_BYTES_MAX} bytes, got {self.tag!r}")

    def as_json(self) -> Json:
        """Give tag and value, bytes in lower-case hex."""
        if isinstance(self.value, bytes):
            return [self.tag, self.value.hex()]
        return [self.tag, [inner.as_json() for inner in self.value]]


Container = tuple[Tlv, ...]


def read_container(content: bytes, depth: int = 0) -> Container:
    """Read tags up to the end; raises ``ProtocolError`` where a length leads beyond it."""
    if depth > DEPTH_MAX:
        raise ProtocolError(f"TLV: expected at most {DEPTH_MAX} levels, got more")
    tags, at = [], 0
    while at < len(content):
        tag, at = _read_tag(content, at)
        length, at = read_length(content, at)
        if at + length > len(content):
            raise ProtocolError(f"TLV {tag}: expected {length} bytes, got {len(content) - at}")
        tags.append(_read_value(tag, content[at : at + length], depth))
        at += length
    return tuple(tags)


def _read_value(tag: str, value: bytes, depth: int) -> Tlv:
    if tag in PAN_TAGS:
        return Tlv(tag, _packed(masking.mask_bcd(value), len(value)))
    if tag in TRACK2_TAGS:
        return Tlv(tag, _packed(masking.mask_track2(value), len(value)))
    if tag in DROPPED_TAGS:
        return Tlv(tag, b"")
    if int(tag[:2], 16) & CONSTRUCTED:
        try:
            return Tlv(tag, read_container(value, depth + 1))
        except ProtocolError:
            return Tlv(tag, ())  # its own length is known, so what it holds can be passed over
    hide = masking.mask_line if tag == LINE_TAG else masking.mask_value
    return Tlv(tag, hide(value))


def _packed(pan: masking.MaskedPan, size: int) -> bytes:
    return bytes.fromhex(pan.digits.lower().ljust(2 * size, "f")[: 2 * size])


def _read_tag(content: bytes, at: int) -> tuple[str, int]:
    end = at + 1
    if content[at] & MORE_TAG == MORE_TAG:
        while end < len(content) and content[end] & LAST_TAG:
            end += 1
        end += 1
    if end > len(content) or end - at > TAG_BYTES_MAX:
        raise ProtocolError("TLV: expected the end of a tag, got the end of the container")
    return content[at:end].hex().upper(), end


def read_length(content: bytes, at: int) -> tuple[int, int]:
    """Read a length as BER writes it, high byte first; give it and where the value begins."""
    if at >= len(content):
        raise ProtocolError("TLV: expected a length, got the end")
    first = content[at]
    if first < 0x80:
        return first, at + 1
    size = first & 0x7F
    end = at + 1 + size
    if not 1 <= size <= LENGTH_BYTES_MAX or end > len(content):
        raise ProtocolError("TLV: expected a length of one to three bytes, got another")
    return int.from_bytes(content[at + 1 : end], "big"), end


def found(container: Container, *path: str) -> Iterator[bytes]:
    """Give the values at a path of tags, such as ``"25", "07"``, in their order."""
    tag, *deeper = path
    for each in container:
        if each.tag != tag:
            continue
        if deeper and isinstance(each.value, tuple):
            yield from found(each.value, *deeper)
        elif not deeper and isinstance(each.value, bytes):
            yield each.value


def write_container(tags: Container) -> bytes:
    """Write tags one after the other."""
    return b"".join(_write(tags))


def _write(tags: Container) -> Iterator[bytes]:
    for each in tags:
        value = each.value if isinstance(each.value, bytes) else write_container(each.value)
        yield bytes.fromhex(each.tag) + write_length(len(value)) + value


def write_length(length: int) -> bytes:
    """Write a length in the shortest form."""
    if length < 0x80:
        return bytes((length,))
    size = (length.bit_length() + 7) // 8
    return bytes((0x80 | size,)) + length.to_bytes(size, "big")
