//! What a PSE reports by itself: ETHTOOL_MSG_PSE_NTF (Linux 6.17). Pure.
//!
//! Numbers as in `include/uapi/linux/ethtool_netlink_generated.h`. A SET makes no report, so that its effect has to be read.

use super::attribute::attributes;
use super::ethtool_header;

/// ETHTOOL_MSG_PSE_NTF.
pub(super) const REPORT: u8 = 49;
/// ETHTOOL_A_PSE_NTF_EVENTS.
const EVENTS: u16 = 2;
/// enum ethtool_pse_event, from the lowest bit.
const NAMES: [&str; 7] = [
    "over current",
    "over temperature",
    "a device detected",
    "a device classified",
    "a device unplugged",
    "over budget",
    "power control failed",
];
/// The events among them that every phone causes that is plugged in or out.
const USUAL: u64 = 0b001_1100;

/// A report about one port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Report {
    /// Index of its interface.
    pub interface: u32,
    events: u64,
}

/// A report; `None` when this is none.
pub(super) fn decode(bytes: &[u8]) -> Option<Report> {
    let events = attributes(bytes).find(|attribute| attribute.kind == EVENTS)?.uint()?;
    Some(Report { interface: ethtool_header::interface(bytes)?, events })
}

impl Report {
    /// What is wrong with the port, in words; empty when this is a phone's usual coming and going.
    pub fn trouble(self) -> Vec<&'static str> {
        let events = self.events & !USUAL;
        NAMES.iter().enumerate().filter(|(bit, _)| events >> bit & 1 == 1).map(|(_, name)| *name).collect()
    }
}

#[cfg(test)]
#[cfg(target_endian = "little")]
mod tests {
    use super::super::attribute::Attributes;
    use super::*;

    #[test]
    fn a_report_names_the_port_and_its_trouble() {
        let report = |events| decode(&ethtool_header::about(7).u32(EVENTS, events).into_bytes()).unwrap();
        assert_eq!((report(1).interface, report(1).trouble()), (7, vec!["over current"]));
        assert_eq!(report(32 | 64 | 16).trouble(), ["over budget", "power control failed"]);
        assert!(report(4 | 8 | 16).trouble().is_empty() && report(1 << 20).trouble().is_empty());
        let wide = ethtool_header::about(7).bytes(EVENTS, &32u64.to_ne_bytes()).into_bytes();
        assert_eq!(decode(&wide).unwrap().trouble(), ["over budget"]);
        assert_eq!((decode(b"garbage"), decode(&Attributes::default().u32(EVENTS, 1).into_bytes())), (None, None));
    }
}
