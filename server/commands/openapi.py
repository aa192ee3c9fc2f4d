"""``kiosk-server openapi``: describe version 2 of the API, as docs/openapi.json has it."""

from __future__ import annotations

import argparse
import json
import sys


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the sub-command."""
    parser = subparsers.add_parser("openapi", help="print the description of the API")
    parser.set_defaults(run=run)


def run(_arguments: argparse.Namespace) -> int:
    """Print it."""
    import django

    django.setup()
    sys.stdout.write(description())
    return 0


def description() -> str:
    """Give the OpenAPI document as text, the same each time."""
    from server.api.v2 import api

    return json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=1) + "\n"
