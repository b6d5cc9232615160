//! A plan as a zip or tar.gz: the same plan gives the same bytes, without times, users or order of a machine.

use std::io::{Cursor, Write as _};

use crate::fault::CatalogueFault;
use crate::git::Commit;
use crate::plan::Plan;
use crate::source::Bytes;

/// A file in an archive.
pub(crate) struct Entry {
    pub(crate) path: String,
    pub(crate) bytes: Bytes,
    pub(crate) executable: bool,
}

/// A file beside the project's folder in an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extra {
    /// Its path in the archive.
    pub path: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// The plan's files, and the repository's where there is a commit, in a folder named `folder`; and what lies beside it.
fn entries(folder: &str, plan: &Plan, commit: Option<&Commit>, extra: &[Extra]) -> Vec<Entry> {
    let planned = plan.files.iter().map(|file| Entry {
        path: format!("{folder}/{}", file.path),
        bytes: file.bytes.clone(),
        executable: file.executable,
    });
    let repository = commit.into_iter().flat_map(|commit| &commit.files).map(|(path, bytes)| Entry {
        path: format!("{folder}/{path}"),
        bytes: Bytes::Owned(bytes.clone()),
        executable: false,
    });
    let beside = extra.iter().map(|file| Entry {
        path: file.path.clone(),
        bytes: Bytes::Owned(file.bytes.clone()),
        executable: false,
    });
    planned.chain(repository).chain(beside).collect()
}

/// The project as a zip, with its git repository where `commit` is given, and `extra` beside it.
///
/// # Errors
/// When it cannot be made.
pub fn zip(folder: &str, plan: &Plan, commit: Option<&Commit>, extra: &[Extra]) -> Result<Vec<u8>, CatalogueFault> {
    let write = || -> zip::result::ZipResult<Vec<u8>> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for entry in entries(folder, plan, commit, extra) {
            let mode = if entry.executable { 0o755 } else { 0o644 };
            let options = zip::write::SimpleFileOptions::default()
                .compression_method(zip::CompressionMethod::Deflated)
                .last_modified_time(zip::DateTime::default())
                .unix_permissions(mode);
            archive.start_file(entry.path, options)?;
            archive.write_all(&entry.bytes)?;
        }
        Ok(archive.finish()?.into_inner())
    };
    write().map_err(|source| CatalogueFault::Encoding { what: "the zip", source: source.into() })
}

/// The project as a tar.gz, with its git repository where `commit` is given, and `extra` beside it.
///
/// # Errors
/// When it cannot be made.
pub fn tar_gz(folder: &str, plan: &Plan, commit: Option<&Commit>, extra: &[Extra]) -> Result<Vec<u8>, CatalogueFault> {
    tar_gz_of(&entries(folder, plan, commit, extra))
}

pub(crate) fn tar_gz_of(entries: &[Entry]) -> Result<Vec<u8>, CatalogueFault> {
    let write = || -> std::io::Result<Vec<u8>> {
        let compressed = flate2::GzBuilder::new().mtime(0).write(Vec::new(), flate2::Compression::best());
        let mut archive = tar::Builder::new(compressed);
        for entry in entries {
            let mut header = tar::Header::new_ustar();
            header.set_size(entry.bytes.len() as u64);
            header.set_mode(if entry.executable { 0o755 } else { 0o644 });
            header.set_mtime(0);
            archive.append_data(&mut header, &entry.path, entry.bytes.as_ref())?;
        }
        archive.into_inner()?.finish()
    };
    write().map_err(|source| CatalogueFault::Encoding { what: "the tar.gz", source: source.into() })
}
