//! POWER-ETHERNET-MIB (RFC 3621) and vendor columns: PSE rows, what each powers, groups. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::switch::snmp::mib;
use crate::switch::snmp::profile::{Power, Pse, Scale};
use crate::switch::snmp::read::text;
use model::ids::PseIndex;
use model::switch::{Detection, PoePort, PseGroup};
use model::units::Milliwatts;
use snmp::manager::Tables;

/// The group of tables that know none (RFC 3621: 1 for a device that is not modular).
pub const ONLY_GROUP: u32 = 1;
/// The highest class there is (IEEE 802.3bt).
const HIGHEST_CLASS: u8 = 8;

/// The PSE rows, by any column that has them.
#[must_use]
pub fn rows(pse: &Pse, tables: &Tables) -> BTreeSet<PseIndex> {
    let index = |instance: &[u32]| match instance {
        [group, port] => Some(PseIndex { group: *group, port: *port }),
        // A table of one switch without groups.
        [port] => Some(PseIndex { group: ONLY_GROUP, port: *port }),
        _ => None,
    };
    let is_pse =
        |instance: &[u32]| tables.number(&pse.enabled.object.oid, instance).is_none_or(|value| !pse.unpowered.contains(&value));
    let columns = pse.row_columns().flat_map(|column| tables.column(column));
    columns.filter(|(instance, _)| is_pse(instance)).filter_map(|(instance, _)| index(instance)).collect()
}

/// The value of a row's column. A vendor's table may know no groups where the standard's does.
pub fn value(tables: &Tables, column: &[u32], row: PseIndex) -> Option<i64> {
    let alone = || (row.group == ONLY_GROUP).then(|| tables.number(column, &[row.port])).flatten();
    tables.number(column, &[row.group, row.port]).or_else(alone)
}

/// The same of a column of texts.
fn bytes<'a>(tables: &'a Tables, column: &[u32], row: PseIndex) -> Option<&'a [u8]> {
    let alone = || (row.group == ONLY_GROUP).then(|| tables.bytes(column, &[row.port])).flatten();
    tables.bytes(column, &[row.group, row.port]).or_else(alone)
}

/// pethPsePortPowerClassifications class0.
const CLASS_0: i64 = 1;

/// What is known of one PSE row, on a switch that shows classes so much too high.
#[must_use]
pub fn port(pse: &Pse, tables: &Tables, row: PseIndex, too_high: i64) -> PoePort {
    let number = |oid: &[u32]| value(tables, oid, row);
    let milliwatts = |oid: &[u32], unit: Scale| unit.milliwatts(u32::try_from(number(oid)?).ok()?);
    let power = |column: &Option<Power>| column.as_ref().and_then(|column| milliwatts(&column.oid, column.unit));
    let enabled = number(&pse.enabled.object.oid).and_then(|value| pse.enabled.meaning(value));
    let detection = match (&pse.detection, &pse.detection_words) {
        // Such a column tells "off" of a port that is switched off and of one with nothing on it.
        (Some(_), _) | (_, Some(_)) if enabled == Some(false) => Some(Detection::Disabled),
        (Some(column), _) => number(&column.oid).and_then(|value| column.meaning(value)),
        (None, Some(words)) => bytes(tables, &words.oid, row).and_then(text::text).and_then(|text| words.meaning(&text)),
        (None, None) => number(mib::PSE_DETECTION).and_then(detection),
    };
    PoePort {
        index: Some(row),
        enabled,
        detection,
        class: detection.filter(|detection| *detection == Detection::Delivering).and_then(|_| class(pse, tables, row, too_high)),
        priority: pse.priority.as_ref().and_then(|priority| priority.meaning(number(&priority.object.oid)?)),
        priority_number: None,
        limit: pse.limit.as_ref().and_then(|limit| milliwatts(&limit.object.oid, limit.unit)),
        allocated: power(&pse.allocated),
        measured: power(&pse.measured),
        requested: power(&pse.requested),
        allocation: pse.allocation.as_ref().and_then(|column| column.meaning(number(&column.oid)?)),
    }
}

/// The class of a row, less by how much the switch shows it too high. Idle ports show class 0, which says nothing.
fn class(pse: &Pse, tables: &Tables, row: PseIndex, too_high: i64) -> Option<u8> {
    // Class plus one by the standard.
    let (column, plus) = pse.class.as_ref().map_or((mib::PSE_CLASS, -1), |class| (&class.oid[..], class.plus));
    u8::try_from(value(tables, column, row)? + plus - too_high).ok().filter(|class| *class <= HIGHEST_CLASS)
}

/// By how much the switch shows classes too high, 1 or -1, where it does: ports without a device have class 0, and all of them, several
/// at least, show the one beside it.
#[must_use]
pub fn classes_too_high(pse: &Pse, tables: &Tables) -> Option<i64> {
    const SEVERAL: usize = 3;
    if pse.class.is_some() || pse.detection.is_some() || pse.detection_words.is_some() {
        return None;
    }
    let idle = |value: i64| matches!(detection(value), Some(Detection::Disabled | Detection::Searching));
    let shown: Vec<i64> = tables
        .numbers(mib::PSE_DETECTION)
        .filter(|(_, value)| idle(*value))
        .filter_map(|(row, _)| tables.number(mib::PSE_CLASS, row))
        .collect();
    let (first, same) = (shown.first()?, shown.windows(2).all(|pair| pair[0] == pair[1]));
    Some(first - CLASS_0).filter(|too_high| same && shown.len() >= SEVERAL && too_high.abs() == 1)
}

fn in_milliwatts(tables: &Tables, column: &Power, instance: &[u32]) -> Option<Milliwatts> {
    column.unit.milliwatts(tables.unsigned(&column.oid, instance)?)
}

fn detection(value: i64) -> Option<Detection> {
    match value {
        1 => Some(Detection::Disabled),
        2 => Some(Detection::Searching),
        3 => Some(Detection::Delivering),
        4 => Some(Detection::Fault),
        5 => Some(Detection::Test),
        6 => Some(Detection::OtherFault),
        _ => None,
    }
}

/// The PSE groups. `budget`, from the inventory, stands in where the switch does not tell its nominal power.
#[must_use]
pub fn groups(pse: &Pse, tables: &Tables, budget: Option<Milliwatts>) -> BTreeMap<u32, PseGroup> {
    let mut numbers: BTreeSet<u32> =
        tables.numbers(mib::MAIN_PSE_POWER).filter_map(|(instance, _)| instance.first().copied()).collect();
    let own = &pse.groups;
    let columns = [&own.nominal, &own.measured, &own.reserved, &own.remaining].into_iter().flatten();
    numbers.extend(columns.flat_map(|column| tables.numbers(&column.oid)).filter_map(|(instance, _)| match instance {
        [0] if own.scalar => Some(ONLY_GROUP),
        [group] => Some(*group),
        _ => None,
    }));
    // A group may have rows and tell nothing of itself.
    numbers.extend(rows(pse, tables).iter().map(|row| row.group));
    let mut groups: BTreeMap<u32, PseGroup> = numbers.into_iter().map(|number| (number, group(pse, tables, number))).collect();
    if groups.len() == 1 {
        for group in groups.values_mut() {
            group.nominal = group.nominal.or(budget);
        }
    }
    groups
}

fn group(pse: &Pse, tables: &Tables, number: u32) -> PseGroup {
    let own = &pse.groups;
    let instance = [if own.scalar { 0 } else { number }];
    let power = |column: &Option<Power>| column.as_ref().and_then(|column| in_milliwatts(tables, column, &instance));
    let ports = rows(pse, tables).iter().filter(|row| row.group == number).count();
    let nominal_watts = tables.unsigned(mib::MAIN_PSE_POWER, &[number]).filter(|watts| *watts > 0).map(|value| watts(value, ports));
    let consumption = tables.unsigned(mib::MAIN_PSE_CONSUMPTION, &[number]);
    let nominal = power(&own.nominal).or(nominal_watts.map(Milliwatts::from_watts));
    let used = nominal.zip(power(&own.remaining)).map(|(nominal, remaining)| Milliwatts(nominal.0.saturating_sub(remaining.0)));
    PseGroup {
        nominal,
        measured: power(&own.measured).or_else(|| consumption.map(|value| consumed(value, nominal_watts))),
        reserved: power(&own.reserved).or(used),
        guard_band: power(&own.guard_band),
        failover: power(&own.failover),
        redundancy: own.redundancy.as_ref().and_then(|column| column.meaning(tables.number(&column.oid, &instance)?)),
        // Some switches say off while they merely have nothing to power; on is the only word to rely on.
        operational: match tables.number(mib::MAIN_PSE_OPER_STATUS, &[number]) {
            Some(1) => Some(true),
            Some(3) => Some(false),
            _ => None,
        },
    }
}

/// Watts by the standard (1 to 65535); some agents say milliwatts, which shows in a supply that could give each port a kilowatt.
fn watts(value: u32, ports: usize) -> u32 {
    const MOST_PER_PORT: usize = 1000;
    const LARGEST: usize = 65_535;
    let most = if ports == 0 { LARGEST } else { (ports * MOST_PER_PORT).min(LARGEST) };
    if usize::try_from(value).is_ok_and(|value| value <= most) { value } else { value / 1000 }
}

/// Watts by the standard; some agents say milliwatts, which shows when it exceeds what the supply has.
fn consumed(value: u32, nominal_watts: Option<u32>) -> Milliwatts {
    match nominal_watts {
        Some(nominal) if value > nominal.saturating_mul(2) => Milliwatts(value),
        _ => Milliwatts::from_watts(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::switch::snmp::profile::catalogue::by_name;
    use snmp::Oid;
    use snmp::manager::Datum;

    #[test]
    fn a_port_that_is_switched_off_is_not_searching() {
        let pse = by_name("tplink-jetstream").and_then(|profile| profile.pse.as_ref()).unwrap();
        let column = |column, value| (Oid::from([1, 3, 6, 1, 4, 1, 11863, 6, 56, 1, 1, 2, 1, 1, column, 5]), Datum::Number(value));
        let told = |on, status| {
            let mut tables = Tables::default();
            tables.extend([column(2, on), column(11, status), column(4, 300), column(7, 64), column(10, 4)]);
            port(pse, &tables, PseIndex { group: 1, port: 5 }, 0)
        };
        assert_eq!([told(0, 0), told(1, 0)].map(|port| port.detection), [Some(Detection::Disabled), Some(Detection::Searching)]);
        let delivering = told(1, 2);
        assert_eq!(
            (delivering.class, delivering.limit, delivering.measured),
            (Some(4), Some(Milliwatts(30_000)), Some(Milliwatts(6400)))
        );
        assert_eq!(told(1, 1).class, None);
    }

    #[test]
    fn a_switch_that_says_it_in_words_is_understood() {
        let pse = by_name("huawei").and_then(|profile| profile.pse.as_ref()).unwrap();
        let told = |enabled: i64, on: &str| {
            let cell = |column| Oid::from([1, 3, 6, 1, 4, 1, 2011, 5, 25, 195, 3, 1, column, 6]);
            let mut tables = Tables::default();
            tables.insert(cell(3), Datum::Number(enabled));
            tables.insert(cell(6), Datum::Octets(on.as_bytes().to_vec()));
            tables.insert(cell(8), Datum::Number(3));
            let port = port(pse, &tables, PseIndex { group: 1, port: 6 }, 0);
            (port.detection, port.class)
        };
        assert_eq!(told(1, "ON"), (Some(Detection::Delivering), Some(3)));
        assert_eq!(told(1, "off"), (Some(Detection::Searching), None));
        assert_eq!(told(2, "off").0, Some(Detection::Disabled));
        assert_eq!(told(1, "in doubt").0, None);
    }

    #[test]
    fn a_group_without_a_row_of_its_own_is_there_with_its_ports() {
        let pse = by_name("standard").and_then(|profile| profile.pse.as_ref()).unwrap();
        let mut tables = Tables::default();
        tables.insert(Oid::from([1, 3, 6, 1, 2, 1, 105, 1, 1, 1, 3, 2, 7]), Datum::Number(1));
        assert_eq!(groups(pse, &tables, None), BTreeMap::from([(2, PseGroup::default())]));
        assert_eq!(groups(pse, &tables, Some(Milliwatts(9000)))[&2].nominal, Some(Milliwatts(9000)), "from the inventory");
    }

    #[test]
    fn consumption_in_milliwatts_is_recognised() {
        assert_eq!((watts(370, 24), watts(370_000, 24), watts(30_000, 8)), (370, 370, 30));
        assert_eq!((watts(24_000, 0), watts(124_000, 0)), (24_000, 124));
        assert_eq!(consumed(75, Some(370)), Milliwatts(75_000));
        assert_eq!(consumed(75_300, Some(370)), Milliwatts(75_300));
    }
}
