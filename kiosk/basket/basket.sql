-- The basket of this kiosk, in the kiosk's own database: docs/basket.md, "What outlives a crash".

CREATE TABLE IF NOT EXISTS basket_open (          -- a row while a basket with something in is open
    only INTEGER PRIMARY KEY CHECK (only = 1),
    body TEXT NOT NULL CHECK (json_valid(body)),  -- lines, vouchers, what was approved
    saved_s INTEGER NOT NULL                      -- since 1970, UTC
) STRICT;

CREATE TABLE IF NOT EXISTS basket_at_till (       -- a row while the till's number is on the screen
    only INTEGER PRIMARY KEY CHECK (only = 1),
    body TEXT NOT NULL CHECK (json_valid(body)),
    saved_s INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS basket_number (        -- how far the baskets of a day are counted
    day TEXT PRIMARY KEY,                         -- the store's date
    number INTEGER NOT NULL CHECK (number > 0)
) STRICT;
