"""VAT in, or on top of, what is paid for a line.

>>> vat_of(109_000, 900, included=True), vat_of(100_000, 900, included=False)
(9000, 9000)

Source: docs/pricing.md, section 6.
"""

from __future__ import annotations

from retail.pricing.off import share_of
from retail.values import BASIS_POINTS


def vat_of(paid: int, rate: int, *, included: bool) -> int:
    """Give the tax of an amount at ``rate`` basis points, half a smallest unit up."""
    if not included:
        return share_of(paid, rate)
    whole = BASIS_POINTS + rate
    return (2 * paid * rate + whole) // (2 * whole)
