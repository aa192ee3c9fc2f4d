"""What kiosks did of what was asked of them, as their events tell it.

An effect of events, see ``server.ingest.effects``: it happens in the transaction that stores
them, once.

Source: docs/feed.md, section 8.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Protocol
from uuid import UUID

from server.feed import actions

ACTION_DONE: Final = "action_done"


class Happened(Protocol):
    """What we need of ``server.ingest.effects.Happened``, which imports this module."""

    @property
    def kiosk_id(self) -> str: ...

    @property
    def at(self) -> datetime: ...

    @property
    def body(self) -> Any: ...


def settle_actions(events: Sequence[Happened]) -> None:
    """Note the outcome of each action; of one that this server does not know, nothing."""
    done: dict[tuple[str, UUID], Happened] = {}
    for event in events:
        with contextlib.suppress(ValueError):
            done.setdefault((event.kiosk_id, UUID(event.body["id"])), event)
    for (kiosk_id, action_id), event in sorted(done.items(), key=lambda each: each[0]):
        actions.settle(action_id, kiosk_id, event.body["outcome"], event.at)
