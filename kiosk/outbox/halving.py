"""Finding the row that is to blame where a request was refused as a whole: in halves.

Source: docs/outbox.md, section 4.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kiosk.outbox.rows import Row

Attempt = Callable[[Sequence[Row]], str | None]  # sends rows; why they were refused as a whole


def divide(rows: Sequence[Row], told: str, attempt: Attempt, refused: dict[int, str]) -> None:
    """Send refused rows in halves, in sequence; those refused alone come into ``refused``.

    ``attempt`` may look at ``refused`` meanwhile: its rows are passed over from then on.
    """
    if len(rows) == 1:
        refused[rows[0].seq] = told
        return
    half = len(rows) // 2
    for part in (rows[:half], rows[half:]):
        if (again := attempt(part)) is not None:
            divide(part, again, attempt, refused)


def all_refused(rows: Sequence[Row], refused: dict[int, str]) -> bool:
    """Tell whether every row of several is refused alone: then it is not the rows."""
    return len(rows) > 1 and all(row.seq in refused for row in rows)
