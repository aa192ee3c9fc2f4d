"""Sales, money given back and payments in doubt as files; of a card there is BIN and last four."""

from __future__ import annotations

from typing import Any

from server.office.exchange.columns import Column
from server.office.exchange.resource import TableResource
from server.sales.models import Doubt, GivenBack, Sale


class SaleResource(TableResource):
    """Each sale with what was paid, by what, and what head office makes of it."""

    sale_id = Column("شناسهٔ فروش", "sale id", attribute="sale_id")
    kiosk = Column("کیوسک", "kiosk", attribute="kiosk_id")
    store = Column("فروشگاه", "store", attribute="store_id")
    at = Column("زمان", "at", attribute="at")
    total = Column("مبلغ", "total", attribute="total")
    currency = Column("ارز", "currency", attribute="currency")
    tenders = Column("شیوهٔ پرداخت", "paid by", write=lambda sale: _tenders(sale.tenders))
    evidence = Column("گواه پرداخت", "who told that it is paid", attribute="evidence")
    computed = Column("مبلغ به حساب دفتر مرکزی", "total by head office", attribute="computed")
    verdict = Column("نتیجه", "verdict", attribute="verdict")

    class Meta:
        model = Sale


class GivenBackResource(TableResource):
    """Reversals and refunds."""

    attempt_id = Column("شناسهٔ پرداخت", "payment", attribute="attempt_id")
    sale_id = Column("شناسهٔ فروش", "sale id", attribute="sale_id")
    kind = Column("نوع", "kind", attribute="kind")
    kiosk = Column("کیوسک", "kiosk", attribute="kiosk_id")
    store = Column("فروشگاه", "store", attribute="store_id")
    at = Column("زمان", "at", attribute="at")
    amount = Column("مبلغ", "amount", attribute="amount")
    currency = Column("ارز", "currency", attribute="currency")
    who = Column("چه کسی", "who", attribute="who")

    class Meta:
        model = GivenBack


class DoubtResource(TableResource):
    """Payments of which a kiosk could not tell the outcome, and how far that is."""

    attempt_id = Column("شناسهٔ پرداخت", "payment", attribute="attempt_id")
    sale_id = Column("شناسهٔ فروش", "sale id", attribute="sale_id")
    kiosk = Column("کیوسک", "kiosk", attribute="kiosk_id")
    store = Column("فروشگاه", "store", attribute="store_id")
    at = Column("زمان", "at", attribute="at")
    amount = Column("مبلغ", "amount", attribute="amount")
    currency = Column("ارز", "currency", attribute="currency")
    reference = Column("کد پیگیری", "reference", attribute="reference")
    state = Column("وضعیت", "state", attribute="state")
    why = Column("علت", "why", attribute="why")

    class Meta:
        model = Doubt


def _tenders(tenders: list[dict[str, Any]]) -> str:
    """Write ways of paying as one text: ``card 1250000 603799…1234, points 20000``."""
    return ", ".join(" ".join(_tender(each)) for each in tenders)


def _tender(tender: dict[str, Any]) -> list[str]:
    words = [str(tender["kind"]), str(tender["amount"])]
    if tender.get("card_last4"):
        words.append(f"{tender.get('card_bin', '')}…{tender['card_last4']}")
    return words
