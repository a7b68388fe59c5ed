-- What people say of a merge request, as a whole, of a file, or of a line. The agent hears of it by a message.
CREATE TABLE review_comments (
    id               TEXT NOT NULL PRIMARY KEY,
    merge_request_id TEXT NOT NULL REFERENCES merge_requests (id) ON DELETE CASCADE,
    author           TEXT NOT NULL,
    body             TEXT NOT NULL,  -- Markdown
    path             TEXT NOT NULL,  -- '': of the whole
    side             TEXT NOT NULL,  -- 'before', 'after'; '': not of a line
    line             BIGINT NOT NULL,  -- from 1; 0: of the file
    quote            TEXT NOT NULL,  -- that line, as it was
    head_sha         TEXT NOT NULL,  -- what was looked at
    client_id        TEXT NOT NULL,  -- '': none
    event_id         TEXT NOT NULL,  -- the message to the agent; '': not sent
    created          BIGINT NOT NULL
);
CREATE INDEX review_comments_of ON review_comments (merge_request_id, id);
CREATE UNIQUE INDEX review_comments_client ON review_comments (merge_request_id, client_id) WHERE client_id <> '';
-- Where the branch began, which nobody can find out any more once it is merged; '': not known.
ALTER TABLE merge_requests ADD COLUMN base_sha TEXT NOT NULL DEFAULT '';
