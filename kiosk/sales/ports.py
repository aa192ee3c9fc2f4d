"""Where what was sold here is read."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from kiosk.sales.state import Sale


class SalesBook(Protocol):
    """Reads the journals of payments and of prints; each method raises ``DataError``."""

    def newest(self, limit: int) -> tuple[Sale, ...]:
        """Give the newest sales, the newest first; before them what waits for a person."""
        ...

    def waiting(self) -> int:
        """Count the sales that wait for a person's word on a payment, at once."""
        ...

    def sale(self, sale_id: UUID) -> Sale | None:
        """Give one of them as it is now."""
        ...
