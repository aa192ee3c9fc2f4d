"""One of the servers that are compared: ``python -m tools.bench.ingesting.serving WHICH``.

Each runs under granian in one process, against the database that the settings name; durability
is the same, as PostgreSQL and ``server.settings`` have it. It prints its port.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import Any

WHICH = ("ours", "ninja", "litestar")


def make(which: str) -> Any:
    """Make the application."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "server.settings")
    from django.core.asgi import get_asgi_application

    django = get_asgi_application()
    from django.conf import settings

    if which == "ours":
        from server.application import Application
        from server.fleet.gate import Admitted, Asked

        def admit(asked: Asked, _now_ms: int) -> Admitted:
            return Admitted(asked.signature_input, "bench", "")

        return Application(settings.CONFIGURATION, django, admit)
    if which == "ninja":
        from django.urls import path

        import server.urls
        from tools.bench.ingesting.ninja_orm import api

        server.urls.urlpatterns.insert(0, path("bench/", api.urls))
        return _WithoutLife(django)
    from tools.bench.ingesting.litestar_raw import make as make_litestar

    database = settings.CONFIGURATION.database
    return make_litestar(
        f"host={database.host} port={database.port} user={database.user} dbname={database.name}"
    )


class _WithoutLife:
    """Django knows no lifespan."""

    def __init__(self, application: Any) -> None:
        self._application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            await self._application(scope, receive, send)
            return
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return


async def serve(which: str) -> None:
    """Serve until SIGTERM."""
    from granian.constants import HTTPModes, Interfaces
    from granian.server.embed import Server

    from server.configuration import ListenSettings
    from server.serving import Claim

    claim = Claim(ListenSettings(port=0))
    server = Server(
        make(which), address=claim.host, port=claim.port, interface=Interfaces.ASGI,
        http=HTTPModes.http1, websockets=False, backpressure=1_000, log_enabled=False,
    )  # fmt: skip
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.stop)
    serving = asyncio.create_task(server.serve())
    while True:
        try:
            _, writer = await asyncio.open_connection(claim.host, claim.port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            break
    print(claim.port, flush=True)
    await serving


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
    os._exit(0)
