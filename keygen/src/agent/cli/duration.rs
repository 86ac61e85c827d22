//! Durations in the syntax of OpenSSH: `8h`, `1h30m`, `90`.

use std::time::Duration;

/// Parses seconds, or numbers with `s`, `m`, `h`, `d` or `w`.
pub(super) fn parse(text: &str) -> Result<Duration, &'static str> {
    const WRONG: &str = "write a length of time as 90s, 30m, 8h, 1h30m or 2d";
    let mut seconds = 0_u32;
    let mut number: Option<u32> = None;
    for c in text.chars() {
        if let Some(digit) = c.to_digit(10) {
            let before = number.unwrap_or_default().checked_mul(10);
            number = Some(before.and_then(|it| it.checked_add(digit)).ok_or(WRONG)?);
            continue;
        }
        let unit = match c.to_ascii_lowercase() {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            'w' => 604_800,
            _ => return Err(WRONG),
        };
        let more = number.take().ok_or(WRONG)?.checked_mul(unit).ok_or(WRONG)?;
        seconds = seconds.checked_add(more).ok_or(WRONG)?;
    }
    seconds = seconds.checked_add(number.unwrap_or_default()).ok_or(WRONG)?;
    if seconds == 0 { Err(WRONG) } else { Ok(Duration::from_secs(seconds.into())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_those_of_openssh() {
        for (text, seconds) in [
            ("90", 90),
            ("90s", 90),
            ("8h", 28_800),
            ("1h30m", 5400),
            ("1W2d", 777_600),
            ("1h5", 3605),
        ] {
            assert_eq!(parse(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "0", "h", "-1", "1.5h", "8 h", "99999999999", "999999w"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
