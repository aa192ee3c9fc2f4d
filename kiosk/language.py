"""The languages of the screen and of receipts."""

from __future__ import annotations

from enum import Enum


class Language(Enum):
    """A language of the screen; the value is its ISO 639-1 code."""

    FA = "fa"
    EN = "en"

    @property
    def rtl(self) -> bool:
        """Tell whether it is written from right to left."""
        return self is Language.FA
