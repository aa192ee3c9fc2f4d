"""``kiosk-server run``: serve until SIGTERM or Ctrl-C."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from server.commands import WrongUseError
from server.configuration import Configuration, load
from server.processes import become_worker, hold_signals, serve_by_many
from server.serving import Claim, Serving, end_process


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the sub-command."""
    parser = subparsers.add_parser("run", help="serve kiosks and head office")
    parser.add_argument("--host", help="address to listen at (default: of the settings)")
    parser.add_argument("--port", type=int, help="port to listen at; 0 takes a free one")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Listen, say where, and serve until told to stop."""
    configuration = load()
    listen = configuration.listen
    if arguments.host is not None:
        listen = replace(listen, host=arguments.host)
    if arguments.port is not None:
        listen = replace(listen, port=arguments.port)
    try:
        claim = Claim(listen, shared=arguments.worker)
    except (OSError, OverflowError) as error:
        raise WrongUseError(
            f"Expected to listen at {listen.host} port {listen.port}, got {error}"
        ) from None
    if arguments.worker:
        become_worker()
        asyncio.run(_serve(claim, lambda: _say(claim.url)))
    else:
        _serve_and_tell(configuration, claim)
    sys.stdout.flush()
    end_process(0)
    return 0


def _serve_and_tell(configuration: Configuration, claim: Claim) -> None:
    """Serve, and let others find the server meanwhile."""

    def tell() -> None:
        _write_address(configuration.address_file, claim.url)
        _say(claim.url)

    several = configuration.listen.workers > 1
    if several:
        hold_signals()
    _prepare()
    try:
        if several:
            numbers_dir = configuration.data_dir / "numbers"
            serve_by_many(claim, configuration.listen.workers, numbers_dir, tell)
        else:
            asyncio.run(_serve(claim, tell))
    finally:
        configuration.address_file.unlink(missing_ok=True)


def _prepare() -> None:
    """Do what is to be done before the first request."""
    import django

    django.setup()
    from django.db import connection
    from django.utils import timezone

    from server.events.partitions import make_months_ahead
    from server.ingest.reread import reread

    _check_tables()
    make_months_ahead(timezone.now())
    reread()
    connection.close()
    if connection.vendor == "postgresql":
        # its threads would take the signals that the watcher of several processes waits for
        connection.close_pool()  # type: ignore[attr-defined]


def _check_tables() -> None:
    """Refuse to serve from tables of another version."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if missing := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise WrongUseError(
            f"Expected a database of this version (run: kiosk-server migrate), got one without"
            f" {missing[0][0]}"
        )


async def _serve(claim: Claim, ready: Callable[[], None]) -> None:
    """Serve by this process alone."""
    from server.asgi import make_application

    application = make_application()
    from server.feed.runner import Runner  # once Django is set up

    serving, runner = Serving(application, claim), Runner(application.parts.configuration)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, serving.stop)
    runner.start()
    try:
        await serving.serve(ready)
    finally:
        runner.stop()
        claim.close()


def _write_address(file: Path, url: str) -> None:
    """Let others find the server; the file appears whole."""
    new = file.with_suffix(f".{os.getpid()}")
    new.write_text(f"{url}\n", "ascii")
    new.replace(file)


def _say(url: str) -> None:
    sys.stdout.write(f"listening at {url}\n")
    sys.stdout.flush()
