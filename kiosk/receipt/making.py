"""A settled sale → its signed reference and its receipt: what the printing thread puts together.

Source: docs/receipts.md, sections 1 and 3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.messages import Language
from kiosk.receipt.content import Besides, Shop, number_of, receipt_of
from kiosk.receipt.jobs import Jobs, NewJob
from kiosk.receipt.names import Names
from kiosk.receipt.parts import Mark, Receipt
from kiosk.receipt.reference import Claim, sign
from kiosk.receipt.sales import sale_in
from kiosk.receipt.sold import SaleRow, read_sold, skus_of
from kiosk.words import Words

NOBODY = "staff"  # who asks for a copy, where nobody is named


@dataclass(frozen=True, slots=True)
class Seller:
    """Who sells, and signs that it did: ``key`` is none where this kiosk has no identity."""

    shop: Shop
    store: str
    kiosk: str
    words: Mapping[Language, Words]
    key: Ed25519PrivateKey | None = None


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes what is printed; each method raises ``DataError``, and gives none without a sale."""

    jobs: Jobs
    seller: Seller
    names: Names

    def reference(self, sale_id: UUID) -> str | None:
        """Give the signed reference; empty where nothing is signed here."""
        row = self._sale(sale_id)
        return None if row is None else self._signed(row)

    def first(
        self, sale_id: UUID, language: Language, terminal_lines: tuple[str, ...]
    ) -> NewJob | None:
        """Make the receipt that is printed once."""
        row = self._sale(sale_id)
        if row is None:
            return None
        return self._made(row, language, Besides(self._signed(row), terminal_lines))

    def copy(self, sale_id: UUID, language: Language, by: str) -> NewJob | None:
        """Make a copy: of what the first one said, in that language, or of the sale."""
        row = self._sale(sale_id)
        if row is None:
            return None
        made = self._made(row, language, Besides(self._signed(row), copy=True))
        first = self.jobs.first_of(sale_id)
        if first is not None and first.receipt is not None:
            said = first.receipt
            if said.language == language.value:
                made = replace(made, receipt=marked(said, made.receipt))
        return replace(made, asked_by=by or NOBODY)

    def _made(self, row: SaleRow, language: Language, besides: Besides) -> NewJob:
        names, shop = self.names.of(skus_of(row.basket)), self.seller.shop
        shop = replace(shop, store=names.store or shop.store, contact=shop.contact or names.address)
        sold = read_sold(row, names)
        receipt = receipt_of(sold, shop, self.seller.words[language], besides)
        return NewJob(row.sale_id, number_of(sold), receipt)

    def _sale(self, sale_id: UUID) -> SaleRow | None:
        return self.jobs.read(lambda connection: sale_in(connection, sale_id))

    def _signed(self, row: SaleRow) -> str:
        seller = self.seller
        if seller.key is None:
            return ""
        claim = Claim(seller.store, seller.kiosk, row.sale_id, row.at, row.total, row.currency)
        return sign(claim, seller.key)


def marked(said: Receipt, copy: Receipt) -> Receipt:
    """Give what was said with the mark of a copy on top."""
    marks = tuple(part for part in copy.parts if isinstance(part, Mark))
    assert marks, "a copy is marked"
    return replace(said, parts=(*marks, *said.parts))
