-- Proposals to merge what sessions made; one of a session is open at a time.
CREATE TABLE merge_requests (
    id               TEXT NOT NULL PRIMARY KEY,
    session_id       TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    repository_id    TEXT NOT NULL,
    external_id      TEXT NOT NULL,  -- the forge's number; '': Docent's own
    title            TEXT NOT NULL,
    description      TEXT NOT NULL,
    source_branch    TEXT NOT NULL,
    target_branch    TEXT NOT NULL,
    status           TEXT NOT NULL,  -- 'open', 'merged', 'closed'
    head_sha         TEXT NOT NULL,
    merge_commit_sha TEXT NOT NULL,  -- '': not merged, or not known
    web_url          TEXT NOT NULL,
    created          BIGINT NOT NULL,
    updated          BIGINT NOT NULL,
    merged           BIGINT NOT NULL  -- 0: not
);
CREATE INDEX merge_requests_session ON merge_requests (session_id, created);
CREATE UNIQUE INDEX merge_requests_open ON merge_requests (session_id) WHERE status = 'open';
CREATE INDEX merge_requests_external ON merge_requests (repository_id, external_id);
