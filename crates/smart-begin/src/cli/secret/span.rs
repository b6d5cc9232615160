//! Lengths of time as people type them: a number and a unit.

/// Minutes: `30m`, `24h`, `7d`, `2w`.
pub(super) fn minutes(text: &str) -> Result<u32, String> {
    let hint = "write a number and a unit: 30m, 24h, 7d or 2w".to_owned();
    let unit = text.chars().next_back().and_then(|unit| match unit {
        'm' => Some(1),
        'h' => Some(60),
        'd' => Some(24 * 60),
        'w' => Some(7 * 24 * 60),
        _ => None,
    });
    let number = text.get(..text.len().saturating_sub(1)).and_then(|number| number.parse::<u32>().ok());
    let minutes = number.zip(unit).and_then(|(number, unit)| number.checked_mul(unit));
    minutes.ok_or(hint)
}

/// Whole days: `30d`, `12w`; `never` is 0.
pub(super) fn days(text: &str) -> Result<u32, String> {
    if text == "never" {
        return Ok(0);
    }
    let minutes = minutes(text)?;
    let day = 24 * 60;
    if minutes >= day && minutes.is_multiple_of(day) {
        return Ok(minutes / day);
    }
    Err("write whole days: 30d, 12w, or never".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_a_unit_are_read() {
        for (text, expected) in [("0m", 0), ("90m", 90), ("24h", 1440), ("7d", 10_080), ("2w", 20_160)] {
            assert_eq!(minutes(text), Ok(expected));
        }
        for wrong in ["", "m", "5", "1y", "-1h", "1.5h", "99999999w", "3ä", "ä"] {
            assert!(minutes(wrong).is_err(), "{wrong}");
        }
        assert_eq!((days("30d"), days("2w"), days("48h"), days("never")), (Ok(30), Ok(14), Ok(2), Ok(0)));
        assert!(days("36h").is_err() && days("0d").is_err());
    }
}
