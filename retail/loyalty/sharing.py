"""A whole number shared out in proportion, so that nothing is lost: by the largest remainder.

Source: Hamilton's method of apportionment.
"""

from __future__ import annotations

from collections.abc import Sequence


def share(whole: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Share ``whole`` (0 or more) out by weights of 0 or more; of equal remainders the first wins.

    Where all weights are 0 nothing can be shared: then ``whole`` must be 0.

    >>> share(10, [1, 1, 1])
    (4, 3, 3)
    """
    total = sum(weights)
    if total == 0:
        if whole:
            raise ValueError(f"Expected weights to share {whole} by, got none")
        return tuple(0 for _ in weights)
    parts = [whole * weight // total for weight in weights]
    order = sorted(range(len(weights)), key=lambda n: (-(whole * weights[n] % total), n))
    for n in order[: whole - sum(parts)]:
        parts[n] += 1
    return tuple(parts)
