-- The sale that is being paid, in the kiosk's own database: docs/checkout.md, "What outlives a crash".

CREATE TABLE IF NOT EXISTS checkout (             -- a row while the checkout's screens are on
    only INTEGER PRIMARY KEY CHECK (only = 1),
    body TEXT NOT NULL CHECK (json_valid(body)),  -- sale, number, amount; nothing of a card
    saved_s INTEGER NOT NULL                      -- since 1970, UTC
) STRICT;
