"""The group of all members, and triggers by which the past of prices is kept from now on."""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from server.pricing import noting


def install(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    """Begin to keep the past; what there is already is noted as of now."""
    noting.install(editor.connection)
    apps.get_model("pricing", "CustomerGroup").objects.get_or_create(
        pk="member", defaults={"name_fa": "اعضای باشگاه", "name_en": "Club members"}
    )


def remove(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    """End to keep it."""
    noting.remove(editor.connection)


class Migration(migrations.Migration):
    dependencies = [("pricing", "0001_initial"), ("catalogue", "0004_supplier_floor_age")]

    operations = [migrations.RunPython(install, remove)]
