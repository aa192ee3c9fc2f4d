"""``kiosk-server enrol KIOSK STORE``: make a kiosk, and a code for its box, shown this once.

With ``--bearer`` it gets a bearer key instead, for kiosks of the release before.
"""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from server.commands import WrongUseError

if TYPE_CHECKING:
    from server.stores.models import Store


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the sub-command."""
    parser = subparsers.add_parser("enrol", help="make a kiosk, and a code for its box")
    parser.add_argument("kiosk", help="its id: small letters, digits, hyphens")
    parser.add_argument("store", help="the id of its store")
    parser.add_argument(
        "--approve", action="store_true", help="whoever uses the code needs no second look"
    )
    parser.add_argument(
        "--bearer", action="store_true", help="a bearer key of version 1 in place of a code"
    )
    parser.add_argument(
        "--key-file", type=Path, help="write the bearer key there, for its owner's eyes only"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Make the kiosk."""
    import django

    django.setup()
    from django.core.exceptions import ValidationError

    from server.stores.models import valid_id

    try:
        valid_id(arguments.kiosk)
    except ValidationError:
        raise WrongUseError(
            f"Expected a kiosk id of small letters, digits and hyphens, got {arguments.kiosk!r}"
        ) from None
    store = store_of(arguments.store)
    bearer = arguments.bearer or arguments.key_file is not None
    if bearer and arguments.approve:
        raise WrongUseError("Expected --approve or --bearer, got both")
    shown = _bearer(arguments, store) if bearer else _code(arguments, store)
    line = json.dumps(shown) if arguments.json else shown["key" if bearer else "code"]
    sys.stdout.write(f"{line}\n")
    return 0


def store_of(store_id: str) -> Store:
    """Give a store that there is; raises ``WrongUseError`` that names them."""
    from server.stores.models import Store

    store = Store.objects.filter(store_id=store_id).first()
    if store is None:
        known = ", ".join(Store.objects.values_list("store_id", flat=True)) or "no store yet"
        raise WrongUseError(f"Expected a store of {known}; got {store_id!r}")
    return store


def who() -> str:
    """Name whoever gives the command, for the log."""
    try:
        return f"command {getpass.getuser()}"
    except (OSError, KeyError):  # a user without a name, as in some containers
        return "command"


def _code(arguments: argparse.Namespace, store: Store) -> Mapping[str, str]:
    from django.utils import timezone

    from retail.snapshot import write_instant
    from server.fleet.deeds import DeedError
    from server.fleet.enrolment import CODE_LIVES, make_code

    at = timezone.now()
    try:
        code = make_code(arguments.kiosk, store, who(), at, approved=arguments.approve)
    except DeedError as error:
        raise WrongUseError(str(error)) from None
    told = {"kiosk": arguments.kiosk, "store": arguments.store, "code": code}
    return {**told, "until": write_instant(at + CODE_LIVES)}


def _bearer(arguments: argparse.Namespace, store: Store) -> Mapping[str, str]:
    from django.utils import timezone

    from server.fleet.audit import note
    from server.fleet.keys import enrol, write_key

    at = timezone.now()
    key = enrol(arguments.kiosk, store, at)
    note(who(), "bearer key", arguments.kiosk, at, store=store.pk)
    if arguments.key_file:
        write_key(arguments.key_file, key)
        key = str(arguments.key_file)
    return {"kiosk": arguments.kiosk, "store": arguments.store, "key": key}
