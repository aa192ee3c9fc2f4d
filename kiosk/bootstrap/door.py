"""What head office may do to this kiosk, put into messages and calls of its other parts.

Source: docs/feed.md, section 8; the port is ``kiosk.feed.actions.Door``.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from kiosk.feed import logs
from kiosk.line.server import ServerLink
from kiosk.messages import Post, ServiceClosed, ServiceOpened
from retail.catalogue import Text


class OfficeDoor:
    """Used on the feed's thread; ``end`` ends the program in good order, from any thread."""

    def __init__(
        self, post: Post, end: Callable[[], None], link: ServerLink, log_file: Path
    ) -> None:
        self._post, self._end, self._link, self._log_file = post, end, link, log_file

    def restart(self) -> None:
        """End the program; systemd starts it again."""
        self._end()

    def out_of_service(self, words: Text | None) -> None:
        """Serve no shopper from now on."""
        self._post(ServiceClosed(words))

    def in_service(self) -> None:
        """Serve again."""
        self._post(ServiceOpened())

    def send_logs(self, action_id: UUID) -> None:
        """Send the newest part of the log."""
        logs.send(self._link, action_id, lambda: logs.newest(self._log_file))
