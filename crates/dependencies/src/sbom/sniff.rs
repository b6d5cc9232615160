//! Whether a file is a bill of materials, by what stands in it.

use std::io::Read;

use memchr::memmem;
use source_tree::SourceFile;

use crate::sources::MOST_BYTES;

/// What a file seems to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    CycloneDx,
    CycloneDxXml,
    Spdx,
    SpdxTags,
    Spdx3,
}

/// How much is looked at at once.
const CHUNK: usize = 64 << 10;
/// More than any of the marks is long, with the space that may stand within.
const OVERLAP: usize = 128;

/// What a file seems to be; none where it is no bill of materials. Files of other endings are not opened.
pub(crate) fn kind(file: &SourceFile) -> Option<Kind> {
    let (_, ending) = file.base_name().rsplit_once('.')?;
    let ending = ending.to_ascii_lowercase();
    if !matches!(ending.as_str(), "json" | "xml" | "spdx" | "cdx" | "bom" | "sbom") {
        return None;
    }
    let mut reader = file.open().ok()?.take(MOST_BYTES);
    let mut seen = Vec::with_capacity(CHUNK + OVERLAP);
    fill(&mut reader, &mut seen)?;
    match seen.iter().find(|byte| !byte.is_ascii_whitespace() && !matches!(byte, 0xef | 0xbb | 0xbf))? {
        b'<' => memmem::find(&seen, b"cyclonedx.org/schema/bom").map(|_| Kind::CycloneDxXml),
        b'{' => loop {
            if let Some(kind) = json(&seen) {
                return Some(kind);
            }
            let kept = seen.len().saturating_sub(OVERLAP);
            seen.drain(..kept);
            fill(&mut reader, &mut seen)?;
        },
        _ => memmem::find(&seen, b"SPDXVersion: SPDX-").map(|_| Kind::SpdxTags),
    }
}

/// Reads on; none at the end.
fn fill(reader: &mut impl Read, seen: &mut Vec<u8>) -> Option<()> {
    let read = reader.take(CHUNK as u64).read_to_end(seen).ok()?;
    (read > 0).then_some(())
}

fn json(text: &[u8]) -> Option<Kind> {
    if text.len() < 16 {
        return None;
    }
    if memmem::find(text, b"spdx.org/rdf/3.").is_some() && memmem::find(text, b"\"@context\"").is_some() {
        return Some(Kind::Spdx3);
    }
    [(&b"\"bomFormat\""[..], &b"\"CycloneDX\""[..], Kind::CycloneDx), (b"\"spdxVersion\"", b"\"SPDX-", Kind::Spdx)]
        .into_iter()
        .find(|(key, value, _)| memmem::find_iter(text, key).any(|at| is_value(&text[at + key.len()..], value)))
        .map(|(.., kind)| kind)
}

/// Whether what follows a key is this value.
fn is_value(rest: &[u8], value: &[u8]) -> bool {
    let rest = rest.trim_ascii_start();
    rest.strip_prefix(b":").is_some_and(|rest| rest.trim_ascii_start().starts_with(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides_and_not_the_name() {
        let kind = |name: &str, text: &str| kind(&SourceFile::in_memory(name, text.as_bytes().to_vec()));
        assert_eq!(kind("x.json", "{\"bomFormat\" : \"CycloneDX\"}"), Some(Kind::CycloneDx));
        assert_eq!(
            kind("x.json", &format!("{{\"a\":\"{}\",\"spdxVersion\":\"SPDX-2.3\"}}", "y".repeat(200_000))),
            Some(Kind::Spdx)
        );
        for filler in (CHUNK - 40)..(CHUNK + 40) {
            let text = format!("{{\"a\":\"{}\",\"bomFormat\":\"CycloneDX\"}}", "y".repeat(filler));
            assert_eq!(kind("x.json", &text), Some(Kind::CycloneDx), "{filler}");
        }
        assert_eq!(kind("x.json", "{\"properties\":{\"bomFormat\":{\"type\":\"string\"}}}"), None);
        assert_eq!(
            kind("x.xml", "<?xml version=\"1.0\"?><bom xmlns=\"http://cyclonedx.org/schema/bom/1.4\"/>"),
            Some(Kind::CycloneDxXml)
        );
        assert_eq!(kind("x.spdx", "SPDXVersion: SPDX-2.3\n"), Some(Kind::SpdxTags));
        assert_eq!(kind("x.txt", "{\"bomFormat\":\"CycloneDX\"}"), None);
        assert_eq!(kind("x.json", ""), None);
    }
}
