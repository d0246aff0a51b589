//! LLDP-EXT-DOT1-MIB and LLDP-EXT-DOT3-MIB (IEEE 802.1AB-2005), and their second arcs (802.1AB-2009). Pure.

use crate::switch::snmp::mib;
use crate::switch::snmp::read::remote::{Arc, Cells, Remote, RowKey, bits_as_tlv, only};
use model::code_points::{PowerEnd, PowerPairs};
use model::hex::HexBytes;
use model::neighbour::{Autonegotiation, Dot1, Dot3, Dot3Power, LinkAggregation, ProtocolVlan, VlanName};
use snmp::Oid;

/// The tables of one arc.
pub struct Tables<'a> {
    port_vlans: Remote<'a>,
    protocol_vlans: Remote<'a>,
    vlan_names: Remote<'a>,
    protocols: Remote<'a>,
    management_vlans: Remote<'a>,
    dot1_aggregation: Remote<'a>,
    mac_phy: Remote<'a>,
    power: Remote<'a>,
    dot3_aggregation: Remote<'a>,
    frame_sizes: Remote<'a>,
}

/// The numbers that the tables have under the remote data of their MIB; 0 for one that the arc does not have.
struct Numbers {
    dot1: &'static [u32],
    management_vlans: u32,
    dot1_aggregation: u32,
    dot3: &'static [u32],
    dot3_aggregation: u32,
    frame_sizes: u32,
}

const FIRST: Numbers = Numbers {
    dot1: mib::DOT1_REMOTE,
    management_vlans: 0,
    dot1_aggregation: 0,
    dot3: mib::DOT3_REMOTE,
    dot3_aggregation: 3,
    frame_sizes: 4,
};
const SECOND: Numbers = Numbers {
    dot1: mib::DOT1_V2_REMOTE,
    management_vlans: 6,
    dot1_aggregation: 7,
    dot3: mib::DOT3_V2_REMOTE,
    dot3_aggregation: 0,
    frame_sizes: 3,
};

impl<'a> Tables<'a> {
    pub fn of(arc: Arc, tables: &'a snmp::manager::Tables) -> Self {
        let numbers = match arc {
            Arc::First => FIRST,
            Arc::Second => SECOND,
        };
        let table = |root: &[u32], number: u32| arc.table(tables, &Oid::joined(root, &[number, 1]));
        Self {
            port_vlans: table(numbers.dot1, 1),
            protocol_vlans: table(numbers.dot1, 2),
            vlan_names: table(numbers.dot1, 3),
            protocols: table(numbers.dot1, 4),
            management_vlans: table(numbers.dot1, numbers.management_vlans),
            dot1_aggregation: table(numbers.dot1, numbers.dot1_aggregation),
            mac_phy: table(numbers.dot3, 1),
            power: table(numbers.dot3, 2),
            dot3_aggregation: table(numbers.dot3, numbers.dot3_aggregation),
            frame_sizes: table(numbers.dot3, numbers.frame_sizes),
        }
    }

    /// What a neighbour tells of its VLANs.
    pub fn dot1(&self, key: RowKey) -> Option<Dot1<'a>> {
        let rows = |table: &Remote<'a>| table.get(&key).cloned().unwrap_or_default();
        let dot1 = Dot1 {
            port_vlan: only(&self.port_vlans, key).and_then(|cells| cells.number(1)),
            protocol_vlans: rows(&self.protocol_vlans)
                .iter()
                .filter_map(|(instance, cells)| {
                    Some(ProtocolVlan { vlan: vlan(instance)?, supported: cells.truth(2)?, enabled: cells.truth(3)? })
                })
                .collect(),
            vlan_names: rows(&self.vlan_names)
                .iter()
                .filter_map(|(instance, cells)| Some(VlanName { vlan: vlan(instance)?, name: cells.text(2)?.into() }))
                .collect(),
            protocol_identities: rows(&self.protocols).values().filter_map(|cells| cells.bytes(2).map(HexBytes::from)).collect(),
            management_vlan: only(&self.management_vlans, key).and_then(|cells| cells.number(1)),
            link_aggregation: only(&self.dot1_aggregation, key).and_then(link_aggregation),
        };
        (dot1 != Dot1::default()).then_some(dot1)
    }

    /// What a neighbour tells of its link. Some agents have rows of zeros for neighbours that tell nothing.
    pub fn dot3(&self, key: RowKey) -> Option<Dot3> {
        let mac_phy = only(&self.mac_phy, key).filter(|cells| tells_mac_phy(cells));
        let dot3 = Dot3 {
            power: only(&self.power, key).and_then(power),
            mau: mac_phy.and_then(|cells| cells.number(4)),
            autonegotiation: mac_phy.and_then(autonegotiation),
            link_aggregation: only(&self.dot3_aggregation, key).and_then(link_aggregation),
            max_frame_size: only(&self.frame_sizes, key).and_then(|cells| cells.number(1)).filter(|size| *size != 0),
        };
        (dot3 != Dot3::default()).then_some(dot3)
    }
}

/// The VLAN that ends an instance.
fn vlan(instance: &[u32]) -> Option<u16> {
    u16::try_from(*instance.last()?).ok()
}

/// Columns: 1 aggregationCapable(0) and aggregationStatus(1) as BITS, 2 the aggregate.
fn link_aggregation(cells: &Cells<'_>) -> Option<LinkAggregation> {
    let status = bits_as_tlv(cells.bytes(1)?);
    Some(LinkAggregation { capable: status & 1 != 0, aggregated: status & 2 != 0, port: cells.number(2)? })
}

/// Columns: 1 autonegotiation supported, 2 enabled, 3 advertised, 4 MAU type.
fn tells_mac_phy(cells: &Cells<'_>) -> bool {
    let flags = [1, 2].into_iter().any(|column| cells.truth(column) == Some(true));
    flags || cells.number::<u16>(4).is_some_and(|mau| mau != 0)
}

fn autonegotiation(cells: &Cells<'_>) -> Option<Autonegotiation> {
    // BITS: bytes of zeros at the end may be left out.
    let advertised = cells.bytes(3)?;
    let byte = |position: usize| advertised.get(position).copied().unwrap_or(0);
    Some(Autonegotiation {
        supported: cells.truth(1)?,
        enabled: cells.truth(2)?,
        advertised: u16::from_be_bytes([byte(0), byte(1)]),
    })
}

/// Columns: 1 pClassPSE(1) or pClassPD(2), 2 supported, 3 enabled, 4 pairs controllable, 5 pairs, 6 class plus one.
fn power(cells: &Cells<'_>) -> Option<Dot3Power> {
    let power = Dot3Power {
        port_class: match cells.number(1) {
            Some(1) => Some(PowerEnd::Pse),
            Some(2) => Some(PowerEnd::Pd),
            _ => None,
        },
        supported: cells.truth(2),
        enabled: cells.truth(3),
        pairs_controllable: cells.truth(4),
        pairs: cells.number::<u8>(5).filter(|pairs| *pairs != 0).map(PowerPairs::of),
        class: cells.number::<u8>(6).and_then(|class| class.checked_sub(1)).filter(|class| *class <= 4),
        ..Dot3Power::default()
    };
    // Only who can do power via MDI at one end or the other has sent the TLV.
    power.port_class.is_some().then_some(power)
}

#[cfg(test)]
mod tests {
    use super::*;
    use snmp::manager::Datum;

    const KEY: RowKey = RowKey { port: Some(3), index: 1 };

    /// A cell of the neighbour on an arc: MIB, table, column, what follows the neighbour in the index.
    fn put(tables: &mut snmp::manager::Tables, arc: Arc, (root, table, column): (&[u32], u32, u32), rest: &[u32], value: Datum) {
        let key: &[u32] = if arc == Arc::First { &[0, 3, 1] } else { &[0, 3, 2, 1] };
        tables.insert([root, &[table, 1, column], key, rest].concat().into_iter().collect(), value);
    }

    fn bytes(bytes: &[u8]) -> Datum {
        Datum::Octets(bytes.to_vec())
    }

    #[test]
    fn vlans_are_read_on_both_arcs() {
        for (arc, root) in [(Arc::First, mib::DOT1_REMOTE), (Arc::Second, mib::DOT1_V2_REMOTE)] {
            let mut tables = snmp::manager::Tables::default();
            put(&mut tables, arc, (root, 1, 1), &[], Datum::Number(10));
            put(&mut tables, arc, (root, 2, 2), &[30], Datum::Number(1));
            put(&mut tables, arc, (root, 2, 3), &[30], Datum::Number(2));
            put(&mut tables, arc, (root, 3, 2), &[20], bytes(b"voice"));
            put(&mut tables, arc, (root, 4, 2), &[1], bytes(&[0x88, 0x8e, 1]));
            let dot1 = Tables::of(arc, &tables).dot1(KEY).unwrap();
            assert_eq!(dot1.port_vlan, Some(10));
            assert_eq!(dot1.protocol_vlans, [ProtocolVlan { vlan: 30, supported: true, enabled: false }]);
            assert_eq!(dot1.vlan_names, [VlanName { vlan: 20, name: "voice".into() }]);
            assert_eq!(dot1.protocol_identities.iter().map(ToString::to_string).collect::<Vec<_>>(), ["0x888e01"]);
        }
    }

    #[test]
    fn what_only_the_second_arc_has() {
        let mut tables = snmp::manager::Tables::default();
        put(&mut tables, Arc::Second, (mib::DOT1_V2_REMOTE, 6, 1), &[], Datum::Number(99));
        put(&mut tables, Arc::Second, (mib::DOT1_V2_REMOTE, 7, 1), &[], bytes(&[0xc0]));
        put(&mut tables, Arc::Second, (mib::DOT1_V2_REMOTE, 7, 2), &[], Datum::Number(5));
        put(&mut tables, Arc::Second, (mib::DOT3_V2_REMOTE, 3, 1), &[], Datum::Number(1522));
        let told = Tables::of(Arc::Second, &tables);
        let dot1 = told.dot1(KEY).unwrap();
        assert_eq!(dot1.management_vlan, Some(99));
        assert_eq!(dot1.link_aggregation, Some(LinkAggregation { capable: true, aggregated: true, port: 5 }));
        assert_eq!(told.dot3(KEY).unwrap().max_frame_size, Some(1522));
    }

    #[test]
    fn the_link_is_read_on_the_first_arc() {
        let mut tables = snmp::manager::Tables::default();
        let dot3 = mib::DOT3_REMOTE;
        for (table, column, value) in [
            (1, 1, Datum::Number(1)),
            (1, 2, Datum::Number(1)),
            (1, 3, bytes(&[0x00, 0x36])),
            (1, 4, Datum::Number(16)),
            (2, 1, Datum::Number(2)),
            (2, 2, Datum::Number(1)),
            (2, 5, Datum::Number(1)),
            (2, 6, Datum::Number(3)),
            (3, 1, bytes(&[0x80])),
            (3, 2, Datum::Number(0)),
            (4, 1, Datum::Number(1518)),
        ] {
            put(&mut tables, Arc::First, (dot3, table, column), &[], value);
        }
        let told = Tables::of(Arc::First, &tables).dot3(KEY).unwrap();
        assert_eq!((told.mau, told.max_frame_size), (Some(16), Some(1518)));
        assert_eq!(told.autonegotiation, Some(Autonegotiation { supported: true, enabled: true, advertised: 0x0036 }));
        assert_eq!(told.link_aggregation, Some(LinkAggregation { capable: true, aggregated: false, port: 0 }));
        let power = told.power.unwrap();
        assert_eq!((power.port_class, power.class, power.pairs), (Some(PowerEnd::Pd), Some(2), Some(PowerPairs::Signal)));
    }

    #[test]
    fn a_column_that_is_not_there_is_no_zero() {
        let mut tables = snmp::manager::Tables::default();
        for (table, column, value) in
            [(1, 1, Datum::Number(1)), (1, 2, Datum::Number(1)), (1, 4, Datum::Number(16)), (3, 1, bytes(&[0xc0]))]
        {
            put(&mut tables, Arc::First, (mib::DOT3_REMOTE, table, column), &[], value);
        }
        let told = Tables::of(Arc::First, &tables).dot3(KEY).unwrap();
        assert_eq!((told.autonegotiation, told.link_aggregation), (None, None), "neither which speeds nor which aggregate is told");
        put(&mut tables, Arc::First, (mib::DOT3_REMOTE, 1, 3), &[], bytes(&[0x6c]));
        let told = Tables::of(Arc::First, &tables).dot3(KEY).unwrap();
        assert_eq!(told.autonegotiation.unwrap().advertised, 0x6c00, "zeros at the end of BITS may be left out");
    }

    #[test]
    fn rows_of_zeros_tell_nothing() {
        let mut tables = snmp::manager::Tables::default();
        for (table, column, value) in [
            (1, 1, Datum::Number(2)),
            (1, 2, Datum::Number(2)),
            (1, 3, bytes(&[0, 0])),
            (1, 4, Datum::Number(0)),
            (4, 1, Datum::Number(0)),
        ] {
            put(&mut tables, Arc::First, (mib::DOT3_REMOTE, table, column), &[], value);
        }
        assert_eq!(Tables::of(Arc::First, &tables).dot3(KEY), None);
    }
}
