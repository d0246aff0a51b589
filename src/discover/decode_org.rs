//! What the TLVs of IEEE 802.1, IEEE 802.3 and LLDP-MED say, in the words of the model. Pure.

use crate::discover::fields::{keep_first, milliwatts, trimmed};
use lldp::dot1::Dot1Tlv;
use lldp::dot3::{Dot3Tlv, Power, PowerBt};
use lldp::location::Location;
use lldp::med::{ExtendedPower, MedTlv, NetworkPolicy};
use lldp::org::{OUI_DOT1, OUI_DOT3, OUI_MED};
use model::capabilities::Capabilities;
use model::code_points::{
    AltitudeUnit, BtPairs, BtPdStatus, BtPseStatus, BtType, CivicSubject, Datum, MedApplication, MedDeviceClass, PoeType, PowerEnd,
    PowerPairs, PowerPriority, PowerSource,
};
use model::hex::{self, HexBytes};
use model::ids::{Dscp, Pcp};
use model::neighbour::{
    Autonegotiation, CivicElement, Dot1, Dot3, Dot3Power, Dot3PowerBt, LinkAggregation, Med, MedInventory, MedLocation, MedPolicy,
    MedPower, Neighbour, OtherTlv, ProtocolVlan, VlanName,
};

/// TLV type of an organisation's TLV.
const ORGANISATION: u16 = 127;

pub(super) fn take_other<'a>(row: &mut Neighbour<'a>, oui: [u8; 3], subtype: u8, value: &'a [u8]) {
    let oui = HexBytes(oui.to_vec().into());
    row.other_tlvs.push(OtherTlv { kind: ORGANISATION, oui: Some(oui), subtype: Some(subtype), value: HexBytes::from(value) });
}

#[inline]
pub(super) fn take_dot1<'a>(row: &mut Neighbour<'a>, tlv: &Dot1Tlv<'a>) {
    if let Dot1Tlv::Raw { subtype, value } = *tlv {
        return take_other(row, OUI_DOT1, subtype, value);
    }
    let dot1: &mut Dot1<'_> = row.dot1.get_or_insert_default();
    match *tlv {
        Dot1Tlv::PortVlanId(vlan) => keep_first(&mut dot1.port_vlan, Some(vlan)),
        Dot1Tlv::PortAndProtocolVlanId { flags, vlan } => {
            dot1.protocol_vlans.push(ProtocolVlan { vlan, supported: flags & 0x02 != 0, enabled: flags & 0x04 != 0 });
        }
        Dot1Tlv::VlanName { vlan, name } => dot1.vlan_names.push(VlanName { vlan, name: hex::text(name) }),
        Dot1Tlv::ProtocolIdentity(value) => dot1.protocol_identities.push(HexBytes::from(value)),
        Dot1Tlv::ManagementVid(vlan) => keep_first(&mut dot1.management_vlan, Some(vlan)),
        Dot1Tlv::LinkAggregation { status, port } => keep_first(&mut dot1.link_aggregation, Some(link_aggregation(status, port))),
        Dot1Tlv::Raw { .. } => {}
    }
}

/// Bit 1 of the status is capability, bit 2 use (802.1AX F.1.4.1).
const fn link_aggregation(status: u8, port: u32) -> LinkAggregation {
    LinkAggregation { capable: status & 0x01 != 0, aggregated: status & 0x02 != 0, port }
}

#[inline]
pub(super) fn take_dot3<'a>(row: &mut Neighbour<'a>, tlv: &Dot3Tlv<'a>) {
    if let Dot3Tlv::Raw { subtype, value } = *tlv {
        return take_other(row, OUI_DOT3, subtype, value);
    }
    let dot3: &mut Dot3 = row.dot3.get_or_insert_default();
    match *tlv {
        Dot3Tlv::MacPhy { autonegotiation, advertised, mau } => {
            keep_first(&mut dot3.mau, Some(mau));
            let (supported, enabled) = (autonegotiation & 0x01 != 0, autonegotiation & 0x02 != 0);
            keep_first(&mut dot3.autonegotiation, Some(Autonegotiation { supported, enabled, advertised }));
        }
        Dot3Tlv::Power(power) => keep_first(&mut dot3.power, Some(dot3_power(&power))),
        Dot3Tlv::LinkAggregation { status, port } => keep_first(&mut dot3.link_aggregation, Some(link_aggregation(status, port))),
        Dot3Tlv::MaximumFrameSize(size) => keep_first(&mut dot3.max_frame_size, Some(size)),
        Dot3Tlv::Raw { .. } => {}
    }
}

fn dot3_power(power: &Power) -> Dot3Power {
    let support = |bit: u8| Some(power.support & bit != 0);
    let af = Dot3Power {
        port_class: Some(if power.support & 0x01 == 0 { PowerEnd::Pd } else { PowerEnd::Pse }),
        supported: support(0x02),
        enabled: support(0x04),
        pairs_controllable: support(0x08),
        pairs: Some(PowerPairs::of(power.pairs)),
        class: power.class.checked_sub(1).filter(|class| *class <= 4), // class plus one on the wire
        ..Dot3Power::default()
    };
    let Some(at) = power.at else { return af };
    Dot3Power {
        kind: Some(PoeType { number: at.power_type(), end: if at.is_pd() { PowerEnd::Pd } else { PowerEnd::Pse } }),
        source: Some(if at.is_pd() { PowerSource::of_pd(at.source()) } else { PowerSource::of_pse(at.source()) }),
        priority: Some(PowerPriority::of(at.priority())),
        requested_mw: Some(milliwatts(at.requested)),
        allocated_mw: Some(milliwatts(at.allocated)),
        bt: power.bt.as_ref().map(dot3_power_bt),
        ..af
    }
}

/// The fields of the power status and of the system setup (802.3bt tables 79-6c to 79-6h).
fn dot3_power_bt(bt: &PowerBt) -> Dot3PowerBt {
    let dual_class = |at| Some(bt.status_bits(at, 3)).filter(|class| (1..=5).contains(class));
    Dot3PowerBt {
        requested_mw: bt.requested.map(milliwatts),
        allocated_mw: bt.allocated.map(milliwatts),
        pse_status: pse_status(bt.status_bits(14, 2)),
        pd_status: pd_status(bt.status_bits(12, 2)),
        pairs: pairs(bt.status_bits(10, 2)),
        dual_classes: [dual_class(7), dual_class(4)],
        class: Some(bt.status_bits(0, 4)).filter(|class| (1..=8).contains(class)),
        kind: bt_type(bt.kind()),
        max_available_mw: milliwatts(bt.max_available),
        autoclass_supported: Some(bt.autoclass & 0x04 != 0),
        autoclass_completed: Some(bt.autoclass & 0x02 != 0),
        autoclass_requested: Some(bt.autoclass & 0x01 != 0),
        power_down_s: bt.power_down_s(),
    }
}

/// Power status, PSE (table 79-6c); 0 is reserved in each of these tables.
const fn pse_status(bits: u8) -> Option<BtPseStatus> {
    match bits {
        1 => Some(BtPseStatus::TwoPair),
        2 => Some(BtPseStatus::FourPairSingleSignature),
        3 => Some(BtPseStatus::FourPairDualSignature),
        _ => None,
    }
}

/// Power status, PD (table 79-6d).
const fn pd_status(bits: u8) -> Option<BtPdStatus> {
    match bits {
        1 => Some(BtPdStatus::SingleSignature),
        2 => Some(BtPdStatus::TwoPairDualSignature),
        3 => Some(BtPdStatus::FourPairDualSignature),
        _ => None,
    }
}

/// Power pairs (table 79-6e).
const fn pairs(bits: u8) -> Option<BtPairs> {
    match bits {
        1 => Some(BtPairs::AlternativeA),
        2 => Some(BtPairs::AlternativeB),
        3 => Some(BtPairs::Both),
        _ => None,
    }
}

/// Power type (79.3.2.8.1).
const fn bt_type(number: u8) -> Option<BtType> {
    match number {
        0 => Some(BtType::Type3Pse),
        1 => Some(BtType::Type4Pse),
        2 => Some(BtType::Type3SingleSignaturePd),
        3 => Some(BtType::Type3DualSignaturePd),
        4 => Some(BtType::Type4SingleSignaturePd),
        5 => Some(BtType::Type4DualSignaturePd),
        _ => None,
    }
}

#[inline]
pub(super) fn take_med<'a>(row: &mut Neighbour<'a>, tlv: &MedTlv<'a>) {
    if let MedTlv::Raw { subtype, value } = *tlv {
        return take_other(row, OUI_MED, subtype, value);
    }
    let med: &mut Med<'_> = row.med.get_or_insert_default();
    match *tlv {
        MedTlv::Capabilities { supported, class } => {
            keep_first(&mut med.capabilities, Some(Capabilities::Med(supported)));
            keep_first(&mut med.device_class, Some(MedDeviceClass::of(class)));
        }
        MedTlv::NetworkPolicy(policy) => med.policies.extend(med_policy(policy)),
        MedTlv::Location(location) => {
            med.locations.push(med_location(&location));
            if let Location::Civic(civic) = location
                && !civic.rest.is_empty()
            {
                take_other(row, OUI_MED, tlv.subtype(), civic.rest);
            }
        }
        MedTlv::ExtendedPower(power) => keep_first(&mut med.power, Some(med_power(power))),
        MedTlv::Inventory { subtype, value } => take_inventory(med, subtype, value),
        MedTlv::Raw { .. } => {}
    }
}

/// `None` cannot happen: three bits are a priority and six are a DSCP.
fn med_policy(policy: NetworkPolicy) -> Option<MedPolicy> {
    Some(MedPolicy {
        application: MedApplication::of(policy.application),
        vlan: policy.vlan(),
        tagged: policy.tagged(),
        unknown: policy.unknown(),
        priority: Pcp::new(policy.priority())?,
        dscp: Dscp::new(policy.dscp())?,
    })
}

fn med_location<'a>(location: &Location<'a>) -> MedLocation<'a> {
    match *location {
        Location::Coordinate(place) => MedLocation::Coordinate {
            latitude_deg: place.latitude_deg(),
            longitude_deg: place.longitude_deg(),
            altitude: Some(place.altitude()).filter(|_| place.altitude_type() != 0),
            altitude_unit: AltitudeUnit::of(place.altitude_type()),
            datum: Datum::of(place.datum()),
        },
        Location::Civic(civic) => MedLocation::Civic {
            of: CivicSubject::of(civic.of),
            country: hex::text(civic.country),
            elements: civic.elements().map(|(kind, value)| CivicElement { kind, value: hex::text(value) }).collect(),
        },
        Location::Elin(number) => MedLocation::Elin { number: hex::text(number) },
        Location::Other { format, value } => MedLocation::Other { number: format, value: HexBytes::from(value) },
    }
}

fn med_power(power: ExtendedPower) -> MedPower {
    let (kind, source) = match power.kind() {
        0 => (PowerEnd::Pse, PowerSource::of_pse(power.source())),
        1 => (PowerEnd::Pd, PowerSource::of_pd(power.source())),
        other => (PowerEnd::Other(other), PowerSource::Other(power.source())),
    };
    MedPower { kind, source, priority: PowerPriority::of(power.priority()), value_mw: milliwatts(power.value) }
}

fn take_inventory<'a>(med: &mut Med<'a>, subtype: u8, value: &'a [u8]) {
    let inventory: &mut MedInventory<'_> = med.inventory.get_or_insert_default();
    let field = match subtype {
        5 => &mut inventory.hardware,
        6 => &mut inventory.firmware,
        7 => &mut inventory.software,
        8 => &mut inventory.serial,
        9 => &mut inventory.manufacturer,
        10 => &mut inventory.model,
        _ => &mut inventory.asset,
    };
    keep_first(field, trimmed(value));
}
