-- The newest change of an event, or of a message by its client_id, is the last entry of one index: without the
-- number in it SQLite read a session from its end.
DROP INDEX session_changes_event;
DROP INDEX session_changes_client;
CREATE INDEX session_changes_event ON session_changes (session_id, event_id, change);
CREATE INDEX session_changes_client ON session_changes (session_id, client_id, change);
-- The messages that wait, or once did.
CREATE INDEX session_changes_queued ON session_changes (session_id, position) WHERE status = 'queued';
