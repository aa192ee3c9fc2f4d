"""The teller put together from the settings; without ``payment.enabled`` there is none.

Source: docs/payment.md; docs/ARCHITECTURE.md, "Threads".
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kiosk.checkout.ports import Checkouts
from kiosk.checkout.store import CheckoutStore
from kiosk.config import Settings
from kiosk.hardware.terminal import build_terminal
from kiosk.hardware.terminal.face import Terminal
from kiosk.hardware.terminal.options import TerminalOptions
from kiosk.messages import Post
from kiosk.outbox.boot import Box
from kiosk.outbox.database import new_id
from kiosk.outbox.disk import DiskWatch
from kiosk.outbox.recorder import Recorder
from kiosk.payment.desk import Patience
from kiosk.payment.naming import where_of
from kiosk.payment.standing import JournalStandings
from kiosk.payment.teller import Outside, Teller, TellerConfig
from kiosk.receipt.printing import Printing


def teller_of(
    settings: Settings, box: Box, disk: DiskWatch, post: Post, wake: Callable[[], None]
) -> Teller | None:
    """Make the teller; it opens nothing until run. Raises ``ConfigError`` that names the key."""
    if not settings.payment.enabled:
        return None
    terminal = terminal_of(settings)
    payment, wanted = settings.payment, settings.terminal
    patience = Patience(
        wanted.answer_s, wanted.payment_s, payment.pause_s, payment.pause_max_s, payment.bound_s
    )
    return Teller(
        TellerConfig(where_of(wanted.url), wanted.terminal_id, patience),
        Outside(
            # a connection of its thread's own; the core opened and checked the file before
            lambda: Recorder(settings.database, box, wake, disk),
            lambda: terminal,
            box,
            post,
            lambda: disk.for_telemetry,  # false: nothing is sold, docs/outbox.md, section 7
        ),
    )


def checkouts_of(
    teller: Teller | None, printing: Printing | None, recorder: Recorder, database: Path
) -> Checkouts | None:
    """Put together what the core pays with; ``recorder`` is the core's own."""
    if teller is None or printing is None:
        return None
    standings = JournalStandings(database)
    return Checkouts(teller, standings, CheckoutStore(recorder), printing, new_id)


def terminal_of(settings: Settings) -> Terminal:
    """Make the terminal's driver; it opens no link yet. Raises ``ConfigError``."""
    wanted = settings.terminal
    options = TerminalOptions(
        wanted.currency,
        settings.terminal_password(),
        wanted.terminal_id,
        wanted.reverses_unacknowledged,
        wanted.baud,
        wanted.link_s,
        wanted.answer_s,
        wanted.payment_s,
    )
    return build_terminal(wanted.url, options)
