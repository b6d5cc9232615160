//! A new database comes into being whole or not at all, so that one that is empty or cut short is known as damage.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use crate::error::{Error, ErrorKind};
use crate::sqlite::connection::make;
use crate::sqlite::folder::Folder;
use crate::sqlite::migrations;

/// SQLite takes a shorter file for a new database.
const SHORTEST: u64 = 512;

/// Makes the database where there is none, and refuses one that is no longer there, or not a database in length.
pub(super) fn ensure_database(folder: &Folder) -> Result<(), Error> {
    let path = folder.database();
    let found = match fs::symlink_metadata(&path) {
        Ok(found) => found,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return create_in_turn(folder),
        Err(cause) => return Err(Error::folder("look at the store", cause)),
    };
    folder.keep_private(&path, &found)?;
    if found.len() < SHORTEST {
        return Err(lost(&path, "all but empty"));
    }
    Ok(())
}

/// One process makes the database; the others wait, and find it made.
fn create_in_turn(folder: &Folder) -> Result<(), Error> {
    let turn = folder.private_file("create.lock")?;
    turn.lock().map_err(|cause| Error::folder("lock a file in the store's folder", cause))?;
    let path = folder.database();
    if path.exists() {
        return Ok(());
    }
    // SQLite would replay the log of the old database into the new one.
    if fs::metadata(path.with_extension("db-wal")).is_ok_and(|log| log.len() > 0) {
        return Err(lost(&path, "missing"));
    }
    create(folder, &path)
}

fn create(folder: &Folder, path: &Path) -> Result<(), Error> {
    let draft = path.with_extension("new");
    for left_behind in ["new", "new-wal", "new-shm"] {
        let _ = fs::remove_file(path.with_extension(left_behind));
    }
    drop(folder.private_file("store.new")?);
    make(&draft, migrations::lay_out)?;
    let flushed = File::options().write(true).open(&draft).and_then(|file| file.sync_all());
    flushed.map_err(|cause| Error::folder("flush the new store", cause))?;
    fs::rename(&draft, path).map_err(|cause| Error::folder("put the new store in its place", cause))?;
    folder.flush()
}

fn lost(path: &Path, what: &str) -> Error {
    Error::new(ErrorKind::Damaged, format!("The store is damaged: {} is {what}.", path.display()))
}
