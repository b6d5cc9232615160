//! What the texts of proofs share: lines, one hash each, then an empty line, then a signed checkpoint.

use crate::hash::Hash;

/// The most hashes in a text, as in [tlog-witness](https://c2sp.org/tlog-witness#add-checkpoint).
const MAX_HASHES: usize = 63;

/// The lines before the first empty one, and the note after it.
pub(crate) fn head_and_note(bytes: &[u8], max: usize) -> Result<(&str, &[u8]), &'static str> {
    if bytes.len() > max {
        return Err("it is too long");
    }
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8")?;
    let (head, note) = text.split_once("\n\n").ok_or("no empty line stands before the checkpoint")?;
    Ok((head, note.as_bytes()))
}

/// One hash a line.
pub(crate) fn hashes<'a>(lines: impl Iterator<Item = &'a str>) -> Result<Vec<Hash>, &'static str> {
    let read = |line: &str| line.parse().map_err(|_| "a line is not the base64 of a hash");
    let hashes: Vec<Hash> = lines.take(MAX_HASHES + 1).map(read).collect::<Result<_, _>>()?;
    if hashes.len() > MAX_HASHES { Err("it has more than 63 hashes") } else { Ok(hashes) }
}
