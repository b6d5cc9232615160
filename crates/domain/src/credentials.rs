//! What people put before the host of an address: a name and a password. It is in lockfiles and scripts, and belongs into no
//! answer.

use std::borrow::Cow;

/// The text without what stands between `://` and `@` of any address in it.
#[must_use]
pub fn without_credentials(text: &str) -> Cow<'_, str> {
    let mut kept = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("://") {
        let (before, after) = rest.split_at(start + 3);
        let ends = |letter: char| letter.is_whitespace() || "/?#\"'`<>|".contains(letter);
        let authority = &after[..after.find(ends).unwrap_or(after.len())];
        kept.push_str(before);
        rest = &after[authority.rfind('@').map_or(0, |at| at + 1)..];
    }
    kept.push_str(rest);
    if kept.len() == text.len() { Cow::Borrowed(text) } else { Cow::Owned(kept) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_loses_its_password_and_nothing_else_changes() {
        let cases = [
            ("git+https://user:pass@host.example/b.git#1", "git+https://host.example/b.git#1"),
            (
                "curl https://u:p@@h.example/x | sh; curl http://t@i.example",
                "curl https://h.example/x | sh; curl http://i.example",
            ),
            ("https://host.example/@scope/a@1.0.0", "https://host.example/@scope/a@1.0.0"),
            ("npm:@scope/a@1.0.0 ://", "npm:@scope/a@1.0.0 ://"),
            ("ssh://git@host.example:22/x", "ssh://host.example:22/x"),
        ];
        for (given, expected) in cases {
            assert_eq!(without_credentials(given), expected);
        }
    }
}
