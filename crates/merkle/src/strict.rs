//! Numbers, base64 and lines with one spelling each: what is read and written again is the same bytes, or it is refused.

use base64::{Engine, engine::general_purpose::STANDARD};

/// Base64 of RFC 4648, section 4, with padding and without stray bits, of at most `max` bytes.
pub(crate) fn base64(text: &str, max: usize) -> Option<Vec<u8>> {
    if text.len() > max.div_ceil(3) * 4 {
        return None;
    }
    STANDARD.decode(text).ok().filter(|bytes| bytes.len() <= max)
}

pub(crate) fn to_base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Decimal digits alone, no sign and no leading zero.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let leading_zero = text.len() > 1 && text.starts_with('0');
    if digits && !leading_zero { text.parse().ok() } else { None }
}

/// The lines of a text whose every line, the last one too, ends in a newline.
pub(crate) fn lines(text: &str) -> Option<impl Iterator<Item = &str>> {
    text.strip_suffix('\n').map(|text| text.split('\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_one_spelling() {
        assert_eq!(decimal("0"), Some(0));
        assert_eq!(decimal("18446744073709551615"), Some(u64::MAX));
        for wrong in ["", "00", "01", "+1", "-1", " 1", "1 ", "0x1", "1e3", "18446744073709551616", "١"] {
            assert_eq!(decimal(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn base64_has_one_spelling_and_a_limit() {
        assert_eq!(base64("AQ==", 1), Some(vec![1]));
        for wrong in ["AQ", "AQ=", "AR==", "AQ==\n", " AQ==", "A Q==", "AQ==AQ==", "_-==", "AQI="] {
            assert_eq!(base64(wrong, 1), None, "{wrong:?}");
        }
    }
}
