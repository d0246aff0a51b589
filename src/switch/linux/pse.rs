//! Power sourcing over ethtool netlink (Linux 6.10): clause 33 and 145 ports, never single-pair power (PoDL). Pure.
//!
//! Messages ETHTOOL_MSG_PSE_GET and _SET; numbers as in `include/uapi/linux/ethtool_netlink_generated.h`. Class, power and limit
//! came with Linux 6.11, power domain and priority with 6.17.

use std::ops::RangeInclusive;

use model::switch::{Detection, PoePort, PoePriority};
use model::units::Milliwatts;

use super::attribute::{Attribute, attributes};
use super::ethtool_header;

/// ETHTOOL_MSG_PSE_GET.
pub(super) const GET: u8 = 36;
/// ETHTOOL_MSG_PSE_SET; the answer to GET has the same number.
pub(super) const SET: u8 = 37;

/// ETHTOOL_A_C33_PSE_ADMIN_STATE.
const ADMIN_STATE: u16 = 5;
/// ETHTOOL_A_C33_PSE_ADMIN_CONTROL.
const ADMIN_CONTROL: u16 = 6;
/// ETHTOOL_A_C33_PSE_PW_D_STATUS.
const DETECTION: u16 = 7;
/// ETHTOOL_A_C33_PSE_PW_CLASS: the class itself, not one more.
const CLASS: u16 = 8;
/// ETHTOOL_A_C33_PSE_ACTUAL_PW, mW.
const ACTUAL_POWER: u16 = 9;
/// ETHTOOL_A_C33_PSE_EXT_STATE.
const EXTENDED_STATE: u16 = 10;
/// ETHTOOL_A_C33_PSE_EXT_SUBSTATE.
const EXTENDED_SUBSTATE: u16 = 11;
/// ETHTOOL_A_C33_PSE_AVAIL_PW_LIMIT, mW.
const POWER_LIMIT: u16 = 12;
/// ETHTOOL_A_C33_PSE_PW_LIMIT_RANGES: one attribute for each range.
const LIMIT_RANGE: u16 = 13;
/// ETHTOOL_A_C33_PSE_PW_LIMIT_MIN, mW.
const RANGE_MIN: u16 = 1;
/// ETHTOOL_A_C33_PSE_PW_LIMIT_MAX, mW.
const RANGE_MAX: u16 = 2;
/// ETHTOOL_A_PSE_PW_D_ID.
const POWER_DOMAIN: u16 = 14;
/// ETHTOOL_A_PSE_PRIO_MAX: the number of the lowest priority.
const PRIORITY_MAX: u16 = 15;
/// ETHTOOL_A_PSE_PRIO: 0 is the highest.
const PRIORITY: u16 = 16;

/// ETHTOOL_C33_PSE_ADMIN_STATE_DISABLED.
const DISABLED: u32 = 2;
/// ETHTOOL_C33_PSE_ADMIN_STATE_ENABLED.
const ENABLED: u32 = 3;

/// What the kernel says of one port's PSE.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Pse {
    /// Whether the PSE function is switched on.
    pub enabled: Option<bool>,
    /// What the PSE is doing.
    pub detection: Option<Detection>,
    /// Class of the powered device; only while power is delivered.
    pub class: Option<u8>,
    pub actual: Option<Milliwatts>,
    /// Configured upper limit; `None` when this PSE has none.
    pub limit: Option<Milliwatts>,
    /// What the limit may be set to, in milliwatts; empty when the kernel does not tell.
    pub limit_ranges: Vec<RangeInclusive<u32>>,
    /// The supply that the port shares with others; `None` before Linux 6.17.
    pub domain: Option<u32>,
    /// Priority; `None` when this PSE has none.
    pub priority: Option<Priority>,
    /// Why no power is delivered, in words.
    pub reason: Option<String>,
}

/// Order of power-up and shedding: 0 is the highest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Priority {
    pub number: u32,
    /// The lowest there is; at least 1.
    pub lowest: u32,
}

/// One write to a PSE port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Write {
    /// The PSE function on or off.
    Enabled(bool),
    /// Order of power-up and shedding, by number.
    Priority(u32),
    /// The most that the port may give.
    Limit(Milliwatts),
}

/// The attributes of a SET for the interface with this index. What is not named in it stays as it is.
pub(super) fn set(interface: u32, write: Write) -> Vec<u8> {
    let request = ethtool_header::about(interface);
    match write {
        Write::Enabled(true) => request.u32(ADMIN_CONTROL, ENABLED),
        Write::Enabled(false) => request.u32(ADMIN_CONTROL, DISABLED),
        Write::Priority(number) => request.u32(PRIORITY, number),
        Write::Limit(limit) => request.u32(POWER_LIMIT, limit.0),
    }
    .into_bytes()
}

/// What a GET answered; `None` when the port has no clause 33 PSE.
pub(super) fn decode(bytes: &[u8]) -> Option<Pse> {
    let numbers: Vec<(u16, u32)> = attributes(bytes).filter_map(number).collect();
    let find = |wanted: u16| numbers.iter().find(|(kind, _)| *kind == wanted).map(|(_, number)| *number);
    if find(ADMIN_STATE).is_none() && find(DETECTION).is_none() {
        return None;
    }
    let detection = find(DETECTION).and_then(detection);
    let delivering = detection == Some(Detection::Delivering);
    Some(Pse {
        enabled: find(ADMIN_STATE).and_then(|state| match state {
            DISABLED => Some(false),
            ENABLED => Some(true),
            _ => None,
        }),
        detection,
        class: find(CLASS).filter(|_| delivering).and_then(|class| u8::try_from(class).ok()).filter(|class| *class <= 8),
        actual: find(ACTUAL_POWER).map(Milliwatts),
        limit: find(POWER_LIMIT).map(Milliwatts),
        limit_ranges: attributes(bytes).filter(|attribute| attribute.kind == LIMIT_RANGE).filter_map(range).collect(),
        domain: find(POWER_DOMAIN),
        priority: find(PRIORITY)
            .zip(find(PRIORITY_MAX).filter(|lowest| *lowest > 0))
            .map(|(number, lowest)| Priority { number, lowest }),
        reason: find(EXTENDED_STATE).filter(|_| !delivering).and_then(|state| reason(state, find(EXTENDED_SUBSTATE))),
    })
}

fn range(attribute: Attribute<'_>) -> Option<RangeInclusive<u32>> {
    let find = |wanted: u16| attributes(attribute.value).find(|inner| inner.kind == wanted)?.u32();
    Some(find(RANGE_MIN)?..=find(RANGE_MAX)?)
}

fn number(attribute: Attribute<'_>) -> Option<(u16, u32)> {
    attribute.u32().map(|number| (attribute.kind, number))
}

/// ETHTOOL_C33_PSE_PW_D_STATUS_…: one higher than RFC 3621 from `disabled` on; 1 is unknown.
fn detection(status: u32) -> Option<Detection> {
    match status {
        2 => Some(Detection::Disabled),
        3 => Some(Detection::Searching),
        4 => Some(Detection::Delivering),
        5 => Some(Detection::Test),
        6 => Some(Detection::Fault),
        7 => Some(Detection::OtherFault),
        _ => None,
    }
}

/// enum ethtool_c33_pse_ext_state with its substates.
fn reason(state: u32, substate: Option<u32>) -> Option<String> {
    let (state, substates): (&str, &[&str]) = match state {
        1 => (
            "error condition",
            &[
                "port does not exist",
                "port is undefined",
                "internal hardware fault",
                "communication error after force on",
                "port status unknown",
                "host crashed: turned off",
                "host crashed: shut down",
                "configuration changed",
                "over temperature",
            ],
        ),
        2 => ("no maintain power signature", &["underload", "device unplugged"]),
        3 => ("PSE disabled", &["disable pin active"]),
        4 => ("detection", &["in process", "connection check error"]),
        5 => ("port voltage out of limits", &["high voltage", "low voltage", "voltage from outside"]),
        6 => ("overload", &["overload"]),
        7 => ("type of device over the data link layer", &[]),
        8 => (
            "power not available",
            &[
                "budget exceeded",
                "port limit exceeds the controller's budget",
                "device asks more than the port's limit",
                "hardware power limit",
            ],
        ),
        9 => ("short circuit", &["short circuit"]),
        _ => return None,
    };
    let substate = substate.and_then(|number| number.checked_sub(1)).and_then(|index| usize::try_from(index).ok());
    match substate.and_then(|index| substates.get(index)) {
        Some(substate) if *substate != state => Some(format!("{state}: {substate}")),
        _ => Some(state.to_owned()),
    }
}

impl Priority {
    /// The highest is critical, the lowest low, everything between them high.
    fn name(self) -> PoePriority {
        match self.number {
            0 => PoePriority::Critical,
            number if number >= self.lowest => PoePriority::Low,
            _ => PoePriority::High,
        }
    }

    /// The number that has this name; `None` for high where there are only two.
    fn number_of(self, name: PoePriority) -> Option<u32> {
        match name {
            PoePriority::Critical => Some(0),
            PoePriority::High => Some(self.lowest / 2).filter(|number| *number > 0),
            PoePriority::Low => Some(self.lowest),
        }
    }
}

impl Write {
    /// What is written and its value, as `ethtool --set-pse` calls them.
    pub fn words(self) -> (&'static str, String) {
        match self {
            Self::Enabled(true) => ("c33-pse-admin-control", "enable".to_owned()),
            Self::Enabled(false) => ("c33-pse-admin-control", "disable".to_owned()),
            Self::Priority(number) => ("prio", number.to_string()),
            Self::Limit(limit) => ("c33-pse-avail-pw-limit", format!("{} mW", limit.0)),
        }
    }
}

impl Pse {
    /// What sets this priority, by this number where that has the name; why it cannot be set, in words.
    pub fn priority_write(&self, wanted: PoePriority, exact: Option<u32>) -> Result<Write, String> {
        let priority = self.priority.ok_or("its PSE has no priorities, or this kernel does not tell them (Linux 6.17 does)")?;
        let exact = exact.filter(|number| Priority { number: *number, ..priority }.name() == wanted);
        let number = exact.or_else(|| priority.number_of(wanted)).ok_or("its PSE has two priorities only: critical and low")?;
        Ok(Write::Priority(number))
    }

    /// What sets this limit; why it cannot be set, in words.
    pub fn limit_write(&self, limit: Milliwatts) -> Result<Write, String> {
        if self.limit.is_none() {
            return Err("its PSE has no power limit that can be set".to_owned());
        }
        if !self.limit_ranges.is_empty() && !self.limit_ranges.iter().any(|range| range.contains(&limit.0)) {
            let range = |range: &RangeInclusive<u32>| format!("{} to {}", Milliwatts(*range.start()), Milliwatts(*range.end()));
            let ranges: Vec<String> = self.limit_ranges.iter().map(range).collect();
            return Err(format!("its PSE does not take {limit} as power limit, only {}", ranges.join(" or ")));
        }
        Ok(Write::Limit(limit))
    }

    /// The facts as every switch gives them. The kernel does not say what it set aside.
    pub fn into_port(self) -> PoePort {
        PoePort {
            index: None,
            enabled: self.enabled,
            detection: self.detection,
            class: self.class,
            priority: self.priority.map(Priority::name),
            priority_number: self.priority.filter(|own| own.number_of(own.name()) != Some(own.number)).map(|own| own.number),
            limit: self.limit,
            allocated: None,
            measured: self.actual,
            requested: None,
            allocation: None,
        }
    }
}

#[cfg(test)]
#[cfg(target_endian = "little")]
mod tests {
    use super::super::attribute::Attributes;
    use super::*;

    #[test]
    fn requests_are_these_bytes() {
        let header = b"\x0c\0\x01\x80\x08\0\x01\0\x07\0\0\0";
        for (write, expected) in [
            (Write::Enabled(true), b"\x08\0\x06\0\x03\0\0\0"),
            (Write::Enabled(false), b"\x08\0\x06\0\x02\0\0\0"),
            (Write::Priority(1), b"\x08\0\x10\0\x01\0\0\0"),
            (Write::Limit(Milliwatts(7000)), b"\x08\0\x0c\0\x58\x1b\0\0"),
        ] {
            assert_eq!(set(7, write), [&header[..], expected].concat(), "{write:?}");
        }
    }

    fn answer(facts: &[(u16, u32)]) -> Attributes {
        facts.iter().fold(ethtool_header::about(7), |answer, (kind, number)| answer.u32(*kind, *number))
    }

    fn read(facts: &[(u16, u32)]) -> Pse {
        decode(&answer(facts).into_bytes()).unwrap()
    }

    #[test]
    fn a_port_that_delivers() {
        let pse = read(&[(5, 3), (7, 4), (8, 2), (9, 3500), (12, 7000), (14, 3), (15, 2), (16, 1)]);
        assert_eq!((pse.domain, &pse.reason), (Some(3), &None));
        let port = pse.into_port();
        assert_eq!((port.enabled, port.detection, port.class), (Some(true), Some(Detection::Delivering), Some(2)));
        assert_eq!((port.limit, port.measured), (Some(Milliwatts(7000)), Some(Milliwatts(3500))));
        assert_eq!(port.priority, Some(PoePriority::High));
    }

    #[test]
    fn a_class_counts_only_while_power_is_delivered() {
        assert_eq!(read(&[(5, 3), (7, 3), (8, 0)]).class, None);
    }

    #[test]
    fn a_fault_says_why() {
        let pse = read(&[(5, 3), (7, 7), (10, 8), (11, 1)]);
        assert_eq!(
            (pse.detection, pse.reason.as_deref()),
            (Some(Detection::OtherFault), Some("power not available: budget exceeded"))
        );
        assert_eq!(reason(6, Some(1)).as_deref(), Some("overload"));
        assert_eq!(reason(8, Some(99)).as_deref(), Some("power not available"));
        assert_eq!(read(&[(5, 3), (7, 4), (10, 8), (11, 1)]).reason, None, "a port that delivers");
    }

    #[test]
    fn a_limit_must_be_in_one_of_the_ranges() {
        let range = |min, max| Attributes::default().u32(1, min).u32(2, max);
        let bytes = answer(&[(5, 3), (12, 7000)]).nested(13, &range(2000, 30000)).nested(13, &range(45000, 60000)).into_bytes();
        let pse = decode(&bytes).unwrap();
        assert_eq!(pse.limit_ranges, [2000..=30000, 45000..=60000]);
        assert_eq!(pse.limit_write(Milliwatts(45000)), Ok(Write::Limit(Milliwatts(45000))));
        let refusal = pse.limit_write(Milliwatts(40000)).unwrap_err();
        assert_eq!(refusal, "its PSE does not take 40.0 W as power limit, only 2.0 W to 30.0 W or 45.0 W to 60.0 W");
        assert!(read(&[(5, 3)]).limit_write(Milliwatts(7000)).unwrap_err().ends_with("no power limit that can be set"));
        let without_ranges = read(&[(5, 3), (12, 7000)]);
        assert_eq!(without_ranges.limit_write(Milliwatts(1)), Ok(Write::Limit(Milliwatts(1))), "the kernel decides");
    }

    #[test]
    fn priorities_have_three_names() {
        use PoePriority::{Critical, High, Low};
        for (lowest, numbers) in [(1, [Some(0), None, Some(1)]), (2, [Some(0), Some(1), Some(2)]), (7, [Some(0), Some(3), Some(7)])]
        {
            for (name, number) in [Critical, High, Low].into_iter().zip(numbers) {
                let pse = read(&[(5, 3), (15, lowest), (16, number.unwrap_or(0))]);
                assert_eq!(pse.priority_write(name, None).ok(), number.map(Write::Priority), "{name} of 0 to {lowest}");
                assert!(number.is_none() || pse.into_port().priority == Some(name), "{name} of 0 to {lowest} comes back");
            }
        }
        for without in [read(&[(5, 3), (16, 0)]), read(&[(5, 3), (15, 0), (16, 0)])] {
            assert!(without.priority_write(Low, None).unwrap_err().contains("no priorities"));
        }
    }

    #[test]
    fn a_number_between_those_with_names_is_put_back_as_it_was() {
        let pse = read(&[(5, 3), (15, 7), (16, 5)]);
        let port = pse.clone().into_port();
        assert_eq!((port.priority, port.priority_number), (Some(PoePriority::High), Some(5)));
        assert_eq!(pse.priority_write(PoePriority::Low, Some(5)), Ok(Write::Priority(7)));
        assert_eq!(pse.priority_write(PoePriority::High, Some(5)), Ok(Write::Priority(5)));
        assert_eq!(read(&[(5, 3), (15, 7), (16, 3)]).into_port().priority_number, None);
    }

    #[test]
    fn single_pair_power_is_no_poe() {
        assert_eq!(decode(&answer(&[(2, 3), (4, 4)]).into_bytes()), None);
        assert_eq!(decode(b"garbage"), None);
    }
}
