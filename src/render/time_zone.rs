//! A time zone as templates see it, under `time`. Pure.
//!
//! `offset_s`, `offset_hours` (`+5:30`), `posix`; and with summer time `summer`, `summer_offset_s` (how far clocks are put on), `start`
//! and `end` with `month`, `week` (5 is the last), `weekday` (7 is Sunday), `hour` and `minute`, `within_day` (both moments are before
//! 24:00) and `whole_hours` (both are within the day and on the hour). What a vendor's form cannot say, its template refuses.

use std::collections::BTreeMap;

use super::template::Variable;
use model::time_zone::{Clock, Moment, TimeZone};

/// Seconds of a day: POSIX rules go up to 24:00 of the day they name.
const DAY_S: i32 = 86_400;

/// The variables of a zone, or why phones cannot be told about it.
pub(super) fn variables(zone: &TimeZone) -> Result<Variable, String> {
    let offset_s = zone.standard.offset_s;
    let mut time = BTreeMap::from([
        ("offset_hours".to_owned(), Variable::Text(hours(offset_s, "+"))),
        ("offset_s".to_owned(), Variable::Number(offset_s.into())),
        ("posix".to_owned(), Variable::Text(posix(zone))),
    ]);
    if let Some(summer) = zone.summer {
        for (what, moment) in [("begins", summer.start), ("ends", summer.end)] {
            if !(0..=DAY_S).contains(&moment.second) {
                return Err(format!(
                    "its summer time {what} {} hours after the start of a day, and phones know the hours 0 to 24: \
                     set it to null and give the phone's own parameters",
                    hours(moment.second, "")
                ));
            }
        }
        let both = |fits: &dyn Fn(i32) -> bool| Variable::Flag(fits(summer.start.second) && fits(summer.end.second));
        time.extend([
            ("summer".to_owned(), Variable::Flag(true)),
            ("summer_offset_s".to_owned(), Variable::Number((summer.clock.offset_s - offset_s).into())),
            ("start".to_owned(), moment(summer.start)),
            ("end".to_owned(), moment(summer.end)),
            ("within_day".to_owned(), both(&|second| second < DAY_S)),
            ("whole_hours".to_owned(), both(&|second| second < DAY_S && second % 3600 == 0)),
        ]);
    }
    Ok(Variable::Tree(time))
}

fn moment(at: Moment) -> Variable {
    let number = |name: &str, value: i32| (name.to_owned(), Variable::Number(value.into()));
    Variable::Tree(BTreeMap::from([
        number("month", at.month.into()),
        number("week", at.week.into()),
        number("weekday", if at.weekday == 0 { 7 } else { at.weekday.into() }),
        number("hour", at.second / 3600),
        number("minute", at.second / 60 % 60),
    ]))
}

/// A POSIX TZ with an explicit summer offset: `CET-1CEST-2,M3.5.0/02:00:00,M10.5.0/03:00:00`.
fn posix(zone: &TimeZone) -> String {
    let clock = |clock: Clock, unnamed: &'static str| {
        // a number would have to stand in `<>`, which not every phone reads; phones do not show it
        let named = clock.abbreviation.bytes().all(|byte| byte.is_ascii_alphabetic());
        format!("{}{}", if named { clock.abbreviation } else { unnamed }, hours(-clock.offset_s, ""))
    };
    let standard = clock(zone.standard, "STD");
    let Some(summer) = zone.summer else { return standard };
    let moment =
        |at: Moment| format!("M{}.{}.{}/{:02}:{:02}:00", at.month, at.week, at.weekday, at.second / 3600, at.second / 60 % 60);
    format!("{standard}{},{},{}", clock(summer.clock, "DST"), moment(summer.start), moment(summer.end))
}

/// `+1`, `-5`, `+5:30`.
fn hours(seconds: i32, plus: &str) -> String {
    let sign = if seconds < 0 { "-" } else { plus };
    match (seconds.abs() / 3600, seconds.abs() / 60 % 60) {
        (hours, 0) => format!("{sign}{hours}"),
        (hours, rest) => format!("{sign}{hours}:{rest:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(name: &str) -> Result<BTreeMap<String, Variable>, String> {
        match variables(&TimeZone::named(name).unwrap())? {
            Variable::Tree(time) => Ok(time),
            other => panic!("{other:?}"),
        }
    }

    fn text(name: &str, field: &str) -> String {
        match &time(name).unwrap()[field] {
            Variable::Text(text) => text.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_rule_reads_as_vendors_write_it() {
        for (name, posix) in [
            ("UTC", "UTC0"),
            ("Europe/Berlin", "CET-1CEST-2,M3.5.0/02:00:00,M10.5.0/03:00:00"),
            ("Europe/London", "GMT0BST-1,M3.5.0/01:00:00,M10.5.0/02:00:00"),
            ("Europe/Dublin", "GMT0IST-1,M3.5.0/01:00:00,M10.5.0/02:00:00"),
            ("Europe/Helsinki", "EET-2EEST-3,M3.5.0/03:00:00,M10.5.0/04:00:00"),
            ("Europe/Istanbul", "STD-3"),
            ("America/New_York", "EST5EDT4,M3.2.0/02:00:00,M11.1.0/02:00:00"),
            ("America/Phoenix", "MST7"),
            ("Asia/Kolkata", "IST-5:30"),
            ("Asia/Kathmandu", "STD-5:45"),
            ("Australia/Sydney", "AEST-10AEDT-11,M10.1.0/02:00:00,M4.1.0/03:00:00"),
            ("Australia/Lord_Howe", "STD-10:30DST-11,M10.1.0/02:00:00,M4.1.0/02:00:00"),
            ("Pacific/Auckland", "NZST-12NZDT-13,M9.5.0/02:00:00,M4.1.0/03:00:00"),
            ("Pacific/Chatham", "STD-12:45DST-13:45,M9.5.0/02:45:00,M4.1.0/03:45:00"),
            ("Africa/Cairo", "EET-2EEST-3,M4.5.5/00:00:00,M10.5.4/24:00:00"),
        ] {
            assert_eq!(text(name, "posix"), posix, "{name}");
        }
    }

    #[test]
    fn offsets_have_signs() {
        let offsets = ["Asia/Kolkata", "America/New_York", "UTC"].map(|name| text(name, "offset_hours"));
        assert_eq!(offsets, ["+5:30", "-5", "+0"]);
    }

    #[test]
    fn what_no_phone_can_be_told_is_refused() {
        assert!(time("America/Nuuk").unwrap_err().starts_with("its summer time begins -1 hours after the start of a day"));
        assert!(time("Asia/Jerusalem").unwrap_err().starts_with("its summer time begins 26 hours after"));
    }

    #[test]
    fn a_template_is_told_what_kind_of_moments_they_are() {
        let flags = |name: &str| {
            let time = time(name).unwrap();
            ["within_day", "whole_hours"].map(|flag| matches!(time[flag], Variable::Flag(true)))
        };
        assert_eq!(flags("Europe/Berlin"), [true, true]);
        assert_eq!(flags("Pacific/Chatham"), [true, false]);
        assert_eq!(flags("America/Santiago"), [false, false]);
    }
}
