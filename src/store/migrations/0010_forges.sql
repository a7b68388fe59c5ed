-- draft: not yet to be merged. reported: when, by the forge's clock, what it reported last happened; 0: nothing
-- yet. conflict_told: the commit of the target branch that a conflict was told of; '': none.
ALTER TABLE merge_requests ADD COLUMN draft BIGINT NOT NULL DEFAULT 0;
ALTER TABLE merge_requests ADD COLUMN reported BIGINT NOT NULL DEFAULT 0;
ALTER TABLE merge_requests ADD COLUMN conflict_told TEXT NOT NULL DEFAULT '';
-- What webhooks of forges delivered and was taken: a second delivery is none. The oldest go.
CREATE TABLE forge_deliveries (
    repository_id TEXT NOT NULL,
    delivery      TEXT NOT NULL,  -- the forge's id of it, and one more row with the hash of its body
    received      BIGINT NOT NULL,
    PRIMARY KEY (repository_id, delivery)
);
CREATE INDEX forge_deliveries_received ON forge_deliveries (repository_id, received);
-- What is to be said under merge requests and could not be said yet: once for a key.
CREATE TABLE forge_comments (
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    key        TEXT NOT NULL,
    text       TEXT NOT NULL,
    attempts   BIGINT NOT NULL,
    next_try   BIGINT NOT NULL,
    created    BIGINT NOT NULL,
    PRIMARY KEY (session_id, key)
);
CREATE INDEX forge_comments_next ON forge_comments (next_try);
