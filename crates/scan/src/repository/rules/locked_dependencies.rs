//! Lockfiles say which versions were tested.

use domain::Severity;

use crate::repository::gate::Evidence;
use crate::repository::rule::{Flaw, Rule, Verdict};
use crate::repository::view::{Repository, is_aside};

pub(super) const RULE: Rule = Rule {
    id: "locked-dependencies",
    title: "Lockfiles say which versions are used",
    why: "Without a lockfile every build may be made of other parts, and nobody can say which of them were vulnerable.",
    severity: Severity::Low,
    practices: &["OSPS-QA-02.01", "Scorecard Pinned-Dependencies"],
    look,
};

/// A manifest, words of which one shows that it asks for packages, and the locks of it.
const KINDS: [(&str, &[&str], &[&str], &str); 9] = [
    (
        "package.json",
        &["\"dependencies\"", "\"devDependencies\""],
        &["package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock", "bun.lockb"],
        "npm install --package-lock-only",
    ),
    ("Cargo.toml", &["[dependencies]", "[workspace"], &["Cargo.lock"], "cargo generate-lockfile"),
    (
        "pyproject.toml",
        &["dependencies"],
        &["uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "requirements.lock", "requirements.txt", "Pipfile.lock"],
        "uv lock",
    ),
    ("Pipfile", &["packages"], &["Pipfile.lock"], "pipenv lock"),
    ("go.mod", &["require"], &["go.sum"], "go mod tidy"),
    ("Gemfile", &["gem "], &["Gemfile.lock"], "bundle lock"),
    ("composer.json", &["\"require\""], &["composer.lock"], "composer update --lock"),
    ("mix.exs", &["deps"], &["mix.lock"], "mix deps.get"),
    ("pubspec.yaml", &["dependencies:"], &["pubspec.lock"], "dart pub get"),
];

fn look(repository: &Repository<'_>) -> Verdict {
    let (mut flaws, mut seen) = (Vec::new(), Vec::new());
    for (manifest, asks, locks, command) in KINDS {
        let named = |name: &str| {
            !is_aside(name) && (name == manifest || name.strip_suffix(manifest).is_some_and(|rest| rest.ends_with('/')))
        };
        for file in repository.named(named).into_iter().take(200) {
            let Some(text) = repository.text(file).filter(|text| asks.iter().any(|word| text.contains(word))) else {
                continue;
            };
            match lock_of(repository, &file.name, locks) {
                Some(lock) if seen.len() < 10 => seen.push(Evidence::file(&lock, format!("the lock of {}", file.name))),
                Some(_) => {}
                None if is_library(manifest, &text) => {}
                None => {
                    let message =
                        format!("{} has no lockfile ({}).", file.name, locks.first().copied().unwrap_or_default());
                    flaws.push(Flaw::file(&file.name, message, format!("Make it with `{command}`, and commit it.")));
                }
            }
        }
    }
    Verdict::of(flaws, || {
        if seen.is_empty() { vec![Evidence::note("No manifest asks for packages of others.")] } else { seen }
    })
}

/// The lock in the manifest's folder or one above it, as workspaces have it.
fn lock_of(repository: &Repository<'_>, manifest: &str, locks: &[&str]) -> Option<String> {
    let mut folder = manifest.rsplit_once('/').map_or("", |(folder, _)| folder);
    loop {
        let names =
            locks.iter().map(|lock| if folder.is_empty() { (*lock).to_owned() } else { format!("{folder}/{lock}") });
        if let Some(found) = names.into_iter().find(|name| repository.tree.file(name).is_some()) {
            return Some(found);
        }
        if folder.is_empty() {
            return None;
        }
        folder = folder.rsplit_once('/').map_or("", |(folder, _)| folder);
    }
}

/// Libraries of Go and Rust may leave the lock to those who use them.
fn is_library(manifest: &str, text: &str) -> bool {
    match manifest {
        "Cargo.toml" => text.contains("[lib]") && !text.contains("[[bin]]") && !text.contains("[workspace"),
        "go.mod" => !text.contains('.') || !text.lines().any(|line| line.trim_start().starts_with("require")),
        _ => false,
    }
}
