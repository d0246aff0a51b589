//! What the guards of ports rest on, and what of it a switch did not show. Pure.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Tables that show whether a port may be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GuardTable {
    /// Neighbours that speak LLDP.
    Lldp,
    /// Neighbours that speak CDP.
    Cdp,
    /// The port towards the root of the spanning tree.
    SpanningTree,
    /// Which ports are links of an aggregate.
    Aggregates,
    /// Which addresses are learned on which port.
    Forwarding,
    /// Modes of ports, and their members in VLANs.
    Vlans,
    /// Ports whose VLAN is assigned by 802.1X.
    Authentication,
    /// The addresses by which the switch itself is reached.
    Management,
}

/// A table that was not read, or not to its end. One that the switch does not have is not among them: an answer says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unread {
    pub table: GuardTable,
    /// What was asked for and why it did not come, in words.
    pub cause: String,
}

impl fmt::Display for GuardTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lldp => "its LLDP neighbours",
            Self::Cdp => "its CDP neighbours",
            Self::SpanningTree => "its spanning tree",
            Self::Aggregates => "its link aggregates",
            Self::Forwarding => "its forwarding table",
            Self::Vlans => "the VLANs of its ports",
            Self::Authentication => "its 802.1X sessions",
            Self::Management => "its own addresses",
        })
    }
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} could not be read whole ({})", self.table, self.cause)
    }
}
