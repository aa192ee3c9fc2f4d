"""A column of JSON that gives back the very text that was put in.

Not ``jsonb``: that would forget spaces, order and doubled names, and with them the bytes that a
row's chain was computed over. Source: docs/outbox.md, section 2.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class ExactJSONField(models.JSONField):
    """As Django's, of the type ``json`` on PostgreSQL; elsewhere it is text all the same."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        """Name the column's type."""
        return "json" if connection.vendor == "postgresql" else super().db_type(connection)

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Any:
        """Take what psycopg has read of a ``json`` already, which it does not of a ``jsonb``."""
        if not isinstance(value, str):
            return value
        return super().from_db_value(value, expression, connection)
