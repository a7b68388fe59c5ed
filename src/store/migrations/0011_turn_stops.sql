-- 1: the running turn was asked to end. The process that runs it sees that, and whoever takes it over.
ALTER TABLE sessions ADD COLUMN stopping BIGINT NOT NULL DEFAULT 0;
