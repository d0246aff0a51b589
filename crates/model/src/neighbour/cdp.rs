//! What CDP says of a neighbour. Pure.

use std::net::Ipv4Addr;

use schemars::JsonSchema;
use serde::Serialize;

use crate::code_points::Duplex;
use crate::hex::Text;

/// A phone's question for its voice VLAN.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct VoiceVlanQuery {
    /// The VLAN that it says it has.
    pub vlan: Option<u16>,
}

/// Cisco Discovery Protocol facts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Cdp<'a> {
    /// Version, 1 or 2; `None` when a switch told.
    pub version: Option<u8>,
    pub device_id: Option<Text<'a>>,
    pub platform: Option<Text<'a>>,
    pub software: Option<Text<'a>>,
    pub vtp_domain: Option<Text<'a>>,
    /// IPv4 prefixes it routes to, as `192.0.2.0/24`.
    pub prefixes: Vec<Text<'a>>,
    /// Default gateway of a stub router.
    pub default_gateway: Option<Ipv4Addr>,
    pub native_vlan: Option<u16>,
    /// VoIP VLAN reply: the VLAN a switch wants phones to use.
    pub voice_vlan: Option<u16>,
    /// VoIP VLAN query: a phone asks for a voice VLAN.
    pub voice_vlan_query: Option<VoiceVlanQuery>,
    /// Duplex mode of the port.
    pub duplex: Option<Duplex>,
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
    pub location: Option<Text<'a>>,
}
