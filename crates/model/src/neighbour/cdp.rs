//! What CDP says of a neighbour. Pure.

use schemars::JsonSchema;
use serde::Serialize;

use crate::code_points::Duplex;
use crate::hex::Text;

/// Cisco Discovery Protocol facts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Cdp<'a> {
    /// Version, 1 or 2; `None` when a switch told.
    pub version: Option<u8>,
    pub device_id: Option<Text<'a>>,
    pub platform: Option<Text<'a>>,
    pub software: Option<Text<'a>>,
    pub vtp_domain: Option<Text<'a>>,
    pub native_vlan: Option<u16>,
    /// VoIP VLAN reply: the VLAN a switch wants phones to use.
    pub voice_vlan: Option<u16>,
    /// VoIP VLAN query: the VLAN a phone says that it has.
    pub voice_vlan_query: Option<u16>,
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
