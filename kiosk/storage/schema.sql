-- The catalogue file: written once by kiosk/storage/build.py, then only read.
-- `rank` numbers the products by popularity, 1 is the most popular; it is the rowid everywhere,
-- so "ORDER BY rowid" is "popular first" and costs nothing. Why: docs/adr/0005-search-index.md.
-- Amounts are the currency's smallest unit, instants are seconds since 1970 (UTC).

CREATE TABLE info (
    chain TEXT NOT NULL,
    store TEXT NOT NULL,
    currency TEXT NOT NULL,
    zone TEXT NOT NULL,
    vat_included INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    products INTEGER NOT NULL,
    packs INTEGER NOT NULL,
    seal BLOB NOT NULL  -- SHA-256 of all other bytes of the file: kiosk/storage/file.py
) STRICT;

-- dictionaries: what many products share
CREATE TABLE wording (id INTEGER PRIMARY KEY, fa TEXT NOT NULL, en TEXT NOT NULL) STRICT;
CREATE TABLE place (
    id INTEGER PRIMARY KEY, aisle TEXT NOT NULL, bay TEXT NOT NULL, shelf TEXT NOT NULL
) STRICT;
CREATE TABLE offer (
    id INTEGER PRIMARY KEY, offer_id TEXT NOT NULL,
    starts_at INTEGER NOT NULL, ends_at INTEGER NOT NULL, off_basis_points INTEGER NOT NULL,
    members_only INTEGER NOT NULL, name_fa TEXT NOT NULL, name_en TEXT NOT NULL
) STRICT;
-- a rule of the store as it came: a JSON object, docs/pricing.md says what is in it
CREATE TABLE rule (rule_id TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT;
CREATE TABLE category (
    id INTEGER PRIMARY KEY, category_id TEXT NOT NULL UNIQUE, parent TEXT NOT NULL,
    name_fa TEXT NOT NULL, name_en TEXT NOT NULL, icon TEXT NOT NULL
) STRICT;
CREATE TABLE store (
    id INTEGER PRIMARY KEY, store_id TEXT NOT NULL UNIQUE,
    name_fa TEXT NOT NULL, name_en TEXT NOT NULL, address_fa TEXT NOT NULL, address_en TEXT NOT NULL
) STRICT;

CREATE TABLE product (
    rank INTEGER PRIMARY KEY,
    sku TEXT NOT NULL,
    name_fa TEXT NOT NULL,
    name_en TEXT NOT NULL,
    category INTEGER NOT NULL REFERENCES category (id),
    price INTEGER NOT NULL,
    unit INTEGER NOT NULL REFERENCES wording (id),
    brand INTEGER REFERENCES wording (id),
    place INTEGER REFERENCES place (id),
    note_fa TEXT NOT NULL,
    note_en TEXT NOT NULL,
    size_amount INTEGER,
    size_measure TEXT,
    picture TEXT NOT NULL,
    vat_basis_points INTEGER NOT NULL,
    popularity INTEGER NOT NULL,
    parts TEXT NOT NULL  -- packs, stock, labels, offers and more as JSON: kiosk/storage/rows.py
) STRICT;
CREATE UNIQUE INDEX product_by_sku ON product (sku COLLATE NOCASE);
CREATE INDEX product_by_price ON product (category, price);

-- `gtin` is the number that the 14 digits are; `tail` its last six digits from right to left
CREATE TABLE pack (
    gtin INTEGER PRIMARY KEY,
    rank INTEGER NOT NULL REFERENCES product (rank),
    position INTEGER NOT NULL,
    tail INTEGER NOT NULL
) STRICT;
CREATE INDEX pack_by_tail ON pack (tail);

-- The index: no text is kept (content=''), no positions (detail=none), no lengths (columnsize=0).
-- A filter is a word of it: kiosk/storage/terms.py.
CREATE VIRTUAL TABLE words USING fts5 (
    text, content = '', detail = none, columnsize = 0, prefix = '1 2 3 4',
    tokenize = "unicode61 remove_diacritics 0 tokenchars '.'"
);
CREATE TABLE facet (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, value TEXT NOT NULL, products INTEGER NOT NULL
) STRICT;

-- a term in very many products as a set, one bit a product: kiosk/storage/bitsets.py
CREATE TABLE common (id INTEGER PRIMARY KEY, term TEXT NOT NULL UNIQUE, bits BLOB NOT NULL) STRICT;
-- every rarer term as a list of its ranks: 32-bit numbers, the least byte first, upwards
CREATE TABLE listed (id INTEGER PRIMARY KEY, term TEXT NOT NULL UNIQUE, ranks BLOB NOT NULL) STRICT;

-- the words of the index and how many products have each; `misspelling` leads from a word with
-- one or two letters left out to the words it may have been: kiosk/storage/spelling.py
CREATE TABLE word (id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE, products INTEGER NOT NULL)
STRICT;
CREATE TABLE misspelling (
    rest TEXT NOT NULL, word INTEGER NOT NULL REFERENCES word (id), PRIMARY KEY (rest, word)
) STRICT, WITHOUT ROWID;
