CREATE TABLE jobs ( -- how the last run of each background job went
    name TEXT PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 200),
    started_ms INTEGER NOT NULL,
    ended_ms INTEGER, -- null: it runs, or its process died
    result TEXT CHECK (result IN ('done', 'failed', 'contradicted')),
    error TEXT CHECK (length(error) <= 100), -- the kind of error
    message TEXT CHECK (length(message) <= 1000), -- in words for people
    last_done_ms INTEGER,
    next_due_ms INTEGER,
    ran_by TEXT NOT NULL,
    process_owner TEXT NOT NULL,
    CHECK ((ended_ms IS NULL) = (result IS NULL))
) STRICT, WITHOUT ROWID;
