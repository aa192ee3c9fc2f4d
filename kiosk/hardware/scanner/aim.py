"""The AIM code identifier that a scanner may put before a code: ``]E0``, ``]C1``, ``]d2``.

It is "]", a letter for the symbology and a modifier. Not here: what an identifier means;
that is ``retail.barcodes``. A scanner that sends none is served as well.

Source: ISO/IEC 15424; tables in the Symbol LS4208 Product Reference Guide, B-2, and in the
Datalogic PowerScan 96 Product Reference Manual, "Global AIM ID".
"""

from __future__ import annotations

import re

_IDENTIFIER = re.compile(rb"\]([A-Za-z][0-9A-Z])")


def split_identifier(code: bytes) -> tuple[str, bytes]:
    """Part the identifier from the code; an empty text where there is none.

    >>> split_identifier(b"]E04006381333931")
    ('E0', b'4006381333931')
    >>> split_identifier(b"4006381333931")
    ('', b'4006381333931')
    """
    found = _IDENTIFIER.match(code)
    if not found:
        return "", code
    return found[1].decode("ascii"), code[found.end() :]
