//! Reads a key from a file, when the file can be trusted.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use data_encoding::{BASE64, HEXLOWER_PERMISSIVE};
use secrecy::{ExposeSecretMut as _, SecretBox};
use zeroize::Zeroizing;

use crate::aead::KEY_BYTES;
use crate::key_file_fault::KeyFileFault;

/// Hexadecimal is the longest form; then the end of a line.
const MAX_FILE_BYTES: usize = 2 * KEY_BYTES + 2;

/// Who else may be able to read the file, by its mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    /// Nobody.
    OwnerAlone,
    /// systemd lets the service read its credentials by an access list, and then the mode shows the list's bound where
    /// else the group's rights are. The folder shuts everybody else out.
    Systemd,
}

/// The key in the file at `path`.
pub(crate) fn read(path: &Path, trust: Trust) -> Result<SecretBox<[u8; KEY_BYTES]>, KeyFileFault> {
    let file = open(path)?;
    check(&file, trust)?;
    // One more than fits, to see what does not.
    let mut content = Zeroizing::new([0_u8; MAX_FILE_BYTES + 1]);
    let length = fill(file, &mut *content).map_err(KeyFileFault::Unreadable)?;
    decode(content.get(..length).unwrap_or_default())
}

#[cfg(unix)]
fn open(path: &Path) -> Result<File, KeyFileFault> {
    use std::os::unix::fs::OpenOptionsExt as _;

    use rustix::fs::OFlags;

    // Without NONBLOCK a pipe in place of the file would hold us up for ever.
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let file = File::options().read(true).custom_flags(flags.bits().cast_signed()).open(path);
    file.map_err(|error| match rustix::io::Errno::from_io_error(&error) {
        Some(rustix::io::Errno::LOOP) => KeyFileFault::Link,
        _ => KeyFileFault::Unreadable(error),
    })
}

#[cfg(unix)]
fn check(file: &File, trust: Trust) -> Result<(), KeyFileFault> {
    use std::os::unix::fs::MetadataExt as _;

    // Of the open file, so that nobody can put another in its place after the check.
    let found = file.metadata().map_err(KeyFileFault::Unreadable)?;
    let mode = found.mode() & 0o777;
    let shut = match trust {
        Trust::OwnerAlone => 0o077,
        Trust::Systemd => 0o037,
    };
    if !found.is_file() {
        Err(KeyFileFault::NotAFile)
    } else if mode & shut != 0 {
        Err(KeyFileFault::Mode(mode))
    } else if found.uid() != 0 && found.uid() != rustix::process::geteuid().as_raw() {
        Err(KeyFileFault::Owner)
    } else {
        Ok(())
    }
}

#[cfg(not(unix))]
fn open(path: &Path) -> Result<File, KeyFileFault> {
    let found = std::fs::symlink_metadata(path).map_err(KeyFileFault::Unreadable)?;
    if found.is_symlink() {
        return Err(KeyFileFault::Link);
    }
    File::open(path).map_err(KeyFileFault::Unreadable)
}

#[cfg(not(unix))]
fn check(file: &File, _: Trust) -> Result<(), KeyFileFault> {
    let found = file.metadata().map_err(KeyFileFault::Unreadable)?;
    if found.is_file() { Ok(()) } else { Err(KeyFileFault::NotAFile) }
}

fn fill(mut file: File, content: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    loop {
        match file.read(content.get_mut(length..).unwrap_or_default()) {
            Ok(0) => return Ok(length),
            Ok(more) => length += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Exactly 32 bytes are the key itself; else it is text.
fn decode(content: &[u8]) -> Result<SecretBox<[u8; KEY_BYTES]>, KeyFileFault> {
    let mut key = SecretBox::<[u8; KEY_BYTES]>::default();
    let place = key.expose_secret_mut();
    if content.len() == KEY_BYTES {
        // 32 characters of a password, or half a key in hexadecimal. Of random bytes one in 10^13 looks so.
        if content.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ') {
            return Err(KeyFileFault::NotRandom);
        }
        place.copy_from_slice(content);
    } else {
        let text = content.strip_suffix(b"\n").unwrap_or(content);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        let encoding = if text.len() == 2 * KEY_BYTES { HEXLOWER_PERMISSIVE } else { BASE64 };
        // The room that base64 asks for counts its padding.
        let mut room = Zeroizing::new([0_u8; KEY_BYTES + 3]);
        let length = encoding.decode_len(text.len()).ok().filter(|length| *length <= room.len());
        let length = length.and_then(|length| encoding.decode_mut(text, room.get_mut(..length)?).ok());
        let decoded = room.get(..KEY_BYTES).filter(|_| length == Some(KEY_BYTES));
        place.copy_from_slice(decoded.ok_or(KeyFileFault::NotAKey)?);
    }
    match place.windows(2).all(|pair| pair.first() == pair.last()) {
        true => Err(KeyFileFault::NotRandom),
        false => Ok(key),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use secrecy::ExposeSecret as _;

    use super::*;

    proptest! {
        #[test]
        fn a_key_reads_back_from_each_of_its_forms(key in any::<[u8; KEY_BYTES]>()) {
            let (hex, base64) = (HEXLOWER_PERMISSIVE.encode(&key), BASE64.encode(&key));
            let texts = [&hex, &hex.to_uppercase(), &base64].map(|text| [text.clone(), format!("{text}\n"), format!("{text}\r\n")]);
            let texts = texts.iter().flatten().map(String::as_bytes);
            for content in texts.chain([&key[..]]) {
                let read = decode(content).unwrap();
                prop_assert_eq!(read.expose_secret(), &key);
            }
        }

        #[test]
        fn whatever_a_file_holds_there_is_no_panic(content in proptest::collection::vec(any::<u8>(), 0..MAX_FILE_BYTES + 1)) {
            let key = decode(&content);
            prop_assert!(key.is_err() || [32, 44, 45, 46, 64, 65, 66].contains(&content.len()));
        }
    }

    #[test]
    fn what_nobody_drew_at_random_is_refused() {
        for content in [[0; 32], [255; 32], *b"correct horse battery staple 123", *b"0123456789abcdef0123456789abcdef"]
        {
            assert!(matches!(decode(&content), Err(KeyFileFault::NotRandom)), "{content:?}");
        }
        assert!(matches!(decode("00".repeat(32).as_bytes()), Err(KeyFileFault::NotRandom)));
    }

    #[test]
    fn what_is_nearly_a_key_is_none() {
        let good = BASE64.encode(&[7; 31].iter().copied().chain([9]).collect::<Vec<_>>());
        assert!(decode(good.as_bytes()).is_ok());
        // The last but one digit has two bits that mean nothing; only zeros are taken for them.
        let sloppy = good.replace("CQk=", "CQl=");
        let other =
            ["", "\n", &good[..43], &format!("{good}\n\n"), &format!(" {good}"), &"ab".repeat(31), &"ag".repeat(32)];
        for text in other.into_iter().chain((sloppy != good).then_some(sloppy.as_str())) {
            assert!(matches!(decode(text.as_bytes()), Err(KeyFileFault::NotAKey)), "{text:?}");
        }
    }
}
