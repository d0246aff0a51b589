//! LLDP-MIB (IEEE 802.1AB-2005) and LLDP-EXT-MED-MIB: local ports and neighbours. LLDP-V2-MIB is not supported. Pure.

use std::collections::BTreeMap;

use crate::model::capabilities::Capabilities;
use crate::model::code_points;
use crate::model::identifier::Identifier;
use crate::model::ids::Dscp;
use crate::model::ids::IfIndex;
use crate::model::ids::MacAddress;
use crate::model::ids::Pcp;
use crate::model::neighbour::CodePoint;
use crate::model::neighbour::Med;
use crate::model::neighbour::MedInventory;
use crate::model::neighbour::MedPolicy;
use crate::model::neighbour::MedPower;
use crate::model::neighbour::Neighbour;
use crate::model::neighbour::Protocol;
use crate::model::neighbour::Source;
use crate::model::neighbour::Text;
use crate::model::neighbour::TypedId;
use crate::switch::snmp::interfaces::Interfaces;
use crate::switch::snmp::mib;
use crate::switch::snmp::tables::Datum;
use crate::switch::snmp::tables::Tables;
use crate::switch::snmp::tables::joined;

/// A row of the remote tables without its time mark, which is never part of identity: local port number and remote index.
type RowKey = (Option<u32>, u32);

/// Which interface an lldpRemLocalPortNum is.
#[derive(Debug, Clone, Default)]
pub struct LocalPorts {
    interfaces: BTreeMap<u32, IfIndex>,
    numbers_are_if_indexes: bool,
}

impl LocalPorts {
    /// Joins lldpLocPortTable with the interfaces, in this order:
    ///
    /// 1. lldpLocPortId is the name or description of one interface;
    /// 2. lldpLocPortDesc is;
    /// 3. lldpLocPortId is the ifIndex of a port, and either its subtype is local or the number is that port's bridge port;
    /// 4. the number is both ifIndex and bridge port of one port, so that every reading of it agrees.
    ///
    /// Without lldpLocPortTable a number is an interface only where bridge ports and ifIndexes are the same numbers.
    #[must_use]
    pub fn of(tables: &Tables, interfaces: &Interfaces) -> Self {
        let numbers: Vec<u32> =
            tables.column(&joined(mib::LLDP_LOC_PORT, &[3])).filter_map(|(instance, _)| instance.first().copied()).collect();
        Self {
            numbers_are_if_indexes: numbers.is_empty() && interfaces.bridge_ports_are_if_indexes(),
            interfaces: numbers.into_iter().filter_map(|number| Some((number, local_port(tables, interfaces, number)?))).collect(),
        }
    }

    /// The interface of a local port number; `None` when no rule proves one.
    #[must_use]
    pub fn interface(&self, number: u32) -> Option<IfIndex> {
        if self.numbers_are_if_indexes {
            return Some(IfIndex(number));
        }
        self.interfaces.get(&number).copied()
    }
}

fn local_port(tables: &Tables, interfaces: &Interfaces, number: u32) -> Option<IfIndex> {
    const LOCAL: i64 = 7;
    let text = |column| tables.text(&joined(mib::LLDP_LOC_PORT, &[column]), &[number]);
    let id = text(3)?;
    let by_name = interfaces.named(&id).or_else(|| interfaces.named(&text(4)?));
    if by_name.is_some() {
        return by_name;
    }
    let is_local = tables.number(&joined(mib::LLDP_LOC_PORT, &[2]), &[number]) == Some(LOCAL);
    let port =
        |index: IfIndex| interfaces.get(index).filter(|interface| interface.is_ethernet() || interface.bridge_port.is_some());
    let has_this_bridge_port = |index| port(index).and_then(|port| port.bridge_port).is_some_and(|bridge| bridge.0 == number);
    if let Ok(index) = id.parse().map(IfIndex) {
        let proved = port(index).is_some() && is_local || has_this_bridge_port(index);
        return Some(index).filter(|_| proved).or_else(|| Some(IfIndex(number)).filter(|index| has_this_bridge_port(*index)));
    }
    Some(IfIndex(number)).filter(|index| has_this_bridge_port(*index))
}

/// The LLDP neighbours, each with the interface it is on where that is proved.
#[must_use]
pub fn neighbours(tables: &Tables, local_ports: &LocalPorts) -> Vec<(Option<IfIndex>, Neighbour<'static>)> {
    let med = MedTables::of(tables);
    let addresses = management_addresses(tables);
    rows(tables)
        .into_iter()
        .map(|(key, row)| {
            let mut neighbour = row.neighbour().into_owned();
            neighbour.management_addresses = addresses.get(&key).cloned().unwrap_or_default();
            neighbour.med = med.of_row(key);
            (key.0.and_then(|port| local_ports.interface(port)), neighbour)
        })
        .collect()
}

/// The columns of one lldpRemTable row.
#[derive(Default)]
struct Row<'a> {
    columns: BTreeMap<u32, &'a Datum>,
}

fn rows(tables: &Tables) -> BTreeMap<RowKey, Row<'_>> {
    let mut rows: BTreeMap<RowKey, Row<'_>> = BTreeMap::new();
    for (instance, value) in tables.column(mib::LLDP_REM) {
        if let Some((column, key)) = split(instance) {
            rows.entry(key).or_default().columns.insert(column, value);
        }
    }
    rows
}

/// Column and key of an instance `column.timeMark.localPort.index`; some agents give only `column.index`.
fn split(instance: &[u32]) -> Option<(u32, RowKey)> {
    match instance {
        [column, _, port, index] => Some((*column, (Some(*port), *index))),
        [column, index] => Some((*column, (None, *index))),
        _ => None,
    }
}

impl<'a> Row<'a> {
    fn neighbour(&self) -> Neighbour<'a> {
        let chassis = self.id(4, 5, CHASSIS_MAC, code_points::chassis_id);
        let port = self.id(6, 7, PORT_MAC, code_points::port_id);
        Neighbour {
            mac: chassis.as_ref().and_then(mac_of).or_else(|| port.as_ref().and_then(mac_of)),
            chassis_id: chassis,
            port_id: port,
            port_description: self.text(8),
            system_name: self.text(9),
            system_description: self.text(10),
            capabilities: self.capabilities(11),
            capabilities_enabled: self.capabilities(12),
            ..Neighbour::new(Source::Switch, Protocol::Lldp)
        }
    }

    fn id(&self, subtype: u32, value: u32, mac_subtype: u8, name: fn(u8, &'a [u8]) -> TypedId<'a>) -> Option<TypedId<'a>> {
        let subtype = u8::try_from(self.columns.get(&subtype)?.number()?).ok()?;
        let datum: &'a Datum = self.columns.get(&value)?;
        let octets = datum.octets()?;
        if octets.is_empty() {
            return None;
        }
        // Some agents print the address as text where the MIB wants six octets.
        let spelled =
            (subtype == mac_subtype).then(|| std::str::from_utf8(octets).ok()?.trim().parse::<MacAddress>().ok()).flatten();
        let mut id = name(subtype, octets);
        if let Some(mac) = spelled {
            id.value = Identifier::Mac(mac);
        }
        Some(id)
    }

    fn text(&self, column: u32) -> Option<Text<'a>> {
        crate::switch::snmp::tables::text(self.columns.get(&column)?.octets()?).map(Into::into)
    }

    fn capabilities(&self, column: u32) -> Option<Capabilities> {
        let bits = match self.columns.get(&column)? {
            Datum::Octets(octets) => bits_as_tlv(octets),
            // An INTEGER in the order of the TLV; byte-swapped where it cannot be otherwise.
            Datum::Number(number) => {
                let number = u16::try_from(*number).ok()?;
                if number.trailing_zeros() >= 8 { number.swap_bytes() } else { number }
            }
            Datum::Oid(_) => return None,
        };
        Some(Capabilities::Lldp(bits))
    }
}

/// lldpRemChassisIdSubtype macAddress.
const CHASSIS_MAC: u8 = 4;
/// lldpRemPortIdSubtype macAddress.
const PORT_MAC: u8 = 3;

/// The MAC address an identifier is, or that some phones write as `0123456789AB:P1`.
fn mac_of(id: &TypedId<'_>) -> Option<MacAddress> {
    let text = match &id.value {
        Identifier::Mac(mac) => return Some(*mac),
        Identifier::Text(text) if id.subtype == "mac_address" => return text.parse().ok(),
        Identifier::Text(text) => text,
        Identifier::Ip(_) => return None,
    };
    let (mac, rest) = text.split_once(":P")?;
    (mac.len() == 12 && rest.bytes().all(|byte| byte.is_ascii_digit())).then(|| mac.parse().ok()).flatten()
}

/// BITS, most significant bit first, as the TLV's bit map, least significant bit first.
fn bits_as_tlv(octets: &[u8]) -> u16 {
    let octet = |position: usize| -> u8 { octets.get(position).map_or(0, |octet| octet.reverse_bits()) };
    u16::from_le_bytes([octet(0), octet(1)])
}

/// Addresses from the index of lldpRemManAddrTable: `timeMark.localPort.index.family.length.address`.
fn management_addresses(tables: &Tables) -> BTreeMap<RowKey, Vec<Identifier<'static>>> {
    let mut addresses: BTreeMap<RowKey, Vec<Identifier<'static>>> = BTreeMap::new();
    for (instance, _) in tables.column(mib::LLDP_REM_MAN_ADDR) {
        let [_, port, index, family, address @ ..] = instance else { continue };
        let Some(address) =
            address_octets(address).and_then(|octets| code_points::address_of_family(u8::try_from(*family).ok()?, &octets))
        else {
            continue;
        };
        let known = addresses.entry((Some(*port), *index)).or_default();
        let unset = matches!(&address, Identifier::Ip(ip) if ip.is_unspecified());
        if !unset && !known.contains(&address) {
            known.push(address);
        }
    }
    addresses
}

/// The octets of an address, with or without the length before them: some agents leave it out.
fn address_octets(instance: &[u32]) -> Option<Vec<u8>> {
    let octets = match instance {
        [length, rest @ ..] if usize::try_from(*length).is_ok_and(|length| length == rest.len()) => rest,
        all => all,
    };
    octets.iter().map(|octet| u8::try_from(*octet).ok()).collect()
}

/// LLDP-MED columns by row.
#[derive(Default)]
struct MedTables {
    classes: BTreeMap<RowKey, CodePoint>,
    policies: BTreeMap<RowKey, BTreeMap<u8, BTreeMap<u32, i64>>>,
    inventories: BTreeMap<RowKey, MedInventory<'static>>,
    powers: BTreeMap<RowKey, BTreeMap<u32, i64>>,
}

impl MedTables {
    fn of(tables: &Tables) -> Self {
        let mut med = Self::default();
        for (instance, class) in tables.numbers(mib::MED_REM_CLASS) {
            if let ([_, port, index], Ok(class)) = (instance, u8::try_from(class)) {
                med.classes.insert((Some(*port), *index), code_points::med_device_class(class));
            }
        }
        for (instance, value) in tables.numbers(mib::MED_REM_POLICY) {
            if let [column, _, port, index, application @ ..] = instance
                && let Some(application) = application_type(application)
            {
                med.policies.entry((Some(*port), *index)).or_default().entry(application).or_default().insert(*column, value);
            }
        }
        for (instance, value) in tables.column(mib::MED_REM_INVENTORY) {
            if let [column, _, port, index] = instance {
                let text = value.octets().and_then(crate::switch::snmp::tables::text).map(Into::into);
                put(med.inventories.entry((Some(*port), *index)).or_default(), *column, text);
            }
        }
        for (instance, value) in tables.numbers(mib::MED_REM_PD_POWER) {
            if let [column, _, port, index] = instance {
                med.powers.entry((Some(*port), *index)).or_default().insert(*column, value);
            }
        }
        med
    }

    fn of_row(&self, key: RowKey) -> Option<Med<'static>> {
        let med = Med {
            capabilities: None,
            locations: Vec::new(),
            device_class: self.classes.get(&key).cloned(),
            policies: self.policies.get(&key).map(|policies| policies.iter().filter_map(policy).collect()).unwrap_or_default(),
            power: self.powers.get(&key).and_then(power),
            inventory: self.inventories.get(&key).filter(|inventory| **inventory != MedInventory::default()).cloned(),
        };
        (med != Med::default()).then_some(med)
    }
}

fn put(inventory: &mut MedInventory<'static>, column: u32, text: Option<Text<'static>>) {
    match column {
        1 => inventory.hardware = text,
        2 => inventory.firmware = text,
        3 => inventory.software = text,
        4 => inventory.serial = text,
        5 => inventory.manufacturer = text,
        6 => inventory.model = text,
        7 => inventory.asset = text,
        _ => {}
    }
}

/// The application of a policy's index: length and octets of PolicyAppType, a BITS whose first set bit is the application.
///
/// Some agents write the application's number instead of the bit. 1 and 2 alone are taken for voice and voice signalling: as bits they
/// would be streaming video and video conferencing, of which phones have no policy.
fn application_type(instance: &[u32]) -> Option<u8> {
    match instance {
        [1, number @ 1..=2] => u8::try_from(*number).ok(),
        [length, octets @ ..] if usize::try_from(*length).is_ok_and(|length| length == octets.len()) => {
            let octets: Vec<u8> = octets.iter().map(|octet| u8::try_from(*octet).ok()).collect::<Option<_>>()?;
            let octet = octets.iter().position(|octet| *octet != 0)?;
            u8::try_from(octet * 8).ok()?.checked_add(u8::try_from(octets.get(octet)?.leading_zeros()).ok()?)
        }
        _ => None,
    }
}

fn policy((application, columns): (&u8, &BTreeMap<u32, i64>)) -> Option<MedPolicy> {
    const TRUE: i64 = 1;
    let number = |column| columns.get(&column).copied();
    Some(MedPolicy {
        application: code_points::med_application(*application),
        vlan: u16::try_from(number(2)?).ok()?,
        priority: Pcp::new(u8::try_from(number(3)?).ok()?)?,
        dscp: Dscp::new(u8::try_from(number(4)?).ok()?)?,
        unknown: number(5)? == TRUE,
        tagged: number(6)? == TRUE,
    })
}

fn power(columns: &BTreeMap<u32, i64>) -> Option<MedPower> {
    let number = |column| columns.get(&column).copied();
    let tenths = u32::try_from(number(1)?).ok()?; // 0.1 W on the wire
    Some(MedPower {
        kind: "pd".into(),
        // lldpXMedRemXPoEPDPowerSource counts from 1, in another order than the TLV.
        source: match number(2) {
            Some(2) => "pse",
            Some(3) => "local",
            Some(4) => "pse_and_local",
            _ => "unknown",
        }
        .into(),
        // unknown(1), critical(2), high(3), low(4): one more than the TLV.
        priority: code_points::power_priority(number(3).and_then(|value| u8::try_from(value - 1).ok()).unwrap_or(0)),
        value_mw: tenths.saturating_mul(100),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_local_port_number_is_placed_only_where_every_reading_agrees() {
        let mut tables = Tables::default();
        // ifIndex, ifType, bridge port; 10 is a VLAN interface whose ifIndex is also somebody's local port number.
        for (index, kind, bridge_port) in
            [(1001, 6, Some(1)), (5, 6, Some(5)), (10, 53, None), (1010, 6, Some(10)), (1011, 6, Some(11))]
        {
            tables.insert(joined(mib::IF_NAME, &[index]), Datum::Octets(format!("port-{index}").into_bytes()));
            tables.insert(joined(mib::IF_TYPE, &[index]), Datum::Number(kind));
            if let Some(port) = bridge_port {
                tables.insert(joined(mib::BASE_PORT_IF_INDEX, &[port]), Datum::Number(i64::from(index)));
            }
        }
        for (number, subtype, id) in
            [(1, None, "1001"), (5, None, "slot five"), (10, None, "somewhere"), (11, Some(7), "1011"), (12, Some(5), "port-1010")]
        {
            tables.insert(joined(mib::LLDP_LOC_PORT, &[3, number]), Datum::Octets(id.as_bytes().to_vec()));
            tables.extend(subtype.map(|subtype| (joined(mib::LLDP_LOC_PORT, &[2, number]), Datum::Number(subtype))));
        }
        let local_ports = LocalPorts::of(&tables, &Interfaces::of(&tables));
        let placed = [1, 5, 10, 11, 12].map(|number| local_ports.interface(number).map(|index| index.0));
        assert_eq!(placed, [Some(1001), Some(5), None, Some(1011), Some(1010)]);
    }

    #[test]
    fn telephone_is_the_sixth_bit_from_the_left() {
        let names = |octets| Capabilities::Lldp(bits_as_tlv(octets)).names().collect::<Vec<_>>();
        assert_eq!(names(&[0x24]), ["bridge", "telephone"]);
        assert_eq!(names(&[0x04, 0x80]), ["telephone", "c_vlan"]);
        assert_eq!(bits_as_tlv(&[]), 0);
    }

    #[test]
    fn an_application_is_a_bit_in_one_octet_or_two_or_a_number() {
        let voice_and_signalling = [[1, 64].as_slice(), &[2, 64, 0], &[1, 1], &[1, 32], &[2, 32, 0], &[1, 2]].map(application_type);
        assert_eq!(voice_and_signalling, [Some(1), Some(1), Some(1), Some(2), Some(2), Some(2)]);
        assert_eq!((application_type(&[2, 0, 128]), application_type(&[1, 0]), application_type(&[])), (Some(8), None, None));
    }

    #[test]
    fn addresses_come_with_and_without_their_length() {
        let with = address_octets(&[4, 192, 0, 2, 7]);
        assert_eq!((with.clone(), address_octets(&[192, 0, 2, 7])), (Some(vec![192, 0, 2, 7]), with));
    }

    #[test]
    fn a_mac_hides_in_a_port_id_of_text() {
        assert_eq!(mac_of(&code_points::port_id(7, b"042AE27080B6:P1")), Some(MacAddress([0x04, 0x2a, 0xe2, 0x70, 0x80, 0xb6])));
        assert_eq!(mac_of(&code_points::port_id(7, b"Port 1")), None);
    }
}
