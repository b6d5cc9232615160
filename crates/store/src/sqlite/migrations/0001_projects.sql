CREATE TABLE projects (
    number INTEGER PRIMARY KEY, -- grows with each project: the order of the list
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    owner TEXT NOT NULL,
    template TEXT NOT NULL,
    stack TEXT NOT NULL,
    blueprint_version TEXT NOT NULL,
    blueprint_hash TEXT NOT NULL,
    catalogue TEXT NOT NULL,
    plan_hash TEXT NOT NULL,
    answers TEXT NOT NULL CHECK (json_valid(answers)),
    target TEXT,
    git INTEGER NOT NULL CHECK (git IN (0, 1)),
    state TEXT NOT NULL CHECK (state IN ('started', 'finished', 'abandoned')),
    process_owner TEXT NOT NULL,
    commit_id TEXT CHECK (commit_id IS NULL OR state = 'finished'),
    started_at_ms INTEGER NOT NULL,
    finished_at_ms INTEGER CHECK ((finished_at_ms IS NOT NULL) = (state = 'finished'))
) STRICT;

CREATE INDEX projects_of_owner ON projects (owner, number);
CREATE INDEX projects_started ON projects (process_owner) WHERE state = 'started';

CREATE TABLE events (
    number INTEGER PRIMARY KEY,
    project TEXT NOT NULL REFERENCES projects (id),
    kind TEXT NOT NULL,
    caller TEXT NOT NULL,
    request TEXT NOT NULL,
    detail TEXT,
    at_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX events_of_project ON events (project, number);

CREATE TABLE downloads (
    token_sha256 BLOB PRIMARY KEY CHECK (length(token_sha256) = 32),
    project TEXT NOT NULL REFERENCES projects (id),
    format TEXT NOT NULL,
    expires_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX downloads_by_expiry ON downloads (expires_at_ms);
