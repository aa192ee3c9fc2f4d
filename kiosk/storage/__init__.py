"""The catalogue on the kiosk: a SQLite file made of a snapshot, and everything asked of it.

``build`` makes the file, ``Catalogue`` reads it, ``Editions`` swaps one for the next without a
pause. It knows no feature, no screen and no line to the server, and writes to no catalogue
that is in use.

Source: docs/catalogue.md (the file and its life), docs/search.md (how it is searched).
"""

from kiosk.storage.build import build
from kiosk.storage.catalogue import Catalogue, Found
from kiosk.storage.editions import Editions, editions_in, next_edition
from kiosk.storage.file import CatalogueInfo, check
from kiosk.storage.search import Filters, Hits, Reading

__all__ = [
    "Catalogue",
    "CatalogueInfo",
    "Editions",
    "Filters",
    "Found",
    "Hits",
    "Reading",
    "build",
    "check",
    "editions_in",
    "next_edition",
]
