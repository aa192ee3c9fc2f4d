"""Cells that a spreadsheet would carry out: guarded on the way out, freed on the way in. Pure.

Whoever names a product ``=HYPERLINK(…)`` must not have it carried out on the machine that opens
an export. An apostrophe in front makes a spreadsheet take the cell as text; a cell that begins
with apostrophes gets one more, so that freeing gives back exactly what was guarded.

Source: OWASP, "CSV Injection": the characters that begin a formula, and their full-width forms.
"""

from __future__ import annotations

import re

_CARRIED_OUT = re.compile(r"'*\s*[=+\-@＝＋－＠]")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
_PICTURES = 0x2400  # Unicode's "control pictures" stand in the order of what they picture
_PICTURE_OF_DELETE = "\u2421"


def guarded(text: str) -> str:
    """Write ``text`` so that no spreadsheet carries it out.

    >>> guarded("=1+1"), guarded("-"), guarded("شیر")
    ("'=1+1", "'-", 'شیر')
    """
    return f"'{text}" if _CARRIED_OUT.match(text) else text


def freed(text: str) -> str:
    """Give back what was guarded; any other text stays as it is.

    >>> freed("'=1+1"), freed("'tis")
    ('=1+1', "'tis")
    """
    return text[1:] if text.startswith("'") and _CARRIED_OUT.match(text[1:]) else text


def printable(text: str) -> str:
    r"""Put a picture in the place of each control character, which XLSX cannot hold.

    GS1 codes hold the separator GS, and a tab or return at the beginning hides a formula.

    >>> printable("01\x1d10")
    '01␝10'
    """
    return _CONTROL.sub(_picture, text)


def _picture(at: re.Match[str]) -> str:
    return _PICTURE_OF_DELETE if at[0] == "\x7f" else chr(_PICTURES + ord(at[0]))
