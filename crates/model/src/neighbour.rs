//! What one LLDP or CDP frame, or one neighbour row of a switch, says. Pure.
//!
//! These types are the rows of `voiceport.discover/1`; a section that a frame does not carry is `None`. A row borrows its texts from the
//! frame it was decoded from; [`Neighbour::into_owned`] keeps it beyond that.

use std::borrow::Cow;
use std::net::IpAddr;

use schemars::JsonSchema;
use serde::Serialize;

use super::capabilities::Capabilities;
use super::identifier::Identifier;
use super::identifier::Octets;
use super::ids::Dscp;
use super::ids::MacAddress;
use super::ids::Pcp;
use super::ids::PortName;
use super::ids::SwitchName;
use super::timestamp::Timestamp;

/// Text borrowed from a frame, or a row's own.
pub type Text<'a> = Cow<'a, str>;
/// The name of a code point: one of a table, or made up from a reserved number.
pub type CodePoint = Cow<'static, str>;

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

/// A chassis or port identifier with the subtype that says what it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, JsonSchema)]
pub struct TypedId<'a> {
    /// The subtype's name in 802.1AB (§8.5.2.2, §8.5.3.2) in snake case: `mac_address`, `network_address`, `interface_name`,
    /// `interface_alias`, `chassis_component`, `port_component`, `agent_circuit_id`, `local`; `subtype_N` where N is reserved.
    pub subtype: CodePoint,
    /// The identifier in its usual spelling; bytes that are no text as `0x…`.
    pub value: Identifier<'a>,
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
    /// When.
    pub seen_at: Option<Timestamp>,
    /// The outermost 802.1Q VID the frame carried, or the VLAN of an FDB row.
    pub vlan: Option<u16>,
    /// The frame's tags, outermost first.
    pub tags: Vec<VlanTag>,
    /// What told of it.
    pub protocol: Protocol,
    /// LLDP chassis ID.
    pub chassis_id: Option<TypedId<'a>>,
    /// LLDP port ID.
    pub port_id: Option<TypedId<'a>>,
    /// Seconds the information may be kept; 0 withdraws it.
    pub ttl_s: Option<u16>,
    /// LLDP port description.
    pub port_description: Option<Text<'a>>,
    /// LLDP system name.
    pub system_name: Option<Text<'a>>,
    /// LLDP system description.
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
    /// 802.1 extensions.
    pub dot1: Option<Dot1<'a>>,
    /// 802.3 extensions.
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
    pub anomalies: Vec<String>,
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
        self.capabilities_enabled.or(self.capabilities).is_some_and(|enabled| enabled.has(capability))
    }
}

/// LLDP-MED sections of a frame.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct Med<'a> {
    /// Which LLDP-MED TLVs the sender knows.
    pub capabilities: Option<Capabilities>,
    /// `endpoint_class_1` … `endpoint_class_3`, `network_connectivity`, `not_defined`; `type_N` where N is reserved.
    pub device_class: Option<CodePoint>,
    /// Network policies, in the order sent.
    pub policies: Vec<MedPolicy>,
    /// Where the device is, as the network knows it, in the order sent.
    pub locations: Vec<MedLocation<'a>>,
    /// Extended power via MDI.
    pub power: Option<MedPower>,
    /// The seven inventory TLVs.
    pub inventory: Option<MedInventory<'a>>,
}

/// One LLDP-MED network policy (TIA-1057 §10.2.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MedPolicy {
    /// `voice`, `voice_signaling`, `guest_voice`, `guest_voice_signaling`, `softphone_voice`, `video_conferencing`, `streaming_video`,
    /// `video_signaling`; `type_N` where N is reserved.
    pub application: CodePoint,
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

/// One LLDP-MED location identification (TIA-1057 §10.2.4).
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "format", rename_all = "snake_case")]
pub enum MedLocation<'a> {
    /// Coordinates (RFC 6225, RFC 3825).
    Coordinate {
        /// Degrees north.
        latitude_deg: f64,
        /// Degrees east.
        longitude_deg: f64,
        /// Altitude in its unit; `None` when the type is unknown.
        altitude: Option<f64>,
        /// `metres`, `floors`; `type_N` where N is reserved.
        altitude_unit: CodePoint,
        /// `wgs84`, `nad83_navd88`, `nad83_mllw`; `type_N` where N is reserved.
        datum: CodePoint,
    },
    /// A civic address (RFC 4776).
    Civic {
        /// Whose location: `dhcp_server`, `network_element`, `client`; `type_N` where N is reserved.
        of: CodePoint,
        /// ISO 3166 country code.
        country: Text<'a>,
        /// The address's elements, in the order sent.
        elements: Vec<CivicElement<'a>>,
    },
    /// An emergency call service number.
    Elin {
        /// The number.
        number: Text<'a>,
    },
    /// A reserved format, or a location too damaged to be read.
    Other {
        /// The format's number.
        number: u8,
        /// The location's bytes.
        value: Octets<'a>,
    },
}

/// One element of a civic address (RFC 4776 §3.4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CivicElement<'a> {
    /// Civic address type: 1 state, 3 city, 6 street, 19 house number, 25 building, 26 unit, 27 floor, 28 room, …
    #[serde(rename = "type")]
    pub kind: u8,
    /// Its text.
    pub value: Text<'a>,
}

/// LLDP-MED extended power via MDI (TIA-1057 §10.2.5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MedPower {
    /// `pse`, `pd`; `type_N` where N is reserved.
    #[serde(rename = "type")]
    pub kind: CodePoint,
    /// `unknown`, `primary`, `backup` of a PSE; `unknown`, `pse`, `local`, `pse_and_local` of a PD.
    pub source: CodePoint,
    /// `unknown`, `critical`, `high`, `low`; `priority_N` where N is reserved.
    pub priority: CodePoint,
    /// Power in milliwatts; 0.1 W steps on the wire.
    pub value_mw: u32,
}

/// LLDP-MED inventory (TIA-1057 §10.2.6), trailing blanks and NULs removed; empty strings are `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MedInventory<'a> {
    /// Hardware revision.
    pub hardware: Option<Text<'a>>,
    /// Firmware revision.
    pub firmware: Option<Text<'a>>,
    /// Software revision.
    pub software: Option<Text<'a>>,
    /// Serial number.
    pub serial: Option<Text<'a>>,
    /// Manufacturer name.
    pub manufacturer: Option<Text<'a>>,
    /// Model name.
    pub model: Option<Text<'a>>,
    /// Asset ID.
    pub asset: Option<Text<'a>>,
}

/// IEEE 802.1 organisationally specific TLVs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Dot1<'a> {
    /// Port VLAN ID; 0 means the port has none.
    pub port_vlan: Option<u16>,
    /// Port and protocol VLANs, in the order sent.
    pub protocol_vlans: Vec<ProtocolVlan>,
    /// VLAN names, in the order sent.
    pub vlan_names: Vec<VlanName<'a>>,
    /// Protocol identities: the first bytes of each protocol's frames.
    pub protocol_identities: Vec<Octets<'a>>,
    /// Management VLAN ID; 0 means that there is none.
    pub management_vlan: Option<u16>,
    /// Link aggregation.
    pub link_aggregation: Option<LinkAggregation>,
}

/// One 802.1 Port And Protocol VLAN ID TLV.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ProtocolVlan {
    /// VLAN ID; 0 when there is none.
    pub vlan: u16,
    /// Whether the port can do it.
    pub supported: bool,
    /// Whether it does.
    pub enabled: bool,
}

/// One 802.1 VLAN Name TLV.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct VlanName<'a> {
    /// VLAN ID as sent.
    pub vlan: u16,
    /// Its name.
    pub name: Text<'a>,
}

/// Link aggregation of the neighbour's port (802.1AX annex F; 802.3 annex 79C before).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LinkAggregation {
    /// Whether the port can be aggregated.
    pub capable: bool,
    /// Whether it is.
    pub aggregated: bool,
    /// Number of the aggregate; 0 when there is none.
    pub port: u32,
}

/// IEEE 802.3 organisationally specific TLVs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Dot3 {
    /// Power via MDI.
    pub power: Option<Dot3Power>,
    /// Operational MAU type of the MAC/PHY TLV.
    pub mau: Option<u16>,
    /// Autonegotiation of the MAC/PHY TLV.
    pub autonegotiation: Option<Autonegotiation>,
    /// Link aggregation.
    pub link_aggregation: Option<LinkAggregation>,
    /// Maximum frame size in bytes.
    pub max_frame_size: Option<u16>,
}

/// Autonegotiation (802.3 79.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Autonegotiation {
    /// Whether the port can do it.
    pub supported: bool,
    /// Whether it does.
    pub enabled: bool,
    /// ifMauAutoNegCapAdvertisedBits as sent.
    pub advertised: u16,
}

/// 802.3 power via MDI (802.3 clause 79.3.2).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Dot3Power {
    /// `pse`, `pd`: which end of the cable the sender is.
    pub port_class: Option<CodePoint>,
    /// Whether the sender's port can do power via MDI.
    pub supported: Option<bool>,
    /// Whether it does.
    pub enabled: Option<bool>,
    /// Whether the PSE can choose the pairs.
    pub pairs_controllable: Option<bool>,
    /// Pairs that carry power: `signal`, `spare`; `pairs_N` where N is reserved.
    pub pairs: Option<CodePoint>,
    /// PoE class 0–4; one lower than the number on the wire.
    pub class: Option<u8>,
    /// `type_1_pd`, `type_2_pse`, …; only in the 12-byte form and above.
    #[serde(rename = "type")]
    pub kind: Option<CodePoint>,
    /// `unknown`, `primary`, `backup`; `unknown`, `pse`, `local`, `pse_and_local` of a PD.
    pub source: Option<CodePoint>,
    /// `unknown`, `critical`, `high`, `low`.
    pub priority: Option<CodePoint>,
    /// PD requested power in milliwatts, at the PD; 0.1 W steps on the wire.
    pub requested_mw: Option<u32>,
    /// PSE allocated power in milliwatts, at the PD; 0.1 W steps on the wire.
    pub allocated_mw: Option<u32>,
    /// What 802.3bt adds; only in the 29-byte form.
    pub bt: Option<Dot3PowerBt>,
}

/// The 802.3bt extension of power via MDI (802.3bt 79.3.2.7 to 79.3.2.11).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Dot3PowerBt {
    /// PD requested power of a dual-signature PD in milliwatts, mode A and mode B.
    pub requested_mw: [u32; 2],
    /// PSE allocated power of a dual-signature PD in milliwatts, alternative A and B.
    pub allocated_mw: [u32; 2],
    /// `two_pair`, `four_pair_single_signature`, `four_pair_dual_signature`; `None` for a PD.
    pub pse_status: Option<CodePoint>,
    /// `single_signature`, `two_pair_dual_signature`, `four_pair_dual_signature`; `None` for a PSE.
    pub pd_status: Option<CodePoint>,
    /// Pairs that carry power: `alternative_a`, `alternative_b`, `both`.
    pub pairs: Option<CodePoint>,
    /// Class 1–8 of a single-signature PD; `None` for a dual-signature one.
    pub class: Option<u8>,
    /// Classes 1–5 of a dual-signature PD, mode A and B; `None` for a single-signature one.
    pub dual_classes: [Option<u8>; 2],
    /// `type_3_pse`, `type_4_pse`, `type_3_single_signature_pd`, `type_3_dual_signature_pd`, `type_4_single_signature_pd`,
    /// `type_4_dual_signature_pd`; `None` where reserved.
    #[serde(rename = "type")]
    pub kind: Option<CodePoint>,
    /// The most the PSE could give in milliwatts.
    pub max_available_mw: u32,
    /// Whether the PSE measures what a PD needs (Autoclass); `None`, as the next two, when that is not told.
    pub autoclass_supported: Option<bool>,
    /// Whether it has measured.
    pub autoclass_completed: Option<bool>,
    /// Whether the PD asks it to.
    pub autoclass_requested: Option<bool>,
    /// Seconds the PD asks to be without power; `None` when it does not.
    pub power_down_s: Option<u32>,
}

/// Cisco Discovery Protocol facts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Cdp<'a> {
    /// Version, 1 or 2; `None` when a switch told.
    pub version: Option<u8>,
    /// Device ID.
    pub device_id: Option<Text<'a>>,
    /// Platform.
    pub platform: Option<Text<'a>>,
    /// Software version.
    pub software: Option<Text<'a>>,
    /// VTP management domain.
    pub vtp_domain: Option<Text<'a>>,
    /// Native VLAN.
    pub native_vlan: Option<u16>,
    /// VoIP VLAN reply: the VLAN a switch wants phones to use.
    pub voice_vlan: Option<u16>,
    /// VoIP VLAN query: the VLAN a phone says that it has.
    pub voice_vlan_query: Option<u16>,
    /// `full` or `half`.
    pub duplex: Option<&'static str>,
    /// Power consumption in milliwatts.
    pub power_consumption_mw: Option<u32>,
    /// Requested power levels in milliwatts.
    pub power_requested_mw: Vec<u32>,
    /// Available power levels in milliwatts; 4294967295 is no limit.
    pub power_available_mw: Vec<u32>,
    /// Whether the switch trusts the priority of frames that come through the phone.
    pub trusts_phone: Option<bool>,
    /// Class of service for frames that are not trusted, 0 to 7.
    pub untrusted_cos: Option<u8>,
    /// Physical location.
    pub location: Option<Text<'a>>,
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
    /// TLV type.
    #[serde(rename = "type")]
    pub kind: u16,
    /// The organisation that defined it, of LLDP type 127, as six hexadecimal digits.
    pub oui: Option<Octets<'a>>,
    /// The organisation's subtype.
    pub subtype: Option<u8>,
    /// What follows.
    pub value: Octets<'a>,
}

/// How a phone's identity is known, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PhoneIdentity<'a> {
    /// Vendor, as in the inventory.
    pub vendor: Text<'a>,
    /// Model as the vendor writes it; `None` when only the vendor is known.
    pub model: Option<Text<'a>>,
    /// Firmware it runs, when it says so.
    pub firmware: Option<Text<'a>>,
    /// What says so.
    pub confidence: Confidence,
    /// The very words that say so.
    pub evidence: Text<'a>,
}

/// An address in a switch's forwarding table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Learned {
    /// The address.
    pub mac: MacAddress,
    /// The VLAN it was learned in.
    pub vlan: Option<u16>,
    /// Its IP address in the switch's own neighbour table.
    pub address: Option<IpAddr>,
}

/// `voiceport.discover/1`: every neighbour seen, and every frame that was none.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct DiscoverReport {
    /// One row per neighbour and place seen.
    pub rows: Vec<Neighbour<'static>>,
    /// Frames that could not be decoded at all, and switches that did not answer.
    pub rejected: Vec<Rejected>,
    /// What a switch does not tell, and what could not be read of one that answered.
    pub notes: Vec<SwitchNote>,
}

/// Something about a switch that its rows do not show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SwitchNote {
    /// The switch.
    pub switch: SwitchName,
    /// What, for people.
    pub note: String,
}

/// Something that could not be read, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Rejected {
    /// The frame's number in its capture file, from 1.
    pub frame: Option<u64>,
    /// The switch that could not be read.
    pub switch: Option<SwitchName>,
    /// Why, for people.
    pub reason: String,
}
