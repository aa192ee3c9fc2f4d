"""The ASGI application, for granian (``kiosk-server run``) or another ASGI server."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, cast

from django.core.asgi import get_asgi_application

if TYPE_CHECKING:
    from server.application import Application
    from server.ingest.http import AsgiApp

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "server.settings")


def make_application() -> Application:
    """Set Django up and make the application."""
    django = get_asgi_application()

    from django.conf import settings

    from server.application import Application
    from server.fleet.gate import admit

    return Application(settings.CONFIGURATION, cast("AsgiApp", django), admit)
