"""No gateway at all: what would be sent is shown in the office. For the demo, and to try it out."""

from __future__ import annotations

from server.sms.gateways.face import Accepted, Fate, Outcome, Outgoing


class ToPage:
    """Takes everything; the message stays in its row, where the office reads it."""

    knows_doubles = True
    shown_here = True

    def send(self, message: Outgoing) -> Outcome:
        """Take it."""
        return Accepted(f"page-{message.local_id}")

    def fate(self, gateway_id: str) -> Fate | None:
        """Tell that it was read."""
        return Fate.DELIVERED
