"""A settled sale, read from the tables that the payment's journal wrote.

Source: docs/payment.md, section 2, rule 7; kiosk/payment/payment.sql.
"""

from __future__ import annotations

import json
import sqlite3
from uuid import UUID

from kiosk.errors import DataError
from kiosk.outbox.rows import instant_of
from kiosk.receipt.sold import SaleRow


def sale_in(connection: sqlite3.Connection, sale_id: UUID) -> SaleRow | None:
    """Give a sale that is settled, and none where it is not; ``DataError`` where it is broken."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'sale'").fetchone():
        return None
    row = connection.execute(
        "SELECT wall_ms, total, currency, content FROM sale WHERE sale_id = ?", (sale_id.bytes,)
    ).fetchone()
    if row is None:
        return None
    tenders = connection.execute(
        "SELECT kind, amount, told FROM sale_tender WHERE sale_id = ? ORDER BY number",
        (sale_id.bytes,),
    ).fetchall()
    wall_ms, total, currency, content = row
    try:
        paid = tuple(
            {**json.loads(told), "kind": kind, "amount": amount} for kind, amount, told in tenders
        )
        return SaleRow(sale_id, instant_of(wall_ms), total, currency, json.loads(content), paid)
    except (ValueError, TypeError) as error:
        raise DataError(f"Expected the sale {sale_id}, got {error}") from None
