r"""What a scanned or typed code means: bytes in, one value of a closed union out.

``read`` takes the bytes of one code as a device gave them, ``read_typed`` the digits that a
person typed. Both answer with a ``TradeItem``, a ``VariableMeasure``, a ``MemberCard`` or an
``Unreadable``, and raise nothing whatever comes in. Nothing here looks into the catalogue,
opens a link or asks a clock: the shop's layouts and the store's date are passed in.

>>> from datetime import date
>>> read(b"]d2010400638133393117261231\x1d10A7", CodeRules(), date(2026, 11, 23))
... # doctest: +NORMALIZE_WHITESPACE
TradeItem(gtin=Gtin(digits='04006381333931'), batch='A7', serial='',
    expires_on=datetime.date(2026, 12, 31), best_before=None, weight_g=None,
    elements=(Element(ai='01', value='04006381333931'), Element(ai='17', value='261231'),
    Element(ai='10', value='A7')), wrong=())

Source: docs/barcodes.md.
"""

from retail.barcodes.codes import (
    Code,
    Element,
    MemberCard,
    Reason,
    TradeItem,
    Unreadable,
    VariableMeasure,
    Weight,
)
from retail.barcodes.in_store import CardLayout, CodeRules, InStoreLayout, LayoutError, weight_for
from retail.barcodes.reading import read, read_typed
from retail.barcodes.upc_e import expand_upc_e

__all__ = [
    "CardLayout",
    "Code",
    "CodeRules",
    "Element",
    "InStoreLayout",
    "LayoutError",
    "MemberCard",
    "Reason",
    "TradeItem",
    "Unreadable",
    "VariableMeasure",
    "Weight",
    "expand_upc_e",
    "read",
    "read_typed",
    "weight_for",
]
