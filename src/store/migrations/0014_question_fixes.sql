-- Unanswered questions that a job is to make the documentation answer.
CREATE TABLE question_fixes (
    turn_id    TEXT NOT NULL PRIMARY KEY,  -- of the question; it may be gone before this
    job_id     TEXT NOT NULL,
    project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    cluster    TEXT NOT NULL,  -- the question that led the group
    question   TEXT NOT NULL,
    created    BIGINT NOT NULL,
    merged     BIGINT NOT NULL,  -- when the job's pull request was merged; 0: not
    asked      BIGINT NOT NULL,  -- when it was asked again; 0: not since the merge
    answered   BIGINT NOT NULL   -- 1: then it was answered
);
CREATE INDEX question_fixes_project ON question_fixes (project_id, created);
CREATE INDEX question_fixes_job ON question_fixes (job_id);
