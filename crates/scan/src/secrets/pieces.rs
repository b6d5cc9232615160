//! Cuts a file of any size into pieces that overlap, so that memory stays bounded and nothing falls between two pieces.

use std::io::{self, Read};

use super::compiled::Compiled;

/// How much of a file is new in each piece.
const STEP: usize = 1 << 20;
const REACH: usize = Compiled::REACH;
/// How many bytes tell whether a file is text.
const ENOUGH: usize = 8 << 10;

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

/// The memory of one worker, kept from file to file: clearing it for each would take longer than reading most files.
#[derive(Default)]
pub(crate) struct Buffer {
    room: Vec<u8>,
    filled: usize,
}

impl Buffer {
    fn text(&self) -> &[u8] {
        &self.room[..self.filled]
    }

    /// Room for at least one byte more, and for no more than `wanted` in all.
    fn spare(&mut self, wanted: usize) -> &mut [u8] {
        if self.room.len() <= self.filled {
            let more = (self.room.len() * 2).clamp(64 << 10, wanted.max(self.filled + 1));
            self.room.resize(more, 0);
        }
        let end = self.room.len().min(wanted.max(self.filled + 1));
        &mut self.room[self.filled..end]
    }

    /// Puts text in the place of what was read from `start` on, where that is no UTF-8.
    fn decode(&mut self, form: Option<Form>, start: usize, odd: &mut Vec<u8>) {
        let Some(Form::Utf16 { little }) = form else { return };
        let mut text = Vec::with_capacity((self.filled - start) * 2);
        from_utf16(&self.room[start..self.filled], little, odd, &mut text);
        self.filled = start + text.len();
        if self.room.len() < self.filled {
            self.room.resize(self.filled, 0);
        }
        self.room[start..self.filled].copy_from_slice(&text);
    }

    fn forget(&mut self, count: usize) {
        self.room.copy_within(count..self.filled, 0);
        self.filled -= count;
    }
}

/// How a file's bytes are text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Utf8,
    Utf16 { little: bool },
    Binary,
}

/// What is done with each piece; it answers whether to go on.
pub(crate) type Take<'a> = dyn FnMut(Piece<'_>) -> bool + 'a;

/// Where the next piece of a file begins.
#[derive(Default)]
struct Progress {
    from: usize,
    lines_before: usize,
    columns_before: usize,
}

impl Progress {
    fn piece<'a>(&self, text: &'a [u8], to: usize, binary: bool) -> Piece<'a> {
        let Self { from, lines_before, columns_before } = *self;
        Piece { text, from, to, lines_before, columns_before, binary }
    }

    /// Goes on from `to`; answers how much of `text` no piece will see again.
    fn pass(&mut self, text: &[u8], to: usize) -> usize {
        let gone = to.saturating_sub(REACH);
        let newlines = memchr::memchr_iter(b'\n', &text[..gone]).count();
        self.lines_before += newlines;
        let last_line = memchr::memrchr(b'\n', &text[..gone]).map_or(0, |newline| newline + 1);
        let characters = characters(&text[last_line..gone]);
        self.columns_before = if newlines == 0 { self.columns_before + characters } else { characters };
        self.from = to - gone;
        gone
    }
}

/// Calls `take` with each piece of `input` until it answers false; answers how many bytes were read.
pub(crate) fn each(input: &mut dyn Read, buffer: &mut Buffer, take: &mut Take<'_>) -> io::Result<u64> {
    buffer.filled = 0;
    let (mut form, mut odd, mut total, mut progress) = (None, Vec::new(), 0, Progress::default());
    loop {
        let (read, ended) = fill(input, buffer, &mut form, &mut odd)?;
        total += read;
        let text = buffer.text();
        let to = if ended { text.len() } else { text.len() - REACH };
        if !take(progress.piece(text, to, form == Some(Form::Binary))) || ended {
            return Ok(total);
        }
        let gone = progress.pass(text, to);
        buffer.forget(gone);
    }
}

/// The same for bytes that are in memory, which are not copied.
pub(crate) fn each_of(bytes: &[u8], buffer: &mut Buffer, take: &mut Take<'_>) -> io::Result<u64> {
    let form = recognise(bytes);
    if let Form::Utf16 { .. } = form {
        let mut reader = bytes;
        return each(&mut reader, buffer, take);
    }
    let (mut rest, mut progress) = (bytes, Progress::default());
    loop {
        let ended = rest.len() <= 2 * REACH + STEP;
        let text = if ended { rest } else { &rest[..2 * REACH + STEP] };
        let to = if ended { text.len() } else { text.len() - REACH };
        if !take(progress.piece(text, to, form == Form::Binary)) || ended {
            return Ok((bytes.len() - rest.len() + text.len()) as u64);
        }
        rest = &rest[progress.pass(text, to)..];
    }
}

/// How many characters a text has; bytes that are no text count each.
pub(crate) fn characters(text: &[u8]) -> usize {
    text.iter().filter(|byte| (**byte & 0xc0) != 0x80).count()
}

fn fill(
    input: &mut dyn Read,
    buffer: &mut Buffer,
    form: &mut Option<Form>,
    odd: &mut Vec<u8>,
) -> io::Result<(u64, bool)> {
    let wanted = buffer.filled.max(REACH) + STEP;
    let mut read = 0;
    while buffer.filled < wanted {
        let spare = buffer.spare(wanted);
        let got = match input.read(spare) {
            Ok(got) => got,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        read += got as u64;
        let start = buffer.filled;
        buffer.filled += got;
        if form.is_none() && (buffer.filled >= ENOUGH || got == 0) {
            *form = Some(recognise(buffer.text()));
            buffer.decode(*form, 0, odd);
        } else {
            buffer.decode(*form, start, odd);
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
        _ if memchr::memchr(0, &start[..start.len().min(ENOUGH)]).is_some() => Form::Binary,
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

    /// All that is new in the pieces, which is the whole text once.
    fn joined(cut: &dyn Fn(&mut Take<'_>) -> io::Result<u64>) -> Vec<(Vec<u8>, usize, usize)> {
        let mut all = Vec::new();
        cut(&mut |piece| {
            all.push((piece.text[piece.from..piece.to].to_vec(), piece.lines_before, piece.columns_before));
            true
        })
        .unwrap();
        all
    }

    #[test]
    fn bytes_in_memory_are_cut_so_that_nothing_is_lost_or_met_twice() {
        for size in [0, 1, REACH, STEP, STEP + 2 * REACH, STEP + 2 * REACH + 1, 3 * STEP + 5] {
            let text: Vec<u8> = (0..size).map(|at| if at % 91 == 0 { b'\n' } else { b'a' + (at % 26) as u8 }).collect();
            let here = joined(&|take| each_of(&text, &mut Buffer::default(), take));
            let read = joined(&|take| each(&mut &text[..], &mut Buffer::default(), take));
            for all in [here, read] {
                assert!(all.iter().flat_map(|(part, ..)| part).eq(text.iter()), "{size}");
            }
        }
    }

    #[test]
    fn what_a_file_left_in_the_memory_is_not_met_in_the_next() {
        let mut buffer = Buffer::default();
        for text in [&[b'x'; 200_000][..], b"\xff\xfea\0b\0", b"short", b""] {
            let mut met = Vec::new();
            each(&mut &text[..], &mut buffer, &mut |piece| {
                met = piece.text.to_vec();
                true
            })
            .unwrap();
            assert_eq!(met, if text.starts_with(b"\xff") { b"ab" } else { text });
        }
    }

    #[test]
    fn a_reader_that_gives_one_byte_at_a_time_is_the_same_file() {
        struct Slow<'a>(&'a [u8]);
        impl Read for Slow<'_> {
            fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
                let one = to.len().min(1);
                self.0.read(&mut to[..one])
            }
        }
        for (bytes, expected) in [(&b"\xfe\xff\0a\0b"[..], &b"ab"[..]), (b"plain", b"plain"), (b"\xff", b"\xff")] {
            let mut met = Vec::new();
            each(&mut Slow(bytes), &mut Buffer::default(), &mut |piece| {
                met = piece.text.to_vec();
                true
            })
            .unwrap();
            assert_eq!(met, expected);
        }
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
