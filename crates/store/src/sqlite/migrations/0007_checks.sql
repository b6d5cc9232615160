CREATE TABLE checks ( -- what checks of a project found; the oldest of a project make way
    number INTEGER PRIMARY KEY,
    project TEXT NOT NULL REFERENCES projects (id),
    at_ms INTEGER NOT NULL,
    caller TEXT NOT NULL,
    request TEXT NOT NULL,
    subject TEXT CHECK (length(subject) <= 200), -- the commit or version that was looked at; null: not known
    duration_ms INTEGER NOT NULL CHECK (duration_ms >= 0),
    advisories_at_ms INTEGER, -- when the oldest advisories that were used were taken in; null: none were
    summary TEXT NOT NULL CHECK (json_valid(summary) AND length(summary) <= 65536),
    report TEXT NOT NULL CHECK (json_valid(report) AND length(report) <= 4194304), -- values are hidden before they come here
    cut INTEGER NOT NULL CHECK (cut >= 0) -- findings that the report had no room for
) STRICT;

CREATE INDEX checks_of_project ON checks (project, number);

CREATE TABLE project_dependencies ( -- what a project depended on when it was last looked at
    project TEXT PRIMARY KEY REFERENCES projects (id),
    at_ms INTEGER NOT NULL,
    matched_at_ms INTEGER NOT NULL, -- when it was last matched against advisories
    matched_with TEXT NOT NULL CHECK (length(matched_with) <= 200), -- names those advisories
    dependencies TEXT NOT NULL CHECK (json_valid(dependencies) AND length(dependencies) <= 16777216),
    unread TEXT NOT NULL CHECK (json_valid(unread) AND length(unread) <= 1048576) -- files that could not be read
) STRICT, WITHOUT ROWID;

CREATE TABLE vulnerabilities (
    number INTEGER PRIMARY KEY,
    project TEXT NOT NULL REFERENCES projects (id),
    fingerprint TEXT NOT NULL CHECK (length(fingerprint) BETWEEN 1 AND 128),
    ecosystem TEXT NOT NULL,
    package TEXT NOT NULL,
    advisory TEXT NOT NULL,
    aliases TEXT NOT NULL CHECK (json_valid(aliases)),
    versions TEXT NOT NULL CHECK (json_valid(versions)),
    files TEXT NOT NULL CHECK (json_valid(files)),
    severity TEXT NOT NULL CHECK (severity IN ('unknown', 'low', 'medium', 'high', 'critical')),
    score TEXT,
    epss REAL,
    fixed_version TEXT,
    direct INTEGER CHECK (direct IN (0, 1)),
    dev INTEGER CHECK (dev IN (0, 1)),
    message TEXT NOT NULL,
    hint TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'patch-ready', 'accepted', 'fixed', 'reopened')),
    first_seen_ms INTEGER NOT NULL,
    last_seen_ms INTEGER NOT NULL,
    opened_ms INTEGER NOT NULL, -- when it was last opened: what is due counts from here
    due_ms INTEGER NOT NULL,
    fixed_ms INTEGER CHECK ((fixed_ms IS NOT NULL) = (state = 'fixed')),
    accepted_by TEXT CHECK ((accepted_by IS NOT NULL) = (state = 'accepted')),
    accepted_why TEXT CHECK ((accepted_why IS NOT NULL) = (state = 'accepted')),
    accepted_until_ms INTEGER CHECK ((accepted_until_ms IS NOT NULL) = (state = 'accepted')),
    patch TEXT CHECK ((patch IS NOT NULL) = (state = 'patch-ready')), -- the branch, or the upgrade that clears it
    UNIQUE (project, fingerprint)
) STRICT;

CREATE INDEX vulnerabilities_by_state ON vulnerabilities (state, due_ms);

CREATE TABLE vulnerability_events (
    number INTEGER PRIMARY KEY,
    vulnerability INTEGER NOT NULL REFERENCES vulnerabilities (number) ON DELETE CASCADE,
    at_ms INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'patch-ready', 'accepted', 'fixed', 'reopened')),
    caller TEXT NOT NULL,
    request TEXT NOT NULL,
    why TEXT NOT NULL CHECK (length(why) <= 2000)
) STRICT;

CREATE INDEX vulnerability_events_of ON vulnerability_events (vulnerability, number);
