//! POWER-ETHERNET-MIB (RFC 3621) and vendor columns: PSE rows, their interfaces, groups. Pure.
//!
//! RFC 3621 defines no mapping from its index to interfaces, and five different ones are in the field. A row is an interface's only when
//! a rule proves it; a guess would power the wrong port.

use std::collections::{BTreeMap, BTreeSet};

use crate::switch::snmp::interfaces::Interfaces;
use crate::switch::snmp::local_ports::LocalPorts;
use crate::switch::snmp::mib;
use crate::switch::snmp::profile::{Index, Object, Power, Pse, PseRule, Reading, Scale};
use crate::switch::snmp::tables::Tables;
use model::ids::{BridgePort, IfIndex, PseIndex};
use model::switch::{Detection, PoePort, PseGroup};
use model::units::Milliwatts;

/// The group of tables that know none (RFC 3621: 1 for a device that is not modular).
const ONLY_GROUP: u32 = 1;
/// The highest class there is (IEEE 802.3bt).
const HIGHEST_CLASS: u8 = 8;

/// PSE rows and what is proved about them.
#[derive(Debug, Clone, Default)]
pub struct PseMap {
    by_interface: BTreeMap<IfIndex, PseIndex>,
    /// Rows whose interface no rule proves.
    pub unmapped: Vec<PseIndex>,
}

impl PseMap {
    /// Tries the profile's rules in their order; each row goes to the first rule that proves it.
    #[must_use]
    pub fn of(pse: &Pse, tables: &Tables, interfaces: &Interfaces, local_ports: &LocalPorts) -> Self {
        let rows = rows(pse, tables);
        let mut proved: BTreeMap<PseIndex, IfIndex> = BTreeMap::new();
        for rule in &pse.mapping {
            let by_rule = match rule {
                PseRule::EntityAlias => by_entity_alias(pse.entity.as_ref(), &rows, tables),
                PseRule::IfIndexColumn => by_column(pse.interface.as_ref(), &rows, tables),
                PseRule::LldpLocalPower => by_lldp_local_power(&rows, tables, local_ports),
                PseRule::IfIndex => by_if_index(&rows, interfaces),
                PseRule::IfIndexByDefinition => as_if_index(&rows),
                PseRule::BridgePortByDefinition => by_bridge_port(&rows, interfaces),
                PseRule::IfIndexInUnit => by_if_index_in_unit(&rows, interfaces),
                PseRule::UnitSlotPort => by_unit_slot_port(&rows, interfaces),
                PseRule::Thousands => by_thousands(&rows),
            };
            for (row, interface) in by_rule {
                proved.entry(row).or_insert(interface);
            }
        }
        Self::from_proved(&rows, &proved, interfaces)
    }

    /// The PSE row of an interface.
    #[must_use]
    pub fn row(&self, interface: IfIndex) -> Option<PseIndex> {
        self.by_interface.get(&interface).copied()
    }

    /// Keeps what is proved for one existing interface each: two rows of one interface prove nothing.
    fn from_proved(rows: &BTreeSet<PseIndex>, proved: &BTreeMap<PseIndex, IfIndex>, interfaces: &Interfaces) -> Self {
        let mut map = Self::default();
        let mut uses: BTreeMap<IfIndex, u32> = BTreeMap::new();
        for interface in proved.values() {
            *uses.entry(*interface).or_default() += 1;
        }
        for row in rows {
            let interface = proved.get(row).filter(|interface| interfaces.get(**interface).is_some());
            match interface {
                Some(interface) if uses.get(interface) == Some(&1) => {
                    map.by_interface.insert(*interface, *row);
                }
                _ => map.unmapped.push(*row),
            }
        }
        map
    }
}

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

fn by_entity_alias(entity: Option<&Reading>, rows: &BTreeSet<PseIndex>, tables: &Tables) -> BTreeMap<PseIndex, IfIndex> {
    let Some(entity) = entity else { return BTreeMap::new() };
    let aliases: BTreeMap<u32, IfIndex> = tables
        .column(mib::ENT_ALIAS)
        .filter_map(|(instance, value)| {
            // A RowPointer to the ifIndex of an ifEntry; other columns than the first occur.
            match value.oid()?.strip_prefix(mib::IF_ENTRY)? {
                [_, index] => Some((*instance.first()?, IfIndex(*index))),
                _ => None,
            }
        })
        .collect();
    rows.iter().filter_map(|row| Some((*row, *aliases.get(&tables.unsigned(&entity.oid, &[row.group, row.port])?)?))).collect()
}

fn by_column(column: Option<&Reading>, rows: &BTreeSet<PseIndex>, tables: &Tables) -> BTreeMap<PseIndex, IfIndex> {
    let Some(column) = column else { return BTreeMap::new() };
    rows.iter().filter_map(|row| Some((*row, IfIndex(u32::try_from(value(tables, &column.oid, *row)?).ok()?)))).collect()
}

fn by_lldp_local_power(rows: &BTreeSet<PseIndex>, tables: &Tables, local_ports: &LocalPorts) -> BTreeMap<PseIndex, IfIndex> {
    let advertised: BTreeSet<u32> = tables
        .numbers(mib::LLDP_LOC_POWER_SUPPORTED)
        .filter(|(_, supported)| *supported == 1)
        .filter_map(|(instance, _)| Some(local_ports.interface(*instance.first()?)?.0))
        .collect();
    let ports: BTreeSet<u32> = rows.iter().map(|row| row.port).collect();
    if advertised.is_empty() || ports.len() != rows.len() || ports != advertised {
        return BTreeMap::new();
    }
    as_if_index(rows)
}

fn by_if_index(rows: &BTreeSet<PseIndex>, interfaces: &Interfaces) -> BTreeMap<PseIndex, IfIndex> {
    let ports: BTreeSet<u32> = rows.iter().map(|row| row.port).collect();
    let ethernet: BTreeSet<u32> =
        interfaces.iter().filter(|(_, interface)| interface.is_ethernet()).map(|(index, _)| index.0).collect();
    if ports.len() != rows.len() || !ports.is_subset(&ethernet) {
        return BTreeMap::new();
    }
    let groups: BTreeSet<u32> = rows.iter().map(|row| row.group).collect();
    let counts_from_one = ports.first() == Some(&1);
    if counts_from_one && (groups.len() != 1 || ports != ethernet) {
        return BTreeMap::new();
    }
    as_if_index(rows)
}

fn as_if_index(rows: &BTreeSet<PseIndex>) -> BTreeMap<PseIndex, IfIndex> {
    rows.iter().map(|row| (*row, IfIndex(row.port))).collect()
}

fn by_bridge_port(rows: &BTreeSet<PseIndex>, interfaces: &Interfaces) -> BTreeMap<PseIndex, IfIndex> {
    rows.iter().filter_map(|row| Some((*row, interfaces.of_bridge_port(BridgePort(row.port))?))).collect()
}

/// Proves all rows or none: one box of another number shows that the group is no box.
fn by_if_index_in_unit(rows: &BTreeSet<PseIndex>, interfaces: &Interfaces) -> BTreeMap<PseIndex, IfIndex> {
    let in_unit = |row: &PseIndex| {
        let interface = interfaces.get(IfIndex(row.port)).filter(|interface| interface.is_ethernet());
        interface.is_some_and(|interface| matches!(interface.numbers()[..], [unit, _, _] if unit == row.group))
    };
    if rows.iter().all(in_unit) { as_if_index(rows) } else { BTreeMap::new() }
}

fn by_thousands(rows: &BTreeSet<PseIndex>) -> BTreeMap<PseIndex, IfIndex> {
    let index = |row: &PseIndex| row.group.checked_mul(1000)?.checked_add(row.port).map(IfIndex);
    rows.iter().filter_map(|row| Some((*row, index(row)?))).collect()
}

/// Each group goes to the one kind of name that has a port for all of its rows: with names of two kinds, `Gi1/0/1` and `Te1/0/1`, only
/// the one of which there are enough can be meant.
fn by_unit_slot_port(rows: &BTreeSet<PseIndex>, interfaces: &Interfaces) -> BTreeMap<PseIndex, IfIndex> {
    let mut kinds: BTreeMap<&str, BTreeMap<PseIndex, IfIndex>> = BTreeMap::new();
    for (index, interface) in interfaces.iter().filter(|(_, interface)| interface.is_ethernet()) {
        if let Some((kind, row)) = unit_slot_port(interface.name.as_str()) {
            kinds.entry(kind).or_default().insert(row, index);
        }
    }
    let groups: BTreeSet<u32> = rows.iter().map(|row| row.group).collect();
    let of_group = |group: u32| {
        let wanted: Vec<PseIndex> = rows.iter().filter(|row| row.group == group).copied().collect();
        let mut fitting = kinds.values().filter(|kind| wanted.iter().all(|row| kind.contains_key(row)));
        let only = fitting.next().filter(|_| fitting.next().is_none());
        only.map(|kind| wanted.iter().filter_map(|row| Some((*row, *kind.get(row)?))).collect::<Vec<_>>()).unwrap_or_default()
    };
    groups.into_iter().flat_map(of_group).collect()
}

/// `Gi1/0/5` is `Gi` and 1.5, `0/5` is port 5 of the only unit; slots other than 0 are modules and have no PSE row of that number.
fn unit_slot_port(name: &str) -> Option<(&str, PseIndex)> {
    let kind_length = name.find(|letter: char| letter.is_ascii_digit())?;
    let (kind, numbers) = name.split_at(kind_length);
    let numbers: Vec<u32> = numbers.split('/').map(|number| number.parse().ok()).collect::<Option<_>>()?;
    match numbers.as_slice() {
        [unit, 0, port] => Some((kind, PseIndex { group: *unit, port: *port })),
        [0, port] => Some((kind, PseIndex { group: ONLY_GROUP, port: *port })),
        _ => None,
    }
}

/// The value of a row's column. A vendor's table may know no groups where the standard's does.
fn value(tables: &Tables, column: &[u32], row: PseIndex) -> Option<i64> {
    let alone = || (row.group == ONLY_GROUP).then(|| tables.number(column, &[row.port])).flatten();
    tables.number(column, &[row.group, row.port]).or_else(alone)
}

/// The instance of a row in a table of the profile.
#[must_use]
pub fn instance(object: &Object, row: PseIndex) -> Vec<u32> {
    match object.index {
        Index::Interface | Index::BridgePort => vec![row.port],
        _ => vec![row.group, row.port],
    }
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
    let detection = match &pse.detection {
        // Such a column tells "off" of a port that is switched off and of one with nothing on it.
        Some(_) if enabled == Some(false) => Some(Detection::Disabled),
        Some(column) => number(&column.oid).and_then(|value| column.meaning(value)),
        None => number(mib::PSE_DETECTION).and_then(detection),
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
    let (column, plus) = pse.class.as_ref().map_or((mib::PSE_CLASS, -1), |class| (class.oid.as_slice(), class.plus));
    u8::try_from(value(tables, column, row)? + plus - too_high).ok().filter(|class| *class <= HIGHEST_CLASS)
}

/// By how much the switch shows classes too high, 1 or -1, where it does: ports without a device have class 0, and all of them, several
/// at least, show the one beside it.
#[must_use]
pub fn classes_too_high(pse: &Pse, tables: &Tables) -> Option<i64> {
    const SEVERAL: usize = 3;
    if pse.class.is_some() || pse.detection.is_some() {
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
    if numbers.is_empty() && budget.is_some() {
        numbers.extend(rows(pse, tables).iter().map(|row| row.group));
    }
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
    use crate::switch::snmp::catalogue::by_name;
    use crate::switch::snmp::tables::{Datum, joined};

    fn switch(interfaces: &[u32], rows: &[(u32, u32)]) -> Tables {
        let mut tables = Tables::default();
        for index in interfaces {
            tables.insert(joined(mib::IF_DESCR, &[*index]), Datum::Octets(format!("port{index}").into_bytes()));
            tables.insert(joined(mib::IF_TYPE, &[*index]), Datum::Number(6));
        }
        for (group, port) in rows {
            tables.insert(vec![1, 3, 6, 1, 2, 1, 105, 1, 1, 1, 3, *group, *port], Datum::Number(1));
            tables.insert(vec![1, 3, 6, 1, 4, 1, 9, 9, 402, 1, 2, 1, 1, *group, *port], Datum::Number(1));
        }
        tables
    }

    fn mapped(profile: &str, tables: &Tables) -> (Vec<(u32, String)>, usize) {
        let pse = by_name(profile).and_then(|profile| profile.pse.as_ref()).unwrap();
        let interfaces = Interfaces::of(tables);
        let map = PseMap::of(pse, tables, &interfaces, &LocalPorts::of(tables, &interfaces));
        (map.by_interface.iter().map(|(index, row)| (index.0, row.to_string())).collect(), map.unmapped.len())
    }

    #[test]
    fn numbers_that_do_not_count_from_one_are_if_indexes() {
        assert_eq!(
            mapped("standard", &switch(&[49, 50, 51], &[(1, 49), (1, 50)])).0,
            [(49, "1.49".to_owned()), (50, "1.50".to_owned())]
        );
    }

    #[test]
    fn counting_from_one_proves_nothing_unless_every_ethernet_port_has_power() {
        assert_eq!(mapped("standard", &switch(&[1, 2, 3], &[(1, 1), (1, 2)])), (vec![], 2));
        assert_eq!(mapped("standard", &switch(&[1, 2], &[(1, 1), (1, 2)])).1, 0);
    }

    #[test]
    fn a_stack_that_counts_each_member_from_one_proves_nothing() {
        assert_eq!(mapped("standard", &switch(&[1, 2, 3, 4], &[(1, 1), (1, 2), (2, 1), (2, 2)])), (vec![], 4));
    }

    #[test]
    fn the_entity_alias_finds_the_interface() {
        let mut tables = switch(&[10001, 10002], &[(1, 3), (1, 4)]);
        for (port, entity, interface) in [(3, 1001, 10001), (4, 1002, 10002)] {
            tables.insert(vec![1, 3, 6, 1, 4, 1, 9, 9, 402, 1, 2, 1, 11, 1, port], Datum::Number(entity));
            let entity = u32::try_from(entity).unwrap();
            tables.insert(joined(mib::ENT_ALIAS, &[entity, 0]), Datum::Oid(joined(mib::IF_ENTRY, &[1, interface])));
        }
        assert_eq!(mapped("cisco-ios", &tables), (vec![(10001, "1.3".to_owned()), (10002, "1.4".to_owned())], 0));
    }

    #[test]
    fn unit_and_port_are_in_the_name_where_one_kind_of_name_has_all_of_them() {
        assert_eq!(unit_slot_port("Gi1/0/5").map(|(kind, row)| (kind, row.to_string())), Some(("Gi", "1.5".to_owned())));
        assert_eq!(unit_slot_port("0/12").map(|(kind, row)| (kind, row.to_string())), Some(("", "1.12".to_owned())));
        assert_eq!(unit_slot_port("Te1/1/5"), None, "a module");
        assert_eq!(unit_slot_port("vlan 1"), None);
        let mut tables = switch(&[], &[(1, 1), (1, 2)]);
        for (index, name) in [(1, "Gi1/0/1"), (2, "Gi1/0/2"), (3, "Te1/0/1"), (4, "Gi1/0/3")] {
            tables.insert(joined(mib::IF_NAME, &[index]), Datum::Octets(name.as_bytes().to_vec()));
            tables.insert(joined(mib::IF_TYPE, &[index]), Datum::Number(6));
        }
        assert_eq!(mapped("dell-n", &tables), (vec![(1, "1.1".to_owned()), (2, "1.2".to_owned())], 0));
        tables.insert(joined(mib::IF_NAME, &[5]), Datum::Octets(b"Te1/0/2".to_vec()));
        tables.insert(joined(mib::IF_TYPE, &[5]), Datum::Number(6));
        assert_eq!(mapped("dell-n", &tables), (vec![], 2), "two kinds have both ports");
    }

    #[test]
    fn two_rows_of_one_interface_are_both_unmapped() {
        let mut tables = switch(&[10001], &[(1, 3), (1, 4)]);
        for port in [3, 4] {
            tables.insert(vec![1, 3, 6, 1, 4, 1, 9, 9, 402, 1, 2, 1, 11, 1, port], Datum::Number(1001));
        }
        tables.insert(joined(mib::ENT_ALIAS, &[1001, 0]), Datum::Oid(joined(mib::IF_ENTRY, &[1, 10001])));
        assert_eq!(mapped("cisco-ios", &tables), (vec![], 2));
    }

    /// A switch whose interfaces have these names, from ifIndex 1.
    fn named(names: &[&str]) -> Tables {
        let mut tables = Tables::default();
        for (index, name) in (1..).zip(names) {
            tables.insert(joined(mib::IF_NAME, &[index]), Datum::Octets(name.as_bytes().to_vec()));
            tables.insert(joined(mib::IF_TYPE, &[index]), Datum::Number(6));
        }
        tables
    }

    const ENABLED: &[u32] = &[1, 3, 6, 1, 2, 1, 105, 1, 1, 1, 3];

    #[test]
    fn an_if_index_is_in_the_unit_that_its_name_says() {
        let mut tables = named(&["gi1/0/1", "te1/0/1", "gi2/0/1"]);
        tables.insert(joined(ENABLED, &[1, 1]), Datum::Number(1));
        tables.insert(joined(ENABLED, &[2, 3]), Datum::Number(1));
        assert_eq!(mapped("cisco-small-business", &tables).0, [(1, "1.1".to_owned()), (3, "2.3".to_owned())]);
        tables.insert(joined(ENABLED, &[2, 2]), Datum::Number(1));
        assert_eq!(mapped("cisco-small-business", &tables), (vec![], 3), "te1/0/1 is in unit 1, so the group is no unit");
    }

    #[test]
    fn a_column_names_the_interface_where_no_entity_does() {
        let mut tables = switch(&[10001, 10002], &[(1, 3), (1, 4)]);
        for (port, interface) in [(3, 10001), (4, 10002)] {
            tables.insert(vec![1, 3, 6, 1, 4, 1, 9, 5, 1, 4, 1, 1, 11, 1, port], Datum::Number(interface));
        }
        assert_eq!(mapped("cisco-ios", &tables), (vec![(10001, "1.3".to_owned()), (10002, "1.4".to_owned())], 0));
    }

    #[test]
    fn any_column_has_the_rows_and_some_rows_are_unpowered_ports() {
        let mut tables = named(&["gi1/0/1", "gi1/0/2"]);
        tables.insert(vec![1, 3, 6, 1, 4, 1, 9, 6, 1, 101, 108, 1, 1, 5, 1, 2], Datum::Number(6852));
        assert_eq!(mapped("cisco-small-business", &tables).0, [(2, "1.2".to_owned())]);
        for (port, control) in [(1, 1), (2, 3)] {
            tables.insert(vec![1, 3, 6, 1, 4, 1, 1991, 1, 1, 2, 14, 2, 2, 1, 2, port], Datum::Number(control));
        }
        assert_eq!(mapped("ruckus-icx", &tables), (vec![(2, "1.2".to_owned())], 0));
    }

    #[test]
    fn a_port_that_is_switched_off_is_not_searching() {
        let pse = by_name("tplink-jetstream").and_then(|profile| profile.pse.as_ref()).unwrap();
        let column = |column, value| (vec![1, 3, 6, 1, 4, 1, 11863, 6, 56, 1, 1, 2, 1, 1, column, 5], Datum::Number(value));
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
    fn consumption_in_milliwatts_is_recognised() {
        assert_eq!((watts(370, 24), watts(370_000, 24), watts(30_000, 8)), (370, 370, 30));
        assert_eq!((watts(24_000, 0), watts(124_000, 0)), (24_000, 124));
        assert_eq!(consumed(75, Some(370)), Milliwatts(75_000));
        assert_eq!(consumed(75_300, Some(370)), Milliwatts(75_300));
    }
}
