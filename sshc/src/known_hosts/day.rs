//! Calendar days as in the file of targets: `2026-11-30`, in UTC.

use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

/// What precedes the day of the last use, in the comment of a line.
pub(super) const USED: &str = "used=";

/// A day, as the number of days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(u32);

impl Day {
    /// The day of a moment; day 0 for any earlier moment.
    #[must_use]
    pub fn of(moment: SystemTime) -> Self {
        let seconds = keygen::date::seconds_since_1970(moment);
        Self(u32::try_from(seconds / 86_400).unwrap_or(u32::MAX))
    }

    /// The number of days from this day to `later`; 0 if `later` is not later.
    pub(super) fn days_until(self, later: Self) -> u32 {
        later.0.saturating_sub(self.0)
    }

    /// Year, month and day.
    fn civil(self) -> (u32, u32, u32) {
        let (year, month, day) = keygen::date::of_day(u64::from(self.0));
        let narrow = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        (narrow(year), narrow(month), narrow(day))
    }

    /// The day with this date; `None` if the calendar does not have it.
    fn from_civil(year: u32, month: u32, day: u32) -> Option<Self> {
        if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || day == 0 {
            return None;
        }
        // Counted in years that begin in March, so that a leap day is the last of its year.
        let shifted = if month <= 2 { year - 1 } else { year };
        let (era, year_of_era) = (shifted / 400, shifted % 400);
        let month_from_march = (month + 9) % 12;
        let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        let found = Self((era * 146_097 + day_of_era).checked_sub(719_468)?);
        // February 30 would become a day in March.
        (found.civil() == (year, month, day)).then_some(found)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// A text that is not a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a day such as 2026-11-30")]
pub struct NotADay;

impl FromStr for Day {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Self, NotADay> {
        let number = |digits: &str, length: usize| {
            let is_number =
                digits.len() == length && digits.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| digits.parse().ok()).flatten()
        };
        let mut parts = text.split('-');
        let mut part = |length| parts.next().and_then(|digits| number(digits, length));
        let date = (part(4), part(2), part(2));
        match (date, parts.next()) {
            ((Some(year), Some(month), Some(day)), None) => Self::from_civil(year, month, day),
            _ => None,
        }
        .ok_or(NotADay)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn days_have_the_dates_of_the_calendar() {
        for (seconds, date) in [
            (0, "1970-01-01"),
            (951_782_400, "2000-02-29"),
            (951_868_800, "2000-03-01"),
            (1_795_996_799, "2026-11-29"),
            (1_795_996_800, "2026-11-30"),
            (4_107_542_400, "2100-03-01"),
        ] {
            let day = Day::of(UNIX_EPOCH + Duration::from_secs(seconds));
            assert_eq!(day.to_string(), date);
            assert_eq!(date.parse(), Ok(day));
        }
    }

    #[test]
    fn every_day_comes_back_from_its_date_and_follows_the_one_before() {
        let mut before = Day(0).to_string();
        for number in 1..80_000 {
            let date = Day(number).to_string();
            assert!(date > before, "{date} {before}");
            assert_eq!(date.parse(), Ok(Day(number)));
            before = date;
        }
    }

    #[test]
    fn impossible_dates_are_refused() {
        for text in [
            "",
            "-",
            "--",
            "2026",
            "2026-11",
            "2026-13-01",
            "2026-00-01",
            "2026-02-29",
            "2026-11-31",
            "2026-11-00",
            "1969-12-31",
            "2026-11-30-1",
            "2026-1-1",
            "+026-11-30",
            "2026-11-30 ",
            "99999-01-01",
            "２０２６-11-30",
        ] {
            assert_eq!(text.parse::<Day>(), Err(NotADay), "{text}");
        }
    }
}
