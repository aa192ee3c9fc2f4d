"""On PostgreSQL the events' table gets partitions by month, or loses them; see partitions.py."""

from datetime import UTC, datetime
from typing import Any

from django.db import migrations

from server.events.partitions import AHEAD, REST, TABLE, make_month, months_from

OLD = f"{TABLE}_before"
FOREIGN_KEY = (
    f"ALTER TABLE {TABLE} ADD CONSTRAINT {TABLE}_kiosk_id_fk FOREIGN KEY (kiosk_id)"
    " REFERENCES fleet_kiosk (kiosk_id) DEFERRABLE INITIALLY DEFERRED"
)


def part(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        rebuild(apps, schema_editor, "PARTITION BY RANGE (event_id)", parted=True)


def join(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        rebuild(apps, schema_editor, "", parted=False)


def rebuild(apps: Any, schema_editor: Any, how: str, parted: bool) -> None:
    """Make the table anew and fill it; keys and indexes come last, which is fastest."""
    run = schema_editor.execute
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run(f"ALTER TABLE {TABLE} RENAME TO {OLD}")
    run(f"CREATE TABLE {TABLE} (LIKE {OLD} INCLUDING DEFAULTS INCLUDING CONSTRAINTS) {how}")
    if parted:
        run(f"CREATE TABLE {REST} PARTITION OF {TABLE} DEFAULT")
        now = datetime.now(UTC)
        for month in months_from((now.year, now.month), 1 + AHEAD):
            make_month(schema_editor.connection, month)
    run(f"INSERT INTO {TABLE} SELECT * FROM {OLD}")  # noqa: S608
    run(f"DROP TABLE {OLD}")
    run(f"ALTER TABLE {TABLE} ADD CONSTRAINT {TABLE}_pkey PRIMARY KEY (event_id)")
    run(FOREIGN_KEY)
    event = apps.get_model("events", "Event")
    for index in event._meta.indexes:
        schema_editor.add_index(event, index)
    run("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [("events", "0002_streams")]

    operations = [migrations.RunPython(part, join)]
