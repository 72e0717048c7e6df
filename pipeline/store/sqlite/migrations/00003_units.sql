-- +goose Up

-- Units and what they came of. The tables have the names and columns that Postgres has, so that
-- one text of a query serves both. Names that are not known are empty. Times are microseconds
-- since 1970, days are days since 1970.

-- What units share with many others is kept once: a makeup is a set of lots, an origin is what a
-- unit has from its making, a way what became of it since. Two million units of five lots each
-- then need some thousand rows here and no table of ten million links.
CREATE TABLE lots (
    id        INTEGER PRIMARY KEY,
    code      TEXT NOT NULL,
    component TEXT NOT NULL,
    supplier  TEXT NOT NULL,
    body      TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX lots_name ON lots (code, component, supplier);
CREATE INDEX lots_supplier ON lots (supplier);
CREATE INDEX lots_component ON lots (component);

CREATE TABLE makeups (
    id     INTEGER PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE makeup_lots (
    makeup INTEGER NOT NULL REFERENCES makeups,
    lot    INTEGER NOT NULL REFERENCES lots,
    PRIMARY KEY (makeup, lot)
) STRICT, WITHOUT ROWID;
CREATE INDEX makeup_lots_lot ON makeup_lots (lot, makeup);

CREATE TABLE origins (
    id     INTEGER PRIMARY KEY,
    sku    TEXT NOT NULL,
    batch  TEXT NOT NULL,
    plant  TEXT NOT NULL,
    makeup INTEGER NOT NULL -- 0 without lots
) STRICT;
CREATE UNIQUE INDEX origins_all ON origins (sku, batch, plant, makeup);
CREATE INDEX origins_batch ON origins (batch) WHERE batch <> '';
CREATE INDEX origins_makeup ON origins (makeup);

CREATE TABLE ways (
    id        INTEGER PRIMARY KEY,
    warehouse TEXT NOT NULL,
    shipment  TEXT NOT NULL,
    carrier   TEXT NOT NULL,
    channel   TEXT NOT NULL,
    region    TEXT NOT NULL,
    country   TEXT NOT NULL,
    firmware  TEXT NOT NULL,
    terms     TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX ways_all ON ways (shipment, channel, warehouse, carrier, region, country, firmware, terms);

-- Origins and ways are never deleted, nor are units: no foreign key has to be looked after.
-- key is the serial in the form that serials are compared in, where that is another text. day is
-- the start of service if started is 1, else that of the stage: 0 stock, 1 trade, 2 field, 3 gone.
CREATE TABLE units (
    id          INTEGER PRIMARY KEY,
    serial      TEXT NOT NULL,
    sku         TEXT NOT NULL,
    key         TEXT,
    origin      INTEGER NOT NULL,
    way         INTEGER NOT NULL,
    stage       INTEGER NOT NULL,
    started     INTEGER NOT NULL,
    day         INTEGER,
    made        INTEGER,
    shipped     INTEGER,
    sold        INTEGER,
    registered  INTEGER,
    customer    TEXT NOT NULL,
    contact     TEXT NOT NULL,
    extended    INTEGER,
    replaced_by TEXT NOT NULL,
    gone_at     INTEGER,
    gone        TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX units_serial ON units (serial, sku);
CREATE INDEX units_key ON units (key, serial) WHERE key IS NOT NULL;
CREATE INDEX units_exposure ON units (origin, way, stage, started, day);
CREATE INDEX units_way ON units (way);
CREATE INDEX units_replaced_by ON units (replaced_by, serial, sku) WHERE replaced_by <> '';

CREATE TABLE batches (
    id   INTEGER PRIMARY KEY,
    code TEXT NOT NULL,
    sku  TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX batches_name ON batches (code, sku);

-- Master data: products, suppliers, warehouses, shipments, terms.
CREATE TABLE unit_records (
    kind TEXT NOT NULL,
    id   TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE unit_events (
    unit   INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    what   TEXT NOT NULL,
    place  TEXT NOT NULL,
    party  TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (unit, at, what, place, party)
) STRICT, WITHOUT ROWID;

CREATE TABLE inspections (
    id   TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    code TEXT NOT NULL,
    at   INTEGER NOT NULL,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX inspections_code ON inspections (code, kind, at, id);
CREATE INDEX inspections_at ON inspections (at, id);

CREATE TABLE costs (
    id       TEXT PRIMARY KEY,
    unit     INTEGER REFERENCES units,
    serial   TEXT NOT NULL,
    sku      TEXT NOT NULL,
    claim    TEXT NOT NULL,
    at       INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    minor    INTEGER NOT NULL,
    currency TEXT NOT NULL,
    note     TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX costs_unit ON costs (unit);
CREATE INDEX costs_serial ON costs (serial) WHERE serial <> '';
CREATE INDEX costs_claim ON costs (claim) WHERE claim <> '';
CREATE INDEX costs_at ON costs (at, id);

-- +goose Down
DROP TABLE costs;
DROP TABLE inspections;
DROP TABLE unit_events;
DROP TABLE unit_records;
DROP TABLE batches;
DROP TABLE units;
DROP TABLE ways;
DROP TABLE origins;
DROP TABLE makeup_lots;
DROP TABLE makeups;
DROP TABLE lots;
