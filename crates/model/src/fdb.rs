//! An entry of a switch's forwarding database. Pure.

use std::net::IpAddr;

use schemars::JsonSchema;
use serde::Serialize;

use crate::ids::MacAddress;

/// An address that a switch learned on a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FdbEntry {
    pub mac: MacAddress,
    /// The VLAN it was learned in.
    pub vlan: Option<u16>,
    /// Its IP address in the switch's own neighbour table.
    pub address: Option<IpAddr>,
}
