//! An entry as a log keeps it, before anything in it is believed.

/// The columns of an entry as they are kept. Times and texts are absent where retention dropped them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Columns<'a> {
    /// When, in milliseconds since 1970.
    pub at_ms: Option<i64>,
    /// The name of the action.
    pub action: Option<&'a [u8]>,
    /// The name of the principal.
    pub caller: Option<&'a [u8]>,
    /// The project it concerns.
    pub project: Option<&'a [u8]>,
    /// The request it belongs to.
    pub request: Option<&'a [u8]>,
}

/// An entry as it is kept, with nothing in it believed yet.
#[derive(Clone, Copy, Debug)]
pub struct Kept<'a> {
    /// Its number.
    pub number: i64,
    /// Its columns; an export has none.
    pub columns: Option<Columns<'a>>,
    /// Its text; none where retention dropped it.
    pub body: Option<&'a [u8]>,
    /// The hash of its leaf.
    pub leaf: &'a [u8],
}
