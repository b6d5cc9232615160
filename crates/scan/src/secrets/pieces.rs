//! Cuts a file of any size into pieces that overlap, so that memory stays bounded and nothing falls between two pieces.

use std::io::{self, Read};

use super::compiled::Compiled;

/// How much of a file is new in each piece.
const STEP: usize = 1 << 20;
const REACH: usize = Compiled::REACH;

/// A piece of a file.
pub(crate) struct Piece<'a> {
    /// The text, with what reaches in from before and what may belong to it from after.
    pub(crate) text: &'a [u8],
    /// Where in `text` the findings of this piece begin; those before were found with the piece before.
    pub(crate) from: usize,
    /// Where they end; those after will be found with the next.
    pub(crate) to: usize,
    /// The lines before `text`.
    pub(crate) lines_before: usize,
    /// The characters before `text` on its first line.
    pub(crate) columns_before: usize,
    /// Whether these are bytes and no text.
    pub(crate) binary: bool,
}

/// The memory of one worker, kept from file to file.
#[derive(Default)]
pub(crate) struct Buffer {
    bytes: Vec<u8>,
}

/// How a file's bytes are text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Utf8,
    Utf16 { little: bool },
    Binary,
}

/// Calls `take` with each piece of `input` until it answers false; answers how many bytes were read.
pub(crate) fn each(
    input: &mut dyn Read,
    buffer: &mut Buffer,
    take: &mut dyn FnMut(Piece<'_>) -> bool,
) -> io::Result<u64> {
    let bytes = &mut buffer.bytes;
    bytes.clear();
    let mut form = None;
    let mut odd = Vec::new();
    let (mut total, mut from, mut lines_before, mut columns_before) = (0, 0, 0, 0);
    loop {
        let (read, ended) = fill(input, bytes, &mut form, &mut odd)?;
        total += read;
        let to = if ended { bytes.len() } else { bytes.len() - REACH };
        let binary = form == Some(Form::Binary);
        let piece = Piece { text: bytes, from, to, lines_before, columns_before, binary };
        if !take(piece) || ended {
            return Ok(total);
        }
        let gone = to.saturating_sub(REACH);
        let newlines = memchr::memchr_iter(b'\n', &bytes[..gone]).count();
        lines_before += newlines;
        let last_line = memchr::memrchr(b'\n', &bytes[..gone]).map_or(0, |newline| newline + 1);
        let characters = characters(&bytes[last_line..gone]);
        columns_before = if newlines == 0 { columns_before + characters } else { characters };
        from = to - gone;
        bytes.drain(..gone);
    }
}

/// How many characters a text has; bytes that are no text count each.
pub(crate) fn characters(text: &[u8]) -> usize {
    text.iter().filter(|byte| (**byte & 0xc0) != 0x80).count()
}

fn fill(
    input: &mut dyn Read,
    bytes: &mut Vec<u8>,
    form: &mut Option<Form>,
    odd: &mut Vec<u8>,
) -> io::Result<(u64, bool)> {
    let wanted = bytes.len().max(REACH) + STEP;
    let mut read = 0;
    while bytes.len() < wanted {
        let start = bytes.len();
        bytes.resize(wanted, 0);
        let got = match input.read(&mut bytes[start..]) {
            Ok(got) => got,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                bytes.truncate(start);
                continue;
            }
            Err(error) => return Err(error),
        };
        bytes.truncate(start + got);
        read += got as u64;
        let form = *form.get_or_insert_with(|| recognise(&bytes[start..]));
        if let Form::Utf16 { little } = form {
            let fresh = bytes.split_off(start);
            from_utf16(&fresh, little, odd, bytes);
        }
        if got == 0 {
            return Ok((read, true));
        }
    }
    Ok((read, false))
}

fn recognise(start: &[u8]) -> Form {
    match start {
        [0xff, 0xfe, ..] => Form::Utf16 { little: true },
        [0xfe, 0xff, ..] => Form::Utf16 { little: false },
        _ if memchr::memchr(0, &start[..start.len().min(8192)]).is_some() => Form::Binary,
        _ => Form::Utf8,
    }
}

/// Text of Windows programs. `odd` keeps the bytes of a character that is cut in two.
fn from_utf16(fresh: &[u8], little: bool, odd: &mut Vec<u8>, out: &mut Vec<u8>) {
    odd.extend_from_slice(fresh);
    let unit = |pair: &[u8]| {
        if little { u16::from_le_bytes([pair[0], pair[1]]) } else { u16::from_be_bytes([pair[0], pair[1]]) }
    };
    let mut whole = odd.len() & !1;
    if whole >= 2 && (0xd800..0xdc00).contains(&unit(&odd[whole - 2..whole])) {
        whole -= 2;
    }
    let units = odd[..whole].chunks_exact(2).map(unit);
    for character in char::decode_utf16(units) {
        let character = character.unwrap_or(char::REPLACEMENT_CHARACTER);
        if character != '\u{feff}' {
            out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
    odd.drain(..whole);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(input: &[u8]) -> Vec<(usize, usize)> {
        let mut seen = Vec::new();
        let mut reader = input;
        let read = each(&mut reader, &mut Buffer::default(), &mut |piece| {
            for at in memchr::memmem::find_iter(piece.text, b"HERE") {
                if at < piece.from || at >= piece.to {
                    continue;
                }
                let line = piece.lines_before + memchr::memchr_iter(b'\n', &piece.text[..at]).count() + 1;
                let start = memchr::memrchr(b'\n', &piece.text[..at]);
                let before = characters(&piece.text[start.map_or(0, |newline| newline + 1)..at]);
                seen.push((line, before + 1 + if start.is_none() { piece.columns_before } else { 0 }));
            }
            assert!(piece.text.len() <= STEP + 4 * REACH + 16);
            true
        });
        assert_eq!(read.unwrap(), input.len() as u64);
        seen
    }

    #[test]
    fn places_are_right_in_every_piece() {
        let mut long = vec![b'x'; 5 * STEP];
        for at in [10, STEP - 2, STEP + REACH, 3 * STEP + 7] {
            long[at..at + 4].copy_from_slice(b"HERE");
        }
        long[2 * STEP] = b'\n';
        let expected = [(1, 11), (1, STEP - 1), (1, STEP + REACH + 1), (2, STEP + 7)];
        assert_eq!(lines(&long), expected);
    }

    #[test]
    fn text_of_windows_is_read() {
        let mut bytes = vec![0xff, 0xfe];
        bytes.extend("é\n😀 HERE".encode_utf16().flat_map(u16::to_le_bytes));
        let mut text = Vec::new();
        let mut reader = &bytes[..];
        each(&mut reader, &mut Buffer::default(), &mut |piece| {
            assert!(!piece.binary);
            text = piece.text.to_vec();
            true
        })
        .unwrap();
        assert_eq!(text, "é\n😀 HERE".as_bytes());
    }
}
