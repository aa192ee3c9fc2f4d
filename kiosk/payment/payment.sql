-- What was asked of bank terminals and what came of it, in the kiosk's own database; never edited,
-- only added to. What each phase means, and which may follow which: docs/payment.md.

CREATE TABLE IF NOT EXISTS payment_attempt (          -- one financial command
    attempt_id BLOB PRIMARY KEY CHECK (length(attempt_id) = 16),  -- UUIDv7, made here
    sale_id BLOB NOT NULL CHECK (length(sale_id) = 16),
    kind TEXT NOT NULL CHECK (kind IN ('authorisation', 'reversal', 'refund')),
    undoes BLOB REFERENCES payment_attempt,           -- the authorisation that is given back
    terminal TEXT NOT NULL CHECK (terminal <> ''),    -- its address, without a password
    amount INTEGER NOT NULL CHECK (amount > 0),       -- smallest units of the currency
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    reference TEXT NOT NULL UNIQUE CHECK (length(reference) BETWEEN 1 AND 20),
    terminal_id TEXT NOT NULL,                        -- that its result must name; empty: any
    baseline TEXT NOT NULL CHECK (json_valid(baseline)),
    content TEXT NOT NULL CHECK (json_valid(content)),  -- the whole quote that is paid, the tenders
    CHECK ((undoes IS NULL) = (kind = 'authorisation'))
) STRICT;

CREATE TABLE IF NOT EXISTS payment_step (             -- the last one is where the attempt is
    attempt_id BLOB NOT NULL REFERENCES payment_attempt,
    number INTEGER NOT NULL CHECK (number > 0),
    phase TEXT NOT NULL,
    wall_ms INTEGER NOT NULL,                         -- since 1970, UTC, as the box believed
    boot_id BLOB NOT NULL CHECK (length(boot_id) = 16),
    mono_ms INTEGER NOT NULL,                         -- since that boot
    detail TEXT NOT NULL CHECK (json_valid(detail)),
    PRIMARY KEY (attempt_id, number)
) STRICT;

CREATE TABLE IF NOT EXISTS payment_open (             -- kept by the triggers below
    attempt_id BLOB PRIMARY KEY REFERENCES payment_attempt,
    terminal TEXT NOT NULL,
    sale_id BLOB NOT NULL,
    undo INTEGER NOT NULL,                            -- 1: gives back what another one charged
    UNIQUE (terminal, undo),
    UNIQUE (sale_id, undo)
) STRICT;

CREATE INDEX IF NOT EXISTS payment_attempt_by_sale ON payment_attempt (sale_id);

-- what waits for a person, or did: few, and asked for each second while staff look
CREATE INDEX IF NOT EXISTS payment_attendant ON payment_step (attempt_id)
    WHERE phase = 'attendant';

CREATE TABLE IF NOT EXISTS sale (                     -- a basket that is paid
    sale_id BLOB PRIMARY KEY CHECK (length(sale_id) = 16),
    attempt_id BLOB NOT NULL UNIQUE REFERENCES payment_attempt,
    wall_ms INTEGER NOT NULL,
    total INTEGER NOT NULL CHECK (total > 0),
    currency TEXT NOT NULL,
    content TEXT NOT NULL CHECK (json_valid(content))
) STRICT;

CREATE TABLE IF NOT EXISTS sale_tender (              -- the ways by which it is paid
    sale_id BLOB NOT NULL REFERENCES sale,
    number INTEGER NOT NULL CHECK (number > 0),
    kind TEXT NOT NULL CHECK (kind <> ''),
    amount INTEGER NOT NULL CHECK (amount > 0),
    told TEXT NOT NULL CHECK (json_valid(told)),
    PRIMARY KEY (sale_id, number)
) STRICT;

CREATE TABLE IF NOT EXISTS sale_undone (              -- what was given back of it
    attempt_id BLOB PRIMARY KEY REFERENCES payment_attempt,
    sale_id BLOB NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('reversal', 'refund')),
    amount INTEGER NOT NULL CHECK (amount > 0),
    who TEXT NOT NULL,                                -- of the staff; empty: the kiosk itself
    wall_ms INTEGER NOT NULL
) STRICT;

-- one open attempt a terminal and a sale, but for the one that gives back what is open
CREATE TRIGGER IF NOT EXISTS payment_one_open BEFORE INSERT ON payment_attempt
WHEN EXISTS (SELECT 1 FROM payment_open
    WHERE (terminal = new.terminal OR sale_id = new.sale_id) AND attempt_id IS NOT new.undoes)
BEGIN SELECT RAISE(ABORT, 'an attempt is open'); END;

-- nobody pays twice: not while anybody may still find that it was paid, and not afterwards
CREATE TRIGGER IF NOT EXISTS payment_charges_once BEFORE INSERT ON payment_attempt
WHEN new.kind = 'authorisation' AND EXISTS (
    SELECT 1 FROM payment_attempt AS earlier
    WHERE earlier.sale_id = new.sale_id AND earlier.kind = 'authorisation' AND (
        SELECT phase FROM payment_step WHERE attempt_id = earlier.attempt_id
        ORDER BY number DESC LIMIT 1
    ) NOT IN ('declined', 'cancelled', 'not_charged', 'reversed'))
BEGIN SELECT RAISE(ABORT, 'the sale may be paid already'); END;

CREATE TRIGGER IF NOT EXISTS payment_reverses_once BEFORE INSERT ON payment_attempt
WHEN new.kind = 'reversal' AND EXISTS (
    SELECT 1 FROM payment_attempt AS earlier
    WHERE earlier.undoes = new.undoes AND earlier.kind = 'reversal' AND (
        SELECT phase FROM payment_step WHERE attempt_id = earlier.attempt_id
        ORDER BY number DESC LIMIT 1
    ) NOT IN ('declined', 'cancelled', 'not_charged'))
BEGIN SELECT RAISE(ABORT, 'it may be reversed already'); END;

-- never more is given back than was charged; what may have been given back counts
CREATE TRIGGER IF NOT EXISTS payment_gives_back_no_more BEFORE INSERT ON payment_attempt
WHEN new.undoes IS NOT NULL AND new.amount + coalesce((
    SELECT sum(earlier.amount) FROM payment_attempt AS earlier
    WHERE earlier.undoes = new.undoes AND (
        SELECT phase FROM payment_step WHERE attempt_id = earlier.attempt_id
        ORDER BY number DESC LIMIT 1
    ) NOT IN ('declined', 'cancelled', 'not_charged', 'reversed')), 0)
    > (SELECT max(amount) FROM (
        SELECT amount FROM payment_attempt WHERE attempt_id = new.undoes
        UNION ALL SELECT json_extract(detail, '$.result.amount') FROM payment_step
        WHERE attempt_id = new.undoes))
BEGIN SELECT RAISE(ABORT, 'it was given back already, or may have been'); END;

CREATE TRIGGER IF NOT EXISTS payment_step_is_next BEFORE INSERT ON payment_step
WHEN new.number IS NOT 1 + (
    SELECT count(*) FROM payment_step WHERE attempt_id = new.attempt_id)
BEGIN SELECT RAISE(ABORT, 'somebody else has written a step'); END;

CREATE TRIGGER IF NOT EXISTS payment_opens AFTER INSERT ON payment_step WHEN new.number = 1
BEGIN INSERT INTO payment_open
    SELECT attempt_id, terminal, sale_id, undoes IS NOT NULL FROM payment_attempt
    WHERE attempt_id = new.attempt_id; END;

CREATE TRIGGER IF NOT EXISTS payment_closes AFTER INSERT ON payment_step
WHEN new.phase IN ('settled', 'declined', 'cancelled', 'not_charged', 'reversed', 'attendant')
BEGIN DELETE FROM payment_open WHERE attempt_id = new.attempt_id; END;

CREATE TRIGGER IF NOT EXISTS payment_attempt_stays BEFORE UPDATE ON payment_attempt
BEGIN SELECT RAISE(ABORT, 'what was asked cannot be changed'); END;
CREATE TRIGGER IF NOT EXISTS payment_attempt_is_kept BEFORE DELETE ON payment_attempt
BEGIN SELECT RAISE(ABORT, 'the journal is kept'); END;
CREATE TRIGGER IF NOT EXISTS payment_step_stays BEFORE UPDATE ON payment_step
BEGIN SELECT RAISE(ABORT, 'what happened cannot be changed'); END;
CREATE TRIGGER IF NOT EXISTS payment_step_is_kept BEFORE DELETE ON payment_step
BEGIN SELECT RAISE(ABORT, 'the journal is kept'); END;
CREATE TRIGGER IF NOT EXISTS sale_stays BEFORE UPDATE ON sale
BEGIN SELECT RAISE(ABORT, 'a sale cannot be changed'); END;
CREATE TRIGGER IF NOT EXISTS sale_is_kept BEFORE DELETE ON sale
BEGIN SELECT RAISE(ABORT, 'a sale is kept'); END;
