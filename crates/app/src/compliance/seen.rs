//! What a probe saw.

use std::collections::BTreeMap;

/// What each probe saw, by its name.
pub type Observations = BTreeMap<&'static str, Seen>;

/// What a probe saw. Its words name neither this machine nor a file of it, so that reports of two machines can be compared;
/// and never a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// What must hold does.
    Good(String),
    /// It does not.
    Bad {
        /// What was seen.
        what: String,
        /// What to do about it.
        advice: String,
    },
    /// The probe cannot tell.
    Unknown {
        /// Why not.
        what: String,
        /// Who must look.
        who: String,
    },
    /// There is nothing here to look at.
    Nothing(String),
}

impl Seen {
    /// What must hold does.
    #[must_use]
    pub fn good(what: impl Into<String>) -> Self {
        Self::Good(what.into())
    }

    /// What must hold does not.
    #[must_use]
    pub fn bad(what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::Bad { what: what.into(), advice: advice.into() }
    }

    /// The probe cannot tell, and `who` must look.
    #[must_use]
    pub fn unknown(what: impl Into<String>, who: impl Into<String>) -> Self {
        Self::Unknown { what: what.into(), who: who.into() }
    }

    /// There is nothing here to look at.
    #[must_use]
    pub fn nothing(why: impl Into<String>) -> Self {
        Self::Nothing(why.into())
    }

    /// Good with `what` when it holds, else bad with that and the advice.
    #[must_use]
    pub fn when(holds: bool, good: impl Into<String>, bad: impl Into<String>, advice: impl Into<String>) -> Self {
        if holds { Self::good(good) } else { Self::bad(bad, advice) }
    }
}
