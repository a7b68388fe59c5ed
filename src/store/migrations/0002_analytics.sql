-- What readers ask, say, search and read. Dates are milliseconds; a "day" is the start of a UTC day.

-- response_type: 'answer', 'clarifying_question'. gap, of an unanswered question: 'missing' when the documentation
-- has nothing on it, 'present' when it has and the answer did not find it, '' when that is not known.
ALTER TABLE turns ADD COLUMN response_type TEXT NOT NULL DEFAULT 'answer';
ALTER TABLE turns ADD COLUMN gap TEXT NOT NULL DEFAULT '';

DROP INDEX turns_project;
CREATE INDEX turns_project ON turns (project_id, created, id);
CREATE INDEX turns_unanswered ON turns (project_id, created, id) WHERE resolution = 'unanswered';
CREATE INDEX turns_fp ON turns (project_id, fp, created, id);
CREATE INDEX threads_fp ON threads (project_id, fp);

CREATE TABLE feedback (
    id         TEXT NOT NULL PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    source     TEXT NOT NULL,
    status     TEXT NOT NULL,
    path       TEXT NOT NULL,
    helpful    BIGINT,
    comment    TEXT NOT NULL,
    contact    TEXT NOT NULL,
    code       TEXT NOT NULL,
    filename   TEXT NOT NULL,
    lang       TEXT NOT NULL,
    thread_id  TEXT NOT NULL,
    turn_id    TEXT NOT NULL,
    fp         TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    created    BIGINT NOT NULL,
    updated    BIGINT NOT NULL
);
CREATE INDEX feedback_project ON feedback (project_id, created, id);
CREATE INDEX feedback_fp ON feedback (project_id, fp);
CREATE INDEX feedback_thread ON feedback (thread_id) WHERE thread_id <> '';
CREATE UNIQUE INDEX feedback_turn ON feedback (turn_id, fp) WHERE turn_id <> '';

-- folded: the query without regard to letter case and spaces, by which searches are merged.
CREATE TABLE searches (
    id         TEXT NOT NULL PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    query      TEXT NOT NULL,
    folded     TEXT NOT NULL,
    results    BIGINT NOT NULL,
    clicked    TEXT NOT NULL,
    created    BIGINT NOT NULL
);
CREATE INDEX searches_project ON searches (project_id, created, folded);

CREATE TABLE page_views (
    project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    day        BIGINT NOT NULL,
    path       TEXT NOT NULL,
    human      BIGINT NOT NULL,
    ai         BIGINT NOT NULL,
    PRIMARY KEY (project_id, day, path)
);

-- The visitors of the last days as keyed hashes; after that only their number is kept. path '' is the whole site.
CREATE TABLE visits (
    project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    day        BIGINT NOT NULL,
    path       TEXT NOT NULL,
    visitor    TEXT NOT NULL,
    ai         BIGINT NOT NULL,
    PRIMARY KEY (project_id, day, path, visitor, ai)
);
CREATE TABLE visitor_counts (
    project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    day        BIGINT NOT NULL,
    path       TEXT NOT NULL,
    human      BIGINT NOT NULL,
    ai         BIGINT NOT NULL,
    total      BIGINT NOT NULL,
    PRIMARY KEY (project_id, day, path)
);
CREATE TABLE visitor_salts (
    day  BIGINT NOT NULL PRIMARY KEY,
    salt TEXT NOT NULL
);

-- Secrets that all processes of this installation share.
CREATE TABLE installation_secrets (
    name   TEXT NOT NULL PRIMARY KEY,
    secret TEXT NOT NULL
);

-- Challenges that were solved and used: none is taken twice.
CREATE TABLE used_challenges (
    id      TEXT NOT NULL PRIMARY KEY,
    expires BIGINT NOT NULL
);
CREATE INDEX used_challenges_expires ON used_challenges (expires);
