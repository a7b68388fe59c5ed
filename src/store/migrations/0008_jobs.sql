-- Agent jobs: sessions that end in a pull request by themselves.
CREATE TABLE jobs (
    session_id      TEXT NOT NULL PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
    project_id      TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    status          TEXT NOT NULL,  -- 'active', 'completed', 'failed', 'archived'
    phase           TEXT NOT NULL,  -- 'working', 'ending', 'open'
    prompt          TEXT NOT NULL,
    model           TEXT NOT NULL,
    cause           TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,  -- '': none
    draft           BIGINT NOT NULL,
    dry_run         BIGINT NOT NULL,
    follow_up       BIGINT NOT NULL,  -- milliseconds
    message         TEXT NOT NULL,
    error_code      TEXT NOT NULL,
    error           TEXT NOT NULL,
    findings        TEXT NOT NULL,  -- JSON
    rounds          BIGINT NOT NULL,
    tries           BIGINT NOT NULL,
    next_try        BIGINT NOT NULL,
    files_changed   BIGINT NOT NULL,
    additions       BIGINT NOT NULL,
    deletions       BIGINT NOT NULL,
    open_until      BIGINT NOT NULL,  -- 0: not open
    created         BIGINT NOT NULL,
    updated         BIGINT NOT NULL,
    ended           BIGINT NOT NULL,  -- 0: not
    archived        BIGINT NOT NULL,  -- 0: not
    owner           TEXT NOT NULL   -- the process that ends it
);
CREATE INDEX jobs_project ON jobs (project_id, created, session_id);
CREATE INDEX jobs_active ON jobs (phase) WHERE status = 'active';
CREATE UNIQUE INDEX jobs_idempotency ON jobs (project_id, idempotency_key) WHERE idempotency_key <> '';
