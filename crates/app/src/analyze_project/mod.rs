//! Looks at a project that exists: what it is, which gates stand, what was measured, what is missing and how much work that is.

mod depth;
mod existing;
mod measure;
mod missing;
mod report;
mod run;
mod structure;

pub use depth::AnalysisDepth;
pub use existing::analyze_existing;
pub use report::{AnalysisReport, AnalysisResults, FindingsSeen, MissingGate, NotKnown};
pub use run::{AnalyzeRequest, analyze_project};
