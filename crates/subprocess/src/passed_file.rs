//! A value as a file in memory, for a program that takes this process's place.

use std::ffi::CStr;
use std::fs::File;
use std::io::Write as _;
use std::os::fd::{AsRawFd as _, IntoRawFd as _};
use std::path::PathBuf;

use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, memfd_create};
use secrecy::{ExposeSecret as _, SecretString};

use crate::error::Error;

const NAME: &CStr = c"secret";

/// A file without a name that only this process and what it becomes or starts can open. It is gone with the last of
/// them, so that nothing has to be cleaned up, not even after a crash; and it cannot be changed.
#[derive(Debug)]
pub struct PassedFile(File);

impl PassedFile {
    /// A file that holds `value`.
    ///
    /// # Errors
    /// When the operating system makes none: too many are open, or there is no memory.
    pub fn new(value: &SecretString) -> Result<Self, Error> {
        // It is passed on, which is why it lacks the flag that closes it.
        let made = memfd_create(NAME, MemfdFlags::ALLOW_SEALING).map_err(|fault| Error::File(fault.into()))?;
        let mut file = File::from(made);
        file.write_all(value.expose_secret().as_bytes()).map_err(Error::File)?;
        let seals = SealFlags::WRITE | SealFlags::GROW | SealFlags::SHRINK | SealFlags::SEAL;
        fcntl_add_seals(&file, seals).map_err(|fault| Error::File(fault.into()))?;
        Ok(Self(file))
    }

    /// Where the program that takes this process's place, and what it starts, can read it: as often as they like.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        PathBuf::from(format!("/proc/self/fd/{}", self.0.as_raw_fd()))
    }

    /// Leaves it open, for whatever takes the place of this process.
    pub fn pass_on(self) {
        let _ = self.0.into_raw_fd();
    }
}
