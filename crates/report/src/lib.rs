//! Findings and dependencies in the forms that people and other tools read. Pure: bytes out of values.
