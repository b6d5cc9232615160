CREATE TABLE audit_entries (
    number INTEGER PRIMARY KEY CHECK (number >= 0), -- the index of its leaf in the tree: from 0, without gaps
    at_ms INTEGER, -- this and the next four as the body has them; null once it was dropped
    action TEXT,
    caller TEXT,
    project TEXT,
    request TEXT,
    body TEXT, -- the bytes that the leaf is the hash of; null once retention dropped them
    leaf_sha256 BLOB NOT NULL CHECK (length(leaf_sha256) = 32),
    CHECK ((body IS NULL) = (at_ms IS NULL) AND (body IS NULL) = (action IS NULL)
        AND (body IS NULL) = (caller IS NULL) AND (body IS NULL) = (request IS NULL)
        AND (body IS NOT NULL OR project IS NULL))
) STRICT;

CREATE INDEX audit_entries_by_time ON audit_entries (at_ms);
CREATE INDEX audit_entries_by_caller ON audit_entries (caller, number);
CREATE INDEX audit_entries_by_request ON audit_entries (request);
CREATE INDEX audit_entries_by_project ON audit_entries (project, number) WHERE project IS NOT NULL;

CREATE TABLE audit_nodes ( -- roots of complete subtrees; of the levels 8, 16, 24, ... alone
    level INTEGER NOT NULL CHECK (level > 0 AND level % 8 = 0),
    number INTEGER NOT NULL CHECK (number >= 0),
    sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
    PRIMARY KEY (level, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_checkpoints (
    size INTEGER PRIMARY KEY CHECK (size > 0), -- as the note has it
    note TEXT NOT NULL -- signed
) STRICT;

CREATE TRIGGER audit_entries_stay BEFORE DELETE ON audit_entries
BEGIN SELECT raise(ABORT, 'entries of the audit log are never deleted'); END;

CREATE TRIGGER audit_entries_are_not_changed BEFORE UPDATE ON audit_entries
WHEN new.body IS NOT NULL OR new.number <> old.number OR new.leaf_sha256 <> old.leaf_sha256
BEGIN SELECT raise(ABORT, 'entries of the audit log are never changed'); END;

CREATE TRIGGER audit_nodes_stay BEFORE DELETE ON audit_nodes
BEGIN SELECT raise(ABORT, 'the audit log is only added to'); END;

CREATE TRIGGER audit_nodes_are_not_changed BEFORE UPDATE ON audit_nodes
BEGIN SELECT raise(ABORT, 'the audit log is only added to'); END;

CREATE TRIGGER audit_checkpoints_stay BEFORE DELETE ON audit_checkpoints
BEGIN SELECT raise(ABORT, 'checkpoints of the audit log are never deleted'); END;

CREATE TRIGGER audit_checkpoints_are_not_changed BEFORE UPDATE ON audit_checkpoints
BEGIN SELECT raise(ABORT, 'checkpoints of the audit log are never changed'); END;

CREATE TABLE access_log ( -- what was looked at and planned, written in batches
    number INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    action TEXT NOT NULL,
    outcome TEXT NOT NULL,
    caller TEXT NOT NULL,
    face TEXT NOT NULL,
    address TEXT,
    project TEXT,
    request TEXT NOT NULL
) STRICT;

CREATE INDEX access_log_by_time ON access_log (at_ms);
