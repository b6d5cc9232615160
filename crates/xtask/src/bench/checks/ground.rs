//! What is checked: real source of the crates that cargo has fetched, laid out once a run.

use std::env;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::Failure;
use crate::bench::workshop::{self, Workshop};

/// Files that were copied, and what they come to.
pub(super) struct Sources {
    pub(super) folder: PathBuf,
    pub(super) files: usize,
    pub(super) bytes: u64,
}

/// The folder in which cargo keeps the sources of crates.
fn registry() -> Result<PathBuf, Failure> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cargo")));
    let sources = home.map(|home| home.join("registry/src")).filter(|folder| folder.is_dir());
    sources.ok_or_else(|| Failure("there are no sources of crates: run cargo fetch".to_owned()))
}

/// All files beneath, in the order of their names, so that every run takes the same.
fn walk(folder: &Path, each: &mut dyn FnMut(&Path, u64) -> Result<bool, Failure>) -> Result<bool, Failure> {
    let failed = |fault| Failure::because(folder.display(), fault);
    let mut entries: Vec<_> = fs::read_dir(folder).and_then(Iterator::collect).map_err(failed)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let kind = entry.file_type().map_err(failed)?;
        let more = if kind.is_dir() {
            walk(&entry.path(), each)?
        } else if kind.is_file() {
            each(&entry.path(), entry.metadata().map_err(failed)?.len())?
        } else {
            true
        };
        if !more {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Copies so many millions of bytes of source.
pub(super) fn sources(workshop: &Workshop<'_>, megabytes: u64) -> Result<Sources, Failure> {
    copy(workshop, "sources", &mut |_, sources| sources.bytes < megabytes * 1_000_000)
}

/// Copies so many files of source.
pub(super) fn so_many(workshop: &Workshop<'_>, name: &str, files: usize) -> Result<Sources, Failure> {
    copy(workshop, name, &mut |_, sources| sources.files < files)
}

fn copy(
    workshop: &Workshop<'_>,
    name: &str,
    more: &mut dyn FnMut(&Path, &Sources) -> bool,
) -> Result<Sources, Failure> {
    let registry = registry()?;
    let mut sources = Sources { folder: workshop.path(name), files: 0, bytes: 0 };
    walk(&registry, &mut |path, size| {
        // Archives and libraries that some crates ship are no source.
        if size > 2_000_000 {
            return Ok(true);
        }
        // Without the first part, which names the registry.
        let inside: PathBuf = path.strip_prefix(&registry).unwrap_or(path).components().skip(1).collect();
        let bytes = fs::read(path).map_err(|fault| Failure::because(path.display(), fault))?;
        workshop::write(&sources.folder.join(inside), bytes)?;
        sources.files += 1;
        sources.bytes += size;
        Ok(more(path, &sources))
    })?;
    Ok(sources)
}

/// Lays out the lockfiles of crates, each in a folder of its own: how many there are.
pub(super) fn lockfiles(workshop: &Workshop<'_>, most: usize) -> Result<(PathBuf, usize), Failure> {
    let (folder, mut count) = (workshop.path("lockfiles"), 0);
    walk(&registry()?, &mut |path, _| {
        if path.file_name().is_some_and(|name| name == "Cargo.lock") {
            let bytes = fs::read(path).map_err(|fault| Failure::because(path.display(), fault))?;
            workshop::write(&folder.join(format!("p{count}/Cargo.lock")), bytes)?;
            count += 1;
        }
        Ok(count < most)
    })?;
    Ok((folder, count))
}

/// A repository of so many commits, each of which brings a file of the sources or changes one.
pub(super) fn history(workshop: &Workshop<'_>, sources: &Sources, commits: usize) -> Result<(PathBuf, u64), Failure> {
    let folder = workshop.path("history");
    workshop::run(workshop.command(Path::new("git")).args(["init", "--quiet", "--initial-branch=main"]).arg(&folder))?;
    let mut import = workshop.command(Path::new("git"));
    import.current_dir(&folder).args(["fast-import", "--quiet"]).stdin(Stdio::piped());
    let failed = |fault| Failure::because("git fast-import", fault);
    let mut child = import.spawn().map_err(failed)?;
    let mut pipe = child.stdin.take().ok_or_else(|| Failure("git fast-import takes no input".to_owned()))?;
    let (mut written, mut number) = (0, 0_usize);
    let step = (sources.files / commits.max(1)).max(1);
    walk(&sources.folder, &mut |path, size| {
        number += 1;
        if !number.is_multiple_of(step) || size > 200_000 {
            return Ok(true);
        }
        let name = path.strip_prefix(&sources.folder).unwrap_or(path).to_string_lossy().into_owned();
        let bytes = fs::read(path).map_err(|fault| Failure::because(path.display(), fault))?;
        let mut commit = |message: &str, bytes: &[u8]| -> std::io::Result<()> {
            let time = 1_700_000_000 + written;
            write!(
                pipe,
                "commit refs/heads/main\ncommitter B <b@example.org> {time} +0000\ndata {}\n{message}\n",
                message.len()
            )?;
            write!(pipe, "M 100644 inline {name}\ndata {}\n", bytes.len())?;
            pipe.write_all(bytes)?;
            written += 1;
            writeln!(pipe)
        };
        commit("one", &bytes).map_err(failed)?;
        // As people do: a line is put in front, another in the middle.
        let half =
            bytes.iter().skip(bytes.len() / 2).position(|byte| *byte == b'\n').map_or(0, |at| at + bytes.len() / 2);
        let changed = [b"// changed\n".as_slice(), &bytes[..half], b"\n// and here\n", &bytes[half..]].concat();
        commit("two", &changed).map_err(failed)?;
        Ok((written as usize) < commits)
    })?;
    drop(pipe);
    let status = child.wait().map_err(failed)?;
    if !status.success() {
        return Err(Failure::because("git fast-import", status));
    }
    Ok((folder, written))
}

/// An SBOM of so many millions of bytes.
pub(super) fn sbom(workshop: &Workshop<'_>, megabytes: usize) -> Result<(PathBuf, usize), Failure> {
    let mut text =
        String::from("{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"version\":1,\"components\":[\n");
    let mut count = 0;
    while text.len() < megabytes * 1_000_000 {
        if count > 0 {
            text.push_str(",\n");
        }
        let name = format!("package-{count}");
        text.push_str(&format!(
            "{{\"type\":\"library\",\"bom-ref\":\"{name}\",\"name\":\"{name}\",\"version\":\"1.{count}.0\",\"purl\":\"pkg:cargo/{name}@1.{count}.0\",\"licenses\":[{{\"license\":{{\"id\":\"MIT\"}}}}]}}"
        ));
        count += 1;
    }
    text.push_str("\n]}\n");
    workshop::write(&workshop.path("sbom/bom.json"), text)?;
    Ok((workshop.path("sbom"), count))
}
