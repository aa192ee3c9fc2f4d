"""Text of a ZVT terminal: bytes of one of two character sets, and it seldom says of which.

The specification's default is code page 437; terminals are seen that send ISO 8859 instead. Bytes
80 to 9F are control characters there, so where one of them stands it is 437. UTF-8 is recognised
by its form.

>>> read_text(bytes.fromhex("4dfc6e7a65")), read_text(bytes.fromhex("4d816e7a65"))
('Münze', 'Münze')

Source: PA00P015, "Character set"; recorded frames Z029 (437), Z121 and Z127 (8859) in
tests/data/payment/zvt.tsv. Guessed where nothing tells: a byte E1 alone is taken for ß.
"""

from __future__ import annotations

PADDING = "\0 "
DOS, LATIN = "cp437", "iso8859-15"


def read_text(text: bytes) -> str:
    """Decode, never failing."""
    if text.isascii():
        return text.decode("ascii")
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        high = [byte for byte in text if byte >= 0x80]
        dos = any(byte < 0xA0 for byte in high) or all(byte == 0xE1 for byte in high)
        return text.decode(DOS if dos else LATIN)


def write_text(text: str) -> bytes:
    """Encode as the specification's default has it; raises ``ValueError`` for other letters."""
    return text.encode(DOS)
