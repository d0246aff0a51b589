//! Lengths of time on the command line: `500ms`, `40s`, `15m`, `2h`. Pure.

use std::time::Duration;

/// Reads a length of time; a unit is required, so that nobody mistakes minutes for seconds.
pub fn parse(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is not a length of time: write a number and a unit, like 500ms, 40s, 15m or 2h");
    let split = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
    let (number, unit) = text.split_at(split);
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let millis = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" | "min" => 60_000,
        "h" => 3_600_000,
        _ => return Err(wrong()),
    };
    number.checked_mul(millis).map(Duration::from_millis).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::parse;
    use std::time::Duration;

    #[test]
    fn a_length_of_time_needs_its_unit() {
        assert_eq!(parse("40s"), Ok(Duration::from_secs(40)));
        assert_eq!(parse("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(parse("15m"), Ok(Duration::from_secs(900)));
        for wrong in ["", "40", "s", "-1s", "1d", "99999999999999999999s"] {
            assert!(parse(wrong).unwrap_err().contains("like 500ms"), "{wrong}");
        }
    }
}
