"""The tables ``[printer]`` and ``[receipt]`` of the kiosk's settings.

What each key means stands beside it in config/kiosk.toml. Whether there is such a driver, and
whether its options are right, is checked by ``kiosk.hardware``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import Field

from retail.catalogue import Text

Line = Annotated[str, Field(max_length=200)]


@dataclass(frozen=True, slots=True)
class PrinterSettings:
    """The receipt printer; without a driver there is none, and receipts are on the screen."""

    driver: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReceiptSettings:
    """A line of address and telephone below the branch's name; empty: the catalogue's address."""

    contact_fa: Line = ""
    contact_en: Line = ""

    @property
    def contact(self) -> Text | None:
        """The line, if there is one."""
        return Text(self.contact_fa, self.contact_en) if self.contact_fa.strip() else None
