//! When an alert holds: comparisons of what series say. Few forms, each with one meaning in the evaluator and one in PromQL.

use crate::metric::Selector;
use crate::span::Span;

/// How the series that a selector picks become one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fold {
    /// All of them together.
    Sum,
    /// The largest.
    Max,
    /// The smallest.
    Min,
}

/// What of a series counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Take {
    /// What it says now.
    Last,
    /// What it says now, unless that is zero or less: "there is none".
    LastAboveZero,
    /// How much a counter grew over this time, restarts included.
    Increase(Span),
    /// The same, by the second.
    Rate(Span),
}

/// One number, or none where there are no series.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Term {
    /// Which series.
    pub selector: Selector,
    /// What of each counts.
    pub take: Take,
    /// How they become one.
    pub fold: Fold,
}

/// What is compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// The term itself.
    Of(Term),
    /// The first divided by the second, as floating numbers are: of zero and zero comes no number, and that is never bad.
    Part(Term, Term),
    /// What is missing in the first to be the whole second, as a part of it: `1 - first / second`.
    Missing(Term, Term),
    /// Seconds from the time that the term tells until now.
    Age(Term),
    /// Seconds from now until the time that the term tells.
    Until(Term),
}

/// Which side of the threshold is bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bad {
    /// Above it.
    Above,
    /// Below it.
    Below,
    /// Above it, or on it.
    AtLeast,
}

/// A value against a threshold.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// What is compared.
    pub value: Value,
    /// Which side is bad.
    pub bad: Bad,
    /// With what; the product of its factors, so that `14.4 * 0.001` can be shown as such.
    pub threshold: Vec<f64>,
}

impl Comparison {
    /// The threshold as one number.
    #[must_use]
    pub fn limit(&self) -> f64 {
        self.threshold.iter().copied().reduce(|product, factor| product * factor).unwrap_or(f64::NAN)
    }

    /// Whether `value` lies on the bad side. What is no number does not.
    #[must_use]
    pub fn holds(&self, value: f64) -> bool {
        let limit = self.limit();
        match self.bad {
            Bad::Above => value > limit,
            Bad::Below => value < limit,
            Bad::AtLeast => value >= limit,
        }
    }
}

/// It holds when all comparisons of one alternative do.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// The alternatives, at least one, each of at least one comparison.
    pub any: Vec<Vec<Comparison>>,
}

impl Condition {
    /// All its comparisons.
    pub fn comparisons(&self) -> impl Iterator<Item = &Comparison> {
        self.any.iter().flatten()
    }

    /// All its terms.
    pub fn terms(&self) -> impl Iterator<Item = &Term> {
        self.comparisons().flat_map(|comparison| comparison.value.terms())
    }
}

impl Value {
    /// Its terms, in their order.
    pub fn terms(&self) -> impl Iterator<Item = &Term> {
        let (first, second) = match self {
            Self::Of(term) | Self::Age(term) | Self::Until(term) => (term, None),
            Self::Part(first, second) | Self::Missing(first, second) => (first, Some(second)),
        };
        std::iter::once(first).chain(second)
    }
}

impl Term {
    /// The time over which a counter is looked at.
    #[must_use]
    pub fn window(&self) -> Option<Span> {
        match self.take {
            Take::Increase(window) | Take::Rate(window) => Some(window),
            Take::Last | Take::LastAboveZero => None,
        }
    }
}
