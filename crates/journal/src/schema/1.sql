PRAGMA application_id = 0x534f5454;

CREATE TABLE entry (
    sequence   INTEGER PRIMARY KEY,
    previous   BLOB NOT NULL,
    hash       BLOB NOT NULL,
    at_ms      INTEGER NOT NULL,
    supervisor TEXT NOT NULL,
    agent      TEXT NOT NULL,
    agent_id   TEXT NOT NULL,
    channel    TEXT NOT NULL,
    act        TEXT NOT NULL,
    mode       TEXT,
    scope      TEXT,
    event      TEXT NOT NULL,
    took_ms    INTEGER,
    error_code TEXT,
    server     TEXT NOT NULL,
    session    TEXT NOT NULL
) STRICT;

CREATE TABLE seal (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    count    INTEGER NOT NULL,
    hash     BLOB NOT NULL
) STRICT;
INSERT INTO seal VALUES (1, 0, zeroblob(32));

CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER entry_is_never_removed BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
