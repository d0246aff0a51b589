//! A port's link: speed, duplex, errors (IF-MIB, EtherLike-MIB). Pure.

use crate::switch::snmp::mib;
use crate::switch::snmp::read::interfaces::Interface;
use model::ids::IfIndex;
use model::switch::Duplex;
use snmp::manager::Tables;

/// Bits per second in a Mbit/s.
const MEGABIT: u32 = 1_000_000;

/// Whether the link is up, by ifOperStatus: up(1), down(2), notPresent(6), lowerLayerDown(7). The others say nothing of the link.
#[must_use]
pub fn is_up(tables: &Tables, index: IfIndex) -> Option<bool> {
    match tables.number(mib::IF_OPER_STATUS, &[index.0])? {
        1 => Some(true),
        2 | 6 | 7 => Some(false),
        _ => None,
    }
}

/// Whether the link is up as far as the switch tells: an agent without the column says nothing against it.
fn may_be_up(tables: &Tables, index: IfIndex) -> bool {
    tables.number(mib::IF_OPER_STATUS, &[index.0]).is_none() || is_up(tables, index) == Some(true)
}

/// Speed in Mbit/s. Of a link that is down many agents tell the fastest or the slowest speed of the port, which is no speed of a link.
#[must_use]
pub fn speed_mbps(tables: &Tables, index: IfIndex) -> Option<u32> {
    if !may_be_up(tables, index) {
        return None;
    }
    let megabits = tables.unsigned(mib::IF_HIGH_SPEED, &[index.0]).filter(|speed| *speed > 0);
    megabits.or_else(|| {
        // At its highest value it says only that the speed is higher.
        let bits = tables.unsigned(mib::IF_SPEED, &[index.0]).filter(|bits| *bits != u32::MAX)?;
        Some(bits / MEGABIT).filter(|speed| *speed > 0)
    })
}

/// Duplex; `None` while the link is down.
#[must_use]
pub fn duplex(tables: &Tables, index: IfIndex) -> Option<Duplex> {
    if !may_be_up(tables, index) {
        return None;
    }
    match tables.number(mib::DUPLEX_STATUS, &[index.0])? {
        2 => Some(Duplex::Half),
        3 => Some(Duplex::Full),
        _ => None,
    }
}

/// A counter of errors.
#[must_use]
pub fn errors(tables: &Tables, column: &[u32], index: IfIndex) -> Option<u64> {
    u64::try_from(tables.number(column, &[index.0])?).ok()
}

/// Whether the interface is one whose speed only ifSpeed can tell: an Ethernet port with a link, but without ifHighSpeed.
#[must_use]
pub fn lacks_speed(tables: &Tables, index: IfIndex, interface: &Interface) -> bool {
    interface.is_ethernet() && is_up(tables, index) == Some(true) && speed_mbps(tables, index).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use snmp::Oid;
    use snmp::manager::Datum;

    const PORT: IfIndex = IfIndex(7);

    fn switch(cells: &[(&[u32], i64)]) -> Tables {
        let mut tables = Tables::default();
        tables.extend(cells.iter().map(|(column, value)| (Oid::joined(column, &[7]), Datum::Number(*value))));
        tables
    }

    #[test]
    fn speed_is_that_of_a_link() {
        let speed = |up: i64, high: i64, low: i64| {
            speed_mbps(&switch(&[(mib::IF_OPER_STATUS, up), (mib::IF_HIGH_SPEED, high), (mib::IF_SPEED, low)]), PORT)
        };
        assert_eq!(speed(1, 1000, 1_000_000_000), Some(1000));
        assert_eq!(speed(2, 1000, 1_000_000_000), None);
        assert_eq!(speed(1, 0, 10_000_000), Some(10), "some agents round 10 Mbit/s down to nothing");
        assert_eq!(speed(1, 0, 0), None);
        assert_eq!(speed(1, 0, 4_294_967_295), None);
        assert_eq!(speed_mbps(&switch(&[(mib::IF_SPEED, 100_000_000)]), PORT), Some(100));
    }

    #[test]
    fn a_status_that_says_nothing_of_the_link_is_no_link_down() {
        let up = |status| is_up(&switch(&[(mib::IF_OPER_STATUS, status)]), PORT);
        assert_eq!([1, 2, 6, 7].map(up), [Some(true), Some(false), Some(false), Some(false)]);
        assert_eq!([0, 3, 4, 5, 9].map(up), [None; 5]);
        assert_eq!(speed_mbps(&switch(&[(mib::IF_OPER_STATUS, 4), (mib::IF_HIGH_SPEED, 1000)]), PORT), None);
    }

    #[test]
    fn duplex_is_that_of_a_link() {
        let duplex = |up: i64, status: i64| duplex(&switch(&[(mib::IF_OPER_STATUS, up), (mib::DUPLEX_STATUS, status)]), PORT);
        assert_eq!([duplex(1, 1), duplex(1, 2), duplex(1, 3), duplex(2, 3)], [None, Some(Duplex::Half), Some(Duplex::Full), None]);
    }

    #[test]
    fn a_counter_that_is_not_there_is_not_zero() {
        assert_eq!(errors(&switch(&[(mib::IF_IN_ERRORS, 178)]), mib::IF_IN_ERRORS, PORT), Some(178));
        assert_eq!(errors(&switch(&[]), mib::IF_OUT_ERRORS, PORT), None);
    }
}
