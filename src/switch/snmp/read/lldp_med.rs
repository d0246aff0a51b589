//! LLDP-EXT-MED-MIB (ANSI/TIA-1057): what neighbours tell as endpoints, and what the switch tells them. Pure.

use std::collections::BTreeMap;

use crate::switch::snmp::mib;
use crate::switch::snmp::read::local_ports::LocalPorts;
use crate::switch::snmp::read::remote::{Arc, Cells, Remote, RowKey, bits_as_tlv, only};
use model::capabilities::Capabilities;
use model::code_points::{MedApplication, MedDeviceClass, PowerEnd, PowerPriority, PowerSource};
use model::hex::{self, HexBytes};
use model::ids::{Dscp, IfIndex, Pcp};
use model::neighbour::{Med, MedInventory, MedLocation, MedPolicy, MedPower, Text};
use model::units::Milliwatts;
use snmp::manager::Tables;

/// The tables, which have no second arc.
pub struct MedTables<'a> {
    capabilities: Remote<'a>,
    policies: Remote<'a>,
    inventories: Remote<'a>,
    locations: Remote<'a>,
    pse_powers: Remote<'a>,
    pd_powers: Remote<'a>,
}

impl<'a> MedTables<'a> {
    pub fn of(tables: &'a Tables) -> Self {
        let table = |entry| Arc::First.table(tables, entry);
        Self {
            capabilities: table(mib::MED_CAPABILITIES),
            policies: table(mib::MED_POLICY),
            inventories: table(mib::MED_INVENTORY),
            locations: table(mib::MED_LOCATION),
            pse_powers: table(mib::MED_PSE_POWER),
            pd_powers: table(mib::MED_PD_POWER),
        }
    }

    /// What a neighbour tells; `None` for one without LLDP-MED, for which some agents have a row of zeros.
    pub fn of_row(&self, key: RowKey) -> Option<Med<'a>> {
        let rows = |table: &Remote<'a>| table.get(&key).cloned().unwrap_or_default();
        let mut med = Med {
            policies: rows(&self.policies).iter().filter_map(|(instance, cells)| policy(instance, cells)).collect(),
            locations: rows(&self.locations).iter().filter_map(|(instance, cells)| location(instance, cells)).collect(),
            power: only(&self.pd_powers, key).and_then(pd_power).or_else(|| only(&self.pse_powers, key).and_then(pse_power)),
            inventory: only(&self.inventories, key).and_then(inventory),
            ..Med::default()
        };
        if let Some(cells) = only(&self.capabilities, key) {
            let known = cells.bytes(1).map(bits_as_tlv);
            let class = cells.number::<u8>(3);
            if med != Med::default() || known.is_some_and(|bits| bits != 0) || class.is_some_and(|class| class != 0) {
                med.capabilities = known.map(Capabilities::Med);
                med.device_class = class.map(MedDeviceClass::of);
            }
        }
        (med != Med::default()).then_some(med)
    }
}

fn inventory<'a>(cells: &Cells<'_>) -> Option<MedInventory<'a>> {
    let text = |column| cells.text(column).map(Text::from);
    let inventory = MedInventory {
        hardware: text(1),
        firmware: text(2),
        software: text(3),
        serial: text(4),
        manufacturer: text(5),
        model: text(6),
        asset: text(7),
    };
    (inventory != MedInventory::default()).then_some(inventory)
}

/// The application of a policy's index: length and bytes of PolicyAppType, a BITS whose first set bit is the application.
///
/// Some agents write the application's number instead of the bit: alone, or after its length. After a length, only 1 and 2 are taken for
/// voice and voice signalling: as bits they would be streaming video and video conferencing, of which phones have no policy.
fn application_type(instance: &[u32]) -> Option<u8> {
    match instance {
        [number @ 1..=8] | [1, number @ 1..=2] => u8::try_from(*number).ok(),
        [length, bytes @ ..] if usize::try_from(*length).is_ok_and(|length| length == bytes.len()) => {
            let bytes: Vec<u8> = bytes.iter().map(|byte| u8::try_from(*byte).ok()).collect::<Option<_>>()?;
            let byte = bytes.iter().position(|byte| *byte != 0)?;
            u8::try_from(byte * 8).ok()?.checked_add(u8::try_from(bytes.get(byte)?.leading_zeros()).ok()?)
        }
        _ => None,
    }
}

/// A policy of which the agent tells every part; half a policy is none.
fn policy(instance: &[u32], cells: &Cells<'_>) -> Option<MedPolicy> {
    Some(MedPolicy {
        application: MedApplication::of(application_type(instance)?),
        vlan: cells.number(2)?,
        priority: Pcp::new(cells.number(3)?)?,
        dscp: Dscp::new(cells.number(4)?)?,
        unknown: cells.truth(5)?,
        tagged: cells.truth(6)?,
    })
}

/// The policies that the switch itself advertises, by port.
#[must_use]
pub fn local_policies(tables: &Tables, local_ports: &LocalPorts) -> BTreeMap<IfIndex, Vec<MedPolicy>> {
    let mut rows: BTreeMap<&[u32], Cells<'_>> = BTreeMap::new();
    for (instance, value) in tables.column(mib::MED_LOCAL_POLICY) {
        if let Some((column, row)) = instance.split_first() {
            rows.entry(row).or_default().insert(*column, value);
        }
    }
    let mut policies: BTreeMap<IfIndex, Vec<MedPolicy>> = BTreeMap::new();
    for (row, cells) in &rows {
        let Some((port, application)) = row.split_first() else { continue };
        if let Some(index) = local_ports.interface(*port) {
            policies.entry(index).or_default().extend(policy(application, cells));
        }
    }
    policies
}

/// A location. Its bytes are as in the TLV, its format is numbered one higher: unknown(1), coordinateBased(2), civicAddress(3), elin(4).
fn location<'a>(instance: &[u32], cells: &Cells<'a>) -> Option<MedLocation<'a>> {
    let number = u8::try_from(instance.first()?.checked_sub(1)?).ok()?;
    let bytes = cells.bytes(2).filter(|bytes| !bytes.is_empty())?;
    Some(match number {
        3 => MedLocation::Elin { number: hex::text(bytes) },
        _ => MedLocation::Other { number, value: HexBytes::from(bytes) },
    })
}

fn pd_power(cells: &Cells<'_>) -> Option<MedPower> {
    // unknown(1), fromPSE(2), local(3), localAndPSE(4): one more than the TLV
    power(PowerEnd::Pd, PowerSource::of_pd, cells)
}

fn pse_power(cells: &Cells<'_>) -> Option<MedPower> {
    // unknown(1), primary(2), backup(3): one more than the TLV
    power(PowerEnd::Pse, PowerSource::of_pse, cells)
}

/// Power in 0.1 W; priorities unknown(1), critical(2), high(3), low(4) are one more than in the TLV. No power from an unknown source with
/// an unknown priority is what some agents have for a TLV that was not sent.
fn power(kind: PowerEnd, source: fn(u8) -> PowerSource, cells: &Cells<'_>) -> Option<MedPower> {
    let one_less = |column| cells.number::<u8>(column).and_then(|value| value.checked_sub(1)).unwrap_or(0);
    if [one_less(2), one_less(3)] == [0, 0] && cells.number::<u32>(1) == Some(0) {
        return None;
    }
    Some(MedPower {
        kind,
        source: source(one_less(2)),
        priority: PowerPriority::of(one_less(3)),
        value_mw: Milliwatts::from_tenths(cells.number(1)?).0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::switch::snmp::read::interfaces::Interfaces;
    use snmp::Oid;
    use snmp::manager::Datum;

    const KEY: RowKey = RowKey { port: Some(3), index: 1 };

    /// A cell of the neighbour.
    fn put(tables: &mut Tables, entry: &[u32], column: u32, rest: &[u32], value: Datum) {
        tables.insert(Oid::joined(entry, &[&[column, 0, 3, 1], rest].concat()), value);
    }

    fn bytes(bytes: &[u8]) -> Datum {
        Datum::Octets(bytes.to_vec())
    }

    fn told(tables: &Tables) -> Option<Med<'_>> {
        MedTables::of(tables).of_row(KEY)
    }

    #[test]
    fn an_application_is_a_bit_in_one_byte_or_two_or_a_number() {
        let voice_and_signalling = [[1, 64].as_slice(), &[2, 64, 0], &[1, 1], &[1, 32], &[2, 32, 0], &[1, 2]].map(application_type);
        assert_eq!(voice_and_signalling, [Some(1), Some(1), Some(1), Some(2), Some(2), Some(2)]);
        assert_eq!((application_type(&[2, 0, 128]), application_type(&[1, 0]), application_type(&[])), (Some(8), None, None));
        assert_eq!((application_type(&[1]), application_type(&[6]), application_type(&[0])), (Some(1), Some(6), None));
    }

    #[test]
    fn zeros_are_no_power_and_0_is_false() {
        let mut tables = Tables::default();
        for (column, value) in [(1, 0), (2, 0), (3, 0)] {
            put(&mut tables, mib::MED_PSE_POWER, column, &[], Datum::Number(value));
        }
        assert_eq!(told(&tables), None);
        put(&mut tables, mib::MED_PSE_POWER, 2, &[], Datum::Number(2));
        assert_eq!(told(&tables).unwrap().power.unwrap().value_mw, 0, "a primary source with nothing to give");
        for (column, value) in [(2, 20), (3, 5), (4, 46), (5, 0), (6, 1)] {
            put(&mut tables, mib::MED_POLICY, column, &[1, 64], Datum::Number(value));
        }
        let policies = told(&tables).unwrap().policies;
        assert_eq!(
            policies.iter().map(|policy| (policy.vlan, policy.unknown, policy.tagged)).collect::<Vec<_>>(),
            [(20, false, true)]
        );
    }

    #[test]
    fn a_row_of_zeros_is_no_endpoint() {
        let mut tables = Tables::default();
        put(&mut tables, mib::MED_CAPABILITIES, 1, &[], bytes(&[0]));
        put(&mut tables, mib::MED_CAPABILITIES, 3, &[], Datum::Number(0));
        assert_eq!(told(&tables), None);
        put(&mut tables, mib::MED_INVENTORY, 6, &[], bytes(b"14      \0\0"));
        let computer = told(&tables).unwrap();
        assert_eq!(computer.device_class, Some(MedDeviceClass::NotDefined));
        assert_eq!(computer.inventory.unwrap().model.as_deref(), Some("14"));
    }

    #[test]
    fn capabilities_are_bits_from_the_left() {
        let mut tables = Tables::default();
        put(&mut tables, mib::MED_CAPABILITIES, 1, &[], bytes(&[0xc8]));
        put(&mut tables, mib::MED_CAPABILITIES, 3, &[], Datum::Number(3));
        let phone = told(&tables).unwrap();
        let names: Vec<_> = phone.capabilities.unwrap().names().collect();
        assert_eq!(names, ["capabilities", "network_policy", "extended_power_pd"]);
        assert_eq!(phone.device_class, Some(MedDeviceClass::Endpoint3));
    }

    #[test]
    fn a_policy_needs_all_its_columns() {
        let mut tables = Tables::default();
        for (column, value) in [(2, 20), (3, 5), (4, 46), (5, 2)] {
            put(&mut tables, mib::MED_POLICY, column, &[1, 64], Datum::Number(value));
        }
        assert_eq!(told(&tables), None);
        put(&mut tables, mib::MED_POLICY, 6, &[1, 64], Datum::Number(1));
        let policy = told(&tables).unwrap().policies.remove(0);
        assert_eq!((policy.application, policy.vlan, policy.tagged, policy.unknown), (MedApplication::Voice, 20, true, false));
    }

    #[test]
    fn power_is_in_tenths_of_a_watt_and_enums_are_one_above_the_tlv() {
        let mut tables = Tables::default();
        for (column, value) in [(1, 65), (2, 2), (3, 3)] {
            put(&mut tables, mib::MED_PD_POWER, column, &[], Datum::Number(value));
        }
        let power = told(&tables).unwrap().power.unwrap();
        assert_eq!(
            (power.kind, power.source, power.priority, power.value_mw),
            (PowerEnd::Pd, PowerSource::Pse, PowerPriority::High, 6500)
        );
        let mut tables = Tables::default();
        for (column, value) in [(1, 154), (2, 3), (3, 2)] {
            put(&mut tables, mib::MED_PSE_POWER, column, &[], Datum::Number(value));
        }
        let power = told(&tables).unwrap().power.unwrap();
        assert_eq!(
            (power.kind, power.source, power.priority, power.value_mw),
            (PowerEnd::Pse, PowerSource::Backup, PowerPriority::Critical, 15_400)
        );
    }

    #[test]
    fn a_location_has_the_format_of_its_index() {
        let mut tables = Tables::default();
        put(&mut tables, mib::MED_LOCATION, 2, &[4], bytes(b"5551234567"));
        put(&mut tables, mib::MED_LOCATION, 2, &[2], bytes(&[]));
        assert_eq!(told(&tables).unwrap().locations, [MedLocation::Elin { number: "5551234567".into() }]);
    }

    #[test]
    fn the_switchs_own_policies_are_by_port() {
        let mut tables = Tables::default();
        tables.insert(Oid::joined(mib::IF_NAME, &[10_103]), bytes(b"Gi0/3"));
        tables.insert(Oid::joined(mib::LLDP_LOC_PORT, &[3, 3]), bytes(b"Gi0/3"));
        for (column, value) in [(2, 20), (3, 5), (4, 46), (5, 2), (6, 1)] {
            tables.insert(Oid::joined(mib::MED_LOCAL_POLICY, &[column, 3, 1, 64]), Datum::Number(value));
            tables.insert(Oid::joined(mib::MED_LOCAL_POLICY, &[column, 9, 1, 64]), Datum::Number(value));
        }
        let ports = LocalPorts::of(&tables, &Interfaces::of(&tables));
        let policies = local_policies(&tables, &ports);
        assert_eq!(policies.keys().collect::<Vec<_>>(), [&IfIndex(10_103)], "nothing proves which port 9 is");
        let policy = &policies[&IfIndex(10_103)][0];
        assert_eq!((policy.application, policy.vlan, policy.dscp.get(), policy.tagged), (MedApplication::Voice, 20, 46, true));
    }
}
