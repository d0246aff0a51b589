//! Power sourcing over ethtool netlink (Linux 6.10): clause 33 and 145 ports, never single-pair power (PoDL). Pure.
//!
//! Messages ETHTOOL_MSG_PSE_GET and _SET; numbers as in `include/uapi/linux/ethtool_netlink_generated.h`.

use crate::model::switch::Detection;
use crate::model::switch::PoePort;
use crate::model::switch::PoePriority;
use crate::model::units::Milliwatts;

use super::attribute::Attribute;
use super::attribute::Attributes;
use super::attribute::attributes;

/// ETHTOOL_MSG_PSE_GET.
pub(super) const GET: u8 = 36;
/// ETHTOOL_MSG_PSE_SET; the answer to GET has the same number.
pub(super) const SET: u8 = 37;

/// ETHTOOL_A_PSE_HEADER, which names the interface.
const HEADER: u16 = 1;
/// ETHTOOL_A_HEADER_DEV_INDEX.
const HEADER_INTERFACE: u16 = 1;
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
/// ETHTOOL_A_PSE_PRIO_MAX (Linux 6.17).
const PRIORITY_MAX: u16 = 15;
/// ETHTOOL_A_PSE_PRIO (Linux 6.17): 0 is the highest.
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
    /// Power measured.
    pub actual: Option<Milliwatts>,
    /// Configured upper limit.
    pub limit: Option<Milliwatts>,
    /// Priority, 0 the highest; `None` when this PSE has none.
    pub priority: Option<u32>,
    /// Why no power is delivered, in words.
    pub reason: Option<String>,
}

/// One write to a PSE port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Write {
    /// The PSE function on or off.
    Enabled(bool),
    /// Order of power-up and shedding.
    Priority(PoePriority),
}

/// The attributes of a GET for the interface with this index.
pub(super) fn get(interface: u32) -> Vec<u8> {
    with_header(interface).into_octets()
}

/// The attributes of a SET for the interface with this index. What is not named in it stays as it is.
pub(super) fn set(interface: u32, write: Write) -> Vec<u8> {
    let request = with_header(interface);
    match write {
        Write::Enabled(true) => request.u32(ADMIN_CONTROL, ENABLED),
        Write::Enabled(false) => request.u32(ADMIN_CONTROL, DISABLED),
        Write::Priority(priority) => request.u32(PRIORITY, priority_number(priority)),
    }
    .into_octets()
}

fn with_header(interface: u32) -> Attributes {
    Attributes::default().nested(HEADER, &Attributes::default().u32(HEADER_INTERFACE, interface))
}

/// What a GET answered; `None` when the port has no clause 33 PSE.
pub(super) fn decode(octets: &[u8]) -> Option<Pse> {
    let numbers: Vec<(u16, u32)> = attributes(octets).filter_map(number).collect();
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
        priority: find(PRIORITY_MAX).filter(|highest| *highest > 0).and_then(|_| find(PRIORITY)),
        reason: find(EXTENDED_STATE).and_then(|state| reason(state, find(EXTENDED_SUBSTATE))),
    })
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

/// The kernel has as many priorities as the driver likes, 0 the highest; the first three are named.
fn priority_name(number: u32) -> PoePriority {
    match number {
        0 => PoePriority::Critical,
        1 => PoePriority::High,
        _ => PoePriority::Low,
    }
}

fn priority_number(priority: PoePriority) -> u32 {
    match priority {
        PoePriority::Critical => 0,
        PoePriority::High => 1,
        PoePriority::Low => 2,
    }
}

impl Pse {
    /// The facts as every switch gives them. The kernel does not say what it set aside.
    pub fn into_port(self) -> PoePort {
        PoePort {
            index: None,
            enabled: self.enabled,
            detection: self.detection,
            class: self.class,
            priority: self.priority.map(priority_name),
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
    use super::*;

    #[test]
    fn requests_are_these_octets() {
        assert_eq!(get(7), b"\x0c\0\x01\x80\x08\0\x01\0\x07\0\0\0");
        assert_eq!(set(7, Write::Enabled(true)), b"\x0c\0\x01\x80\x08\0\x01\0\x07\0\0\0\x08\0\x06\0\x03\0\0\0");
        assert_eq!(set(7, Write::Enabled(false)), b"\x0c\0\x01\x80\x08\0\x01\0\x07\0\0\0\x08\0\x06\0\x02\0\0\0");
        assert_eq!(set(7, Write::Priority(PoePriority::High)), b"\x0c\0\x01\x80\x08\0\x01\0\x07\0\0\0\x08\0\x10\0\x01\0\0\0");
    }

    fn answer(facts: &[(u16, u32)]) -> Vec<u8> {
        facts.iter().fold(with_header(7), |answer, (kind, number)| answer.u32(*kind, *number)).into_octets()
    }

    #[test]
    fn a_port_that_delivers() {
        let pse = decode(&answer(&[(5, 3), (7, 4), (8, 2), (9, 3500), (12, 7000), (15, 2), (16, 1)])).unwrap();
        assert_eq!(
            pse.into_port(),
            PoePort {
                index: None,
                enabled: Some(true),
                detection: Some(Detection::Delivering),
                class: Some(2),
                priority: Some(PoePriority::High),
                limit: Some(Milliwatts(7000)),
                allocated: None,
                measured: Some(Milliwatts(3500)),
                requested: None,
                allocation: None,
            }
        );
    }

    #[test]
    fn a_class_counts_only_while_power_is_delivered() {
        assert_eq!(decode(&answer(&[(5, 3), (7, 3), (8, 0)])).unwrap().class, None);
    }

    #[test]
    fn a_fault_says_why() {
        let pse = decode(&answer(&[(5, 3), (7, 7), (10, 8), (11, 1)])).unwrap();
        assert_eq!(
            (pse.detection, pse.reason.as_deref()),
            (Some(Detection::OtherFault), Some("power not available: budget exceeded"))
        );
        assert_eq!(reason(6, Some(1)).as_deref(), Some("overload"));
        assert_eq!(reason(8, Some(99)).as_deref(), Some("power not available"));
    }

    #[test]
    fn single_pair_power_is_no_poe() {
        assert_eq!(decode(&answer(&[(2, 3), (4, 4)])), None);
        assert_eq!(decode(b"garbage"), None);
    }
}
