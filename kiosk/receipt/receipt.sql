-- Prints of receipts, in the kiosk's own database. What each state means, and which may follow
-- which: docs/receipts.md, section 5.

CREATE TABLE IF NOT EXISTS print_job (
    job_id BLOB PRIMARY KEY CHECK (length(job_id) = 16),  -- UUIDv7, made here
    sale_id BLOB NOT NULL CHECK (length(sale_id) = 16),
    copy INTEGER NOT NULL CHECK (copy IN (0, 1)),
    asked_by TEXT NOT NULL,                           -- of the staff; empty: the shopper
    number TEXT NOT NULL,                             -- of the sale, as people say it
    receipt TEXT NOT NULL CHECK (receipt = '' OR json_valid(receipt)),  -- empty when it is old
    state TEXT NOT NULL DEFAULT 'queued'
        CHECK (state IN ('queued', 'printing', 'printed', 'unsure', 'failed')),
    begun INTEGER NOT NULL DEFAULT 0 CHECK (begun IN (0, 1)),  -- a byte may have been sent
    queued_ms INTEGER NOT NULL,                       -- since 1970, UTC, as the box believed
    boot_id BLOB NOT NULL CHECK (length(boot_id) = 16),
    mono_ms INTEGER NOT NULL,                         -- since that boot, when it was queued
    changed_ms INTEGER NOT NULL,
    why TEXT NOT NULL DEFAULT '',
    settled_by TEXT NOT NULL DEFAULT '',              -- who looked whether it came out
    CHECK (copy = 1 OR asked_by = ''),
    CHECK (begun = 1 OR state IN ('queued', 'failed'))
) STRICT;

CREATE UNIQUE INDEX IF NOT EXISTS print_once ON print_job (sale_id) WHERE copy = 0;
CREATE INDEX IF NOT EXISTS print_open ON print_job (state)
    WHERE state IN ('queued', 'printing', 'unsure');

CREATE TRIGGER IF NOT EXISTS print_job_moves BEFORE UPDATE OF state, begun ON print_job
WHEN new.begun < old.begun OR NOT (
    (old.state = 'queued' AND new.state IN ('printing', 'failed') AND old.begun = 0)
    OR (old.state = 'printing' AND new.state IN ('printed', 'unsure'))
    OR (old.state = 'unsure' AND new.state IN ('printed', 'failed'))
    OR (old.state = 'failed' AND new.state = 'queued' AND old.begun = 0))
BEGIN SELECT RAISE(ABORT, 'a print does not go that way'); END;

CREATE TRIGGER IF NOT EXISTS print_job_stays
BEFORE UPDATE OF job_id, sale_id, copy, asked_by, number ON print_job
BEGIN SELECT RAISE(ABORT, 'what was asked cannot be changed'); END;

CREATE TRIGGER IF NOT EXISTS print_job_says_the_same BEFORE UPDATE OF receipt ON print_job
WHEN new.receipt <> '' OR old.state NOT IN ('printed', 'failed')
BEGIN SELECT RAISE(ABORT, 'what is printed cannot be changed'); END;

CREATE TRIGGER IF NOT EXISTS print_job_is_kept BEFORE DELETE ON print_job
BEGIN SELECT RAISE(ABORT, 'prints are kept'); END;
