-- The table of version 1, as kiosks of that release have it; PRAGMA user_version = 1.

CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,          -- the order of writing, whatever the clock did
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),  -- UUIDv7, made here: the key against doubles
    kind TEXT NOT NULL CHECK (kind <> ''),
    at INTEGER NOT NULL,                            -- milliseconds since 1970, UTC
    body TEXT NOT NULL CHECK (json_valid(body)),
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'accepted', 'rejected')),
    reason TEXT NOT NULL DEFAULT '',                -- why it was rejected, in the server's words
    attempts INTEGER NOT NULL DEFAULT 0             -- how often it was sent
) STRICT;

CREATE INDEX outbox_by_state ON outbox (state, attempts, seq);

CREATE TRIGGER outbox_is_never_rewritten BEFORE UPDATE OF seq, id, kind, at, body ON outbox
BEGIN SELECT RAISE(ABORT, 'what happened cannot be changed'); END;

CREATE TRIGGER outbox_acceptance_is_final BEFORE UPDATE OF state ON outbox
WHEN old.state = 'accepted' AND new.state <> 'accepted'
BEGIN SELECT RAISE(ABORT, 'the server has it already'); END;

CREATE TRIGGER outbox_drops_nothing BEFORE DELETE ON outbox WHEN old.state <> 'accepted'
BEGIN SELECT RAISE(ABORT, 'the server does not have it yet'); END;
PRAGMA user_version = 1;
