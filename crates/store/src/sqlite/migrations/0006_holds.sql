CREATE TABLE legal_holds ( -- what retention must not drop, however old it is
    name TEXT PRIMARY KEY,
    caller TEXT, -- null: whoever; and so on
    project TEXT,
    since_ms INTEGER,
    until_ms INTEGER,
    placed_at_ms INTEGER NOT NULL
) STRICT;
