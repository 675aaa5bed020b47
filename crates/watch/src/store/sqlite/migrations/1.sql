-- Numbers (INTEGER PRIMARY KEY) of incidents come from the watch; AUTOINCREMENT stands where a number
-- must not be used again. Times are microseconds since 1970 in UTC.

CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Results name monitors and causes by number.
CREATE TABLE monitor (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE word (
    number INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
) STRICT;

-- Results of all monitors in the order in which they came, one page of them in a row.
CREATE TABLE batch (
    number INTEGER PRIMARY KEY,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    results INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE INDEX batch_by_time ON batch (last_at);

CREATE TABLE last_state (
    monitor INTEGER PRIMARY KEY,
    state INTEGER NOT NULL,
    since INTEGER,
    result BLOB
) STRICT;

-- The period is the number of minutes, hours or days since 1970. The time comes before the monitor, so
-- that what is written together lies together.
CREATE TABLE roll_up (
    grain INTEGER NOT NULL,
    period INTEGER NOT NULL,
    monitor INTEGER NOT NULL,
    counts BLOB NOT NULL,
    PRIMARY KEY (grain, period, monitor)
) STRICT, WITHOUT ROWID;

CREATE TABLE transition (
    number INTEGER PRIMARY KEY,
    monitor TEXT NOT NULL,
    at INTEGER NOT NULL,
    from_state INTEGER NOT NULL,
    to_state INTEGER NOT NULL,
    doubt INTEGER,
    cause TEXT,
    summary TEXT
) STRICT;
CREATE UNIQUE INDEX transition_by_monitor ON transition (monitor, at, to_state);
CREATE INDEX transition_by_time ON transition (at);

CREATE TABLE incident (
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    acknowledged_at INTEGER,
    acknowledged_by TEXT,
    resolved_at INTEGER,
    cause TEXT,
    confidence REAL NOT NULL,
    summary TEXT NOT NULL,
    stage TEXT,
    blame TEXT,
    components TEXT NOT NULL,
    members TEXT NOT NULL,
    memory TEXT NOT NULL
) STRICT;
CREATE INDEX incident_open ON incident (number) WHERE resolved_at IS NULL;
CREATE INDEX incident_resolved ON incident (resolved_at) WHERE resolved_at IS NOT NULL;

CREATE TABLE timeline (
    number INTEGER PRIMARY KEY,
    incident INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    monitor TEXT,
    by TEXT,
    text TEXT NOT NULL
) STRICT;
CREATE INDEX timeline_by_incident ON timeline (incident, at);

-- The state is 0 for pending, 1 for accepted, 2 for dead, 3 for superseded.
CREATE TABLE alert (
    number INTEGER PRIMARY KEY,
    incident INTEGER NOT NULL,
    kind TEXT NOT NULL,
    nth INTEGER NOT NULL,
    channel TEXT NOT NULL,
    decided_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    details TEXT NOT NULL,
    state INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    why TEXT,
    accepted_at INTEGER,
    UNIQUE (incident, kind, nth, channel)
) STRICT;
CREATE INDEX alert_pending ON alert (number) WHERE state = 0;
CREATE INDEX alert_dead ON alert (number) WHERE state = 2;
CREATE INDEX alert_by_time ON alert (decided_at);

CREATE TABLE proof (
    channel TEXT NOT NULL,
    kind TEXT NOT NULL,
    failed INTEGER NOT NULL,
    at INTEGER NOT NULL,
    why TEXT,
    PRIMARY KEY (channel, kind, failed)
) STRICT, WITHOUT ROWID;

CREATE TABLE evidence (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    incident INTEGER,
    monitor TEXT NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE INDEX evidence_by_incident ON evidence (incident, at);
CREATE INDEX evidence_by_time ON evidence (at, incident, bytes);

CREATE TABLE marker (
    number INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    source TEXT NOT NULL,
    tags TEXT NOT NULL
) STRICT;
CREATE INDEX marker_by_time ON marker (at);

CREATE TABLE api_monitor (
    id TEXT PRIMARY KEY,
    definition TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE silence (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    from_at INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    matches TEXT NOT NULL,
    by TEXT NOT NULL,
    why TEXT NOT NULL
) STRICT;
CREATE INDEX silence_by_end ON silence (until_at);

CREATE TABLE memory (
    name TEXT PRIMARY KEY,
    text TEXT NOT NULL
) STRICT, WITHOUT ROWID;
