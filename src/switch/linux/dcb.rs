//! Which priority (802.1p) a port gives to a DSCP: the application table of Data Center Bridging (802.1Qaz clause D.2.12.7). Pure.
//!
//! Messages RTM_GETDCB and RTM_SETDCB; numbers as in `include/uapi/linux/dcbnl.h`.

use std::collections::{BTreeMap, BTreeSet};

use nix::errno::Errno;

use super::attribute::{Attributes, attributes};
use super::failure::Failure;
use model::dscp_map::{Priorities, PrioritiesByDscp};
use model::ids::{Dscp, Pcp};

/// RTM_GETDCB; the answer has the same number.
pub(super) const GET: u16 = 78;
/// RTM_SETDCB; the answer has the same number.
pub(super) const SET: u16 = 79;

/// DCB_CMD_IEEE_SET.
const IEEE_SET: u8 = 20;
/// DCB_CMD_IEEE_GET.
const IEEE_GET: u8 = 21;
/// DCB_CMD_IEEE_DEL.
const IEEE_DELETE: u8 = 27;
/// struct dcbmsg.
const HEADER_LEN: usize = 4;

/// DCB_ATTR_IFNAME.
const INTERFACE_NAME: u16 = 1;
/// DCB_ATTR_IEEE: a list; in the answer to a SET an error number.
const IEEE: u16 = 13;
/// DCB_ATTR_IEEE_APP_TABLE.
const TABLE: u16 = 3;
/// DCB_ATTR_DCB_APP_TRUST_TABLE (Linux 6.2).
const TRUST: u16 = 11;
/// DCB_ATTR_IEEE_APP: a row, or what is trusted.
const ROW: u16 = 1;
/// IEEE_8021QAZ_APP_SEL_DSCP.
const DSCP: u8 = 5;
/// DCB_APP_SEL_PCP.
const PCP: u8 = 255;

/// What a port does with the marks of frames received.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Marks {
    /// Priorities by DSCP. More than one is possible; the kernel then takes the highest.
    pub by_dscp: BTreeMap<u8, BTreeSet<u8>>,
    /// What is looked at, in order, by its selector; `None` when the driver does not tell.
    pub trust: Option<Vec<u8>>,
}

/// One change of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Write {
    Add {
        /// The DSCP, 0–63.
        dscp: u8,
        /// The priority, 0–7.
        priority: u8,
    },
    /// Takes a row out.
    Remove {
        /// The DSCP, 0–63.
        dscp: u8,
        /// The priority, 0–7.
        priority: u8,
    },
}

impl Write {
    /// What is written and its value.
    pub fn words(self) -> (String, String) {
        match self {
            Self::Add { dscp, priority } => (format!("DSCP {dscp}"), format!("priority {priority}")),
            Self::Remove { dscp, priority } => (format!("DSCP {dscp}"), format!("no longer priority {priority}")),
        }
    }
}

/// The content of a GET.
pub(super) fn get(interface: &str) -> Vec<u8> {
    message(IEEE_GET, Attributes::default().text(INTERFACE_NAME, interface))
}

/// The content of a SET.
pub(super) fn set(interface: &str, write: Write) -> Vec<u8> {
    let (command, Write::Add { dscp, priority } | Write::Remove { dscp, priority }) = match write {
        Write::Add { .. } => (IEEE_SET, write),
        Write::Remove { .. } => (IEEE_DELETE, write),
    };
    let [low, high] = u16::from(dscp).to_ne_bytes();
    let row = Attributes::default().bytes(ROW, &[DSCP, priority, low, high]);
    let table = Attributes::default().nested(TABLE, &row);
    message(command, Attributes::default().text(INTERFACE_NAME, interface).nested(IEEE, &table))
}

fn message(command: u8, attributes: Attributes) -> Vec<u8> {
    [&[0, command, 0, 0], attributes.into_bytes().as_slice()].concat()
}

/// What a GET answered.
pub(super) fn decode(answer: &[u8]) -> Marks {
    let mut marks = Marks::default();
    let bytes = answer.get(HEADER_LEN..).unwrap_or_default();
    for part in attributes(bytes).filter(|attribute| attribute.kind == IEEE).flat_map(|ieee| attributes(ieee.value)) {
        match part.kind {
            TABLE => marks.add_rows(part.value),
            TRUST => marks.trust = Some(attributes(part.value).filter_map(|selector| selector.u8()).collect()),
            _ => {}
        }
    }
    marks
}

/// Whether a SET succeeded: its answer holds the negative error number as one byte.
pub(super) fn outcome(answer: &[u8]) -> Result<(), Failure> {
    let bytes = answer.get(HEADER_LEN..).unwrap_or_default();
    match attributes(bytes).find(|attribute| attribute.kind == IEEE).and_then(|attribute| attribute.u8()) {
        Some(0) => Ok(()),
        Some(code) => Err(Failure::Refused { errno: Errno::from_raw(i32::from(code.wrapping_neg())), words: None }),
        None => Err(Failure::NoAnswer),
    }
}

impl Marks {
    /// struct dcb_app: selector, priority, and for DSCP its number in host byte order.
    fn add_rows(&mut self, table: &[u8]) {
        for row in attributes(table).filter(|attribute| attribute.kind == ROW) {
            let &[DSCP, priority, low, high] = row.value else { continue };
            if let Ok(dscp) = u8::try_from(u16::from_ne_bytes([low, high])) {
                self.by_dscp.entry(dscp).or_default().insert(priority);
            }
        }
    }

    /// The writes, in order, after which a DSCP has these priorities alone: it loses one only after it has the others.
    pub fn writes(&self, dscp: Dscp, priorities: &Priorities) -> Vec<Write> {
        let dscp = dscp.get();
        let now = self.by_dscp.get(&dscp).cloned().unwrap_or_default();
        let wanted: BTreeSet<u8> = priorities.0.iter().map(|priority| priority.get()).collect();
        let added = wanted.difference(&now).map(|priority| Write::Add { dscp, priority: *priority });
        let removed = now.difference(&wanted).map(|priority| Write::Remove { dscp, priority: *priority });
        added.chain(removed).collect()
    }

    /// The priorities of each DSCP.
    pub fn priorities(&self) -> PrioritiesByDscp {
        let priorities = |numbers: &BTreeSet<u8>| Priorities(numbers.iter().filter_map(|number| Pcp::new(*number)).collect());
        self.by_dscp.iter().filter_map(|(dscp, numbers)| Some((Dscp::new(*dscp)?, priorities(numbers)))).collect()
    }
}

impl std::fmt::Display for Marks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.by_dscp.is_empty() {
            f.write_str("no DSCP is mapped to a priority")?;
        }
        for (index, (dscp, priorities)) in self.by_dscp.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            let priorities: Vec<String> = priorities.iter().map(u8::to_string).collect();
            write!(f, "{separator}DSCP {dscp} → priority {}", priorities.join(" or "))?;
        }
        let Some(trust) = &self.trust else { return Ok(()) };
        let names: Vec<String> = trust.iter().map(|selector| selector_name(*selector)).collect();
        match names.as_slice() {
            [] => f.write_str("; no mark is trusted"),
            names => write!(f, "; trusted: {}", names.join(", then ")),
        }
    }
}

fn selector_name(selector: u8) -> String {
    match selector {
        DSCP => "DSCP".to_owned(),
        PCP => "PCP".to_owned(),
        other => format!("selector {other}"),
    }
}

#[cfg(test)]
#[cfg(target_endian = "little")]
mod tests {
    use super::*;

    #[test]
    fn requests_are_these_bytes() {
        assert_eq!(get("swp1"), b"\0\x15\0\0\x09\0\x01\0swp1\0\0\0\0");
        let rest = b"\x09\0\x01\0swp1\0\0\0\0\x10\0\x0d\x80\x0c\0\x03\x80\x08\0\x01\0\x05\x06\x2e\0";
        assert_eq!(set("swp1", Write::Add { dscp: 46, priority: 6 }), [&b"\0\x14\0\0"[..], rest].concat());
        assert_eq!(set("swp1", Write::Remove { dscp: 46, priority: 6 }), [&b"\0\x1b\0\0"[..], rest].concat());
    }

    fn answer(rows: &[[u8; 4]], trust: Option<&[u8]>) -> Vec<u8> {
        let table = rows.iter().fold(Attributes::default(), |table, row| table.bytes(ROW, row));
        let mut ieee = Attributes::default().nested(TABLE, &table);
        if let Some(trust) = trust {
            let selectors = trust.iter().fold(Attributes::default(), |list, selector| list.bytes(1, &[*selector]));
            ieee = ieee.nested(TRUST, &selectors);
        }
        message(IEEE_GET, Attributes::default().text(INTERFACE_NAME, "swp1").nested(IEEE, &ieee))
    }

    #[test]
    fn a_table_is_told_in_words() {
        let rows = [[5, 5, 46, 0], [1, 3, 0, 8], [5, 3, 24, 0], [5, 6, 46, 0], [5, 1, 0, 1]];
        let marks = decode(&answer(&rows, Some(&[DSCP, PCP])));
        assert_eq!(marks.to_string(), "DSCP 24 → priority 3, DSCP 46 → priority 5 or 6; trusted: DSCP, then PCP");
        assert_eq!(decode(&answer(&[], Some(&[]))).to_string(), "no DSCP is mapped to a priority; no mark is trusted");
        assert_eq!(decode(&answer(&[], None)).to_string(), "no DSCP is mapped to a priority");
        assert_eq!(decode(b"ga"), Marks::default());
    }

    #[test]
    fn a_new_priority_is_there_before_the_old_one_goes() {
        let marks = decode(&answer(&[[5, 0, 46, 0], [5, 5, 46, 0]], None));
        let (add, remove) = (|priority| Write::Add { dscp: 46, priority }, |priority| Write::Remove { dscp: 46, priority });
        let writes = |dscp, priorities: &[u8]| {
            let priorities = priorities.iter().filter_map(|number| Pcp::new(*number)).collect();
            marks.writes(Dscp::new(dscp).unwrap(), &Priorities(priorities))
        };
        assert_eq!(writes(46, &[6]), [add(6), remove(0), remove(5)]);
        assert_eq!(writes(46, &[5]), [remove(0)]);
        assert_eq!(writes(46, &[]), [remove(0), remove(5)]);
        assert_eq!(writes(24, &[3]), [Write::Add { dscp: 24, priority: 3 }]);
    }

    #[test]
    fn the_answer_to_a_write_holds_its_error() {
        let answer = |code: u8| message(IEEE_SET, Attributes::default().bytes(IEEE, &[code]));
        assert_eq!(outcome(&answer(0)), Ok(()));
        assert!(outcome(&answer(239)).unwrap_err().is(Errno::EEXIST), "-17 as an byte");
        assert_eq!(outcome(b""), Err(Failure::NoAnswer));
    }
}
