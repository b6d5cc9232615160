//! What a project is: languages, stacks, frameworks, layout, tests and pipelines, each with the file and line that show it;
//! and what was measured of it: coverage that a report tells, complexity and duplication that a tool counts.

mod complexity;
mod coverage;
mod describe;
mod effort;
mod languages;
mod layout;
mod manifests;
mod stacks;

pub use complexity::{COMPLEX_FROM, ComplexFunction, Complexity, LIZARD, SOURCE_ENDINGS, read_lizard};
pub use coverage::{COVERAGE_FILES, Coverage, read_coverage};
pub use describe::{Description, describe};
pub use effort::{Effort, effort_of};
pub use languages::LanguageShare;
pub use layout::{FolderRole, Layout};
pub use stacks::Detected;
