-- Prompts that become jobs at times that a schedule names.
CREATE TABLE automations (
    id            TEXT NOT NULL PRIMARY KEY,
    project_id    TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    user_id       TEXT NOT NULL,
    name          TEXT NOT NULL,
    schedule      TEXT NOT NULL,
    prompt        TEXT NOT NULL,
    repository    TEXT NOT NULL,  -- '': the project's own
    model         TEXT NOT NULL,  -- '': the configured order
    enabled       BIGINT NOT NULL,
    next_run      BIGINT NOT NULL,  -- 0: none, it is paused
    claimed_until BIGINT NOT NULL,  -- a process makes its job; past: it is free
    last_run      BIGINT NOT NULL,  -- 0: never
    last_job      TEXT NOT NULL,
    note          TEXT NOT NULL,  -- why the last time made no job
    created       BIGINT NOT NULL,
    updated       BIGINT NOT NULL
);
CREATE INDEX automations_project ON automations (project_id, id);
CREATE INDEX automations_due ON automations (next_run) WHERE next_run > 0;
