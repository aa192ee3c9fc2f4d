"""Which characters a TrueType font can draw, read from its ``cmap`` table; nothing else of a font.

SDL_ttf draws a box for a character that the font lacks. Knowing this beforehand lets the provider
take another font for that character.

Source: OpenType 1.9 specification, "cmap": subtable formats 4 and 12, big endian.
"""

import struct
from functools import cache
from pathlib import Path
from struct import unpack_from

_UNICODE_TABLES = {(3, 10), (0, 6), (0, 4), (3, 1), (0, 3)}  # (platform, encoding)


@cache
def characters_of(font: str) -> frozenset[int]:
    """Find the code points with a glyph; ``ValueError`` for a file without a Unicode table."""
    try:
        found = _read(Path(font).read_bytes())
    except struct.error:
        found = set()
    if not found:
        raise ValueError(f"expected a font with a Unicode cmap of format 4 or 12, got {font}")
    return frozenset(found)


def _read(data: bytes) -> set[int]:
    found: set[int] = set()
    start = _table(data, b"cmap")
    for i in range(unpack_from(">H", data, start + 2)[0]):
        platform, encoding, offset = unpack_from(">HHI", data, start + 4 + 8 * i)
        if (platform, encoding) in _UNICODE_TABLES:
            found |= _subtable(data, start + offset)
    return found


def _table(data: bytes, tag: bytes) -> int:
    for i in range(unpack_from(">H", data, 4)[0]):
        name, _checksum, offset, _length = unpack_from(">4sIII", data, 12 + 16 * i)
        if name == tag:
            return int(offset)
    raise struct.error(f"no table {tag.decode()}")


def _subtable(data: bytes, at: int) -> set[int]:
    match unpack_from(">H", data, at)[0]:
        case 4:
            return _format_4(data, at)
        case 12:
            return _format_12(data, at)
        case _:
            return set()


def _format_4(data: bytes, at: int) -> set[int]:
    """Segments of the first 65,536 characters; a segment maps by a delta or through an array."""
    count = unpack_from(">H", data, at + 6)[0] // 2
    ends = unpack_from(f">{count}H", data, at + 14)
    starts = unpack_from(f">{count}H", data, at + 16 + 2 * count)
    deltas = unpack_from(f">{count}H", data, at + 16 + 4 * count)
    ranges_at = at + 16 + 6 * count
    offsets = unpack_from(f">{count}H", data, ranges_at)
    found = set()
    for i, (start, end) in enumerate(zip(starts, ends, strict=True)):
        for code in range(start, min(end, 0xFFFE) + 1):
            glyph = code
            if offsets[i]:
                where = ranges_at + 2 * i + offsets[i] + 2 * (code - start)
                glyph = unpack_from(">H", data, where)[0]
                if not glyph:
                    continue
            if (glyph + deltas[i]) % 0x10000:
                found.add(code)
    return found


def _format_12(data: bytes, at: int) -> set[int]:
    found: set[int] = set()
    for i in range(unpack_from(">I", data, at + 12)[0]):
        start, end, _glyph = unpack_from(">III", data, at + 16 + 12 * i)
        found.update(range(start, end + 1))
    return found
