//! Neighbours of LLDP-MIB (IEEE 802.1AB-2005) and LLDP-V2-MIB (IEEE 802.1AB-2009) with what their extensions tell. Pure.
//!
//! An agent may fill one arc or both. Tables for 802.1 and 802.3 follow the arc, those of LLDP-MED are on the first only.

use crate::switch::snmp::mib;
use crate::switch::snmp::read::remote::{Arc, Cells, Remote, RowKey, bits_as_tlv, only};
use crate::switch::snmp::read::{lldp_ext, lldp_med};
use model::capabilities::Capabilities;
use model::hex::HexBytes;
use model::identifier::Identifier;
use model::ids::MacAddress;
use model::neighbour::{Neighbour, OtherTlv, Protocol, Source, Text, TypedId};
use snmp::manager::{Datum, Tables};

/// What an agent writes for a TLV that the neighbour did not send, in place of an empty text.
const PLACEHOLDER: &str = "Not Advertised";
/// TLV type of organisationally specific TLVs.
const ORGANISATION: u16 = 127;

/// The OIDs of one arc, and how much higher its columns are numbered than those of the first.
struct Mib {
    arc: Arc,
    columns: u32,
    rows: &'static [u32],
    addresses: &'static [u32],
    unknown: &'static [u32],
    organisation: &'static [u32],
}

const MIBS: [Mib; 2] = [
    Mib {
        arc: Arc::First,
        columns: 0,
        rows: mib::LLDP_REM,
        addresses: mib::LLDP_REM_MAN_ADDR,
        unknown: mib::LLDP_REM_UNKNOWN,
        organisation: mib::LLDP_REM_ORGANISATION,
    },
    Mib {
        arc: Arc::Second,
        columns: 1,
        rows: mib::LLDP_V2_REM,
        addresses: mib::LLDP_V2_REM_MAN_ADDR,
        unknown: mib::LLDP_V2_REM_UNKNOWN,
        organisation: mib::LLDP_V2_REM_ORGANISATION,
    },
];

/// The neighbours of both arcs, each with its row.
pub fn neighbours(tables: &Tables) -> Vec<(Arc, RowKey, Neighbour<'static>)> {
    MIBS.iter().flat_map(|mib| mib.neighbours(tables)).collect()
}

impl Mib {
    fn neighbours(&self, tables: &Tables) -> Vec<(Arc, RowKey, Neighbour<'static>)> {
        let rows = self.arc.table(tables, self.rows);
        let addresses = self.arc.table(tables, self.addresses);
        let unknown = self.arc.table(tables, self.unknown);
        let organisation = self.arc.table(tables, self.organisation);
        let med = lldp_med::MedTables::of(tables);
        let extensions = lldp_ext::Tables::of(self.arc, tables);
        let told = |key: &RowKey| {
            let row = Row { cells: only(&rows, *key)?, columns: self.columns };
            Some(Neighbour {
                management_addresses: management_addresses(&addresses, *key),
                med: med.of_row(*key),
                dot1: extensions.dot1(*key),
                dot3: extensions.dot3(*key),
                other_tlvs: unknown_tlvs(&unknown, *key).chain(organisation_tlvs(&organisation, *key)).collect(),
                ..row.neighbour()
            })
        };
        rows.keys().filter_map(|key| Some((self.arc, *key, told(key)?.into_owned()))).collect()
    }
}

/// One row of lldpRemTable, its columns numbered as on the first arc.
struct Row<'t, 'a> {
    cells: &'t Cells<'a>,
    columns: u32,
}

impl<'a> Row<'_, 'a> {
    fn neighbour(&self) -> Neighbour<'a> {
        let chassis = self.id(4, CHASSIS_MAC, TypedId::of_chassis);
        let port = self.id(6, PORT_MAC, TypedId::of_port);
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

    /// The identifier whose subtype is in `column` and whose bytes are in the next one; `None` when it is empty.
    fn id(&self, column: u32, mac_subtype: u8, name: fn(u8, &'a [u8]) -> TypedId<'a>) -> Option<TypedId<'a>> {
        let subtype = self.cells.number(column + self.columns)?;
        let bytes = self.cells.bytes(column + 1 + self.columns).filter(|bytes| !bytes.is_empty())?;
        let mut id = name(subtype, bytes);
        // Some agents print the address as text where the MIB wants six bytes.
        if subtype == mac_subtype
            && let Identifier::Text(text) = &id.value
            && let Ok(mac) = text.trim().parse()
        {
            id.value = Identifier::Mac(mac);
        }
        Some(id)
    }

    fn text(&self, column: u32) -> Option<Text<'a>> {
        self.cells.text(column + self.columns).filter(|text| text != PLACEHOLDER).map(Text::from)
    }

    /// BITS of no byte say nothing; of one byte or two they are the TLV's, mirrored.
    fn capabilities(&self, column: u32) -> Option<Capabilities> {
        let bits = match self.cells.get(column + self.columns)? {
            Datum::Octets(bytes) if bytes.is_empty() => return None,
            Datum::Octets(bytes) => bits_as_tlv(bytes),
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

/// The MAC address an identifier is, or that some phones write as `0123456789AB:P1`. All zeros are nobody's.
fn mac_of(id: &TypedId<'_>) -> Option<MacAddress> {
    let text = match &id.value {
        Identifier::Mac(mac) => return Some(*mac).filter(|mac| mac.0 != [0; 6]),
        Identifier::Text(text) => text,
        Identifier::Ip(_) => return None,
    };
    let (mac, rest) = text.split_once(":P")?;
    (mac.len() == 12 && rest.bytes().all(|byte| byte.is_ascii_digit())).then(|| mac.parse().ok()).flatten()
}

/// Addresses from the index of lldpRemManAddrTable: `family.length.address` after the neighbour.
fn management_addresses<'a>(table: &Remote<'_>, key: RowKey) -> Vec<Identifier<'a>> {
    let mut addresses = Vec::new();
    for instance in table.get(&key).into_iter().flat_map(|rows| rows.keys()) {
        let Some(address) = management_address(instance) else { continue };
        let unset = matches!(&address, Identifier::Ip(ip) if ip.is_unspecified());
        if !unset && !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    addresses
}

fn management_address<'a>(instance: &[u32]) -> Option<Identifier<'a>> {
    let (family, address) = instance.split_first()?;
    Identifier::of_family(u8::try_from(*family).ok()?, &address_bytes(address)?)
}

/// The bytes of an address, with or without the length before them: some agents leave it out.
fn address_bytes(instance: &[u32]) -> Option<Vec<u8>> {
    let bytes = match instance {
        [length, rest @ ..] if usize::try_from(*length).is_ok_and(|length| length == rest.len()) => rest,
        all => all,
    };
    bytes.iter().map(|byte| u8::try_from(*byte).ok()).collect()
}

/// TLVs of types that the agent does not know.
fn unknown_tlvs<'a>(table: &Remote<'a>, key: RowKey) -> impl Iterator<Item = OtherTlv<'a>> {
    table.get(&key).into_iter().flatten().filter_map(|(instance, cells)| {
        let [kind] = instance else { return None };
        Some(OtherTlv { kind: u16::try_from(*kind).ok()?, oui: None, subtype: None, value: HexBytes::from(cells.bytes(2)?) })
    })
}

/// TLVs of organisations that the agent does not know, by OUI, subtype and a running number.
fn organisation_tlvs<'a>(table: &Remote<'a>, key: RowKey) -> impl Iterator<Item = OtherTlv<'a>> {
    table.get(&key).into_iter().flatten().filter_map(|(instance, cells)| {
        let [oui @ .., subtype, _] = instance else { return None };
        let oui: Vec<u8> = oui.iter().map(|byte| u8::try_from(*byte).ok()).collect::<Option<_>>()?;
        Some(OtherTlv {
            kind: ORGANISATION,
            oui: Some(HexBytes(oui.into())),
            subtype: Some(u8::try_from(*subtype).ok()?),
            value: HexBytes::from(cells.bytes(4)?),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use snmp::Oid;

    fn bytes(bytes: &[u8]) -> Datum {
        Datum::Octets(bytes.to_vec())
    }

    /// The one neighbour of a row with these columns.
    fn told(columns: &[(u32, Datum)]) -> Neighbour<'static> {
        let mut tables = Tables::default();
        tables.extend(columns.iter().map(|(column, value)| (Oid::joined(mib::LLDP_REM, &[*column, 0, 3, 1]), value.clone())));
        neighbours(&tables).remove(0).2
    }

    #[test]
    fn telephone_is_the_sixth_bit_from_the_left_in_one_byte_or_two() {
        let names = |value: Datum| told(&[(11, value)]).capabilities.map(|bits| bits.names().collect::<Vec<_>>());
        assert_eq!(names(bytes(&[0x24])).unwrap(), ["bridge", "telephone"]);
        assert_eq!(names(bytes(&[0x04, 0x80])).unwrap(), ["telephone", "c_vlan"]);
        assert_eq!((names(bytes(&[0])).unwrap().len(), names(bytes(&[]))), (0, None));
    }

    #[test]
    fn a_number_of_capabilities_is_in_the_order_of_the_tlv_or_swapped() {
        let bits = |number| told(&[(12, Datum::Number(number))]).capabilities_enabled;
        assert_eq!((bits(20), bits(5120), bits(36)), (bits(5120), Some(Capabilities::Lldp(0x14)), Some(Capabilities::Lldp(0x24))));
    }

    #[test]
    fn addresses_come_with_and_without_their_length() {
        let with = address_bytes(&[4, 192, 0, 2, 7]);
        assert_eq!((with.clone(), address_bytes(&[192, 0, 2, 7])), (Some(vec![192, 0, 2, 7]), with));
    }

    #[test]
    fn an_unset_address_is_none_and_a_mac_is_one() {
        let mut tables = Tables::default();
        tables.insert(Oid::joined(mib::LLDP_REM, &[9, 0, 3, 1]), bytes(b"desk"));
        for address in [&[1, 4, 0, 0, 0, 0][..], &[1, 4, 192, 0, 2, 7], &[6, 6, 0, 4, 0xf2, 1, 2, 3]] {
            tables.insert(Oid::joined(mib::LLDP_REM_MAN_ADDR, &[&[3, 0, 3, 1], address].concat()), Datum::Number(2));
        }
        let addresses = neighbours(&tables).remove(0).2.management_addresses;
        assert_eq!(addresses.iter().map(ToString::to_string).collect::<Vec<_>>(), ["192.0.2.7", "00:04:f2:01:02:03"]);
    }

    #[test]
    fn a_mac_hides_in_a_port_id_of_text() {
        assert_eq!(mac_of(&TypedId::of_port(7, b"042AE27080B6:P1")), Some(MacAddress([0x04, 0x2a, 0xe2, 0x70, 0x80, 0xb6])));
        assert_eq!(mac_of(&TypedId::of_port(7, b"Port 1")), None);
    }

    #[test]
    fn addresses_as_text_are_read_and_empty_identifiers_are_none() {
        let phone = told(&[(4, Datum::Number(5)), (5, bytes(&[])), (6, Datum::Number(3)), (7, bytes(b"80:5E:0C:46:17:ED"))]);
        assert_eq!((phone.chassis_id, phone.mac.unwrap().to_string()), (None, "80:5e:0c:46:17:ed".to_owned()));
        let shared = told(&[(4, Datum::Number(5)), (5, bytes(b"10.0.0.9")), (6, Datum::Number(0)), (7, bytes(b"x"))]);
        assert_eq!(shared.chassis_id.unwrap().value.to_string(), "10.0.0.9");
        assert_eq!(shared.port_id.unwrap().subtype, model::code_points::IdSubtype::Other(0));
    }

    #[test]
    fn nobody_has_the_address_of_zeros() {
        let row = told(&[(4, Datum::Number(4)), (5, bytes(&[0; 6])), (6, Datum::Number(7)), (7, bytes(b"41"))]);
        assert_eq!((row.mac, row.chassis_id.unwrap().value.to_string()), (None, "00:00:00:00:00:00".to_owned()));
    }

    #[test]
    fn a_placeholder_is_no_name() {
        let row = told(&[(8, bytes(b"Not Advertised")), (9, bytes(b"desk")), (10, bytes(b"  "))]);
        assert_eq!((row.port_description, row.system_name.as_deref(), row.system_description), (None, Some("desk"), None));
    }

    #[test]
    fn the_second_arc_numbers_columns_one_higher_and_ports_by_if_index() {
        let mut tables = Tables::default();
        for (column, value) in [(5, Datum::Number(4)), (6, bytes(&[0, 4, 0xf2, 1, 2, 3])), (10, bytes(b"desk")), (12, bytes(&[4]))]
        {
            tables.insert(Oid::joined(mib::LLDP_V2_REM, &[column, 90, 10_101, 2, 7]), value);
        }
        tables.insert(Oid::joined(mib::LLDP_V2_REM_MAN_ADDR, &[3, 90, 10_101, 2, 7, 1, 4, 192, 0, 2, 7]), Datum::Number(2));
        let (arc, key, phone) = neighbours(&tables).remove(0);
        assert_eq!((arc, key.port), (Arc::Second, Some(10_101)));
        assert_eq!((phone.mac.unwrap().to_string(), phone.system_name.as_deref()), ("00:04:f2:01:02:03".to_owned(), Some("desk")));
        assert_eq!((phone.capabilities, phone.management_addresses.len()), (Some(Capabilities::Lldp(0x20)), 1));
    }

    #[test]
    fn what_the_agent_does_not_know_is_kept_as_it_came() {
        let mut tables = Tables::default();
        tables.insert(Oid::joined(mib::LLDP_REM, &[9, 0, 3, 1]), bytes(b"desk"));
        tables.insert(Oid::joined(mib::LLDP_REM_UNKNOWN, &[2, 0, 3, 1, 99]), bytes(&[1]));
        tables.insert(Oid::joined(mib::LLDP_REM_ORGANISATION, &[4, 0, 3, 1, 0, 1, 0x42, 5, 1]), bytes(&[2, 3]));
        let others = neighbours(&tables).remove(0).2.other_tlvs;
        let shown: Vec<_> = others.iter().map(|tlv| (tlv.kind, tlv.oui.as_ref().map(ToString::to_string), tlv.subtype)).collect();
        assert_eq!(shown, [(99, None, None), (127, Some("0x000142".to_owned()), Some(5))]);
    }
}
