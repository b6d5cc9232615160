//! The few calls that differ between operating systems, each with a portable fallback.

use std::io;

use cap_std::fs::{Dir, DirBuilder, File, OpenOptions};

/// Makes everything written to the file system of `dir` durable: one `syncfs` on Linux. Where that call is missing this
/// does nothing, and [`finish_file`] has made each file durable on its own.
///
/// # Errors
/// When the operating system reports that something could not be written.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub fn sync_tree(dir: &Dir) -> io::Result<()> {
    rustix::fs::syncfs(dir.open(".")?).map_err(io::Error::from)
}

/// Makes everything written to the file system of `dir` durable; here each file already is.
///
/// # Errors
/// Never on this operating system.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub fn sync_tree(_dir: &Dir) -> io::Result<()> {
    Ok(())
}

/// Ends the writing of one file, made durable at once where [`sync_tree`] cannot do it for all of them together.
///
/// # Errors
/// When the operating system reports that it could not be written.
pub fn finish_file(file: &File) -> io::Result<()> {
    if cfg!(any(target_os = "linux", target_os = "android")) { Ok(()) } else { file.sync_all() }
}

/// Makes the names in `dir` durable, after a rename. Windows keeps no handle for this and needs none.
///
/// # Errors
/// When the operating system reports that it could not be written.
pub fn sync_names(dir: &Dir) -> io::Result<()> {
    if cfg!(windows) { Ok(()) } else { dir.open(".")?.sync_all() }
}

/// Options that create a new file, with mode 755 where it is `executable` and the system has modes, else 644.
#[must_use]
pub fn new_file(executable: bool) -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use cap_std::fs::OpenOptionsExt as _;
        options.mode(if executable { 0o755 } else { 0o644 });
    }
    #[cfg(not(unix))]
    let _ = executable;
    options
}

/// Makes the folder at `path`, with mode 755 where the system has modes: nobody else may write in it, whatever the umask.
/// With `parents`, those that it lies in as well; then it may exist already.
///
/// # Errors
/// When it exists already or the system refuses.
pub fn make_folder(dir: &Dir, path: &str, parents: bool) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(parents);
    #[cfg(unix)]
    cap_std::fs::DirBuilderExt::mode(&mut builder, 0o755);
    dir.create_dir_with(path, &builder)
}

/// Renames a folder onto a name that is free or an empty folder; anything else there is left as it is and reported.
///
/// # Errors
/// When the name is taken (`AlreadyExists`, `DirectoryNotEmpty` or `NotADirectory`) or the system refuses.
pub fn rename_folder(dir: &Dir, from: &str, to: &str) -> io::Result<()> {
    // POSIX replaces an empty folder in one step and refuses everything else; Windows replaces nothing.
    if cfg!(windows) && dir.symlink_metadata(to).is_ok_and(|there| there.is_dir()) {
        dir.remove_dir(to)?;
    }
    dir.rename(from, dir, to)
}
