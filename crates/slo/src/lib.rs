//! What the program promises, and what somebody is told of when it is not kept.
//!
//! One file ([`FILE`]) says it all. From it come the built-in [`Evaluator`] and [`Notifier`], and, by [`generate::files`], the
//! rules of Prometheus with their tests, the routing of Alertmanager, the dashboard of Grafana and the index of the runbook. So
//! nobody keeps five lists of alerts, and a test holds the evaluator against the real Prometheus.

mod alert;
mod condition;
mod evaluate;
mod file;
pub mod generate;
mod metric;
mod notify;
mod objective;
mod read;
mod slos;
mod span;

pub use alert::{Alert, Severity};
pub use condition::{Bad, Comparison, Condition, Fold, Take, Term, Value};
pub use evaluate::{Change, Evaluator, Firing, STEP, SavedEvaluator, Standing, State, What};
pub use metric::{Labels, Sample, Selector};
pub use notify::{Kind, Matcher, Notice, Notifier, SavedNotifier, Silence};
pub use objective::{BURNS, Burn, Counted, Objective, Told};
pub use slos::{FILE, Faults, Slos};
pub use span::{NoSpan, Span};
