"""``kiosk-server run``: serve until SIGTERM or Ctrl-C."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from server.commands import WrongUseError
from server.configuration import Configuration, ListenSettings, load

if TYPE_CHECKING:
    from waitress.server import BaseWSGIServer

BODY_BYTES_MAX = 32 * 1_048_576  # an XLSX file of the office; the API has its own, lower bound


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the sub-command."""
    parser = subparsers.add_parser("run", help="serve kiosks and head office")
    parser.add_argument("--host", help="address to listen at (default: of the settings)")
    parser.add_argument("--port", type=int, help="port to listen at; 0 takes a free one")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Listen, say where, and serve until told to stop."""
    configuration = load()
    listen = configuration.listen
    if arguments.host is not None:
        listen = replace(listen, host=arguments.host)
    if arguments.port is not None:
        listen = replace(listen, port=arguments.port)
    server = make_server(configuration, listen)
    signal.signal(signal.SIGTERM, _stop)
    url = f"http://{server.effective_host}:{server.effective_port}"
    _write_address(configuration.address_file, url)
    sys.stdout.write(f"listening at {url}\n")
    sys.stdout.flush()
    try:
        server.run()
    finally:
        server.close()
        configuration.address_file.unlink(missing_ok=True)
    return 0


def make_server(configuration: Configuration, listen: ListenSettings) -> BaseWSGIServer:
    """Bind the socket; raises ``WrongUseError`` where that is not possible."""
    from waitress import create_server

    from server.wsgi import application

    # behind a proxy on this machine, which ends TLS: it alone is believed about the scheme
    proxy = (
        {"trusted_proxy": "127.0.0.1", "trusted_proxy_headers": {"x-forwarded-proto"}}
        if configuration.site.https
        else {}
    )
    try:
        return create_server(
            application,
            host=listen.host,
            port=listen.port,
            threads=listen.threads,
            max_request_body_size=BODY_BYTES_MAX,
            clear_untrusted_proxy_headers=True,
            ident=None,
            **proxy,
        )
    except OSError as error:
        raise WrongUseError(
            f"Expected to listen at {listen.host} port {listen.port}, got {error}"
        ) from None


def _write_address(file: Path, url: str) -> None:
    """Let others find the server; the file appears whole."""
    new = file.with_suffix(f".{os.getpid()}")
    new.write_text(f"{url}\n", "ascii")
    new.replace(file)


def _stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)
