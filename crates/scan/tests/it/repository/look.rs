//! For now: prints what is seen in SMART_BEGIN_LOOK.

use std::path::Path;

use source_tree::{Selection, SourceTree};

#[test]
fn look() {
    let Some(root) = std::env::var_os("SMART_BEGIN_LOOK") else { return };
    let tree = SourceTree::of_folder(Path::new(&root), Selection::Tracked).unwrap();
    let now = std::time::Instant::now();
    let seen = scan::repository::check(&tree);
    eprintln!("{} files {:?}", tree.files().len(), now.elapsed());
    for gate in &seen.gates {
        eprintln!("{} {}", gate.status.as_str(), gate.id);
        for evidence in gate.evidence.iter().take(6) {
            eprintln!(
                "     {}:{} {}",
                evidence.file.as_deref().unwrap_or(""),
                evidence.line.unwrap_or(0),
                evidence.note
            );
        }
    }
    for not_run in &seen.not_run {
        eprintln!("NOT RUN {not_run:?}");
    }
}
