//! A moment, printed as RFC 3339 in UTC. Pure: the clock is read at the edge.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Nanoseconds since 1970-01-01T00:00:00Z; JSON shows RFC 3339 with microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    /// From nanoseconds since the Unix epoch.
    #[must_use]
    pub const fn from_unix_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    /// Nanoseconds since the Unix epoch.
    #[must_use]
    pub const fn unix_nanos(self) -> u64 {
        self.0
    }

    /// From the system's clock reading; a moment before 1970 becomes 1970.
    #[must_use]
    pub fn from_system(moment: SystemTime) -> Self {
        let since = moment.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        Self(u64::try_from(since.as_nanos()).unwrap_or(u64::MAX))
    }
}

/// Bytes of `2023-11-14T22:13:20.123456Z`.
const PRINTED: usize = 27;

impl Timestamp {
    /// RFC 3339 in UTC with microseconds. Rows of captures are stamped by the million, so it is printed without a formatter.
    fn print(self) -> [u8; PRINTED] {
        let micros = self.0 / 1000;
        let (seconds, micros) = (micros / 1_000_000, micros % 1_000_000);
        let (days, seconds) = (seconds / 86_400, seconds % 86_400);
        let (year, month, day) = date(days);
        let mut printed = *b"0000-00-00T00:00:00.000000Z";
        let numbers =
            [(4, year), (7, month), (10, day), (13, seconds / 3600), (16, seconds / 60 % 60), (19, seconds % 60), (26, micros)];
        for (end, mut number) in numbers {
            // from the last digit to the first
            for digit in printed.iter_mut().take(end).rev() {
                if number == 0 {
                    break;
                }
                *digit += u8::try_from(number % 10).unwrap_or_default();
                number /= 10;
            }
        }
        printed
    }
}

impl Timestamp {
    /// RFC 3339 in UTC to the second, for sentences: `2023-11-14T22:13:20Z`.
    #[must_use]
    pub fn to_second(self) -> String {
        let mut text = self.to_string();
        text.truncate("2023-11-14T22:13:20".len());
        text + "Z"
    }
}

/// Year, month and day of a day since 1970 in the Gregorian calendar. Years are counted from March, so that a leap day ends one.
fn date(days: u64) -> (u64, u64, u64) {
    const DAYS_BEFORE_1970_MARCH: u64 = 719_468; // from the first of March of the year 0
    const DAYS_IN_400_YEARS: u64 = 146_097;
    let days = days + DAYS_BEFORE_1970_MARCH;
    let (cycle, day) = (days / DAYS_IN_400_YEARS, days % DAYS_IN_400_YEARS);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153; // months from March have 153 days in five
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, carry) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (400 * cycle + year + carry, month, day)
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.print()).map_err(|_| fmt::Error)?)
    }
}

impl std::str::FromStr for Timestamp {
    type Err = time::error::Parse;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let moment = time::OffsetDateTime::parse(text, &time::format_description::well_known::Rfc3339)?;
        Ok(Self(u64::try_from(moment.unix_timestamp_nanos()).unwrap_or(0)))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(std::str::from_utf8(&self.print()).map_err(serde::ser::Error::custom)?)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Timestamp {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Timestamp".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "format": "date-time"})
    }
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn a_moment_prints_and_parses_as_rfc_3339() {
        let moment = Timestamp::from_unix_nanos(1_700_000_000_123_456_000);
        assert_eq!(moment.to_string(), "2023-11-14T22:13:20.123456Z");
        assert_eq!(moment.to_string().parse::<Timestamp>().unwrap(), moment);
    }

    #[test]
    fn every_kind_of_day_prints_as_the_calendar_has_it() {
        const DAY: u64 = 86_400_000_000_000;
        for day in (0..213_503).step_by(13).chain(11_015..11_020).chain(47_540..47_545) {
            let moment = Timestamp::from_unix_nanos(day * DAY + 123_000);
            let calendar = time::OffsetDateTime::from_unix_timestamp_nanos(i128::from(day * DAY)).unwrap().date();
            assert_eq!(moment.to_string(), format!("{calendar}T00:00:00.000123Z"));
        }
    }
}
