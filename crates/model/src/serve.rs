//! One request for a file, and what became of it. Pure.

use std::net::SocketAddr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ids::MacAddress;
use super::timestamp::Timestamp;

/// How a phone asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are the protocols' own")]
pub enum FetchProtocol {
    Tftp,
    Http,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FetchResult {
    /// Every byte was sent and, over TFTP, acknowledged.
    Served,
    /// Nothing was sent, because the asker named the file's contents as what it has (HTTP 304).
    NotModified,
    /// The asker wanted to know of the file, not to have it: HTTP HEAD.
    HeadersOnly,
    /// No such file; a normal part of many phones' boot.
    NotFound,
    /// The file exists, but this asker gave no evidence of being that phone. Told to the asker as "not found".
    Denied,
    /// Not a request this server can grant: a write, a broken packet.
    Refused,
    /// The asker went away.
    TimedOut,
}

impl FetchResult {
    /// Whether the asker has the whole file.
    #[must_use]
    pub const fn has_file(self) -> bool {
        matches!(self, Self::Served | Self::NotModified)
    }
}

/// What proves that a request comes from the phone whose file it asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// This machine's neighbour table (ARP, NDP) has the phone's MAC for the asker's address.
    NeighbourTable,
    /// The switch port the phone is expected on shows the asker's address in its LLDP table.
    SwitchPort,
    /// The inventory gives the phone this fixed address.
    InventoryAddress,
}

/// `voiceport.serve/1`: one line per request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FetchEvent {
    /// When the request arrived.
    pub at: Timestamp,
    pub peer: SocketAddr,
    pub protocol: FetchProtocol,
    /// The name asked for, as sent.
    pub name: String,
    /// The phone whose file it is.
    pub mac: Option<MacAddress>,
    pub evidence: Option<Evidence>,
    pub result: FetchResult,
    /// SHA-256 of the file in hexadecimal, when the asker has the whole of it.
    pub sha256: Option<String>,
    /// Bytes of the file sent.
    pub bytes: u64,
    /// From request to last acknowledgement.
    pub duration_ms: u64,
    /// Why, when it did not end well.
    pub detail: Option<String>,
}
