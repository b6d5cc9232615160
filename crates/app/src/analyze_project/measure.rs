//! Coverage reports that lie beside the sources, and a tool that counts complexity, where it is there and the caller may start
//! programs.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::Permission;
use safe_fs::OpenFolder;
use scan::analysis::{COVERAGE_FILES, Complexity, Coverage, LIZARD, SOURCE_ENDINGS, read_coverage, read_lizard};
use source_tree::{Bounds, Selection, SourceFile, SourceTree};
use subprocess::{Command, Environment, Limits, Network, Program, Resources};

use super::report::NotKnown;
use crate::services::Call;

/// The largest coverage report that is read.
const MOST_REPORT_BYTES: u64 = 32 << 20;
/// The most files that complexity is counted of in one go, and the most bytes of their names.
const MOST_FILES: usize = 5_000;
const MOST_NAMES: usize = 512 << 10;
const TIME: Duration = Duration::from_secs(120);
const MEMORY: u64 = 1 << 30;
const OUTPUT: usize = 16 << 20;

/// What coverage reports say. They are mostly ignored by git, so each place where tools leave them is looked at.
pub(super) fn coverage(folder: &OpenFolder, unknown: &mut Vec<NotKnown>) -> Vec<Coverage> {
    let root = folder.held_path();
    let mut files = Vec::new();
    let mut places: Vec<&str> =
        COVERAGE_FILES.iter().map(|name| name.rsplit_once('/').map_or("", |(at, _)| at)).collect();
    places.dedup();
    for place in places {
        let Some(at) = real_folder(&root, place) else { continue };
        let bounds = Bounds { files: 10_000, depth: 1 };
        let Ok(tree) = SourceTree::of_folder_within(&at, Selection::All, bounds) else { continue };
        for name in COVERAGE_FILES {
            let (of, base) = name.rsplit_once('/').unwrap_or(("", name));
            let bytes = tree.file(base).filter(|_| of == place).and_then(|file| file.read(MOST_REPORT_BYTES).ok());
            files.extend(bytes.map(|bytes| SourceFile::in_memory(*name, bytes)));
        }
    }
    let (found, faults) = read_coverage(&SourceTree::of_files(files));
    for (file, why) in faults {
        let hint = "Run the tests with coverage again.".to_owned();
        unknown.push(NotKnown {
            what: format!("coverage in {file}"),
            reason: format!("The report cannot be read: {why}."),
            hint,
        });
    }
    if found.is_empty() {
        unknown.push(NotKnown {
            what: "coverage".to_owned(),
            reason: "No coverage report lies there, and no test was run here.".to_owned(),
            hint: "Run the tests with coverage (lcov, Cobertura, JaCoCo, Go and coverage.py are read), then analyse again.".to_owned(),
        });
    }
    found
}

/// The folder beneath the root, unless a link is on the way.
fn real_folder(root: &Path, beneath: &str) -> Option<PathBuf> {
    let mut at = root.to_owned();
    for part in beneath.split('/').filter(|part| !part.is_empty()) {
        at.push(part);
        at.symlink_metadata().ok().filter(std::fs::Metadata::is_dir)?;
    }
    Some(at)
}

/// Complexity and duplication, or why nobody counted them.
pub(super) fn complexity(call: &Call<'_>, folder: &OpenFolder, tree: &SourceTree) -> Result<Complexity, NotKnown> {
    let not_known = |reason: String, hint: &str| NotKnown {
        what: "complexity and duplication".to_owned(),
        reason,
        hint: hint.to_owned(),
    };
    if !call.caller.permissions.has(Permission::Execute) {
        let hint =
            "Whoever may start programs on that machine: `smart-begin analyze --depth deep`, with lizard installed.";
        return Err(not_known("They are counted by a program, and you may start none here.".to_owned(), hint));
    }
    let install =
        "Install lizard (`pipx install lizard==1.24.3`, or `uv tool install lizard==1.24.3`), then analyse again.";
    let search = std::env::var_os("PATH");
    let Ok(program) = Program::find(OsStr::new(LIZARD), search.as_deref(), Path::new("/")) else {
        return Err(not_known("The program lizard, which counts them, is not installed.".to_owned(), install));
    };
    let names = source_names(tree);
    if names.is_empty() {
        return Err(not_known(
            "There is no source file of a language that lizard reads.".to_owned(),
            "Nobody needs to do anything.",
        ));
    }
    let mut environment = Environment::common(std::env::vars_os());
    // What lies in the folder must not be taken for a part of the program.
    let safe = environment.set("PYTHONSAFEPATH", "1").and_then(|()| environment.set("PYTHONDONTWRITEBYTECODE", "1"));
    safe.map_err(|error| not_known(error.to_string(), install))?;
    let resources =
        Resources { memory_bytes: Some(MEMORY), cpu: Some(TIME), file_bytes: Some(0), ..Resources::default() };
    let limits = Limits { time: TIME, output_bytes: OUTPUT, resources, network: Network::Denied, ..Limits::default() };
    let ended = Command::new(program)
        .arguments(["--csv", "-Eduplicate"])
        .arguments(names)
        .environment(environment)
        .folder(folder.path())
        .limits(limits)
        .run_while(&|| !call.watch.cancelled())
        .map_err(|error| not_known(format!("The program lizard could not be started: {error}."), install))?;
    let answer = String::from_utf8_lossy(ended.stdout.bytes());
    // It ends with 1 where a function is too complex for its taste: its answer counts, not its code.
    read_lizard("lizard", &answer).filter(|_| !ended.stdout.is_cut()).ok_or_else(|| {
        not_known(
            format!("The program lizard gave no answer that can be read ({}).", ended.end),
            "Run `lizard` there by hand, and look at what it says.",
        )
    })
}

/// The names of sources, each behind `./` so that none is taken for an option.
fn source_names(tree: &SourceTree) -> Vec<String> {
    let mut bytes = 0;
    tree.files()
        .iter()
        .filter(|file| !file.name.contains('\\'))
        .filter(|file| file.base_name().rsplit_once('.').is_some_and(|(_, ending)| SOURCE_ENDINGS.contains(&ending)))
        .map(|file| format!("./{}", file.name))
        .take(MOST_FILES)
        .take_while(|name| {
            bytes += name.len();
            bytes < MOST_NAMES
        })
        .collect()
}
