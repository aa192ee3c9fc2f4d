"""Which stream each kind of event belongs to; a kind that is not here cannot be recorded.

To the ledger belong money, answers, registrations, and what changes a row elsewhere in the
kiosk's own file; and what tells that rows may be missing, which must not go missing itself.

Source: docs/outbox.md, section 1; docs/events.md.
"""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.outbox.streams import LEDGER, TELEMETRY, Stream

_LEDGER = (
    "database_damaged",
    "database_salvaged",
    "payments_compared",
    "action_done",
    "basket_finished",
    "basket_abandoned",
    "sale_completed",
    "sale_reversed",
    "refund_made",
    "payment_in_doubt",
    "payment_settled",
    "payment_attendant",
    "survey_answered",
)
_TELEMETRY = (
    "item_looked_up",
    "expired_item_seen",
    "unknown_code",
    "product_opened",
    "search_made",
    "language_chosen",
    "device_lost",
    "device_back",
    "catalogue_taken",
    "catalogue_refused",
    "catalogue_damaged",
    "feed_refused",
    "rules_refused",
    "survey_left",
    "receipt_printed",
    "receipt_failed",
    "telemetry_evicted",
)
STREAM_OF: Mapping[str, Stream] = {
    **dict.fromkeys(_LEDGER, LEDGER),
    **dict.fromkeys(_TELEMETRY, TELEMETRY),
}
