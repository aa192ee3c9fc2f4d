"""The catalogue on the kiosk: a SQLite file made of a snapshot, what changed, and all asked of it.

``build`` makes the file, ``ChangingCatalogue`` lays what changed since beside it, ``Catalogue``
reads both, ``Editions`` swaps one for the next without a pause. It knows no feature, no screen
and no line to the server, and never writes to a file that was built.

Source: docs/catalogue.md (the files and their life), docs/feed.md (section 6, changes),
docs/search.md (how they are searched).
"""

from kiosk.storage.build import build
from kiosk.storage.catalogue import Catalogue, Found
from kiosk.storage.editions import Editions, editions_in, next_edition
from kiosk.storage.file import CatalogueInfo, check
from kiosk.storage.in_use import InUse
from kiosk.storage.rules import InForce
from kiosk.storage.search import Filters, Hits, Reading
from kiosk.storage.shelf import ChangingCatalogue

__all__ = [
    "Catalogue",
    "CatalogueInfo",
    "ChangingCatalogue",
    "Editions",
    "Filters",
    "Found",
    "Hits",
    "InForce",
    "InUse",
    "Reading",
    "build",
    "check",
    "editions_in",
    "next_edition",
]
