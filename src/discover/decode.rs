//! One frame → one row of `voiceport.discover/1`: what LLDP and CDP say, in the words of the model. Pure.
//!
//! TLVs that have no field in the row (protocol identities, VTP, location, reserved types) stay in the decoded views of `lldp` and `cdp`.

use crate::discover::cdp;
use crate::discover::cursor::Damage;
use crate::discover::ethernet::Frame;
use crate::discover::ethernet::Payload;
use crate::discover::ethernet::Tag;
use crate::discover::lldp;
use crate::discover::lldp::Lldpdu;
use crate::discover::lldp_dot1::Dot1Tlv;
use crate::discover::lldp_dot3::Dot3Tlv;
use crate::discover::lldp_dot3::Power;
use crate::discover::lldp_med::ExtendedPower;
use crate::discover::lldp_med::MedTlv;
use crate::discover::lldp_med::NetworkPolicy;
use crate::discover::lldp_org::Organisational;
use crate::model::code_points;
use crate::model::ids::Dscp;
use crate::model::ids::MacAddress;
use crate::model::ids::Pcp;
use crate::model::neighbour::Cdp;
use crate::model::neighbour::Dot3Power;
use crate::model::neighbour::Med;
use crate::model::neighbour::MedInventory;
use crate::model::neighbour::MedPolicy;
use crate::model::neighbour::MedPower;
use crate::model::neighbour::Neighbour;
use crate::model::neighbour::Protocol;
use crate::model::neighbour::Source;
use crate::model::neighbour::TypedId;
use crate::model::neighbour::VlanName;
use crate::model::units::Milliwatts;

/// Why a frame gives no row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reject {
    /// The frame's header is cut short.
    #[error(transparent)]
    Frame(#[from] Damage),
    /// The LLDPDU has to be discarded.
    #[error(transparent)]
    Lldp(#[from] lldp::Invalid),
    /// The CDP message cannot be read.
    #[error(transparent)]
    Cdp(#[from] cdp::Invalid),
}

/// Reads what a frame says; `None` when it is neither LLDP nor CDP.
#[must_use]
pub fn neighbour(frame: &Frame<'_>, source: Source) -> Option<Result<Neighbour, Reject>> {
    let row = match frame.payload {
        Payload::Lldp(cursor) => lldp::decode(cursor).map(|lldpdu| from_lldp(&lldpdu, source)).map_err(Reject::from),
        Payload::Cdp(cursor) => cdp::decode(cursor).map(|message| from_cdp(&message, source)).map_err(Reject::from),
        Payload::Other => return None,
    };
    Some(row.map(|row| of_frame(row, frame)))
}

fn of_frame(mut row: Neighbour, frame: &Frame<'_>) -> Neighbour {
    row.vlan = frame.outer.map(Tag::vid);
    row.mac = address_in(row.chassis_id.as_ref())
        .or_else(|| address_in(row.port_id.as_ref()))
        .or(frame.source.map(MacAddress))
        .or_else(|| row.cdp.as_ref().and_then(|cdp| address_in_device_id(cdp.device_id.as_deref()?)));
    row.anomalies.extend(frame.anomaly.map(|anomaly| anomaly.to_string()));
    row
}

/// The address an identifier of subtype MAC address names; some agents send it as text.
fn address_in(id: Option<&TypedId>) -> Option<MacAddress> {
    id.filter(|id| id.subtype == "mac_address")?.value.parse().ok()
}

/// The address at the end of a device ID like `SEP0004f212abcd`, or one that is a bare address.
fn address_in_device_id(device_id: &str) -> Option<MacAddress> {
    let host = device_id.split('.').next()?;
    host.len().checked_sub(12).and_then(|start| host.get(start..))?.parse().ok()
}

fn text(octets: &[u8]) -> Option<String> {
    Some(code_points::text(octets)).filter(|text| !text.is_empty())
}

fn trimmed(octets: &[u8]) -> Option<String> {
    text(octets).map(|text| text.trim_end().to_owned()).filter(|text| !text.is_empty())
}

fn from_lldp(lldpdu: &Lldpdu<'_>, source: Source) -> Neighbour {
    let mut row = Neighbour::new(source, Protocol::Lldp);
    row.chassis_id = Some(code_points::chassis_id(lldpdu.chassis_id.subtype, lldpdu.chassis_id.octets));
    row.port_id = Some(code_points::port_id(lldpdu.port_id.subtype, lldpdu.port_id.octets));
    row.ttl_s = Some(lldpdu.ttl_s);
    row.anomalies = lldpdu.anomalies.iter().map(ToString::to_string).collect();
    for tlv in &lldpdu.tlvs {
        take_lldp(&mut row, tlv);
    }
    row
}

fn take_lldp(row: &mut Neighbour, tlv: &lldp::Tlv<'_>) {
    match tlv {
        lldp::Tlv::PortDescription(value) => keep_first(&mut row.port_description, text(value)),
        lldp::Tlv::SystemName(value) => keep_first(&mut row.system_name, text(value)),
        lldp::Tlv::SystemDescription(value) => keep_first(&mut row.system_description, text(value)),
        lldp::Tlv::SystemCapabilities { supported, enabled } => {
            keep_first(&mut row.capabilities, Some(code_points::capabilities(*supported)));
            keep_first(&mut row.capabilities_enabled, Some(code_points::capabilities(*enabled)));
        }
        lldp::Tlv::ManagementAddress(address) => {
            let text = code_points::address_of_family(address.family, address.address);
            row.management_addresses.push(text.unwrap_or_else(|| code_points::hex(address.address)));
        }
        lldp::Tlv::Organisational(Organisational::Dot1(tlv)) => take_dot1(row, tlv),
        lldp::Tlv::Organisational(Organisational::Dot3(tlv)) => take_dot3(row, tlv),
        lldp::Tlv::Organisational(Organisational::Med(tlv)) => take_med(row, tlv),
        lldp::Tlv::Organisational(Organisational::Other { .. }) | lldp::Tlv::Raw { .. } => {}
    }
}

fn keep_first<T>(field: &mut Option<T>, value: Option<T>) {
    if field.is_none() {
        *field = value;
    }
}

fn take_dot1(row: &mut Neighbour, tlv: &Dot1Tlv<'_>) {
    let dot1 = row.dot1.get_or_insert_default();
    match tlv {
        Dot1Tlv::PortVlanId(vlan) => keep_first(&mut dot1.port_vlan, Some(*vlan)),
        Dot1Tlv::VlanName { vlan, name } => dot1.vlan_names.push(VlanName { vlan: *vlan, name: code_points::text(name) }),
        Dot1Tlv::PortAndProtocolVlanId { .. } | Dot1Tlv::ProtocolIdentity(_) | Dot1Tlv::ManagementVid(_) | Dot1Tlv::Raw { .. } => {}
    }
}

fn take_dot3(row: &mut Neighbour, tlv: &Dot3Tlv<'_>) {
    let dot3 = row.dot3.get_or_insert_default();
    match tlv {
        Dot3Tlv::MacPhy { mau, .. } => keep_first(&mut dot3.mau, Some(*mau)),
        Dot3Tlv::Power(power) => keep_first(&mut dot3.power, Some(dot3_power(power))),
        Dot3Tlv::MaximumFrameSize(size) => keep_first(&mut dot3.max_frame_size, Some(*size)),
        Dot3Tlv::LinkAggregation { .. } | Dot3Tlv::Raw { .. } => {}
    }
}

fn dot3_power(power: &Power<'_>) -> Dot3Power {
    let class = power.class.checked_sub(1).filter(|class| *class <= 4); // class plus one on the wire
    let Some(at) = power.at else { return Dot3Power { class, ..Dot3Power::default() } };
    Dot3Power {
        class,
        kind: Some(at.kind().to_owned()),
        source: Some(if at.is_pd() { code_points::pd_source(at.source()) } else { code_points::pse_source(at.source()) }),
        priority: Some(code_points::power_priority(at.priority())),
        requested_mw: Some(milliwatts(at.requested)),
        allocated_mw: Some(milliwatts(at.allocated)),
    }
}

/// From 0.1 W on the wire.
fn milliwatts(tenths: u16) -> u32 {
    Milliwatts::from_tenths(u32::from(tenths)).0
}

fn take_med(row: &mut Neighbour, tlv: &MedTlv<'_>) {
    let med = row.med.get_or_insert_default();
    match tlv {
        MedTlv::Capabilities { class, .. } => keep_first(&mut med.device_class, Some(code_points::med_device_class(*class))),
        MedTlv::NetworkPolicy(policy) => med.policies.extend(med_policy(*policy)),
        MedTlv::ExtendedPower(power) => keep_first(&mut med.power, Some(med_power(*power))),
        MedTlv::Inventory { subtype, value } => take_inventory(med, *subtype, value),
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

fn med_power(power: ExtendedPower) -> MedPower {
    let (kind, source) = match power.kind() {
        0 => ("pse".to_owned(), code_points::pse_source(power.source())),
        1 => ("pd".to_owned(), code_points::pd_source(power.source())),
        other => (format!("type_{other}"), format!("source_{}", power.source())),
    };
    MedPower { kind, source, priority: code_points::power_priority(power.priority()), value_mw: milliwatts(power.value) }
}

fn take_inventory(med: &mut Med, subtype: u8, value: &[u8]) {
    let inventory: &mut MedInventory = med.inventory.get_or_insert_default();
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

fn from_cdp(message: &cdp::Message<'_>, source: Source) -> Neighbour {
    let mut row = Neighbour::new(source, Protocol::Cdp);
    row.ttl_s = Some(u16::from(message.ttl_s));
    row.anomalies = message.anomalies.iter().map(ToString::to_string).collect();
    let mut facts = Cdp::default();
    for tlv in &message.tlvs {
        take_cdp(&mut row, &mut facts, tlv);
    }
    row.cdp = Some(facts);
    row
}

fn take_cdp(row: &mut Neighbour, facts: &mut Cdp, tlv: &cdp::Tlv<'_>) {
    match tlv {
        cdp::Tlv::DeviceId(value) => keep_first(&mut facts.device_id, text(value)),
        cdp::Tlv::PortId(value) => {
            keep_first(&mut row.port_id, text(value).map(|value| TypedId { subtype: "interface_name".to_owned(), value }));
        }
        cdp::Tlv::Capabilities(bits) => keep_first(&mut row.capabilities, Some(code_points::cdp_capabilities(*bits))),
        cdp::Tlv::Software(value) => keep_first(&mut facts.software, text(value)),
        cdp::Tlv::Platform(value) => keep_first(&mut facts.platform, trimmed(value)),
        cdp::Tlv::NativeVlan(vlan) => keep_first(&mut facts.native_vlan, Some(*vlan)),
        cdp::Tlv::Duplex(duplex) => keep_first(&mut facts.duplex, Some(if *duplex == 0 { "half" } else { "full" }.to_owned())),
        cdp::Tlv::VoipVlanReply { vlan, .. } => keep_first(&mut facts.voice_vlan, Some(*vlan)),
        cdp::Tlv::VoipVlanQuery(value) => keep_first(&mut facts.voice_vlan, queried_vlan(value)),
        cdp::Tlv::PowerConsumption(milliwatts) => keep_first(&mut facts.power_consumption_mw, Some(u32::from(*milliwatts))),
        cdp::Tlv::PowerRequested(levels) => facts.power_requested_mw.extend(&levels.milliwatts),
        cdp::Tlv::PowerAvailable(levels) => facts.power_available_mw.extend(&levels.milliwatts),
        cdp::Tlv::Addresses(list) | cdp::Tlv::ManagementAddresses(list) => take_addresses(row, list),
        cdp::Tlv::Raw { .. } => {}
    }
}

/// A query names a VLAN only in its three-octet form: appliance, VLAN ID.
fn queried_vlan(value: &[u8]) -> Option<u16> {
    match value {
        [_, high, low] => Some(u16::from_be_bytes([*high, *low])),
        _ => None,
    }
}

/// The same address often stands in both address TLVs; it is one.
fn take_addresses(row: &mut Neighbour, list: &[cdp::Address<'_>]) {
    for address in list {
        let text = address.text().unwrap_or_else(|| code_points::hex(address.octets));
        if !row.management_addresses.contains(&text) {
            row.management_addresses.push(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_id_may_hold_the_address() {
        for id in ["SEP0004f212abcd", "SIP0004F212ABCD.example.net", "0004f212abcd"] {
            assert_eq!(address_in_device_id(id), Some(MacAddress([0, 4, 0xf2, 0x12, 0xab, 0xcd])), "{id}");
        }
        assert_eq!(address_in_device_id("switch-of-floor-2"), None);
        assert_eq!(address_in_device_id("ä0004f212abcd"), Some(MacAddress([0, 4, 0xf2, 0x12, 0xab, 0xcd])));
    }
}
