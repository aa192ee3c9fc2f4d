"""UPC-E, the short form of a GTIN-12 with the zeros left out.

Source: GS1 General Specifications, section 5.2.2.4.2 (decoding UPC-E).
"""

from __future__ import annotations

from retail.values import InvalidGtinError, check_digit


def expand_upc_e(digits: str) -> str:
    """Give the 12 digits of a GTIN-12 written as UPC-E in 6, 7 or 8 digits.

    Eight are number system, six digits and check digit; seven lack the check digit; six lack
    the number system too, which then is 0. Raises ``InvalidGtinError``.

    >>> expand_upc_e("04252614"), expand_upc_e("0425261"), expand_upc_e("425261")
    ('042100005264', '042100005264', '042100005264')
    """
    if len(digits) not in (6, 7, 8) or not (digits.isascii() and digits.isdecimal()):
        raise InvalidGtinError(f"Expected a UPC-E of 6, 7 or 8 digits, got {digits!r}")
    system, body = ("0", digits) if len(digits) == 6 else (digits[0], digits[1:7])
    if system not in "01":
        raise InvalidGtinError(f"Expected number system 0 or 1, got {digits!r}")
    payload = system + _with_zeros(body)
    check = str(check_digit(payload))
    if len(digits) == 8 and digits[7] != check:
        raise InvalidGtinError(f"Expected check digit {check}, got {digits!r}")
    return payload + check


def _with_zeros(body: str) -> str:
    """Put the zeros back into the six digits; the last one says where they were."""
    last = body[5]
    if last in "012":
        return f"{body[:2]}{last}0000{body[2:5]}"
    if last == "3":
        return f"{body[:3]}00000{body[3:5]}"
    if last == "4":
        return f"{body[:4]}00000{body[4]}"
    return f"{body[:5]}0000{last}"
