//! What one LLDP or CDP frame, or one neighbour row of a switch, says. Pure.
//!
//! These types are the rows of `voiceport.discover/1`; a section that a frame does not carry is `None`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ids::Dscp;
use super::ids::MacAddress;
use super::ids::Pcp;
use super::ids::PortName;
use super::ids::SwitchName;
use super::timestamp::Timestamp;

/// Where a neighbour was heard of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Protocol {
    /// IEEE 802.1AB.
    Lldp,
    /// Cisco Discovery Protocol, version 1 or 2.
    Cdp,
    /// No protocol: a learned address in the switch's forwarding table.
    Fdb,
}

/// A chassis or port identifier with the subtype that says what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TypedId {
    /// The subtype's name in 802.1AB (§8.5.2.2, §8.5.3.2) in snake case: `mac_address`, `network_address`, `interface_name`,
    /// `interface_alias`, `chassis_component`, `port_component`, `agent_circuit_id`, `local`; `subtype_N` where N is reserved.
    pub subtype: String,
    /// The identifier in its usual spelling; octets that are no text as `0x…`.
    pub value: String,
}

/// One neighbour as one source saw it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Neighbour {
    /// Where it was heard of.
    pub source: Source,
    /// The frame's number in its capture file, from 1.
    pub frame: Option<u64>,
    /// The interface it was received on.
    pub interface: Option<String>,
    /// The switch whose table told of it.
    pub switch: Option<SwitchName>,
    /// The switch's port it is plugged in; `None` when no rule proves the port.
    pub port: Option<PortName>,
    /// When.
    pub seen_at: Option<Timestamp>,
    /// The outermost 802.1Q VID the frame carried, or the VLAN of an FDB row.
    pub vlan: Option<u16>,
    /// What told of it.
    pub protocol: Protocol,
    /// LLDP chassis ID.
    pub chassis_id: Option<TypedId>,
    /// LLDP port ID.
    pub port_id: Option<TypedId>,
    /// Seconds the information may be kept; 0 withdraws it.
    pub ttl_s: Option<u16>,
    /// LLDP port description.
    pub port_description: Option<String>,
    /// LLDP system name.
    pub system_name: Option<String>,
    /// LLDP system description.
    pub system_description: Option<String>,
    /// Names of the supported capabilities, in bit order: `other`, `repeater`, `bridge`, `wlan_access_point`, `router`, `telephone`,
    /// `docsis_cable_device`, `station_only`, `c_vlan`, `s_vlan`, `two_port_mac_relay`; for CDP its own set with the same words.
    pub capabilities: Option<Vec<String>>,
    /// Names of the enabled capabilities.
    pub capabilities_enabled: Option<Vec<String>>,
    /// Management addresses, IPv4, IPv6 or MAC, in the order sent.
    pub management_addresses: Vec<String>,
    /// The neighbour's own MAC: LLDP chassis or port ID where that is one, else the frame's source, else the one in a CDP device ID.
    pub mac: Option<MacAddress>,
    /// LLDP-MED (ANSI/TIA-1057).
    pub med: Option<Med>,
    /// 802.1 extensions.
    pub dot1: Option<Dot1>,
    /// 802.3 extensions.
    pub dot3: Option<Dot3>,
    /// Cisco Discovery Protocol.
    pub cdp: Option<Cdp>,
    /// Which phone this is, when it is one.
    pub phone: Option<PhoneIdentity>,
    /// Damage and contradictions found while decoding, each with its place.
    pub anomalies: Vec<String>,
}

impl Neighbour {
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
            phone: None,
            anomalies: Vec::new(),
        }
    }

    /// Whether the neighbour forwards other people's traffic: an enabled bridge, router or access point without a telephone in it.
    ///
    /// A phone with a PC socket is a bridge too, so `telephone` wins.
    #[must_use]
    pub fn forwards(&self) -> bool {
        let forwarding = ["bridge", "switch", "router", "wlan_access_point"];
        !self.is_phone() && forwarding.into_iter().any(|capability| self.has_enabled(capability))
    }

    /// Whether the neighbour says to be a telephone, or is known to be one.
    #[must_use]
    pub fn is_phone(&self) -> bool {
        self.phone.is_some() || self.has_enabled("telephone")
    }

    fn has_enabled(&self, capability: &str) -> bool {
        // CDP has no second set: what it announces is in use
        let enabled = self.capabilities_enabled.as_ref().or(self.capabilities.as_ref());
        enabled.is_some_and(|enabled| enabled.iter().any(|other| other == capability))
    }
}

/// LLDP-MED sections of a frame.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Med {
    /// `endpoint_class_1` … `endpoint_class_3`, `network_connectivity`, `not_defined`; `type_N` where N is reserved.
    pub device_class: Option<String>,
    /// Network policies, in the order sent.
    pub policies: Vec<MedPolicy>,
    /// Extended power via MDI.
    pub power: Option<MedPower>,
    /// The seven inventory TLVs.
    pub inventory: Option<MedInventory>,
}

/// One LLDP-MED network policy (TIA-1057 §10.2.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MedPolicy {
    /// `voice`, `voice_signaling`, `guest_voice`, `guest_voice_signaling`, `softphone_voice`, `video_conferencing`, `streaming_video`,
    /// `video_signaling`; `type_N` where N is reserved.
    pub application: String,
    /// VLAN ID as sent: 0 is priority tagged, 4095 is no VLAN.
    pub vlan: u16,
    /// The T bit.
    pub tagged: bool,
    /// The U bit: the endpoint asks for a policy.
    pub unknown: bool,
    /// Layer 2 priority.
    pub priority: Pcp,
    /// Differentiated-services code point.
    pub dscp: Dscp,
}

/// LLDP-MED extended power via MDI (TIA-1057 §10.2.5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MedPower {
    /// `pse`, `pd`; `type_N` where N is reserved.
    #[serde(rename = "type")]
    pub kind: String,
    /// `unknown`, `primary`, `backup` of a PSE; `unknown`, `pse`, `local`, `pse_and_local` of a PD.
    pub source: String,
    /// `unknown`, `critical`, `high`, `low`; `priority_N` where N is reserved.
    pub priority: String,
    /// Power in milliwatts; 0.1 W steps on the wire.
    pub value_mw: u32,
}

/// LLDP-MED inventory (TIA-1057 §10.2.6), trailing blanks and NULs removed; empty strings are `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MedInventory {
    /// Hardware revision.
    pub hardware: Option<String>,
    /// Firmware revision.
    pub firmware: Option<String>,
    /// Software revision.
    pub software: Option<String>,
    /// Serial number.
    pub serial: Option<String>,
    /// Manufacturer name.
    pub manufacturer: Option<String>,
    /// Model name.
    pub model: Option<String>,
    /// Asset ID.
    pub asset: Option<String>,
}

/// IEEE 802.1 organisationally specific TLVs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Dot1 {
    /// Port VLAN ID; 0 means the port has none.
    pub port_vlan: Option<u16>,
    /// VLAN names, in the order sent.
    pub vlan_names: Vec<VlanName>,
}

/// One 802.1 VLAN Name TLV.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VlanName {
    /// VLAN ID as sent.
    pub vlan: u16,
    /// Its name.
    pub name: String,
}

/// IEEE 802.3 organisationally specific TLVs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Dot3 {
    /// Power via MDI.
    pub power: Option<Dot3Power>,
    /// Operational MAU type of the MAC/PHY TLV.
    pub mau: Option<u16>,
    /// Maximum frame size in octets.
    pub max_frame_size: Option<u16>,
}

/// 802.3 power via MDI (802.3 clause 79.3.2).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Dot3Power {
    /// PoE class 0–4; one lower than the number on the wire.
    pub class: Option<u8>,
    /// `type_1_pd`, `type_2_pse`, …; only in the 12-octet form and above.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// `unknown`, `primary`, `backup`; `unknown`, `pse`, `local`, `pse_and_local` of a PD.
    pub source: Option<String>,
    /// `unknown`, `critical`, `high`, `low`.
    pub priority: Option<String>,
    /// PD requested power in milliwatts, at the PD; 0.1 W steps on the wire.
    pub requested_mw: Option<u32>,
    /// PSE allocated power in milliwatts, at the PD; 0.1 W steps on the wire.
    pub allocated_mw: Option<u32>,
}

/// Cisco Discovery Protocol facts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cdp {
    /// Device ID.
    pub device_id: Option<String>,
    /// Platform.
    pub platform: Option<String>,
    /// Software version.
    pub software: Option<String>,
    /// Native VLAN.
    pub native_vlan: Option<u16>,
    /// VoIP VLAN reply (a switch) or query (a phone).
    pub voice_vlan: Option<u16>,
    /// `full` or `half`.
    pub duplex: Option<String>,
    /// Power consumption in milliwatts.
    pub power_consumption_mw: Option<u32>,
    /// Requested power levels in milliwatts.
    pub power_requested_mw: Vec<u32>,
    /// Available power levels in milliwatts.
    pub power_available_mw: Vec<u32>,
}

/// How a phone's identity is known, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// LLDP-MED inventory names the model.
    InventoryTlv,
    /// The CDP platform names the model.
    CdpPlatform,
    /// The LLDP system name or description names the model.
    SystemDescription,
    /// Only the vendor is known, from the MAC address.
    Oui,
}

/// Which phone a neighbour is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PhoneIdentity {
    /// Vendor, as in the inventory.
    pub vendor: String,
    /// Model as the vendor writes it; `None` when only the vendor is known.
    pub model: Option<String>,
    /// What says so.
    pub confidence: Confidence,
}

/// `voiceport.discover/1`: every neighbour seen, and every frame that was none.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DiscoverReport {
    /// One row per neighbour and place seen.
    pub rows: Vec<Neighbour>,
    /// Frames that could not be decoded at all, and switches that did not answer.
    pub rejected: Vec<Rejected>,
}

/// Something that could not be read, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rejected {
    /// The frame's number in its capture file, from 1.
    pub frame: Option<u64>,
    /// The switch that could not be read.
    pub switch: Option<SwitchName>,
    /// Why, for people.
    pub reason: String,
}
