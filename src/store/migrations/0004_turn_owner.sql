-- The processes that serve from this database, and which of them writes each running answer.
CREATE TABLE processes (
    id   TEXT NOT NULL PRIMARY KEY,
    seen BIGINT NOT NULL  -- by the database's clock
);

ALTER TABLE turns ADD COLUMN owner TEXT NOT NULL DEFAULT '';
