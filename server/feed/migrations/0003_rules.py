"""Triggers on rules and fixed prices: they reach kiosks too."""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from server.feed import triggers


def install(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    """Take notes of them as well."""
    triggers.install(editor.connection)


class Migration(migrations.Migration):
    dependencies = [("feed", "0002_triggers"), ("pricing", "0002_past")]

    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
