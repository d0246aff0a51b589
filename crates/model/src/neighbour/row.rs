//! One neighbour as one source saw it. Pure.

use schemars::JsonSchema;
use serde::Serialize;

use super::anomaly::Anomaly;
use super::cdp::Cdp;
use super::dot1::Dot1;
use super::dot3::Dot3;
use super::med::Med;
use super::phone::PhoneIdentity;
use crate::capabilities::{Capabilities, Capability};
use crate::hex::{HexBytes, Text};
use crate::identifier::{Identifier, TypedId};
use crate::ids::{MacAddress, Pcp, PortName, SwitchName};
use crate::timestamp::Timestamp;

/// Where a neighbour was heard of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A frame in a capture file.
    Pcap,
    /// A frame received on an interface of this machine.
    Interface,
    /// A row of a switch's own tables.
    Switch,
}

/// What told of the neighbour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Protocol {
    /// IEEE 802.1AB.
    Lldp,
    /// Cisco Discovery Protocol, version 1 or 2.
    Cdp,
    /// No protocol: a learned address in the switch's forwarding table.
    Fdb,
}

/// An 802.1Q or 802.1ad tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, JsonSchema)]
pub struct VlanTag {
    /// VLAN identifier; 0 is a priority tag.
    pub vid: u16,
    /// Priority code point, 0 to 7.
    pub priority: Pcp,
}

/// One neighbour as one source saw it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Neighbour<'a> {
    /// Where it was heard of.
    pub source: Source,
    /// The frame's number in its capture file, from 1.
    pub frame: Option<u64>,
    /// The interface it was received on.
    pub interface: Option<Text<'a>>,
    /// The switch whose table told of it.
    pub switch: Option<SwitchName>,
    /// The switch's port it is plugged in; `None` when no rule proves the port.
    pub port: Option<PortName>,
    pub seen_at: Option<Timestamp>,
    /// The outermost 802.1Q VID the frame carried, or the VLAN of an FDB row.
    pub vlan: Option<u16>,
    /// The frame's tags, outermost first.
    pub tags: Vec<VlanTag>,
    /// What told of it.
    pub protocol: Protocol,
    pub chassis_id: Option<TypedId<'a>>,
    pub port_id: Option<TypedId<'a>>,
    /// Seconds the information may be kept; 0 withdraws it.
    pub ttl_s: Option<u16>,
    pub port_description: Option<Text<'a>>,
    pub system_name: Option<Text<'a>>,
    pub system_description: Option<Text<'a>>,
    /// What it could do, of LLDP or of CDP.
    pub capabilities: Option<Capabilities>,
    /// What it does; CDP has no second set.
    pub capabilities_enabled: Option<Capabilities>,
    /// Management addresses, IPv4, IPv6 or MAC, in the order sent.
    pub management_addresses: Vec<Identifier<'a>>,
    /// The neighbour's own MAC: LLDP chassis or port ID where that is one, else the frame's source, else the one in a CDP device ID.
    pub mac: Option<MacAddress>,
    /// LLDP-MED (ANSI/TIA-1057).
    pub med: Option<Med<'a>>,
    pub dot1: Option<Dot1<'a>>,
    pub dot3: Option<Dot3>,
    /// Cisco Discovery Protocol.
    pub cdp: Option<Cdp<'a>>,
    /// What the switch's port powers, when it says so.
    pub poe: Option<PoeSeen>,
    /// TLVs that are kept as they came: of other organisations, of reserved types, and damaged ones.
    pub other_tlvs: Vec<OtherTlv<'a>>,
    /// Which phone this is, when it is one.
    pub phone: Option<PhoneIdentity<'a>>,
    /// Damage and contradictions, each with its place.
    pub anomalies: Vec<Anomaly>,
}

impl Neighbour<'_> {
    /// A neighbour of which nothing is known yet but where it was heard of.
    #[must_use]
    pub fn new(source: Source, protocol: Protocol) -> Self {
        Self {
            source,
            frame: None,
            interface: None,
            switch: None,
            port: None,
            seen_at: None,
            vlan: None,
            tags: Vec::new(),
            protocol,
            chassis_id: None,
            port_id: None,
            ttl_s: None,
            port_description: None,
            system_name: None,
            system_description: None,
            capabilities: None,
            capabilities_enabled: None,
            management_addresses: Vec::new(),
            mac: None,
            med: None,
            dot1: None,
            dot3: None,
            cdp: None,
            poe: None,
            other_tlvs: Vec::new(),
            phone: None,
            anomalies: Vec::new(),
        }
    }

    /// Whether the neighbour forwards other people's traffic: an enabled bridge, router or access point without a telephone in it.
    ///
    /// A phone with a PC socket is a bridge too, so `telephone` wins.
    #[must_use]
    pub fn forwards(&self) -> bool {
        let forwarding = [Capability::Bridge, Capability::Switch, Capability::Router, Capability::WlanAccessPoint];
        !self.is_phone() && forwarding.into_iter().any(|capability| self.has_enabled(capability))
    }

    /// Whether the neighbour says to be a telephone, or is known to be one.
    #[must_use]
    pub fn is_phone(&self) -> bool {
        self.phone.is_some() || self.has_enabled(Capability::Telephone)
    }

    /// Whether the neighbour says that it does this.
    #[must_use]
    pub fn has_enabled(&self, capability: Capability) -> bool {
        // CDP has no second set: what it announces is in use
        self.capabilities_enabled.or(self.capabilities).is_some_and(|enabled| enabled.has(capability))
    }
}

/// PoE facts of the switch port a neighbour is on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PoeSeen {
    /// Class of the powered device, 0–8.
    pub class: Option<u8>,
    /// Power set aside in milliwatts.
    pub allocated_mw: Option<u32>,
    /// Power measured in milliwatts.
    pub measured_mw: Option<u32>,
}

/// A TLV kept as it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OtherTlv<'a> {
    #[serde(rename = "type")]
    pub kind: u16,
    /// The organisation that defined it, of LLDP type 127, as six hexadecimal digits.
    pub oui: Option<HexBytes<'a>>,
    pub subtype: Option<u8>,
    pub value: HexBytes<'a>,
}
