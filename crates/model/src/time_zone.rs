//! The IANA time zones: offsets, and when summer time begins and ends. Pure.
//!
//! The rule of a zone is its POSIX extra rule (RFC 8536 §3.3.1), which holds for all years after those of the table. "Standard time" here
//! is the smaller of a zone's two offsets: the database has zones whose legal standard time is that of summer (Europe/Dublin).

use tz::TimeZoneRef;
use tz::timezone::{AlternateTime, LocalTimeType, RuleDay, TransitionRule};

/// A zone as it is from now on, every year alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeZone {
    /// The time of winter, or of the whole year.
    pub standard: Clock,
    /// Summer time, when the zone has one.
    pub summer: Option<Summer>,
}

/// What clocks of a zone show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    /// Seconds east of UTC.
    pub offset_s: i32,
    /// Like `CET`; zones without an abbreviation of their own have a number, like `+03`.
    pub abbreviation: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summer {
    /// The time of summer.
    pub clock: Clock,
    /// When it begins, as the clocks of winter show it.
    pub start: Moment,
    /// When it ends, as the clocks of summer show it.
    pub end: Moment,
}

/// A moment of every year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// 1–12.
    pub month: u8,
    /// 1–5; 5 is the last of the month.
    pub week: u8,
    /// 0–6; 0 is Sunday.
    pub weekday: u8,
    /// Seconds from the start of that day: before it where negative, on a later day from 86,400 on.
    pub second: i32,
}

/// Why a zone has no rule that holds every year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoRule {
    /// Nothing of that name in the database.
    #[error("is not an IANA time zone")]
    Unknown,
    /// The dates are fixed year by year, as where they follow the moon.
    #[error(
        "changes its clocks on other dates every year, and phones know yearly rules only: set it to null, or to a zone of this offset"
    )]
    Irregular,
}

/// The names of all zones, other names of the same zone among them.
pub fn names() -> impl Iterator<Item = &'static str> {
    tzdb::TZ_NAMES.iter().copied()
}

/// Whether there is a zone of exactly this name.
#[must_use]
pub fn is_name(name: &str) -> bool {
    names().any(|known| known == name)
}

impl TimeZone {
    /// The zone of an IANA name.
    pub fn named(name: &str) -> Result<Self, NoRule> {
        let zone = tzdb::tz_by_name(name).filter(|_| is_name(name)).ok_or(NoRule::Unknown)?;
        if zone.transitions().iter().any(|transition| transition.unix_leap_time() >= RULES_HOLD_FROM) {
            return Err(NoRule::Irregular);
        }
        match zone.extra_rule() {
            Some(TransitionRule::Alternate(rule)) => with_summer(rule),
            Some(TransitionRule::Fixed(clock)) => Ok(Self { standard: self::clock(clock), summer: None }),
            None => Ok(Self { standard: self::clock(last(&zone).ok_or(NoRule::Irregular)?), summer: None }),
        }
    }
}

/// 2028-01-01: a zone of today's database that still lists single transitions then has no yearly rule.
const RULES_HOLD_FROM: i64 = 1_830_297_600;

fn last(zone: &TimeZoneRef<'static>) -> Option<&'static LocalTimeType> {
    let index = zone.transitions().last().map_or(0, tz::timezone::Transition::local_time_type_index);
    zone.local_time_types().get(index)
}

fn clock(of: &'static LocalTimeType) -> Clock {
    Clock { offset_s: of.ut_offset(), abbreviation: of.time_zone_designation() }
}

fn with_summer(rule: &'static AlternateTime) -> Result<TimeZone, NoRule> {
    let first = (clock(rule.std()), moment(*rule.dst_end(), rule.dst_end_time())?);
    let second = (clock(rule.dst()), moment(*rule.dst_start(), rule.dst_start_time())?);
    let (winter, summer) = if first.0.offset_s <= second.0.offset_s { (first, second) } else { (second, first) };
    Ok(TimeZone { standard: winter.0, summer: Some(Summer { clock: summer.0, start: summer.1, end: winter.1 }) })
}

fn moment(day: RuleDay, second: i32) -> Result<Moment, NoRule> {
    match day {
        RuleDay::MonthWeekDay(day) => Ok(Moment { month: day.month(), week: day.week(), weekday: day.week_day(), second }),
        RuleDay::Julian1WithoutLeap(_) | RuleDay::Julian0WithLeap(_) => Err(NoRule::Irregular),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summer(name: &str) -> (Clock, Summer) {
        let zone = TimeZone::named(name).unwrap();
        (zone.standard, zone.summer.unwrap())
    }

    fn at(month: u8, week: u8, weekday: u8, hour: i32) -> Moment {
        Moment { month, week, weekday, second: hour * 3600 }
    }

    #[test]
    fn a_zone_tells_its_offsets_and_moments() {
        let (winter, summer) = summer("Europe/Sofia");
        assert_eq!((winter.offset_s, winter.abbreviation), (7200, "EET"));
        assert_eq!((summer.clock.offset_s, summer.clock.abbreviation), (10_800, "EEST"));
        assert_eq!((summer.start, summer.end), (at(3, 5, 0, 3), at(10, 5, 0, 4)));
    }

    #[test]
    fn standard_time_is_that_of_winter_whatever_the_law_calls_it() {
        let (winter, summer) = summer("Europe/Dublin");
        assert_eq!(
            (winter.offset_s, winter.abbreviation, summer.clock.offset_s, summer.clock.abbreviation),
            (0, "GMT", 3600, "IST")
        );
        assert_eq!((summer.start, summer.end), (at(3, 5, 0, 1), at(10, 5, 0, 2)));
    }

    #[test]
    fn the_south_has_summer_over_the_new_year() {
        let (winter, summer) = summer("Australia/Lord_Howe");
        assert_eq!((winter.offset_s, summer.clock.offset_s), (37_800, 39_600));
        assert_eq!((summer.start.month, summer.end.month), (10, 4));
    }

    #[test]
    fn offsets_may_be_quarters_and_moments_beyond_the_day() {
        let kathmandu = TimeZone::named("Asia/Kathmandu").unwrap();
        assert_eq!((kathmandu.standard.offset_s, kathmandu.summer), (20_700, None));
        assert_eq!(summer("America/Nuuk").1.start.second, -3600);
        assert_eq!(summer("Asia/Jerusalem").1.start.second, 26 * 3600);
    }

    #[test]
    fn dates_that_follow_the_moon_are_no_rule() {
        assert_eq!(TimeZone::named("Africa/Casablanca"), Err(NoRule::Irregular));
        for unknown in ["Europe/Berlinn", "europe/berlin", "+01:00", ""] {
            assert_eq!(TimeZone::named(unknown), Err(NoRule::Unknown));
        }
    }

    #[test]
    fn nearly_every_name_has_a_rule() {
        let irregular: Vec<&str> = names().filter(|name| TimeZone::named(name).is_err()).collect();
        assert_eq!(irregular, ["Africa/Casablanca", "Africa/El_Aaiun", "Asia/Gaza", "Asia/Hebron"]);
        assert!(names().count() > 590);
    }
}
