//! What the neighbours of a simulated switch say of themselves. Pure.

use std::net::Ipv4Addr;

use model::ids::{MacAddress, VlanId};
use model::units::Milliwatts;

/// What a neighbour says of itself in LLDP, LLDP-MED and CDP.
#[derive(Debug, Clone, PartialEq)]
pub struct LldpContent {
    /// Chassis id: a phone's is its address, 0.0.0.0 while it has none.
    pub chassis: Chassis,
    /// Port id: subtype and bytes.
    pub port_id: (u8, Vec<u8>),
    pub port_description: String,
    pub system_name: String,
    pub system_description: String,
    /// First byte of the capabilities as BITS: bridge 0x20, router 0x08, telephone 0x04.
    pub capabilities: u8,
    pub address: Option<Ipv4Addr>,
    /// LLDP-MED; only endpoints have it.
    pub med: Option<Med>,
    /// CDP; not every device speaks it.
    pub cdp: Option<Cdp>,
}

/// Chassis ids that occur at the simulated site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chassis {
    /// Subtype 4.
    Mac(MacAddress),
    /// Subtype 5, family IPv4.
    Address(Ipv4Addr),
}

/// LLDP-MED of an endpoint of class III.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Med {
    /// Inventory: hardware, firmware, software, serial, manufacturer, model, asset id.
    pub inventory: [String; 7],
    /// The VLAN voice is sent in, tagged; `None` while the phone was told none.
    pub voice_vlan: Option<VlanId>,
    /// Power wanted at the device.
    pub power: Milliwatts,
}

/// What the device's CDP adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cdp {
    pub device_id: String,
    pub port: String,
    pub platform: String,
    /// Capabilities as the TLV's 32 bits: router 0x01, switch 0x08, host 0x10, phone 0x80.
    pub capabilities: u32,
}
