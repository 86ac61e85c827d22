//! Dates as people write them, in UTC. The calendar is short enough to need no crate, and sshc uses
//! it, too.

use std::time::{SystemTime, UNIX_EPOCH};

const SECONDS_A_DAY: u64 = 86400;

/// The seconds since 1970-01-01 UTC; 0 if the clock is wrong and shows an earlier time.
#[must_use]
pub fn seconds_since_1970(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// The date: `2026-11-22`.
pub(crate) fn of(time: SystemTime) -> String {
    date(seconds_since_1970(time))
}

/// The date and time at this many seconds after 1970 began: `2026-11-22 19:40:05 UTC`.
pub(crate) fn of_moment(seconds: u64) -> String {
    let second = seconds % SECONDS_A_DAY;
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{} {hour:02}:{minute:02}:{second:02} UTC", date(seconds))
}

fn date(seconds: u64) -> String {
    let (year, month, day) = of_day(seconds / SECONDS_A_DAY);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Year, month and day in the Gregorian calendar of a day counted from 1970-01-01.
#[must_use]
pub fn of_day(day: u64) -> (u64, u64, u64) {
    // Counted from 0000-03-01, leap days come last in their year, and 400 years have 146097 days.
    let day = day + 719_468;
    let (era, day) = (day / 146_097, day % 146_097);
    let year = (day - day / 1460 + day / 36524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, next_year) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (era * 400 + year + next_year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        let table = [
            (0, (1970, 1, 1)),
            (59, (1970, 3, 1)),
            (11_016, (2000, 2, 29)),
            (11_017, (2000, 3, 1)),
            (20_779, (2026, 11, 22)),
            (47_541, (2100, 3, 1)),
        ];
        for (day, date) in table {
            assert_eq!(of_day(day), date, "day {day}");
        }
    }

    #[test]
    fn moments_have_the_time_too() {
        assert_eq!(of_moment(0), "1970-01-01 00:00:00 UTC");
        assert_eq!(of_moment(1_795_376_405), "2026-11-22 19:40:05 UTC");
        assert_eq!(of(UNIX_EPOCH), "1970-01-01");
    }
}
