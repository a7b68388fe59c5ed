-- Sessions that were removed, for servers that still have files of theirs.
CREATE TABLE removed_sessions (
    id TEXT NOT NULL PRIMARY KEY
);
