//! The structure of the repository, checked. One file a rule, and a test of the same name in `tests/it`.

pub mod architecture_names;
pub mod fault;
pub mod floors;
pub mod forbidden_names;
pub mod machine_names;
pub mod module_cycles;
mod module_tree;
pub mod server_calls;
pub mod size_limits;

use crate::repository::Repository;
use crate::{Failure, tool};
use fault::Fault;

/// A rule: its name, what it wants, and the check.
#[derive(Debug)]
pub struct Rule {
    /// The name, which is also that of its file and of its test.
    pub name: &'static str,
    /// What it wants, in one line.
    pub wants: &'static str,
    /// Finds what breaks it.
    pub check: fn(&Repository) -> Vec<Fault>,
}

/// All rules, in the order in which they run.
pub const RULES: [Rule; 7] = [
    Rule { name: "floors", wants: "a crate depends only on crates of lower floors", check: floors::check },
    Rule { name: "module_cycles", wants: "the modules of a crate form no cycle", check: module_cycles::check },
    Rule { name: "size_limits", wants: "files and functions stay readable", check: size_limits::check },
    Rule { name: "forbidden_names", wants: "a name says what is inside", check: forbidden_names::check },
    Rule { name: "architecture_names", wants: "what ARCHITECTURE.md names exists", check: architecture_names::check },
    Rule {
        name: "machine_names",
        wants: "no file names a machine's path or a registry's host",
        check: machine_names::check,
    },
    Rule {
        name: "server_calls",
        wants: "the command line calls the server in `serve` alone",
        check: server_calls::check,
    },
];

/// Checks this repository and prints what is wrong.
///
/// # Errors
/// When a rule is broken, or the repository cannot be read.
pub fn run() -> Result<(), Failure> {
    let repository = Repository::read(&tool::root())?;
    let mut faults = 0;
    for rule in &RULES {
        let found = (rule.check)(&repository);
        println!("tidy {}: {}", rule.name, if found.is_empty() { "ok" } else { rule.wants });
        for fault in &found {
            println!("  {fault}");
        }
        faults += found.len();
    }
    for (file, lines) in size_limits::long_files(&repository) {
        println!("  note: {file} has {lines} lines; files aim at {}", size_limits::FILE_AIM);
    }
    if faults == 0 { Ok(()) } else { Err(Failure(format!("tidy: {faults} faults"))) }
}
