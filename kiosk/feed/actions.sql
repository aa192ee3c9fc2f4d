-- What head office asked of this kiosk, in the kiosk's own database: docs/feed.md, section 8.

CREATE TABLE IF NOT EXISTS feed_action (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),  -- kept for ever: an action is done once
    sequence INTEGER NOT NULL,                    -- of the segment that it came with
    do TEXT NOT NULL,
    until_s INTEGER NOT NULL,                     -- since 1970, UTC; from then on it is too late
    words TEXT NOT NULL DEFAULT '',               -- {"fa": …, "en": …}
    outcome TEXT                                  -- none until it is done
) STRICT;

CREATE TABLE IF NOT EXISTS feed_out_of_service (  -- a row while head office wants no service here
    only INTEGER PRIMARY KEY CHECK (only = 1),
    words TEXT NOT NULL
) STRICT;
