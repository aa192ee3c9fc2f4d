import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from server.configuration import Configuration
from tests.server.engines import EACH

APPS = (
    "stores",
    "catalogue",
    "pricing",
    "sales",
    "surveys",
    "snapshots",
    "fleet",
    "events",
    "feed",
    "monitor",
)


def tables() -> set[str]:
    ours = tuple(f"{app}_" for app in APPS)
    return {name for name in connection.introspection.table_names() if name.startswith(ours)}


@EACH
def test_the_tables_go_back_to_nothing_and_forward_again(configuration: Configuration) -> None:
    before = tables()
    models = {
        model._meta.db_table for app in APPS for model in apps.get_app_config(app).get_models()
    }
    assert before >= models
    for app in reversed(APPS):
        call_command("migrate", app, "zero", interactive=False, verbosity=0)
    assert tables() == set()
    call_command("migrate", interactive=False, verbosity=0)
    assert tables() == before


def test_no_model_has_changed_without_its_migration(configuration: Configuration) -> None:
    try:
        call_command("makemigrations", check=True, dry_run=True, verbosity=0)
    except SystemExit:
        pytest.fail("a model was changed: run kiosk-server manage makemigrations")
