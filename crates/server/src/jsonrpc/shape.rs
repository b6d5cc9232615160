//! How deep, how long and how many: counted over the bytes of a message, in one pass and without keeping them, before
//! anything is built of it.

use crate::config::Limits;

/// What a message may be at most.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// The whole of it, in bytes.
    pub(crate) bytes: usize,
    /// How deep arrays and objects may nest.
    pub(crate) depth: usize,
    /// A string, in bytes once it is decoded.
    pub(crate) string_bytes: usize,
    /// The entries of an array or object.
    pub(crate) items: usize,
}

impl Bounds {
    pub(crate) fn of(limits: &Limits) -> Self {
        Self {
            bytes: limits.body_bytes,
            depth: limits.json_depth,
            string_bytes: limits.string_bytes,
            items: limits.array_items,
        }
    }
}

/// An array or object that is open.
#[derive(Default)]
struct Level {
    object: bool,
    items: usize,
    /// Where the name of the member that is being read stands in the message.
    name: (usize, usize),
}

/// Goes over a message once. Whatever the bytes are, it ends and needs no more than `depth` levels.
struct Scan<'a> {
    message: &'a [u8],
    bounds: &'a Bounds,
    open: Vec<Level>,
    at: usize,
    last_text: (usize, usize),
}

/// Tells what is beyond the bounds, and where.
pub(super) fn check(message: &[u8], bounds: &Bounds) -> Result<(), String> {
    Scan { message, bounds, open: Vec::new(), at: 0, last_text: (0, 0) }.run()
}

impl Scan<'_> {
    fn run(mut self) -> Result<(), String> {
        while let Some(byte) = self.message.get(self.at) {
            self.at += 1;
            match byte {
                b'"' => self.text()?,
                b'{' | b'[' => self.open(*byte == b'{')?,
                b'}' | b']' => drop(self.open.pop()),
                b',' => self.item()?,
                b':' => {
                    if let Some(level) = self.open.last_mut() {
                        level.name = self.last_text;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn open(&mut self, object: bool) -> Result<(), String> {
        if self.open.len() >= self.bounds.depth {
            return Err(format!(
                "The message nests deeper than {} levels at {}. Send flatter arguments.",
                self.bounds.depth,
                self.place()
            ));
        }
        self.open.push(Level { object, ..Level::default() });
        Ok(())
    }

    /// A comma: one more entry.
    fn item(&mut self) -> Result<(), String> {
        let most = self.bounds.items;
        let Some(level) = self.open.last_mut() else { return Ok(()) };
        level.items += 1;
        if level.items < most {
            return Ok(());
        }
        self.open.pop();
        Err(format!("There are more than {most} entries in {}. Send fewer.", self.place()))
    }

    /// A string, from behind its first quote to behind its last.
    fn text(&mut self) -> Result<(), String> {
        let start = self.at;
        let mut length = 0;
        loop {
            let Some(byte) = self.message.get(self.at) else { return Ok(()) };
            self.at += 1;
            length += match byte {
                b'"' => break,
                b'\\' => self.escape(),
                _ => 1,
            };
            if length > self.bounds.string_bytes {
                return Err(format!(
                    "There is a text longer than {} bytes at {}. Send a shorter one.",
                    self.bounds.string_bytes,
                    self.place()
                ));
            }
        }
        self.last_text = (start, self.at - 1);
        Ok(())
    }

    /// What stands behind a backslash, and how many bytes it becomes.
    fn escape(&mut self) -> usize {
        let kind = self.message.get(self.at);
        self.at += 1;
        if kind != Some(&b'u') {
            return 1;
        }
        let digits = self.message.get(self.at..self.at + 4).and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()) {
            Some(code) => {
                self.at += 4;
                // Half of a pair that becomes four bytes counts as two.
                if (0xD800..0xE000).contains(&code) { 2 } else { char::from_u32(code).map_or(3, char::len_utf8) }
            }
            None => 1,
        }
    }

    /// Where in the message this is, such as `params.arguments.techStack[3]`.
    fn place(&self) -> String {
        let mut place = String::new();
        for level in &self.open {
            if level.object {
                let name = self.message.get(level.name.0..level.name.1).unwrap_or_default();
                let name = String::from_utf8_lossy(name);
                place.extend(name.chars().filter(|character| character.is_ascii_graphic()).take(40));
                place.push('.');
            } else {
                place.truncate(place.trim_end_matches('.').len());
                place.push_str(&format!("[{}].", level.items));
            }
        }
        let place: String = place.trim_end_matches('.').chars().take(200).collect();
        if place.is_empty() { "its top".to_owned() } else { format!("`{place}`") }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    const SMALL: Bounds = Bounds { bytes: 1 << 20, depth: 3, string_bytes: 5, items: 3 };

    fn refusal(message: &str) -> Option<String> {
        check(message.as_bytes(), &SMALL).err()
    }

    #[test]
    fn each_bound_is_told_with_its_place() {
        for (good, bad, place) in [
            (r#"{"a":[{}]}"#, r#"{"a":[{"b":[]}]}"#, "`a[0].b`"),
            (r#"{"a":{"b":"12345"}}"#, r#"{"a":{"b":"123456"}}"#, "`a.b`"),
            (r#"{"a":[1,2,3]}"#, r#"{"a":[1,2,3,4]}"#, "`a`"),
            (r#"{"a":1,"b":2,"c":3}"#, r#"{"a":1,"b":2,"c":3,"d":4}"#, "its top"),
            (r#"["äa\u00e4"]"#, r#"["äaa\u00e4"]"#, "`[0]`"),
            (r#"["\uD83D\uDE00a"]"#, r#"["\uD83D\uDE00aa"]"#, "`[0]`"),
            (r#"{"12345":1}"#, r#"{"123456":1}"#, "its top"),
        ] {
            assert_eq!(refusal(good), None, "{good}");
            assert!(refusal(bad).is_some_and(|text| text.contains(place)), "{bad}: {:?}", refusal(bad));
        }
        assert_eq!(refusal(r#"{"a":"[[[[","b":"\"{{{"}"#), None, "what stands in text does not count");
    }

    #[test]
    fn what_a_client_wrote_is_told_back_cleaned_and_cut() {
        let name = format!("\\u202e<script>\u{202e}\n{}", "x".repeat(500));
        let bounds = Bounds { string_bytes: 2_000, items: 1, ..SMALL };
        let text = check(format!(r#"{{"{name}":{{"a":1,"b":2}}}}"#).as_bytes(), &bounds).unwrap_err();
        assert!(text.len() < 150 && text.chars().all(|character| !character.is_control()), "{text}");
    }

    proptest! {
        /// The counts are those of a real parser.
        #[test]
        fn what_passes_is_within_bounds(message in "[\\[\\]{}:,\"\\\\u0a1 ]{0,60}") {
            let passed = check(message.as_bytes(), &SMALL).is_ok();
            if let Ok(value) = serde_json::from_str::<Value>(&message) {
                prop_assert_eq!(passed, holds(&value, 1), "{}", message);
            }
        }
    }

    fn holds(value: &Value, depth: usize) -> bool {
        match value {
            Value::String(text) => text.len() <= SMALL.string_bytes,
            Value::Array(items) => {
                depth <= SMALL.depth && items.len() <= SMALL.items && items.iter().all(|item| holds(item, depth + 1))
            }
            Value::Object(members) => {
                depth <= SMALL.depth
                    && members.len() <= SMALL.items
                    && members.iter().all(|(name, item)| name.len() <= SMALL.string_bytes && holds(item, depth + 1))
            }
            _ => true,
        }
    }
}
