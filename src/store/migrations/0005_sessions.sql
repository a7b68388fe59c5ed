-- Coding sessions. `session_changes` is the truth: what happened, append-only, numbered without gaps in each
-- session. `sessions` is what the last change made of the session; what holds the two together is one
-- transaction a change.

CREATE TABLE code_providers (
    id         TEXT NOT NULL PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    user_id    TEXT NOT NULL,
    platform   TEXT NOT NULL,
    name       TEXT NOT NULL,
    base_url   TEXT NOT NULL,
    metadata   TEXT NOT NULL,  -- JSON, without its secret
    secret     TEXT NOT NULL,  -- sealed (base/crypto.hpp)
    created    BIGINT NOT NULL,
    updated    BIGINT NOT NULL
);
CREATE INDEX code_providers_project ON code_providers (project_id, created);

CREATE TABLE repositories (
    id               TEXT NOT NULL PRIMARY KEY,
    project_id       TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    code_provider_id TEXT NOT NULL REFERENCES code_providers (id) ON DELETE CASCADE,
    name             TEXT NOT NULL,
    full_name        TEXT NOT NULL,
    clone_url        TEXT NOT NULL,
    default_branch   TEXT NOT NULL,
    platform         TEXT NOT NULL,
    external_id      TEXT NOT NULL,
    enabled          BIGINT NOT NULL,
    webhooks_registered BIGINT NOT NULL,
    webhook_secret   TEXT NOT NULL,  -- sealed
    settings         TEXT NOT NULL,  -- JSON: commands, allowed hosts
    analysis_status  TEXT NOT NULL,
    analysis_error   TEXT NOT NULL,
    analyzed         BIGINT NOT NULL,
    created          BIGINT NOT NULL,
    updated          BIGINT NOT NULL
);
CREATE UNIQUE INDEX repositories_external ON repositories (code_provider_id, external_id);
CREATE INDEX repositories_project ON repositories (project_id, created);

CREATE TABLE sessions (
    id            TEXT NOT NULL PRIMARY KEY,
    project_id    TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    user_id       TEXT NOT NULL,
    repository_id TEXT NOT NULL,  -- '': none
    title         TEXT NOT NULL,
    titled        BIGINT NOT NULL,  -- 1: by a person or a first message; 0: "New session"
    branch_name   TEXT NOT NULL,  -- '': not yet known
    target_branch TEXT NOT NULL,  -- '': the repository's default
    auto_commit   BIGINT NOT NULL,
    model         TEXT NOT NULL,  -- '': the workspace's
    recovery      TEXT NOT NULL,  -- 'resume', 'hold'
    limits        TEXT NOT NULL,  -- JSON
    origin        TEXT NOT NULL,
    status        TEXT NOT NULL,  -- 'active', 'finished', 'merged', 'closed'
    agent_status  TEXT NOT NULL,
    base_commit   TEXT NOT NULL,
    sandbox_id    TEXT NOT NULL,
    created       BIGINT NOT NULL,
    updated       BIGINT NOT NULL,
    merged        BIGINT NOT NULL,
    last_change   BIGINT NOT NULL,
    queued        BIGINT NOT NULL,  -- messages that wait
    turn          BIGINT NOT NULL,  -- counts turns; a write of an older one is refused
    turn_event    TEXT NOT NULL,  -- the event that began the running turn; '': none runs
    owner         TEXT NOT NULL   -- the process that runs it
);
CREATE INDEX sessions_project ON sessions (project_id, created, id);
CREATE INDEX sessions_running ON sessions (turn_event);

-- A change is the whole event as the change left it.
CREATE TABLE session_changes (
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    change     BIGINT NOT NULL,
    event_id   TEXT NOT NULL,
    position   BIGINT NOT NULL,  -- the change that made the event
    type       TEXT NOT NULL,
    status     TEXT NOT NULL,
    payload    TEXT NOT NULL,
    client_id  TEXT,
    goal_id    TEXT NOT NULL,
    task_id    TEXT NOT NULL,
    created    BIGINT NOT NULL,
    updated    BIGINT NOT NULL,
    engine     TEXT NOT NULL   -- JSON: what the engine needs to go on, not shown
);
CREATE UNIQUE INDEX session_changes_order ON session_changes (session_id, change);
CREATE UNIQUE INDEX session_changes_position ON session_changes (session_id, position, change);
CREATE INDEX session_changes_event ON session_changes (session_id, event_id);
CREATE INDEX session_changes_client ON session_changes (session_id, client_id);

-- What one user message asks for, and the steps of the plan for it.
CREATE TABLE session_goals (
    id          TEXT NOT NULL PRIMARY KEY,
    session_id  TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    title       TEXT NOT NULL,
    description TEXT NOT NULL,
    status      TEXT NOT NULL,
    created     BIGINT NOT NULL,
    updated     BIGINT NOT NULL
);
CREATE INDEX session_goals_session ON session_goals (session_id, created);

CREATE TABLE session_tasks (
    id          TEXT NOT NULL PRIMARY KEY,
    session_id  TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    goal_id     TEXT NOT NULL REFERENCES session_goals (id) ON DELETE CASCADE,
    position    BIGINT NOT NULL,
    step        TEXT NOT NULL,  -- the step's id in the plan
    title       TEXT NOT NULL,
    description TEXT NOT NULL,
    status      TEXT NOT NULL,
    created     BIGINT NOT NULL,
    updated     BIGINT NOT NULL
);
CREATE INDEX session_tasks_session ON session_tasks (session_id, created);
CREATE UNIQUE INDEX session_tasks_step ON session_tasks (goal_id, step);

-- A large or binary companion of an event: a screenshot, a whole output.
CREATE TABLE session_attachments (
    id         TEXT NOT NULL PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    event_id   TEXT NOT NULL,
    name       TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size       BIGINT NOT NULL,
    file       TEXT NOT NULL,  -- below DATA/attachments
    created    BIGINT NOT NULL
);
CREATE INDEX session_attachments_session ON session_attachments (session_id, created);

CREATE TABLE alerts (
    id          TEXT NOT NULL PRIMARY KEY,
    project_id  TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    session_id  TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    severity    TEXT NOT NULL,
    category    TEXT NOT NULL,
    title       TEXT NOT NULL,
    description TEXT NOT NULL,
    path        TEXT NOT NULL,
    start_line  BIGINT NOT NULL,  -- 0: none
    end_line    BIGINT NOT NULL,
    status      TEXT NOT NULL,  -- 'open', 'acknowledged', 'resolved'
    created     BIGINT NOT NULL,
    updated     BIGINT NOT NULL
);
CREATE INDEX alerts_project ON alerts (project_id, created);
