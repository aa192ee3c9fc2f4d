"""``kiosk-server import-products FILE``: products from a CSV or XLSX file.

Exit status 1 where rows were refused; the rest is imported. 2 where the file could not be read.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from server.commands import WrongUseError
from server.commands.enrol import who


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the sub-command."""
    parser = subparsers.add_parser("import-products", help="products from a CSV or XLSX file")
    parser.add_argument("file", type=Path)
    parser.add_argument("--dry-run", action="store_true", help="report, but change nothing")
    parser.add_argument("--json", action="store_true", help="the report as one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Import, and tell what came of it."""
    import django

    django.setup()
    from django.db import transaction

    from server.catalogue.models import Product
    from server.importing.log import note_import
    from server.importing.products import import_products
    from server.importing.tables import TableError, read_table

    try:
        table = read_table(arguments.file.name, arguments.file.read_bytes())
        with transaction.atomic():
            report = import_products(table, dry_run=arguments.dry_run)
            if not report.dry_run:
                note_import(who(), Product, arguments.file.name, report)
    except OSError as error:
        raise WrongUseError(f"Expected a file, got {error}") from None
    except TableError as error:
        raise WrongUseError(f"{arguments.file}: {error}") from None
    shown = json.dumps(report.record(), ensure_ascii=False) if arguments.json else report.text()
    sys.stdout.write(f"{shown}\n")
    return 1 if report.refused else 0
