-- What models cost: one row a project, day (UTC, its first millisecond) and configured model.
CREATE TABLE spending (
    project_id          TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    day                 BIGINT NOT NULL,
    model               TEXT NOT NULL,
    calls               BIGINT NOT NULL,
    input_tokens        BIGINT NOT NULL,
    output_tokens       BIGINT NOT NULL,
    cached_input_tokens BIGINT NOT NULL,
    cost                BIGINT NOT NULL,  -- millionths of the price table's currency
    PRIMARY KEY (project_id, day, model)
);
