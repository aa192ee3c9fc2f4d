"""What the database itself keeps of the ledger: rows stay, and an entry's postings sum to zero.

SQLite has no trigger at the end of a transaction, so there the sum is kept by the one function that
writes entries, and looked at by a test; PostgreSQL keeps it itself.

Source: docs/members.md, section 2, rules 1 and 2.
"""

from __future__ import annotations

from typing import Any, Final

KEPT: Final = ("ledger_entry", "ledger_posting", "ledger_lot", "ledger_lotuse")
SAID: Final = "the ledger is kept"

_SQLITE: Final = """CREATE TRIGGER {table}_{verb} BEFORE {VERB} ON {table}
BEGIN SELECT RAISE(ABORT, '{said}'); END"""
_POSTGRES: Final = (
    f"""CREATE FUNCTION ledger_keep() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{SAID}'; END $$""",
    """CREATE FUNCTION ledger_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            SELECT 1 FROM ledger_posting AS posting
            JOIN ledger_account AS account ON account.id = posting.account_id
            WHERE posting.entry_id = new.entry_id
            GROUP BY account.unit HAVING sum(posting.amount) <> 0
        ) THEN RAISE EXCEPTION 'the postings of entry % do not sum to zero', new.entry_id;
        END IF;
        RETURN NULL;
    END $$""",
    """CREATE CONSTRAINT TRIGGER ledger_posting_balanced AFTER INSERT ON ledger_posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_balanced()""",
)


def install(connection: Any) -> None:
    """Make them."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for table in KEPT:
                for verb in ("update", "delete"):
                    cursor.execute(
                        _SQLITE.format(table=table, verb=verb, VERB=verb.upper(), said=SAID)
                    )
            return
        for statement in _POSTGRES:
            cursor.execute(statement)
        for table in KEPT:
            cursor.execute(
                f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION ledger_keep()"
            )


def remove(connection: Any) -> None:
    """Take them away."""
    with connection.cursor() as cursor:
        for table in KEPT:
            if connection.vendor == "sqlite":
                for verb in ("update", "delete"):
                    cursor.execute(f"DROP TRIGGER {table}_{verb}")
            else:
                cursor.execute(f"DROP TRIGGER {table}_stays ON {table}")
        if connection.vendor != "sqlite":
            cursor.execute("DROP TRIGGER ledger_posting_balanced ON ledger_posting")
            cursor.execute("DROP FUNCTION ledger_balanced()")
            cursor.execute("DROP FUNCTION ledger_keep()")
