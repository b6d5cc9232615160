//! How many checks run at once: each uses all processors, and a client could ask for any number.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::error::{Error, ErrorKind};

/// Checks at once in one process.
const MOST: usize = 4;

/// A check that runs.
pub(crate) struct Turn<'a>(&'a AtomicUsize);

impl<'a> Turn<'a> {
    /// Takes a turn, where there is one.
    ///
    /// # Errors
    /// As many as may are running.
    pub(crate) fn take(running: &'a AtomicUsize) -> Result<Self, Error> {
        if running.fetch_add(1, Ordering::AcqRel) < MOST {
            return Ok(Self(running));
        }
        drop(Self(running));
        let message = format!("{MOST} checks are running here already.");
        Err(Error::new(ErrorKind::Unavailable, message, "Try again when one of them has ended."))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_so_many_turns_and_each_comes_back() {
        let running = AtomicUsize::new(0);
        let taken: Vec<Turn<'_>> = (0..MOST).map(|_| Turn::take(&running).unwrap()).collect();
        for _ in 0..3 {
            assert_eq!(Turn::take(&running).err().unwrap().kind, ErrorKind::Unavailable);
        }
        drop(taken);
        assert_eq!(running.load(Ordering::Acquire), 0);
        assert!(Turn::take(&running).is_ok());
    }
}
