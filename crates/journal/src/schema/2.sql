-- Debriefs and removals beside events. A table cannot drop its NOT NULLs, so the entries move to a new one as they are.

CREATE TABLE entry_of_schema_2 (
    sequence   INTEGER PRIMARY KEY,
    previous   BLOB NOT NULL,
    hash       BLOB NOT NULL,
    kind       TEXT NOT NULL,
    at_ms      INTEGER NOT NULL,
    -- Of events and debriefs.
    supervisor TEXT,
    session    TEXT,
    -- Of events.
    agent      TEXT,
    agent_id   TEXT,
    channel    TEXT,
    act        TEXT,
    mode       TEXT,
    scope      TEXT,
    event      TEXT,
    took_ms    INTEGER,
    error_code TEXT,
    server     TEXT,
    reason     TEXT,
    text       TEXT,
    -- Of debriefs. Tags are a JSON array.
    uptake     TEXT,
    effect     TEXT,
    next_step  TEXT,
    tags       TEXT,
    note       TEXT,
    follow_up  TEXT,
    -- Of removals.
    older_than_ms   INTEGER,
    removed_from    INTEGER,
    removed_through INTEGER,
    removed_hash    BLOB
) STRICT;

INSERT INTO entry_of_schema_2
    (sequence, previous, hash, kind, at_ms, supervisor, session, agent, agent_id, channel, act, mode, scope, event, took_ms,
     error_code, server)
SELECT sequence, previous, hash, 'Event', at_ms, supervisor, session, agent, agent_id, channel, act, mode, scope, event,
       took_ms, error_code, server
FROM entry;

DROP TABLE entry;
ALTER TABLE entry_of_schema_2 RENAME TO entry;

CREATE INDEX entry_by_agent ON entry (agent_id) WHERE agent_id IS NOT NULL;
CREATE INDEX entry_by_session ON entry (session) WHERE session IS NOT NULL;
CREATE INDEX entry_by_removal ON entry (removed_through) WHERE removed_through IS NOT NULL;

-- The triggers keep us honest, not a tamperer: whoever can write the file can drop them. The chain finds what they do.
CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER entry_is_only_removed_under_a_tombstone BEFORE DELETE ON entry
WHEN OLD.sequence > coalesce((SELECT max(removed_through) FROM entry WHERE removed_through IS NOT NULL), 0)
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
