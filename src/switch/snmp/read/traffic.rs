//! Unicast counters of ports: those of 64 bits, else those of 32. Pure.

use crate::switch::snmp::mib;
use crate::switch::snmp::read::maps::Maps;
use model::ids::IfIndex;
use model::traffic::{TrafficSample, Unicast};
use snmp::Oid;
use snmp::manager::Tables;

/// The columns of 64 bits.
#[must_use]
pub fn wide() -> [Oid; 2] {
    [mib::IF_HC_IN_UNICAST, mib::IF_HC_OUT_UNICAST].map(Oid::from)
}

/// Those of 32.
#[must_use]
pub fn narrow() -> [Oid; 2] {
    [mib::IF_IN_UNICAST, mib::IF_OUT_UNICAST].map(Oid::from)
}

/// Whether a port that is there lacks the counters of 64 bits.
#[must_use]
pub fn lack_wide(maps: &Maps, tables: &Tables) -> bool {
    maps.interfaces.iter().any(|(index, interface)| interface.is_ethernet() && of_port(tables, index, true).is_none())
}

/// What was counted.
#[must_use]
pub fn sample(maps: &Maps, tables: &Tables) -> TrafficSample {
    let of = |index| of_port(tables, index, true).or_else(|| of_port(tables, index, false));
    let ports = maps.interfaces.iter().filter_map(|(index, interface)| Some((interface.name.clone(), of(index)?)));
    TrafficSample { uptime_cs: tables.unsigned(mib::SYS_UP_TIME, &[0]), ports: ports.collect() }
}

fn of_port(tables: &Tables, index: IfIndex, wide: bool) -> Option<Unicast> {
    let (received, sent) =
        if wide { (mib::IF_HC_IN_UNICAST, mib::IF_HC_OUT_UNICAST) } else { (mib::IF_IN_UNICAST, mib::IF_OUT_UNICAST) };
    let count = |column| tables.number(column, &[index.0]).and_then(|packets| u64::try_from(packets).ok());
    Some(Unicast { received: count(received)?, sent: count(sent)?, wide })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::switch::snmp::profile::catalogue::by_name;
    use snmp::manager::Datum;

    #[test]
    fn a_port_without_counters_of_64_bits_has_those_of_32() {
        let mut tables = Tables::default();
        for index in [1, 2, 3] {
            tables.insert(Oid::joined(mib::IF_NAME, &[index]), Datum::Octets(format!("p{index}").into_bytes()));
            tables.insert(Oid::joined(mib::IF_TYPE, &[index]), Datum::Number(6));
        }
        let maps = Maps::of(by_name("standard").unwrap(), &tables, &[]);
        let mut count = |column, index, packets| tables.insert(Oid::joined(column, &[index]), Datum::Number(packets));
        count(mib::IF_HC_IN_UNICAST, 1, 5);
        count(mib::IF_HC_OUT_UNICAST, 1, 6);
        count(mib::IF_IN_UNICAST, 1, 1);
        count(mib::IF_OUT_UNICAST, 1, 1);
        count(mib::IF_IN_UNICAST, 2, 7);
        count(mib::IF_OUT_UNICAST, 2, 8);
        count(mib::IF_IN_UNICAST, 3, 9);
        let ports = sample(&maps, &tables).ports;
        let told = |port: &str| ports.get(&port.into()).map(|count| (count.received, count.sent, count.wide));
        assert_eq!(["p1", "p2", "p3"].map(told), [Some((5, 6, true)), Some((7, 8, false)), None]);
        assert!(lack_wide(&maps, &tables));
    }
}
