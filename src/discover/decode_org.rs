//! What the TLVs of IEEE 802.1, IEEE 802.3 and LLDP-MED say, in the words of the model. Pure.

use crate::discover::decode::{keep_first, trimmed};
use lldp::dot1::Dot1Tlv;
use lldp::dot3::{Dot3Tlv, Power, PowerBt};
use lldp::location::Location;
use lldp::med::{ExtendedPower, MedTlv, NetworkPolicy};
use lldp::org::{OUI_DOT1, OUI_DOT3, OUI_MED};
use model::capabilities::Capabilities;
use model::code_points;
use model::identifier::Octets;
use model::ids::{Dscp, Pcp};
use model::neighbour::{
    Autonegotiation, CivicElement, CodePoint, Dot1, Dot3, Dot3Power, Dot3PowerBt, LinkAggregation, Med, MedInventory, MedLocation,
    MedPolicy, MedPower, Neighbour, OtherTlv, ProtocolVlan, VlanName,
};
use model::units::Milliwatts;

/// TLV type of an organisation's TLV.
const ORGANISATION: u16 = 127;

pub(super) fn take_other<'a>(row: &mut Neighbour<'a>, oui: [u8; 3], subtype: u8, value: &'a [u8]) {
    let oui = Octets(oui.to_vec().into());
    row.other_tlvs.push(OtherTlv { kind: ORGANISATION, oui: Some(oui), subtype: Some(subtype), value: Octets::from(value) });
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
        Dot1Tlv::VlanName { vlan, name } => dot1.vlan_names.push(VlanName { vlan, name: code_points::text(name) }),
        Dot1Tlv::ProtocolIdentity(value) => dot1.protocol_identities.push(Octets::from(value)),
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
        port_class: Some(if power.support & 0x01 == 0 { "pd" } else { "pse" }.into()),
        supported: support(0x02),
        enabled: support(0x04),
        pairs_controllable: support(0x08),
        pairs: Some(code_points::power_pairs(power.pairs)),
        class: power.class.checked_sub(1).filter(|class| *class <= 4), // class plus one on the wire
        ..Dot3Power::default()
    };
    let Some(at) = power.at else { return af };
    Dot3Power {
        kind: Some(at.kind().into()),
        source: Some(if at.is_pd() { code_points::pd_source(at.source()) } else { code_points::pse_source(at.source()) }),
        priority: Some(code_points::power_priority(at.priority())),
        requested_mw: Some(milliwatts(at.requested)),
        allocated_mw: Some(milliwatts(at.allocated)),
        bt: power.bt.as_ref().map(dot3_power_bt),
        ..af
    }
}

/// The fields of the power status and of the system setup (802.3bt tables 79-6c to 79-6h).
fn dot3_power_bt(bt: &PowerBt) -> Dot3PowerBt {
    // 0 is reserved in each of these tables
    let name = |names: &[&'static str], number: u8| -> Option<CodePoint> {
        number.checked_sub(1).and_then(|position| names.get(usize::from(position))).map(|name| (*name).into())
    };
    let dual_class = |at| Some(bt.status_bits(at, 3)).filter(|class| (1..=5).contains(class));
    Dot3PowerBt {
        requested_mw: bt.requested.map(milliwatts),
        allocated_mw: bt.allocated.map(milliwatts),
        pse_status: name(&["two_pair", "four_pair_single_signature", "four_pair_dual_signature"], bt.status_bits(14, 2)),
        pd_status: name(&["single_signature", "two_pair_dual_signature", "four_pair_dual_signature"], bt.status_bits(12, 2)),
        pairs: name(&["alternative_a", "alternative_b", "both"], bt.status_bits(10, 2)),
        dual_classes: [dual_class(7), dual_class(4)],
        class: Some(bt.status_bits(0, 4)).filter(|class| (1..=8).contains(class)),
        kind: name(
            &[
                "type_3_pse",
                "type_4_pse",
                "type_3_single_signature_pd",
                "type_3_dual_signature_pd",
                "type_4_single_signature_pd",
                "type_4_dual_signature_pd",
            ],
            bt.kind() + 1,
        ),
        max_available_mw: milliwatts(bt.max_available),
        autoclass_supported: Some(bt.autoclass & 0x04 != 0),
        autoclass_completed: Some(bt.autoclass & 0x02 != 0),
        autoclass_requested: Some(bt.autoclass & 0x01 != 0),
        power_down_s: bt.power_down_s(),
    }
}

/// From 0.1 W on the wire.
fn milliwatts(tenths: u16) -> u32 {
    Milliwatts::from_tenths(u32::from(tenths)).0
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
            keep_first(&mut med.device_class, Some(code_points::med_device_class(class)));
        }
        MedTlv::NetworkPolicy(policy) => med.policies.extend(med_policy(policy)),
        MedTlv::Location(location) => med.locations.push(med_location(&location)),
        MedTlv::ExtendedPower(power) => keep_first(&mut med.power, Some(med_power(power))),
        MedTlv::Inventory { subtype, value } => take_inventory(med, subtype, value),
        MedTlv::Raw { .. } => {}
    }
}

/// `None` cannot happen: three bits are a priority and six are a DSCP.
fn med_policy(policy: NetworkPolicy) -> Option<MedPolicy> {
    Some(MedPolicy {
        application: code_points::med_application(policy.application),
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
            altitude_unit: code_points::altitude_unit(place.altitude_type()),
            datum: code_points::datum(place.datum()),
        },
        Location::Civic(civic) => MedLocation::Civic {
            of: code_points::civic_subject(civic.of),
            country: code_points::text(civic.country),
            elements: civic.elements().map(|(kind, value)| CivicElement { kind, value: code_points::text(value) }).collect(),
        },
        Location::Elin(number) => MedLocation::Elin { number: code_points::text(number) },
        Location::Other { format, value } => MedLocation::Other { number: format, value: Octets::from(value) },
    }
}

fn med_power(power: ExtendedPower) -> MedPower {
    let (kind, source) = match power.kind() {
        0 => (CodePoint::from("pse"), code_points::pse_source(power.source())),
        1 => ("pd".into(), code_points::pd_source(power.source())),
        other => (format!("type_{other}").into(), format!("source_{}", power.source()).into()),
    };
    MedPower { kind, source, priority: code_points::power_priority(power.priority()), value_mw: milliwatts(power.value) }
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
