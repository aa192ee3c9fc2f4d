"""Triggers by which the database keeps what was written."""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from server.ledger import guards


def install(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    """Begin to keep."""
    guards.install(editor.connection)


def remove(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    """End to keep."""
    guards.remove(editor.connection)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]
