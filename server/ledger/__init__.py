"""The double-entry ledger of points, credit and gift cards: docs/members.md, section 2."""
