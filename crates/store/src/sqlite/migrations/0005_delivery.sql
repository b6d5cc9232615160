CREATE TABLE export_cursors ( -- how far the audit log was taken to each second place
    name TEXT PRIMARY KEY,
    next INTEGER NOT NULL CHECK (next >= 0) -- the number of the next entry; of a place for checkpoints, the size of the last
) STRICT, WITHOUT ROWID;

CREATE TABLE leases ( -- which process runs a background job
    name TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    until_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
