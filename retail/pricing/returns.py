"""What each piece of a line gives back when it is returned.

>>> piece_dues(200, 3)
(67, 67, 66)

Source: docs/pricing.md, section 6.
"""

from __future__ import annotations


def piece_dues(due: int, quantity: int) -> tuple[int, ...]:
    """Divide what was due for a line over its pieces as evenly as whole units allow.

    The sum is ``due``. Pieces are given back from the last to the first, whichever is brought.
    """
    if quantity < 1 or due < 0:
        raise ValueError(f"Expected 1 piece or more and 0 or more due, got {quantity}, {due}")
    each, over = divmod(due, quantity)
    return (each + 1,) * over + (each,) * (quantity - over)
