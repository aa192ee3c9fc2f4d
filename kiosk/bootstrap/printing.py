"""The printing thread put together from the settings, where the parts that pay run.

Source: docs/receipts.md; docs/ARCHITECTURE.md, "Threads".
"""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from kiosk.bootstrap.paying import is_paying
from kiosk.config import Settings
from kiosk.hardware import build_printer
from kiosk.hardware.printer.face import Printer
from kiosk.identity import load_identity, load_key
from kiosk.messages import Language, Post
from kiosk.outbox.boot import Box
from kiosk.outbox.disk import DiskWatch
from kiosk.outbox.recorder import Recorder
from kiosk.receipt.content import Shop
from kiosk.receipt.making import Seller
from kiosk.receipt.names import CatalogueNames
from kiosk.receipt.printing import Outside, Printing
from kiosk.storage import InUse
from kiosk.words import Words, read_texts
from retail.catalogue import Text


def printing_of(
    settings: Settings, box: Box, disk: DiskWatch, post: Post, in_use: InUse
) -> Printing | None:
    """Make it; it opens nothing until run. Raises ``ConfigError`` that names the key."""
    if not is_paying(settings):
        return None
    printer = printer_of(settings)
    make: Callable[[], Printer] | None = (lambda: printer) if printer is not None else None
    return Printing(
        seller_of(settings),
        Outside(
            # a connection of its thread's own; what it writes is no event, so nobody is woken
            lambda: Recorder(settings.database, box, lambda: None, disk),
            make,
            CatalogueNames(in_use, settings.store_id),
            box,
            post,
        ),
    )


def printer_of(settings: Settings) -> Printer | None:
    """Make the printer's driver, if the settings name one; it opens no link yet."""
    wanted = settings.printer
    return build_printer(wanted.driver, wanted.options) if wanted.driver else None


def seller_of(settings: Settings) -> Seller:
    """Say who sells; only a kiosk that is enrolled signs, for nobody else's key is known."""
    chain, zone = settings.chain, ZoneInfo(settings.zone)
    shop = Shop(
        Text(chain.name_fa, chain.name_en),
        Text(settings.store_id),
        settings.kiosk_id,
        settings.receipt.contact,
    )
    enrolled = load_identity(settings.data_dir) is not None
    return Seller(
        shop,
        settings.store_id,
        settings.kiosk_id,
        {each: Words(each, zone, settings.screen.money, read_texts(each)) for each in Language},
        load_key(settings.data_dir) if enrolled else None,
    )
