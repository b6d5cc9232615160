ALTER TABLE projects ADD COLUMN team TEXT; -- whose members may read it
ALTER TABLE projects ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0 CHECK (bytes >= 0); -- of its files, as planned

CREATE INDEX projects_of_team ON projects (team, number);
CREATE INDEX projects_kept ON projects (owner, bytes) WHERE state <> 'abandoned';

CREATE TABLE people (
    principal TEXT PRIMARY KEY,
    display TEXT,
    first_seen_ms INTEGER NOT NULL,
    last_seen_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX people_by_last_seen ON people (last_seen_ms);

CREATE TABLE api_tokens (
    id TEXT PRIMARY KEY,
    sha256 BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),
    previous_sha256 BLOB UNIQUE CHECK (length(previous_sha256) = 32), -- of the value before the last rotation
    previous_until_ms INTEGER, -- from this moment on that value is dead
    last_four TEXT NOT NULL,
    label TEXT NOT NULL,
    principal TEXT NOT NULL,
    roles TEXT NOT NULL CHECK (json_valid(roles)),
    teams TEXT NOT NULL CHECK (json_valid(teams)),
    projects TEXT CHECK (projects IS NULL OR json_valid(projects)), -- null: good for all of the principal's
    created_by TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    issued_at_ms INTEGER NOT NULL, -- when the present value was made
    expires_at_ms INTEGER NOT NULL,
    last_used_at_ms INTEGER,
    revoked_at_ms INTEGER
) STRICT;

CREATE INDEX api_tokens_of_principal ON api_tokens (principal, created_at_ms);
CREATE INDEX api_tokens_by_expiry ON api_tokens (expires_at_ms);

CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    sha256 BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),
    previous_sha256 BLOB UNIQUE CHECK (length(previous_sha256) = 32),
    previous_until_ms INTEGER,
    principal TEXT NOT NULL,
    display TEXT NOT NULL,
    roles TEXT NOT NULL CHECK (json_valid(roles)),
    teams TEXT NOT NULL CHECK (json_valid(teams)),
    permissions TEXT CHECK (permissions IS NULL OR json_valid(permissions)), -- null: all that the roles give
    projects TEXT CHECK (projects IS NULL OR json_valid(projects)), -- null: good for all of the principal's
    token TEXT REFERENCES api_tokens (id) ON DELETE CASCADE, -- the API token that opened it
    csrf TEXT NOT NULL,
    address TEXT,
    user_agent TEXT,
    created_at_ms INTEGER NOT NULL,
    rotated_at_ms INTEGER NOT NULL,
    last_seen_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX sessions_of_principal ON sessions (principal, created_at_ms);
CREATE INDEX sessions_by_expiry ON sessions (expires_at_ms);
CREATE INDEX sessions_of_token ON sessions (token) WHERE token IS NOT NULL;

CREATE TABLE lockouts (
    key TEXT PRIMARY KEY,
    failures INTEGER NOT NULL CHECK (failures > 0),
    last_failure_ms INTEGER NOT NULL,
    locked_until_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX lockouts_by_age ON lockouts (last_failure_ms);
