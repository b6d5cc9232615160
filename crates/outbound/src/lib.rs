//! The one HTTP client out: which addresses may be reached, how long it waits, how much it reads.
