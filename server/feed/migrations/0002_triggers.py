"""Triggers on all tables whose rows reach kiosks, and the row that batches are numbered by."""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from server.feed import triggers


def install(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    """Begin to take notes; of what is there already by one that has the feeds begin."""
    apps.get_model("feed", "Batch").objects.get_or_create(pk=1)
    triggers.install(editor.connection)
    if apps.get_model("stores", "Store").objects.exists():
        apps.get_model("feed", "Change").objects.create(kind=triggers.EVERYTHING, key="")


def remove(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    """End to take notes."""
    triggers.remove(editor.connection)


class Migration(migrations.Migration):
    dependencies = [
        ("feed", "0001_initial"),
        ("catalogue", "0003_instants"),
        ("stores", "0001_initial"),
    ]

    operations = [migrations.RunPython(install, remove)]
