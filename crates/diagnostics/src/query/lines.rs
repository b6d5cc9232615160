//! Bytes as lines, however long they are: a line beyond the limit is passed over without being held.

use std::io::{self, BufRead};

/// Bytes of a line; those that the program writes are shorter.
pub(crate) const LONGEST: usize = 1 << 20;

/// What came next.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// A line, without its end, is in the buffer.
    Line,
    /// A line was too long.
    TooLong,
    /// The rest of the file has no end of a line; it is in the buffer, unless it was too long.
    Unfinished,
    /// There is no more.
    End,
}

/// Reads the next line into `line`, and says how many bytes it took.
pub(crate) fn next(from: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<(Next, u64)> {
    line.clear();
    let (mut taken, mut too_long) = (0, false);
    loop {
        let piece = match from.fill_buf() {
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => continue,
            read => read?,
        };
        if piece.is_empty() {
            let end = if taken == 0 { Next::End } else { Next::Unfinished };
            return Ok((end, taken));
        }
        let end = piece.iter().position(|byte| *byte == b'\n');
        let part = &piece[..end.unwrap_or(piece.len())];
        if line.len() + part.len() > LONGEST {
            too_long = true;
            line.clear();
        }
        if !too_long {
            line.extend_from_slice(part);
        }
        let length = part.len() + usize::from(end.is_some());
        from.consume(length);
        taken += length as u64;
        if end.is_some() {
            return Ok((if too_long { Next::TooLong } else { Next::Line }, taken));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_one_by_one_and_long_ones_are_passed_over() {
        let mut bytes = b"one\n\n".to_vec();
        bytes.extend(vec![b'x'; LONGEST + 1]);
        bytes.extend(b"\ntwo\nrest");
        let mut from = io::BufReader::with_capacity(7, &bytes[..]);
        let mut line = Vec::new();
        let mut all = Vec::new();
        loop {
            let (next, taken) = next(&mut from, &mut line).unwrap();
            if next == Next::End {
                break;
            }
            all.push((next, String::from_utf8(line.clone()).unwrap(), taken));
        }
        let of = |next, text: &str, taken| (next, text.to_owned(), taken);
        let long = LONGEST as u64 + 2;
        assert_eq!(
            all,
            [
                of(Next::Line, "one", 4),
                of(Next::Line, "", 1),
                of(Next::TooLong, "", long),
                of(Next::Line, "two", 4),
                of(Next::Unfinished, "rest", 4)
            ]
        );
    }
}
