"""The names that programs give things, as words for people: events, streams, what was refused.

English texts for ``Words.say``; a name that is not here is shown as it is. The tests compare
each table with those that make the names.

Source: docs/events.md; docs/outbox.md, section 1; docs/feed.md, section 5.
"""

from __future__ import annotations

from collections.abc import Mapping

STREAMS: Mapping[str, str] = {
    "ledger": "Sales and answers",
    "telemetry": "Look-ups and searches",
}
KINDS: Mapping[str, str] = {
    "item_looked_up": "An item was looked up",
    "expired_item_seen": "An item past its date",
    "unknown_code": "A code nobody knows",
    "product_opened": "A product was opened",
    "search_made": "A search",
    "language_chosen": "A language was chosen",
    "device_lost": "A device went silent",
    "device_back": "A device is back",
    "catalogue_taken": "A catalogue was taken",
    "catalogue_refused": "A catalogue was refused",
    "catalogue_damaged": "A catalogue was damaged",
    "feed_refused": "A publication was refused",
    "rules_refused": "A rule could not be read",
    "telemetry_evicted": "Old searches made room",
    "database_damaged": "A database was damaged",
    "database_salvaged": "A damaged database was worked through",
    "payments_compared": "Payments were compared with the terminal",
    "action_done": "What head office asked was done",
    "basket_finished": "A basket was finished",
    "basket_abandoned": "A basket was left",
    "sale_completed": "A sale was completed",
    "sale_reversed": "A charge was taken back",
    "refund_made": "Money was given back",
    "payment_in_doubt": "A payment is in doubt",
    "payment_settled": "A doubtful payment is clear",
    "payment_attendant": "A payment waits for staff",
    "survey_answered": "A survey was answered",
    "survey_left": "A survey was left",
    "receipt_printed": "A receipt was printed",
    "receipt_failed": "A receipt was not printed",
}
REFUSALS: Mapping[str, str] = {
    "bad_format": "It is not of a kind that this kiosk knows",
    "bad_signature": "It is not signed by the chain's server",
    "other_store": "It is for another store",
    "went_back": "The server has less than this kiosk",
    "replayed": "It is older than what is here",
    "hole": "Something before it is missing",
    "truncated": "A part of it is missing",
    "tampered": "It was changed on the way",
    "bad_packing": "It cannot be unpacked",
    "bomb": "It unpacks to more than was told",
    "bad_heading": "Its heading is not what was told",
    "bad_record": "One of its records is wrong",
    "bad_count": "It does not have as many records as it says",
    "bad_file": "The ready-made catalogue is damaged",
    "not_built": "No catalogue could be built of it",
    "not_applied": "It does not fit what is here",
}
