-- A store of version 1: an incident that one channel was told of, results, and what people asked for.
PRAGMA application_id = 1734834036;
PRAGMA user_version = 1;
BEGIN TRANSACTION;
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
INSERT INTO "alert" VALUES(1,7,'opened',0,'mail',1779840000000000,1779840060000000,'{"cause":"connect_refused"}',0,1,'421 too busy',NULL);
INSERT INTO "alert" VALUES(2,7,'opened',0,'sms',1779840000000000,1779840000000000,'{"cause":"connect_refused"}',1,0,NULL,1779840002000000);
CREATE TABLE api_monitor (
    id TEXT PRIMARY KEY,
    definition TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "api_monitor" VALUES('api/till','{}',1779840000000000);
CREATE TABLE batch (
    number INTEGER PRIMARY KEY,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    results INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;
INSERT INTO "batch" VALUES(1,1779840001000000,1779840007000000,2,X'201F018089A2B0A9B0A906C4BD04B409AE5DDFBB01BF9102C409531F0180B6DC05C4BD0401F603B409AE5DDFBB01BF9102C409');
CREATE TABLE evidence (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    incident INTEGER,
    monitor TEXT NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;
INSERT INTO "evidence" VALUES(1,7,'shop',1779840000000000,'attempt',24,X'485454502F312E3120353032204261642047617465776179');
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
INSERT INTO "incident" VALUES(7,'failure',1779840000000000,NULL,NULL,NULL,'connect_refused',0.9,'10.0.0.7:8080 refuses connections','connect','origin','[["endpoint","10.0.0.7:8080"],["gateway","nginx"]]','["api/till","shop"]','{"paged":1}');
CREATE TABLE last_state (
    monitor INTEGER PRIMARY KEY,
    state INTEGER NOT NULL,
    since INTEGER,
    result BLOB
) STRICT;
INSERT INTO "last_state" VALUES(1,3,1779840007000000,X'531F0180BFFEB5A9B0A906C4BD0401F603B409AE5DDFBB01BF9102C409');
CREATE TABLE marker (
    number INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    source TEXT NOT NULL,
    tags TEXT NOT NULL
) STRICT;
INSERT INTO "marker" VALUES(1,1779840000000000,'deploy','v1.2','cli','["shop"]');
CREATE TABLE memory (
    name TEXT PRIMARY KEY,
    text TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "memory" VALUES('digest','[7]');
CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "meta" VALUES('last_incident',7);
CREATE TABLE monitor (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO "monitor" VALUES(1,'shop');
CREATE TABLE proof (
    channel TEXT NOT NULL,
    kind TEXT NOT NULL,
    failed INTEGER NOT NULL,
    at INTEGER NOT NULL,
    why TEXT,
    PRIMARY KEY (channel, kind, failed)
) STRICT, WITHOUT ROWID;
INSERT INTO "proof" VALUES('sms','message',0,1779840002000000,NULL);
CREATE TABLE roll_up (
    grain INTEGER NOT NULL,
    period INTEGER NOT NULL,
    monitor INTEGER NOT NULL,
    counts BLOB NOT NULL,
    PRIMARY KEY (grain, period, monitor)
) STRICT, WITHOUT ROWID;
INSERT INTO "roll_up" VALUES(0,29664000,1,X'0701000001000000017001');
INSERT INTO "roll_up" VALUES(1,494400,1,X'0701000001000000017001');
INSERT INTO "roll_up" VALUES(2,20600,1,X'0701000001000000017001');
CREATE TABLE silence (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    from_at INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    matches TEXT NOT NULL,
    by TEXT NOT NULL,
    why TEXT NOT NULL
) STRICT;
INSERT INTO "silence" VALUES(1,1779840000000000,1779840600000000,'{}','ada','a move');
CREATE TABLE timeline (
    number INTEGER PRIMARY KEY,
    incident INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    monitor TEXT,
    by TEXT,
    text TEXT NOT NULL
) STRICT;
INSERT INTO "timeline" VALUES(1,7,1779840000000000,'opened','shop',NULL,'shop is down');
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
INSERT INTO "transition" VALUES(1,'shop',1779840007000000,1,3,NULL,'connect_refused','refused');
CREATE TABLE word (
    number INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO "word" VALUES(1,'connect_refused');
CREATE INDEX batch_by_time ON batch (last_at);
CREATE UNIQUE INDEX transition_by_monitor ON transition (monitor, at, to_state);
CREATE INDEX transition_by_time ON transition (at);
CREATE INDEX incident_open ON incident (number) WHERE resolved_at IS NULL;
CREATE INDEX incident_resolved ON incident (resolved_at) WHERE resolved_at IS NOT NULL;
CREATE INDEX timeline_by_incident ON timeline (incident, at);
CREATE INDEX alert_pending ON alert (number) WHERE state = 0;
CREATE INDEX alert_dead ON alert (number) WHERE state = 2;
CREATE INDEX alert_by_time ON alert (decided_at);
CREATE INDEX evidence_by_incident ON evidence (incident, at);
CREATE INDEX evidence_by_time ON evidence (at, incident, bytes);
CREATE INDEX marker_by_time ON marker (at);
CREATE INDEX silence_by_end ON silence (until_at);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('monitor',1);
INSERT INTO "sqlite_sequence" VALUES('evidence',1);
INSERT INTO "sqlite_sequence" VALUES('silence',1);
COMMIT;
