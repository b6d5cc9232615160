CREATE TABLE secrets (
    number INTEGER PRIMARY KEY,
    project TEXT REFERENCES projects (id), -- null: of no project
    environment TEXT NOT NULL CHECK (length(environment) BETWEEN 1 AND 64),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 256),
    created_at_ms INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    last_version INTEGER NOT NULL CHECK (last_version >= 1), -- the highest number ever given
    rotate_every_days INTEGER CHECK (rotate_every_days BETWEEN 1 AND 3660), -- null: on demand alone
    grace_minutes INTEGER NOT NULL DEFAULT 0 CHECK (grace_minutes BETWEEN 0 AND 525600),
    generator TEXT CHECK (generator IS NULL OR (json_valid(generator) AND length(generator) <= 16384)),
    hook TEXT CHECK (hook IS NULL OR (json_valid(hook) AND length(hook) <= 16384)),
    next_due_ms INTEGER,
    last_rotated_ms INTEGER,
    last_failure_ms INTEGER,
    last_failure TEXT CHECK (length(last_failure) <= 1000), -- in words, never a value
    failures INTEGER NOT NULL DEFAULT 0 CHECK (failures >= 0) -- in a row
) STRICT;

CREATE UNIQUE INDEX secrets_by_name ON secrets (coalesce(project, ''), environment, name);
CREATE INDEX secrets_of_project ON secrets (project) WHERE project IS NOT NULL;
CREATE INDEX secrets_by_due ON secrets (next_due_ms) WHERE next_due_ms IS NOT NULL;

CREATE TABLE secret_versions (
    number INTEGER PRIMARY KEY, -- the order in which they are rewrapped
    secret INTEGER NOT NULL REFERENCES secrets (number) ON DELETE CASCADE,
    version INTEGER NOT NULL CHECK (version >= 1),
    state TEXT NOT NULL CHECK (state IN ('pending', 'current', 'previous', 'retired')),
    kek_id TEXT NOT NULL CHECK (length(kek_id) BETWEEN 1 AND 200), -- the key that `sealed` says it is under
    created_at_ms INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    good_until_ms INTEGER CHECK ((good_until_ms IS NOT NULL) = (state = 'previous')),
    process_owner TEXT CHECK ((process_owner IS NOT NULL) = (state = 'pending')), -- who is rotating
    stage TEXT CHECK (stage IS NULL OR (state = 'pending' AND length(stage) <= 40)), -- how far the rotation is
    sealed BLOB NOT NULL CHECK (length(sealed) BETWEEN 34 AND 1050000),
    UNIQUE (secret, version)
) STRICT;

CREATE UNIQUE INDEX secret_versions_current ON secret_versions (secret) WHERE state = 'current';
CREATE UNIQUE INDEX secret_versions_pending ON secret_versions (secret) WHERE state = 'pending';
CREATE INDEX secret_versions_by_kek ON secret_versions (kek_id, number);
