//! One frame → one row of `voiceport.discover/1`: what LLDP and CDP say, in the words of the model. Pure.
//!
//! The row borrows its texts from the frame. Nothing is lost: TLVs that have no field of their own are in `other_tlvs`.

use crate::discover::decode_org;
use crate::discover::fields::{keep_first, text, trimmed};
use lldp::cdp_lists::{Address, Prefix};
use lldp::cursor::{Anomaly, Damage};
use lldp::ethernet::{Frame, Payload, Tag};
use lldp::org::Organisational;
use lldp::{cdp, lldpdu};
use model::capabilities::Capabilities;
use model::code_points::{Duplex, IdSubtype};
use model::hex::{self, HexBytes};
use model::identifier::{self, Identifier, TypedId};
use model::ids::{MacAddress, Pcp};
use model::neighbour::{Cdp, Neighbour, OtherTlv, Protocol, Source, Text, VlanTag, VoiceVlanQuery};

/// Why a frame gives no row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reject {
    /// The frame's header is cut short.
    #[error(transparent)]
    Frame(#[from] Damage),
    /// The LLDPDU has to be discarded.
    #[error(transparent)]
    Lldp(#[from] lldpdu::Invalid),
    /// The CDP message cannot be read.
    #[error(transparent)]
    Cdp(#[from] cdp::Invalid),
}

impl Reject {
    /// Whether it may come of the frame's end being cut off.
    #[must_use]
    pub const fn is_of_the_end(&self) -> bool {
        matches!(
            self,
            Self::Frame(_)
                | Self::Lldp(lldpdu::Invalid::Damaged(_))
                | Self::Cdp(cdp::Invalid::Damaged(_) | cdp::Invalid::NoDeviceId)
        )
    }
}

/// Reads what a frame says; `None` when it is neither LLDP nor CDP.
#[must_use]
pub fn neighbour<'a>(frame: &Frame<'a>, source: Source) -> Option<Result<Neighbour<'a>, Reject>> {
    let mut row = Neighbour::new(source, Protocol::Lldp);
    Some(read(frame, &mut row)?.map(|()| row))
}

/// The same into a row that is there, of which nothing is known yet: rows are large to move.
#[must_use]
pub fn read<'a>(frame: &Frame<'a>, row: &mut Neighbour<'a>) -> Option<Result<(), Reject>> {
    let read = match frame.payload {
        Payload::Lldp(cursor) => {
            row.protocol = Protocol::Lldp;
            lldpdu::read(cursor, &mut Row(row)).map_err(Reject::from)
        }
        Payload::Cdp(cursor) => {
            row.protocol = Protocol::Cdp;
            cdp::read(cursor, &mut Row(row)).map_err(Reject::from)
        }
        Payload::Other => return None,
    };
    take_header(row, frame);
    Some(read)
}

fn take_header(row: &mut Neighbour<'_>, frame: &Frame<'_>) {
    row.vlan = frame.tags.first().map(Tag::vid);
    row.tags.extend(frame.tags.iter().filter_map(vlan_tag));
    row.mac = address_in(row.chassis_id.as_ref())
        .or_else(|| address_in(row.port_id.as_ref()))
        .or(frame.source.map(MacAddress))
        .or_else(|| row.cdp.as_ref().and_then(|cdp| identifier::mac_in_device_id(cdp.device_id.as_deref()?)));
    if let Some(anomaly) = frame.anomaly {
        row.anomalies.push(anomaly.into());
    }
}

/// `None` cannot happen: three bits are a priority.
fn vlan_tag(tag: Tag) -> Option<VlanTag> {
    Some(VlanTag { vid: tag.vid(), priority: Pcp::new(u8::try_from(tag.pcp()).ok()?)? })
}

/// The address an identifier of subtype MAC address names; some devices send it as text.
fn address_in(id: Option<&TypedId<'_>>) -> Option<MacAddress> {
    let id = id?;
    match &id.value {
        Identifier::Mac(mac) => Some(*mac),
        Identifier::Text(text) if id.subtype == IdSubtype::MacAddress => text.parse().ok(),
        Identifier::Text(_) | Identifier::Ip(_) => None,
    }
}

/// A row that the codecs fill.
struct Row<'r, 'a>(&'r mut Neighbour<'a>);

impl<'a> lldpdu::Sink<'a> for Row<'_, 'a> {
    fn head(&mut self, chassis_id: lldpdu::Id<'a>, port_id: lldpdu::Id<'a>, ttl_s: u16) {
        self.0.chassis_id = Some(TypedId::of_chassis(chassis_id.subtype, chassis_id.bytes));
        self.0.port_id = Some(TypedId::of_port(port_id.subtype, port_id.bytes));
        self.0.ttl_s = Some(ttl_s);
    }

    #[inline]
    fn tlv(&mut self, tlv: lldpdu::Tlv<'a>) {
        match tlv {
            lldpdu::Tlv::PortDescription(value) => keep_first(&mut self.0.port_description, text(value)),
            lldpdu::Tlv::SystemName(value) => keep_first(&mut self.0.system_name, text(value)),
            lldpdu::Tlv::SystemDescription(value) => keep_first(&mut self.0.system_description, text(value)),
            lldpdu::Tlv::SystemCapabilities { supported, enabled } => {
                keep_first(&mut self.0.capabilities, Some(Capabilities::Lldp(supported)));
                keep_first(&mut self.0.capabilities_enabled, Some(Capabilities::Lldp(enabled)));
            }
            lldpdu::Tlv::ManagementAddress(address) => {
                let known = Identifier::of_family(address.family, address.address);
                self.0.management_addresses.push(known.unwrap_or_else(|| Identifier::Text(hex::hex(address.address).into())));
            }
            lldpdu::Tlv::Organisational(Organisational::Dot1(tlv)) => decode_org::take_dot1(self.0, &tlv),
            lldpdu::Tlv::Organisational(Organisational::Dot3(tlv)) => decode_org::take_dot3(self.0, &tlv),
            lldpdu::Tlv::Organisational(Organisational::Med(tlv)) => decode_org::take_med(self.0, &tlv),
            lldpdu::Tlv::Organisational(Organisational::Other { oui, subtype, value }) => {
                decode_org::take_other(self.0, oui, subtype, value);
            }
            lldpdu::Tlv::Raw { kind, value } => self.0.other_tlvs.push(raw_tlv(u16::from(kind), value)),
        }
    }

    fn anomaly(&mut self, anomaly: Anomaly) {
        self.0.anomalies.push(anomaly.into());
    }
}

fn raw_tlv(kind: u16, value: &[u8]) -> OtherTlv<'_> {
    OtherTlv { kind, oui: None, subtype: None, value: HexBytes::from(value) }
}

impl<'a> cdp::Sink<'a> for Row<'_, 'a> {
    fn head(&mut self, version: u8, ttl_s: u8) {
        self.0.ttl_s = Some(u16::from(ttl_s));
        self.0.cdp = Some(Cdp { version: Some(version), ..Cdp::default() });
    }

    fn tlv(&mut self, tlv: cdp::Tlv<'a>) {
        if let Some(rest) = behind_list(&tlv) {
            self.0.other_tlvs.push(raw_tlv(tlv.kind(), rest));
        }
        match tlv {
            cdp::Tlv::PortId(value) => {
                let id = |value| TypedId { subtype: IdSubtype::InterfaceName, value: Identifier::Text(value) };
                keep_first(&mut self.0.port_id, text(value).map(id));
            }
            cdp::Tlv::Capabilities(bits) => keep_first(&mut self.0.capabilities, Some(Capabilities::Cdp(bits))),
            cdp::Tlv::SystemName(value) => keep_first(&mut self.0.system_name, text(value)),
            cdp::Tlv::Addresses(addresses) | cdp::Tlv::ManagementAddresses(addresses) => take_addresses(self.0, &addresses.list),
            cdp::Tlv::Raw { kind, value } => self.0.other_tlvs.push(raw_tlv(kind, value)),
            facts => take_cdp(self.0.cdp.get_or_insert_default(), facts),
        }
    }

    fn anomaly(&mut self, anomaly: Anomaly) {
        self.0.anomalies.push(anomaly.into());
    }
}

/// What could not be read of a list's end: it is kept as it came.
const fn behind_list<'a>(tlv: &cdp::Tlv<'a>) -> Option<&'a [u8]> {
    let rest = match tlv {
        cdp::Tlv::Addresses(addresses) | cdp::Tlv::ManagementAddresses(addresses) => addresses.rest,
        cdp::Tlv::Prefixes(prefixes) => prefixes.rest,
        cdp::Tlv::PowerRequested(levels) | cdp::Tlv::PowerAvailable(levels) => levels.rest,
        _ => &[],
    };
    if rest.is_empty() { None } else { Some(rest) }
}

fn take_cdp<'a>(facts: &mut Cdp<'a>, tlv: cdp::Tlv<'a>) {
    match tlv {
        cdp::Tlv::DeviceId(value) => keep_first(&mut facts.device_id, text(value)),
        cdp::Tlv::Software(value) => keep_first(&mut facts.software, text(value)),
        cdp::Tlv::Platform(value) => keep_first(&mut facts.platform, trimmed(value)),
        cdp::Tlv::VtpDomain(value) => keep_first(&mut facts.vtp_domain, text(value)),
        cdp::Tlv::NativeVlan(vlan) => keep_first(&mut facts.native_vlan, Some(vlan)),
        cdp::Tlv::Duplex(duplex) => keep_first(&mut facts.duplex, Some(if duplex == 0 { Duplex::Half } else { Duplex::Full })),
        cdp::Tlv::VoipVlanReply { vlan, .. } => keep_first(&mut facts.voice_vlan, Some(vlan)),
        cdp::Tlv::VoipVlanQuery(value) => {
            keep_first(&mut facts.voice_vlan_query, Some(VoiceVlanQuery { vlan: queried_vlan(value) }));
        }
        cdp::Tlv::Prefixes(prefixes) => facts.prefixes.extend(prefixes.list.into_iter().map(prefix)),
        cdp::Tlv::DefaultGateway(address) => keep_first(&mut facts.default_gateway, Some(address.into())),
        cdp::Tlv::PowerConsumption(milliwatts) => keep_first(&mut facts.power_consumption_mw, Some(u32::from(milliwatts))),
        cdp::Tlv::PowerRequested(levels) => facts.power_requested_mw.extend(&levels.milliwatts),
        cdp::Tlv::PowerAvailable(levels) => facts.power_available_mw.extend(&levels.milliwatts),
        cdp::Tlv::ExtendedTrust(trust) => keep_first(&mut facts.trusts_phone, Some(trust != 0)),
        cdp::Tlv::UntrustedCos(cos) => keep_first(&mut facts.untrusted_cos, Some(cos)),
        cdp::Tlv::Location { text: value, .. } => keep_first(&mut facts.location, text(value)),
        cdp::Tlv::PortId(_)
        | cdp::Tlv::Capabilities(_)
        | cdp::Tlv::SystemName(_)
        | cdp::Tlv::Addresses(_)
        | cdp::Tlv::ManagementAddresses(_)
        | cdp::Tlv::Raw { .. } => {}
    }
}

fn prefix<'a>(prefix: Prefix) -> Text<'a> {
    format!("{}/{}", prefix.network, prefix.length).into()
}

/// A query that says more than the appliance says which VLAN the sender has.
fn queried_vlan(value: &[u8]) -> Option<u16> {
    match value {
        [_, high, low, ..] => Some(u16::from_be_bytes([*high, *low])),
        _ => None,
    }
}

/// The same address often stands in both address TLVs; it is one.
fn take_addresses(row: &mut Neighbour<'_>, list: &[Address<'_>]) {
    for address in list {
        let known = address.ip().map(Identifier::Ip);
        let address = known.unwrap_or_else(|| Identifier::Text(hex::hex(address.bytes).into()));
        if !row.management_addresses.contains(&address) {
            row.management_addresses.push(address);
        }
    }
}
