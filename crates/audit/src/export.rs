//! An export that an auditor can check far away: one JSON object a line, a header first, then an entry a line.
//!
//! The header holds what ties the entries to the log: the hashes of the tree before the first entry, the root after the last,
//! the newest signed checkpoint, and the proof that leads to it where it is later than the last entry. Reading is strict: a
//! line that would not be written again byte for byte is refused, and never more than a line is in memory.

use std::io::{self, BufRead, Read as _};

use merkle::{Frontier, HASH_BYTES, Hash, Note, Verifier};
use serde::{Deserialize, Serialize};

/// The longest line that is written or read.
pub const MAX_LINE_BYTES: usize = 1 << 20;

const FORMAT: &str = "smart-begin-audit-export";
const VERSION: u32 = 1;

/// Why an export cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ExportFault {
    /// The operating system says why.
    #[error("the export cannot be read: {0}")]
    Io(#[from] io::Error),
    /// A line is not as an export has it.
    #[error("line {line} of the export is not as it was written ({why})")]
    Line {
        /// The line, from 1.
        line: u64,
        /// What is wrong.
        why: &'static str,
    },
}

/// What stands before the entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The log.
    pub origin: String,
    /// The tree before the first entry; its size is that entry's number.
    pub before: Frontier,
    /// The number after the last entry.
    pub to: u64,
    /// The root of the tree of the entries before that number.
    pub root: Hash,
    /// The log's public keys, newest first, each with the size at which it was retired.
    pub keys: Vec<(Verifier, Option<u64>)>,
    /// The newest checkpoint.
    pub checkpoint: Option<Note>,
    /// Proves that the tree of the checkpoint continues that of these entries, where it is larger.
    pub consistency: Vec<Hash>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct HeaderForm {
    format: String,
    version: u32,
    origin: String,
    from: u64,
    to: u64,
    before: Vec<String>,
    root: String,
    keys: Vec<KeyForm>,
    checkpoint: Option<String>,
    consistency: Vec<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct KeyForm {
    key: String,
    retired_at: Option<u64>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct EntryForm<'a> {
    number: u64,
    leaf_hash: std::borrow::Cow<'a, str>,
    body: Option<std::borrow::Cow<'a, str>>,
}

impl Header {
    /// The header's line, with its newline.
    ///
    /// # Errors
    /// Never; an error is a fault of this program.
    pub fn line(&self) -> Result<String, serde_json::Error> {
        let texts = |hashes: &[Hash]| hashes.iter().map(Hash::to_string).collect();
        let form = HeaderForm {
            format: FORMAT.to_owned(),
            version: VERSION,
            origin: self.origin.clone(),
            from: self.before.size(),
            to: self.to,
            before: texts(&hashes_of(&self.before)),
            root: self.root.to_string(),
            keys: self.keys.iter().map(|(key, at)| KeyForm { key: key.to_string(), retired_at: *at }).collect(),
            checkpoint: self.checkpoint.as_ref().map(Note::to_string),
            consistency: texts(&self.consistency),
        };
        Ok(serde_json::to_string(&form)? + "\n")
    }

    fn parse(line: &str) -> Result<Self, &'static str> {
        let form: HeaderForm = serde_json::from_str(line).map_err(|_| "it is no header of an export")?;
        if (form.format.as_str(), form.version) != (FORMAT, VERSION) {
            return Err("it is of another format or version");
        }
        let hashes = |texts: &[String]| texts.iter().map(|text| text.parse()).collect::<Result<Vec<Hash>, _>>();
        let before = hashes(&form.before).map_err(|_| "a hash before the first entry is none")?;
        let key = |form: &KeyForm| Ok((form.key.parse()?, form.retired_at));
        let keys: Result<_, merkle::Error> = form.keys.iter().map(key).collect();
        let checkpoint = form.checkpoint.as_ref().map(|note| Note::parse(note.as_bytes())).transpose();
        let header = Self {
            before: frontier(form.from, &before).ok_or("the hashes before the first entry do not fit its number")?,
            to: form.to,
            root: form.root.parse().map_err(|_| "its root is no hash")?,
            keys: keys.map_err(|_| "a key in it is none")?,
            checkpoint: checkpoint.map_err(|_| "its checkpoint is no signed note")?,
            consistency: hashes(&form.consistency).map_err(|_| "a hash of its proof is none")?,
            origin: form.origin,
        };
        if header.line().is_ok_and(|written| written.trim_end() == line) { Ok(header) } else { Err(NOT_CANONICAL) }
    }
}

const NOT_CANONICAL: &str = "it says the same in other characters";

/// The line of an entry, with its newline.
///
/// # Errors
/// Never; an error is a fault of this program.
pub fn entry_line(number: u64, leaf: &Hash, body: Option<&str>) -> Result<String, serde_json::Error> {
    let form = EntryForm { number, leaf_hash: leaf.to_string().into(), body: body.map(Into::into) };
    Ok(serde_json::to_string(&form)? + "\n")
}

/// An entry as an export has it, with nothing in it believed yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportLine {
    /// Its number.
    pub number: u64,
    /// The hash of its leaf.
    pub leaf: Hash,
    /// Its text; none where retention dropped it.
    pub body: Option<String>,
}

impl ExportLine {
    fn parse(line: &str) -> Result<Self, &'static str> {
        let form: EntryForm<'_> = serde_json::from_str(line).map_err(|_| "it is no entry of an export")?;
        let leaf: Hash = form.leaf_hash.parse().map_err(|_| "its hash is none")?;
        let entry = Self { number: form.number, leaf, body: form.body.map(Into::into) };
        let written = entry_line(entry.number, &leaf, entry.body.as_deref());
        if written.is_ok_and(|written| written.trim_end() == line) { Ok(entry) } else { Err(NOT_CANONICAL) }
    }
}

/// Reads an export line by line.
#[derive(Debug)]
pub struct ExportReader<R> {
    source: R,
    line: u64,
    buffer: Vec<u8>,
}

impl<R: BufRead> ExportReader<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// [`ExportFault`].
    pub fn open(source: R) -> Result<(Header, Self), ExportFault> {
        let mut reader = Self { source, line: 0, buffer: Vec::new() };
        let header = reader.parse_line(Header::parse)?.ok_or(ExportFault::Line { line: 1, why: "it is empty" })?;
        Ok((header, reader))
    }

    /// The next entry; none at the end.
    ///
    /// # Errors
    /// [`ExportFault`]. The next line can be read all the same, unless the operating system refuses.
    pub fn entry(&mut self) -> Result<Option<ExportLine>, ExportFault> {
        self.parse_line(ExportLine::parse)
    }

    /// The number of the line that was read last, from 1.
    #[must_use]
    pub fn line(&self) -> u64 {
        self.line
    }

    fn parse_line<T>(&mut self, parse: impl FnOnce(&str) -> Result<T, &'static str>) -> Result<Option<T>, ExportFault> {
        self.buffer.clear();
        let most = MAX_LINE_BYTES as u64 + 1;
        if self.source.by_ref().take(most).read_until(b'\n', &mut self.buffer)? == 0 {
            return Ok(None);
        }
        self.line += 1;
        let wrong = |why| ExportFault::Line { line: self.line, why };
        let text = self.buffer.strip_suffix(b"\n").ok_or_else(|| wrong("it is cut off, or longer than 1 MiB"))?;
        let text = std::str::from_utf8(text).map_err(|_| wrong("it is not UTF-8"))?;
        parse(text).map(Some).map_err(wrong)
    }
}

fn hashes_of(frontier: &Frontier) -> Vec<Hash> {
    let bytes = frontier.to_bytes();
    let hashes = bytes.get(size_of::<u64>()..).unwrap_or_default();
    hashes.as_chunks::<HASH_BYTES>().0.iter().copied().map(Hash::from).collect()
}

fn frontier(size: u64, hashes: &[Hash]) -> Option<Frontier> {
    let hashes = hashes.iter().flat_map(|hash| hash.as_bytes());
    Frontier::from_bytes(&size.to_be_bytes().iter().chain(hashes).copied().collect::<Vec<_>>()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_back_and_other_spellings_are_not() {
        let leaf = merkle::leaf_hash(b"{}");
        let line = entry_line(7, &leaf, Some("{\"a\":\"\u{e9}\\n\"}")).unwrap();
        let entry = ExportLine::parse(line.trim_end()).unwrap();
        assert_eq!((entry.number, entry.body.as_deref()), (7, Some("{\"a\":\"\u{e9}\\n\"}")));
        for (from, to) in
            [(":7,", ": 7,"), (":7,", ":07,"), ("\u{e9}", "\\u00e9"), ("{\"number", " {\"number"), ("}\n", "} \n")]
        {
            let other = line.replacen(from, to, 1);
            assert!(other != line && ExportLine::parse(other.trim_end_matches('\n')).is_err(), "{other}");
        }
        assert!(ExportLine::parse(&line.trim_end().replace("\"body\"", "\"more\":1,\"body\"")).is_err());
        assert_eq!(ExportLine::parse(entry_line(0, &leaf, None).unwrap().trim_end()).unwrap().body, None);
    }

    #[test]
    fn a_line_is_never_longer_than_the_limit() {
        let endless = io::Cursor::new(vec![b'x'; 3 * MAX_LINE_BYTES]);
        let fault = ExportReader::open(endless).unwrap_err();
        assert!(fault.to_string().contains("longer than 1 MiB"), "{fault}");
        assert!(ExportReader::open(io::Cursor::new(b"")).is_err());
    }
}
