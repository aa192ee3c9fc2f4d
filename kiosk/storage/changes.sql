-- The file of changes beside a sealed catalogue: what differs from it, as of `sequence`.
-- Written by kiosk/storage/applying.py, one transaction a segment; read by changes_reader.py.
-- `check_sum` is the CRC-32 of a row's other columns: SQLite itself does not see a flipped bit.

CREATE TABLE state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    base BLOB NOT NULL,  -- the seal of the catalogue that this belongs to
    sequence INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    categories TEXT NOT NULL,  -- all of them as JSON, or '' where they are those of the base
    categories_sequence INTEGER NOT NULL,  -- the segment that told them, 0 for the base
    stores TEXT NOT NULL,
    stores_sequence INTEGER NOT NULL,
    rules_sequence INTEGER NOT NULL,  -- the publication that told rules last, 0 for the base
    check_sum INTEGER NOT NULL
) STRICT;

-- The rules of the store, once they are not the base's: one row, written where they change.
CREATE TABLE rules (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    told TEXT NOT NULL,  -- all of them as they came last, as a JSON object by their id
    good TEXT NOT NULL,  -- the last set that could be read, or '' where that is `told`
    check_sum INTEGER NOT NULL
) STRICT;

-- A product has one row. Each new version of it has a higher `number` than all rows before, so
-- what is new to a reader is what stands above the last number it has seen.
CREATE TABLE changed (
    number INTEGER PRIMARY KEY,
    rank INTEGER NOT NULL UNIQUE,  -- the base's, or one above all of the base for a new product
    sku TEXT NOT NULL UNIQUE COLLATE NOCASE,
    sequence INTEGER NOT NULL,  -- of the segment that touched it last
    kind TEXT NOT NULL,  -- 'parts', 'whole' or 'gone'
    body TEXT NOT NULL,  -- JSON: some parts to put into the base's product, or all of it
    category TEXT NOT NULL,
    price INTEGER NOT NULL,
    behind INTEGER NOT NULL,  -- it stands at the base's product of this rank
    moved INTEGER NOT NULL,  -- or behind it: it is new, or its popularity is another now
    popularity INTEGER NOT NULL,
    now TEXT NOT NULL,  -- what it is found by, where that differs from the base: found_by.py
    was TEXT NOT NULL,  -- what the base finds it by, where that holds no more
    check_sum INTEGER NOT NULL
) STRICT;

-- the GTINs of whole products, so that none leads to two of them
CREATE TABLE pack (
    gtin INTEGER NOT NULL, rank INTEGER NOT NULL, PRIMARY KEY (gtin, rank)
) STRICT, WITHOUT ROWID;
CREATE INDEX pack_by_rank ON pack (rank);
