"""The teller put together from the settings, to sell, or to settle what an earlier run left.

Source: docs/payment.md; docs/ARCHITECTURE.md, "Threads".
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from kiosk import salvaged
from kiosk.checkout.ports import Checkouts
from kiosk.checkout.store import CheckoutStore
from kiosk.config import Settings
from kiosk.errors import DataError
from kiosk.hardware.terminal import build_terminal
from kiosk.hardware.terminal.absent import AbsentTerminal
from kiosk.hardware.terminal.face import Terminal
from kiosk.hardware.terminal.options import TerminalOptions
from kiosk.messages import Post
from kiosk.outbox.boot import Box
from kiosk.outbox.database import new_id
from kiosk.outbox.disk import DiskWatch
from kiosk.outbox.recorder import Recorder
from kiosk.payment.desk import Patience
from kiosk.payment.journal import read_open
from kiosk.payment.naming import where_of
from kiosk.payment.reading import read_journal
from kiosk.payment.standing import JournalStandings
from kiosk.payment.teller import Outside, Teller, TellerConfig
from kiosk.receipt.printing import Printing
from kiosk.sales_book import JournalSales

log = logging.getLogger(__name__)


def is_paying(settings: Settings) -> bool:
    """Tell whether the parts that pay are to run.

    So they are where payment was switched off while a payment was open, or waits for staff: what
    was charged is settled whatever the settings say now. Nothing new is sold then. A ledger that
    cannot be read, or one that was set aside, may hold such a payment: it is carried over later.
    """
    if settings.payment.enabled or salvaged.damaged_files(settings.database):
        return True
    try:
        left = read_journal(settings.database, read_open)
        return bool(left) or JournalSales(settings.database).waiting() > 0
    except DataError as error:
        log.error("payments-unread reason=%s", error)
        return True


def teller_of(
    settings: Settings, box: Box, disk: DiskWatch, post: Post, wake: Callable[[], None]
) -> Teller | None:
    """Make the teller; it opens nothing until run. Raises ``ConfigError`` that names the key."""
    if not is_paying(settings):
        return None
    terminal = terminal_of(settings) if settings.terminal.driver else AbsentTerminal()
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
    teller: Teller | None, printing: Printing | None, recorder: Recorder, settings: Settings
) -> Checkouts | None:
    """Put together what the core pays with; ``recorder`` is the core's own."""
    if teller is None or printing is None:
        return None
    return Checkouts(
        teller,
        JournalStandings(settings.database),
        CheckoutStore(recorder),
        printing,
        new_id,
        sells=settings.payment.enabled,
    )


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
