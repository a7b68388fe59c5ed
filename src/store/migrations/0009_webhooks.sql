-- Whom a project tells of what happens, and what was told. A delivery is written in the transaction that changes
-- what it tells of.
CREATE TABLE webhooks (
    id              TEXT NOT NULL PRIMARY KEY,
    project_id      TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    url             TEXT NOT NULL,
    description     TEXT NOT NULL,
    types           TEXT NOT NULL,  -- words with a space between; '': all
    secret          TEXT NOT NULL,  -- sealed (base/crypto.hpp)
    old_secret      TEXT NOT NULL,  -- sealed; signs beside the new one until old_until
    old_until       BIGINT NOT NULL,
    enabled         BIGINT NOT NULL,
    disabled_reason TEXT NOT NULL,  -- '': by a call, or it is enabled
    failures        BIGINT NOT NULL,  -- attempts that failed since one did not
    failing_since   BIGINT NOT NULL,  -- 0: the last attempt did not fail
    created         BIGINT NOT NULL,
    updated         BIGINT NOT NULL
);
CREATE INDEX webhooks_project ON webhooks (project_id, created);

CREATE TABLE webhook_deliveries (
    id            TEXT NOT NULL PRIMARY KEY,
    webhook_id    TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    type          TEXT NOT NULL,
    body          TEXT NOT NULL,
    status        TEXT NOT NULL,  -- 'pending', 'sending', 'delivered', 'failed'
    attempts      BIGINT NOT NULL,
    next_attempt  BIGINT NOT NULL,  -- 0: none; of one that is being sent: when it counts as lost
    answer_status BIGINT NOT NULL,  -- 0: no answer
    answer        TEXT NOT NULL,  -- how it began
    error         TEXT NOT NULL,
    duration      BIGINT NOT NULL,  -- of the last attempt, milliseconds
    created       BIGINT NOT NULL,
    updated       BIGINT NOT NULL
);
CREATE INDEX webhook_deliveries_webhook ON webhook_deliveries (webhook_id, id);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook_id, next_attempt) WHERE next_attempt > 0;
CREATE INDEX webhook_deliveries_created ON webhook_deliveries (created);
