-- The outbox of a kiosk, version 2: one stream a file. What each state means, and which may
-- follow which: docs/outbox.md.

CREATE TABLE outbox_stream (                          -- one row: what this file is
    only INTEGER PRIMARY KEY CHECK (only = 1),
    stream TEXT NOT NULL CHECK (stream IN ('ledger', 'telemetry')),
    epoch BLOB NOT NULL CHECK (length(epoch) = 16),   -- made with the file
    origin BLOB NOT NULL CHECK (length(origin) = 32), -- the chain before the first row
    acked_through INTEGER NOT NULL DEFAULT 0          -- how far the server said that it has all
) STRICT;

CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,            -- the order of writing, whatever the clock did
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),  -- UUIDv7, made here: the key against doubles
    stream TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind <> ''),
    ver INTEGER NOT NULL CHECK (ver > 0),
    wall_ms INTEGER NOT NULL,                         -- since 1970, UTC, as the box believed
    boot_id BLOB NOT NULL CHECK (length(boot_id) = 16),
    mono_ms INTEGER NOT NULL,                         -- since that boot
    body TEXT NOT NULL CHECK (json_valid(body)),
    before BLOB NOT NULL,                             -- the chain of the row before
    chain BLOB NOT NULL CHECK (length(chain) = 32),
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'accepted', 'parked')),
    settled_ms INTEGER,                               -- when it left "waiting"
    attempts INTEGER NOT NULL DEFAULT 0,              -- how often it was sent
    error TEXT NOT NULL DEFAULT ''                    -- why it is parked
) STRICT;

CREATE INDEX outbox_by_state ON outbox (state, seq);

CREATE TRIGGER outbox_is_one_chain BEFORE INSERT ON outbox
WHEN new.before IS NOT coalesce(
        (SELECT chain FROM outbox ORDER BY seq DESC LIMIT 1), (SELECT origin FROM outbox_stream))
    OR new.stream IS NOT (SELECT stream FROM outbox_stream)
BEGIN SELECT RAISE(ABORT, 'a row goes behind the last one of its stream'); END;

CREATE TRIGGER outbox_is_never_rewritten
BEFORE UPDATE OF seq, id, stream, kind, ver, wall_ms, boot_id, mono_ms, body, before, chain
ON outbox
BEGIN SELECT RAISE(ABORT, 'what happened cannot be changed'); END;

CREATE TRIGGER outbox_acceptance_is_final BEFORE UPDATE OF state ON outbox
WHEN old.state = 'accepted' AND new.state <> 'accepted' AND NOT (
    new.state = 'waiting' AND old.seq > (SELECT acked_through FROM outbox_stream))
BEGIN SELECT RAISE(ABORT, 'the server has it already'); END;

-- but for telemetry's oldest, and then the newest row says which
CREATE TRIGGER outbox_drops_nothing BEFORE DELETE ON outbox
WHEN old.state <> 'accepted' AND NOT (old.stream = 'telemetry' AND coalesce(
    (SELECT kind = 'telemetry_evicted'
        AND old.seq BETWEEN json_extract(body, '$.from_seq') AND json_extract(body, '$.to_seq')
        FROM outbox ORDER BY seq DESC LIMIT 1), 0))
BEGIN SELECT RAISE(ABORT, 'the server does not have it yet'); END;

CREATE TRIGGER outbox_keeps_its_end BEFORE DELETE ON outbox
WHEN old.seq = (SELECT max(seq) FROM outbox)
BEGIN SELECT RAISE(ABORT, 'the next row chains to the newest one'); END;

CREATE TRIGGER outbox_stays_what_it_is BEFORE UPDATE OF only, stream, epoch, origin ON outbox_stream
BEGIN SELECT RAISE(ABORT, 'a file keeps its epoch'); END;

CREATE TRIGGER outbox_stays BEFORE DELETE ON outbox_stream
BEGIN SELECT RAISE(ABORT, 'a file keeps its epoch'); END;
