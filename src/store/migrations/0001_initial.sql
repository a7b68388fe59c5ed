-- One text for SQLite and PostgreSQL. Times are milliseconds since 1970, JSON is TEXT. Tables stay rowid
-- tables with unique indexes beside them: appending to those is two to three times as fast as to a clustered key.

CREATE TABLE projects (
    id          TEXT NOT NULL PRIMARY KEY,
    slug        TEXT NOT NULL UNIQUE,
    name        TEXT NOT NULL,
    source_kind TEXT NOT NULL,
    source      TEXT NOT NULL,
    branch      TEXT NOT NULL,
    folder      TEXT NOT NULL,
    repository  TEXT NOT NULL,
    hosts       TEXT NOT NULL,
    settings    TEXT NOT NULL,
    created     BIGINT NOT NULL,
    index_file  TEXT NOT NULL,
    pages       BIGINT NOT NULL,
    chunks      BIGINT NOT NULL,
    indexed     BIGINT NOT NULL,
    revision    TEXT NOT NULL
);

-- projects.hosts, one a row in lower case: a host names one project.
CREATE TABLE project_hosts (
    host       TEXT NOT NULL PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE
);
CREATE INDEX project_hosts_project ON project_hosts (project_id);

CREATE TABLE api_keys (
    id         TEXT NOT NULL PRIMARY KEY,
    project_id TEXT REFERENCES projects (id) ON DELETE CASCADE,  -- NULL: all projects
    kind       TEXT NOT NULL,
    name       TEXT NOT NULL,
    hint       TEXT NOT NULL,
    hash       TEXT NOT NULL UNIQUE,
    scopes     TEXT NOT NULL,
    username   TEXT NOT NULL,
    allow_ips  TEXT NOT NULL,
    origins    TEXT NOT NULL,
    created    BIGINT NOT NULL,
    expires    BIGINT NOT NULL,
    revoked    BIGINT NOT NULL,
    last_used  BIGINT NOT NULL
);
CREATE INDEX api_keys_project ON api_keys (project_id);
CREATE INDEX api_keys_hint ON api_keys (hint);

CREATE TABLE threads (
    id         TEXT NOT NULL PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    key_hash   TEXT NOT NULL,
    fp         TEXT NOT NULL,
    created    BIGINT NOT NULL,
    updated    BIGINT NOT NULL
);
CREATE INDEX threads_project ON threads (project_id, updated);

CREATE TABLE turns (
    id         TEXT NOT NULL PRIMARY KEY,
    thread_id  TEXT NOT NULL REFERENCES threads (id) ON DELETE CASCADE,
    project_id TEXT NOT NULL,
    fp         TEXT NOT NULL,
    question   TEXT NOT NULL,
    answer     TEXT NOT NULL,
    sources    TEXT NOT NULL,
    state      TEXT NOT NULL,
    resolution TEXT NOT NULL,
    language   TEXT NOT NULL,
    page       TEXT NOT NULL,
    caller     TEXT NOT NULL,
    created    BIGINT NOT NULL,
    finished   BIGINT NOT NULL
);
CREATE INDEX turns_thread ON turns (thread_id, created, id);
CREATE INDEX turns_project ON turns (project_id, created);
CREATE INDEX turns_running ON turns (id) WHERE state = 'running';

CREATE TABLE usage_counters (
    subject      TEXT NOT NULL,
    window_start BIGINT NOT NULL,
    uses         BIGINT NOT NULL,
    PRIMARY KEY (subject, window_start)
);
CREATE INDEX usage_counters_window ON usage_counters (window_start);
