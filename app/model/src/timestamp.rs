//! Points in time: microseconds since 1970 UTC, and their civil form in Germany.

use crate::Lang;
use serde::{Deserialize, Serialize};

/// Microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

/// A date and time of day as a clock on the wall shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Civil {
    /// Year.
    pub year: i64,
    /// 1 to 12.
    pub month: i64,
    /// 1 to 31.
    pub day: i64,
    /// 0 to 23.
    pub hour: i64,
    /// 0 to 59.
    pub minute: i64,
    /// 0 to 59.
    pub second: i64,
}

const SECOND: i64 = 1_000_000;
const DAY_SECONDS: i64 = 86_400;

impl Timestamp {
    /// This many seconds later (or earlier, if negative).
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(SECOND)))
    }

    /// This many days of 24 hours later.
    pub fn plus_days(self, days: i64) -> Self {
        self.plus_seconds(days.saturating_mul(DAY_SECONDS))
    }

    /// Whole seconds from `earlier` to this point; negative if `earlier` is later.
    pub fn seconds_since(self, earlier: Timestamp) -> i64 {
        (self.0 - earlier.0).div_euclid(SECOND)
    }

    /// Date and time in UTC.
    pub fn utc(self) -> Civil {
        civil(self.0.div_euclid(SECOND))
    }

    /// Date and time in Germany (CET, or CEST between the last Sundays of March and October, 01:00 UTC:
    /// directive 2000/84/EC).
    pub fn berlin(self) -> Civil {
        let seconds = self.0.div_euclid(SECOND);
        let year = civil(seconds).year;
        let summer = (last_sunday(year, 3) + 3600..last_sunday(year, 10) + 3600).contains(&seconds);
        civil(seconds + if summer { 7200 } else { 3600 })
    }

    /// Midnight in Germany of an ISO date (`2026-11-23`); `None` for anything else.
    pub fn from_berlin_date(text: &str) -> Option<Self> {
        let mut parts = text.trim().splitn(3, '-').map(|p| p.parse::<i64>().ok());
        let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
        if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return None;
        }
        let utc = days_from_civil(year, month, day) * DAY_SECONDS;
        // Midnight is never an hour that summer time skips or repeats.
        let candidates = [7200, 3600].map(|offset| Timestamp((utc - offset) * SECOND));
        candidates.into_iter().find(|t| {
            let c = t.berlin();
            (c.year, c.month, c.day, c.hour) == (year, month, day, 0)
        })
    }

    /// The midnight in Germany after a day as people or browsers write it (`30.06.2027`, `2027-06-30`): the end of
    /// something that is valid on that day. `None` for anything else.
    pub fn from_last_berlin_date(text: &str) -> Option<Self> {
        let text = text.trim();
        let iso = match text.split('.').collect::<Vec<_>>().as_slice() {
            [day, month, year] => format!("{year}-{month}-{day}"),
            _ => text.to_owned(),
        };
        // A day has 23 to 25 hours.
        Self::from_berlin_date(&Self::from_berlin_date(&iso)?.plus_seconds(26 * 3600).berlin_date())
    }

    /// A moment on the wall in Germany as browsers send it (`2026-11-23T22:00`), or `None`. Of an hour that is repeated in
    /// autumn the first one counts; one that is skipped in spring is none.
    pub fn from_berlin_minute(text: &str) -> Option<Self> {
        let (date, clock) = text.trim().split_once(['T', ' '])?;
        let (hour, minute) = clock.split_once(':').map(|(h, m)| (h.parse::<i64>().ok(), m.parse::<i64>().ok()))?;
        let (hour, minute) = (hour?, minute?);
        let midnight = Self::from_berlin_date(date)?;
        if !(0..24).contains(&hour) || !(0..60).contains(&minute) {
            return None;
        }
        let day = midnight.berlin().day;
        // On the day of a change the clock differs by an hour from the time since midnight.
        let candidates = [-3600, 0, 3600].map(|shift| midnight.plus_seconds(hour * 3600 + minute * 60 + shift));
        candidates.into_iter().find(|t| {
            let c = t.berlin();
            (c.day, c.hour, c.minute) == (day, hour, minute)
        })
    }

    /// `2026-11-23T22:00` on the wall in Germany, for a field of a form.
    pub fn berlin_minute(self) -> String {
        let c = self.berlin();
        format!("{:04}-{:02}-{:02}T{:02}:{:02}", c.year, c.month, c.day, c.hour, c.minute)
    }

    /// `2026-11-23` on the wall in Germany, for a field of a form.
    pub fn berlin_date(self) -> String {
        let c = self.berlin();
        format!("{:04}-{:02}-{:02}", c.year, c.month, c.day)
    }

    /// Minutes since Monday, 00:00, on the wall in Germany.
    pub fn berlin_week_minute(self) -> i64 {
        let c = self.berlin();
        // 1970-01-01 was a Thursday.
        let weekday = (days_from_civil(c.year, c.month, c.day) + 3).rem_euclid(7);
        weekday * 1440 + c.hour * 60 + c.minute
    }

    /// `23.11.2026` or `23 Nov 2026`.
    pub fn date(self, lang: Lang) -> String {
        let c = self.berlin();
        match lang {
            Lang::De => format!("{:02}.{:02}.{}", c.day, c.month, c.year),
            Lang::En => format!("{} {} {}", c.day, MONTHS[(c.month - 1) as usize % 12], c.year),
        }
    }

    /// `23.11.2026, 14:05 Uhr` or `23 Nov 2026, 14:05`.
    pub fn date_time(self, lang: Lang) -> String {
        let c = self.berlin();
        let clock = format!("{:02}:{:02}", c.hour, c.minute);
        match lang {
            Lang::De => format!("{}, {clock} Uhr", self.date(lang)),
            Lang::En => format!("{}, {clock}", self.date(lang)),
        }
    }

    /// `14:05:09` on the wall in Germany.
    pub fn clock(self) -> String {
        let c = self.berlin();
        format!("{:02}:{:02}:{:02}", c.hour, c.minute, c.second)
    }

    /// RFC 3339 in UTC, for machines (`datetime` attributes, JSON).
    pub fn rfc3339(self) -> String {
        let c = self.utc();
        format!("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", c.year, c.month, c.day, c.hour, c.minute, c.second)
    }
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Days since 1970 of a date in the proleptic Gregorian calendar.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let yoe = y - era * 400;
    let doy = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468
}

fn civil(seconds: i64) -> Civil {
    let days = seconds.div_euclid(DAY_SECONDS);
    let of_day = seconds.rem_euclid(DAY_SECONDS);
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z - era * 146_097;
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + i64::from(month <= 2);
    Civil {
        year,
        month,
        day: doy - (153 * mp + 2) / 5 + 1,
        hour: of_day / 3600,
        minute: of_day % 3600 / 60,
        second: of_day % 60,
    }
}

/// Midnight UTC of the last Sunday of a month with 31 days, in seconds since 1970.
fn last_sunday(year: i64, month: i64) -> i64 {
    let last = days_from_civil(year, month, 31);
    // 1970-01-01 was a Thursday: day number 3 was a Sunday.
    (last - (last - 3).rem_euclid(7)) * DAY_SECONDS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(y: i64, m: i64, d: i64, h: i64) -> Timestamp {
        Timestamp((days_from_civil(y, m, d) * DAY_SECONDS + h * 3600) * SECOND)
    }

    #[test]
    fn summer_time_begins_and_ends_on_the_hour() {
        assert_eq!(at(2026, 3, 29, 0).berlin().hour, 1);
        assert_eq!(at(2026, 3, 29, 1).berlin().hour, 3);
        assert_eq!(at(2026, 10, 25, 0).berlin().hour, 2);
        assert_eq!(at(2026, 10, 25, 1).berlin().hour, 2);
    }

    #[test]
    fn minutes_of_the_week_and_of_a_day_follow_the_wall() {
        // Monday, 23 November 2026, 13:00 UTC.
        assert_eq!(at(2026, 11, 23, 13).berlin_week_minute(), 14 * 60);
        assert_eq!(at(2026, 7, 5, 21).berlin_week_minute(), 6 * 1440 + 23 * 60, "Sunday in summer");
        for (text, utc) in [
            ("2026-11-23T22:30", "2026-11-23T21:30:00Z"),
            ("2026-07-01 00:05", "2026-06-30T22:05:00Z"),
            ("2026-03-29T04:00", "2026-03-29T02:00:00Z"),
            ("2026-10-25T02:30", "2026-10-25T00:30:00Z"),
            ("2026-10-25T04:00", "2026-10-25T03:00:00Z"),
        ] {
            let at = Timestamp::from_berlin_minute(text).unwrap();
            assert_eq!((at.rfc3339().as_str(), at.berlin_minute()), (utc, text.replace(' ', "T")), "{text}");
        }
        for nonsense in ["", "2026-03-29T02:30", "2026-11-23", "2026-11-23T24:00", "2026-11-23T-1:00", "T"] {
            assert_eq!(Timestamp::from_berlin_minute(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn what_is_valid_on_a_day_ends_with_the_midnight_after_it() {
        for (text, utc) in [
            ("2027-06-30", "2027-06-30T22:00:00Z"),
            (" 30.6.2027 ", "2027-06-30T22:00:00Z"),
            ("2026-03-29", "2026-03-29T22:00:00Z"),
            ("25.10.2026", "2026-10-25T23:00:00Z"),
            ("2026-12-31", "2026-12-31T23:00:00Z"),
        ] {
            assert_eq!(Timestamp::from_last_berlin_date(text).map(Timestamp::rfc3339).as_deref(), Some(utc), "{text}");
        }
        assert_eq!(["", "30.06", "31.2.2027"].map(Timestamp::from_last_berlin_date), [None, None, None]);
    }

    #[test]
    fn dates_read_as_people_write_them() {
        let t = at(2026, 11, 23, 13);
        assert_eq!(t.date_time(Lang::De), "23.11.2026, 14:00 Uhr");
        assert_eq!(t.date(Lang::En), "23 Nov 2026");
        assert_eq!(t.rfc3339(), "2026-11-23T13:00:00Z");
        let day = Timestamp::from_berlin_date("2026-07-01").unwrap();
        assert_eq!(day.rfc3339(), "2026-06-30T22:00:00Z");
        assert_eq!(
            Timestamp::from_berlin_date("2026-11-23").map(Timestamp::rfc3339).as_deref(),
            Some("2026-11-22T23:00:00Z")
        );
        for nonsense in ["", "2026", "2026-02-30", "99-1-1", "2026-13-01", "heute"] {
            assert_eq!(Timestamp::from_berlin_date(nonsense), None, "{nonsense}");
        }
        assert_eq!(Timestamp(-SECOND).utc().year, 1969);
    }
}
