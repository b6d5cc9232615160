//! Looks into zip, tar and gzip, where the operator asks for it.
//!
//! Nothing is unpacked to the disk. An archive is written by others, who may have packed terabytes into a few bytes, archives
//! into archives without end, or millions of empty names: each has its limit, and what lies beyond is said.

use std::cell::Cell;
use std::io::{self, Cursor, Read};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use flate2::read::MultiGzDecoder;
use source_tree::{SourceFile, shown_name};

use super::archive_limits::ArchiveLimits;
use super::place::Place;
use super::scanner::{Scanner, Scratch};
use super::seen::SecretsSeen;

/// Below so many bytes the ratio tells nothing.
const SMALL: u64 = 1 << 20;
/// How much of a file tells what it is.
const HEAD: usize = 512;
/// A zip of nothing has so many bytes.
const EMPTY_ZIP: usize = 22;
/// Anything may lie between what makes it an archive: only its list of files says that there is nothing.
const NO_FILES: &str = "it is an archive that lists no file, and what else is in it was not looked at";
const HINT: &str = "Unpack it and check the folder, or remove it from the repository";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Zip,
    Tar,
    Gzip,
}

/// What a file of the tree has unpacked to so far.
#[derive(Default)]
struct Meter {
    packed: Cell<u64>,
    unpacked: Cell<u64>,
    entries: Cell<u64>,
}

struct Looking<'a> {
    scanner: &'a Scanner,
    limits: ArchiveLimits,
    cancelled: &'a AtomicBool,
    meter: Meter,
}

/// Looks at a file, and at what is packed in it.
pub(crate) fn look(
    scanner: &Scanner,
    limits: ArchiveLimits,
    file: &SourceFile,
    cancelled: &AtomicBool,
    scratch: &mut Scratch,
    seen: &mut SecretsSeen,
) {
    let looking = Looking { scanner, limits, cancelled, meter: Meter::default() };
    let looked = file.open().and_then(|mut input| {
        let mut counted = Counted { inner: &mut *input, count: &looking.meter.packed };
        looking.at(&file.name, &mut counted, 0, scratch, seen)
    });
    if let Err(error) = looked {
        seen.unreadable(&file.name, &error.to_string());
    }
}

impl Looking<'_> {
    /// What cannot be read of an archive is said by its name; an error is the file's own.
    fn at(
        &self,
        name: &str,
        input: &mut dyn Read,
        depth: usize,
        scratch: &mut Scratch,
        seen: &mut SecretsSeen,
    ) -> io::Result<()> {
        let mut head = Vec::with_capacity(HEAD);
        input.take(HEAD as u64).read_to_end(&mut head)?;
        let form = form(&head);
        let mut whole = Cursor::new(&head).chain(input);
        let Some(form) = form else {
            let outcome = self.scanner.scan_input(Place::of(name, None), &mut whole, self.cancelled, scratch)?;
            seen.add(name, outcome, None);
            return Ok(());
        };
        if depth == self.limits.depth {
            seen.not_looked_at(Some(name), format!("it is an archive in {depth} others, and no more are opened"), HINT);
            return Ok(());
        }
        let looked = match form {
            Form::Gzip => {
                let inner = format!("{name}!{}", unzipped(name));
                self.at(
                    &inner,
                    &mut self.metered(MultiGzDecoder::new(&mut whole as &mut dyn Read)),
                    depth + 1,
                    scratch,
                    seen,
                )
            }
            Form::Tar => self.tar(name, &mut whole, depth, scratch, seen),
            Form::Zip => self.zip(name, &mut whole, depth, scratch, seen),
        };
        if let Err(error) = looked {
            seen.not_looked_at(Some(name), format!("it could not be unpacked to its end: {error}"), HINT);
        }
        Ok(())
    }

    fn tar(
        &self,
        name: &str,
        input: &mut dyn Read,
        depth: usize,
        scratch: &mut Scratch,
        seen: &mut SecretsSeen,
    ) -> io::Result<()> {
        let mut archive = tar::Archive::new(input);
        let mut files = 0_u64;
        for entry in archive.entries()? {
            let mut entry = entry?;
            self.count_entry()?;
            if !entry.header().entry_type().is_file() {
                continue;
            }
            files += 1;
            let inner = format!("{name}!{}", shown_name(&entry.path()?));
            self.at(&inner, &mut self.metered(&mut entry as &mut dyn Read), depth + 1, scratch, seen)?;
        }
        if files == 0 {
            seen.not_looked_at(Some(name), NO_FILES.to_owned(), HINT);
        }
        Ok(())
    }

    fn zip(
        &self,
        name: &str,
        input: &mut dyn Read,
        depth: usize,
        scratch: &mut Scratch,
        seen: &mut SecretsSeen,
    ) -> io::Result<()> {
        let most = self.limits.zip_bytes;
        let mut bytes = Vec::new();
        input.take(most + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > most {
            return Err(io::Error::other(format!("it has more than {} MiB", most >> 20)));
        }
        self.refuse_many_entries(&bytes)?;
        let size = bytes.len();
        let mut files = 0_u64;
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(io::Error::other)?;
        for number in 0..archive.len() {
            self.count_entry()?;
            let mut entry = match archive.by_index(number) {
                Ok(entry) => entry,
                Err(error) => {
                    seen.not_looked_at(
                        Some(name),
                        format!("file {} in it cannot be unpacked: {error}", number + 1),
                        HINT,
                    );
                    continue;
                }
            };
            if entry.is_file() {
                files += 1;
                let entry_name =
                    entry.name().map_or_else(|_| format!("file {}", number + 1), |name| name.clone().into_owned());
                let inner = format!("{name}!{}", shown_name(Path::new(&entry_name)));
                self.at(&inner, &mut self.metered(&mut entry as &mut dyn Read), depth + 1, scratch, seen)?;
            }
        }
        if files == 0 && size > EMPTY_ZIP {
            seen.not_looked_at(Some(name), NO_FILES.to_owned(), HINT);
        }
        Ok(())
    }

    /// The list of a zip's files is read as a whole, so its length is looked at before.
    fn refuse_many_entries(&self, bytes: &[u8]) -> io::Result<()> {
        let end = memchr::memmem::rfind(bytes, b"PK\x05\x06").and_then(|at| bytes.get(at + 10..at + 12));
        let count = end.map_or(0, |count| u64::from(u16::from_le_bytes([count[0], count[1]])));
        if count > self.limits.entries { Err(self.too_many()) } else { Ok(()) }
    }

    fn count_entry(&self) -> io::Result<()> {
        let entries = self.meter.entries.get() + 1;
        self.meter.entries.set(entries);
        if self.cancelled.load(Ordering::Relaxed) {
            return Err(io::Error::other("the check was cancelled"));
        }
        if entries > self.limits.entries { Err(self.too_many()) } else { Ok(()) }
    }

    fn too_many(&self) -> io::Error {
        io::Error::other(format!("it holds more than {} files", self.limits.entries))
    }

    fn metered<R: Read>(&self, inner: R) -> Metered<'_, R> {
        Metered { inner, meter: &self.meter, limits: self.limits }
    }
}

fn form(head: &[u8]) -> Option<Form> {
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        Some(Form::Zip)
    } else if head.starts_with(b"\x1f\x8b\x08") {
        Some(Form::Gzip)
    } else if head.get(257..262) == Some(b"ustar") {
        Some(Form::Tar)
    } else {
        None
    }
}

fn unzipped(name: &str) -> String {
    let last = name.rsplit(['/', '!']).next().unwrap_or(name);
    let plain = last.strip_suffix(".gz").or_else(|| last.strip_suffix(".tgz"));
    plain.unwrap_or("content").to_owned()
}

/// Counts what is read of the file itself.
struct Counted<'a> {
    inner: &'a mut dyn Read,
    count: &'a Cell<u64>,
}

impl Read for Counted<'_> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let got = self.inner.read(to)?;
        self.count.set(self.count.get() + got as u64);
        Ok(got)
    }
}

/// Ends what unpacks to more than it may.
struct Metered<'a, R> {
    inner: R,
    meter: &'a Meter,
    limits: ArchiveLimits,
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let got = self.inner.read(to)?;
        let unpacked = self.meter.unpacked.get() + got as u64;
        self.meter.unpacked.set(unpacked);
        if unpacked > self.limits.bytes {
            return Err(io::Error::other(format!("it unpacks to more than {} MiB", self.limits.bytes >> 20)));
        }
        if unpacked > SMALL && unpacked > self.meter.packed.get().saturating_mul(self.limits.ratio) {
            return Err(io::Error::other(format!("it unpacks to more than {} times its size", self.limits.ratio)));
        }
        Ok(got)
    }
}
