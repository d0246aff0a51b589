//! An IANA time zone name as the explicit rule phones want (`templates/time_zones.yaml`). Pure.
//!
//! Not supported: zones that are not in the table; those are an error, never a silent other zone.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The table.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TimeZones {
    rules: BTreeMap<String, Rule>,
    zones: BTreeMap<String, Zone>,
}

/// When summer time starts and ends, in local time.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rule {
    pub start: Moment,
    pub end: Moment,
}

/// A moment of every year.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Moment {
    /// 1–12.
    pub month: u8,
    /// 1–5; 5 is the last of the month.
    pub week: u8,
    /// 1–7; 7 is Sunday.
    pub weekday: u8,
    /// 0–23.
    pub hour: u8,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Zone {
    offset_min: i32,
    standard: String,
    summer: Option<String>,
    rule: Option<String>,
}

/// One zone, ready for templates.
#[derive(Debug, Clone)]
pub(super) struct TimeZone {
    /// Minutes east of UTC in winter.
    pub offset_min: i32,
    /// Like a POSIX TZ, with the vendor custom of a signed summer offset: `CET-1CEST-2,M3.5.0/02:00:00,M10.5.0/03:00:00`.
    pub posix: String,
    /// Summer time, when the zone has one.
    pub summer: Option<Rule>,
}

impl TimeZones {
    /// The zone of this IANA name.
    pub fn zone(&self, name: &str) -> Option<TimeZone> {
        let zone = self.zones.get(name)?;
        let rule = match &zone.rule {
            Some(rule) => Some(*self.rules.get(rule)?),
            None => None,
        };
        Some(TimeZone { offset_min: zone.offset_min, posix: posix(zone, rule), summer: rule })
    }

    /// All names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.zones.keys().map(String::as_str)
    }
}

impl TimeZone {
    /// `+1`, `-5`, `+5:30`.
    pub fn offset_hours(&self) -> String {
        offset(self.offset_min, "+")
    }
}

fn posix(zone: &Zone, rule: Option<Rule>) -> String {
    let standard = format!("{}{}", zone.standard, offset(-zone.offset_min, ""));
    let (Some(summer), Some(rule)) = (&zone.summer, rule) else { return standard };
    let moment = |at: Moment| format!("M{}.{}.{}/{:02}:00:00", at.month, at.week, at.weekday % 7, at.hour);
    format!("{standard}{summer}{},{},{}", offset(-zone.offset_min - 60, ""), moment(rule.start), moment(rule.end))
}

fn offset(minutes: i32, plus: &str) -> String {
    let sign = if minutes < 0 { "-" } else { plus };
    match (minutes.abs() / 60, minutes.abs() % 60) {
        (hours, 0) => format!("{sign}{hours}"),
        (hours, rest) => format!("{sign}{hours}:{rest:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zones() -> TimeZones {
        serde_yaml::from_str(include_str!("../../templates/time_zones.yaml")).unwrap()
    }

    #[test]
    fn berlin_reads_as_vendors_write_it() {
        let berlin = zones().zone("Europe/Berlin").unwrap();
        assert_eq!(berlin.posix, "CET-1CEST-2,M3.5.0/02:00:00,M10.5.0/03:00:00");
        assert_eq!(berlin.offset_hours(), "+1");
    }

    #[test]
    fn half_hours_and_the_west_have_signs() {
        assert_eq!(zones().zone("Asia/Kolkata").unwrap().offset_hours(), "+5:30");
        assert_eq!(zones().zone("America/New_York").unwrap().posix, "EST5EDT4,M3.2.0/02:00:00,M11.1.0/02:00:00");
    }

    #[test]
    fn every_zone_has_its_rule() {
        let zones = zones();
        assert!(zones.names().all(|name| zones.zone(name).is_some()));
    }
}
