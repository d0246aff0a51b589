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

/// `voiceport.served/1`: what was served in all; the last line of `serve`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ServeSummary {
    /// When serving began.
    pub started_at: Timestamp,
    pub ended_at: Timestamp,
    /// The phones that got files of their own, in the order of their addresses.
    pub phones: Vec<ServedPhone>,
    /// Times that a file for all phones was given whole.
    pub common_files: u64,
    /// Times that headers alone were asked for and given.
    pub headers_only: u64,
    /// Requests for files that there are not; a normal part of many phones' boot.
    pub not_found: u64,
    /// Requests for a phone's file by an asker that gave no evidence of being that phone.
    pub denied: u64,
    /// Requests that this server cannot grant.
    pub refused: u64,
    /// Transfers that the asker left.
    pub timed_out: u64,
}

/// What one phone got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ServedPhone {
    pub mac: MacAddress,
    /// Extension of its first line.
    pub extension: Option<String>,
    /// Times that it got a file of its own whole, or had it already.
    pub files: u64,
    /// Bytes of them sent.
    pub bytes: u64,
}

impl ServeSummary {
    /// Nothing yet.
    #[must_use]
    pub const fn beginning(started_at: Timestamp) -> Self {
        Self {
            started_at,
            ended_at: started_at,
            phones: Vec::new(),
            common_files: 0,
            headers_only: 0,
            not_found: 0,
            denied: 0,
            refused: 0,
            timed_out: 0,
        }
    }

    /// Counts a request.
    pub fn count(&mut self, event: &FetchEvent) {
        match (event.result, event.mac) {
            (FetchResult::Served | FetchResult::NotModified, Some(mac)) => {
                let at = self.phones.binary_search_by_key(&mac, |phone| phone.mac).unwrap_or_else(|at| {
                    self.phones.insert(at, ServedPhone { mac, extension: None, files: 0, bytes: 0 });
                    at
                });
                if let Some(phone) = self.phones.get_mut(at) {
                    phone.files += 1;
                    phone.bytes += event.bytes;
                }
            }
            (FetchResult::Served | FetchResult::NotModified, None) => self.common_files += 1,
            (FetchResult::HeadersOnly, _) => self.headers_only += 1,
            (FetchResult::NotFound, _) => self.not_found += 1,
            (FetchResult::Denied, _) => self.denied += 1,
            (FetchResult::Refused, _) => self.refused += 1,
            (FetchResult::TimedOut, _) => self.timed_out += 1,
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn event(result: FetchResult, mac: Option<u8>, bytes: u64) -> FetchEvent {
        FetchEvent {
            at: Timestamp::from_unix_nanos(0),
            peer: "192.0.2.1:1069".parse().unwrap(),
            protocol: FetchProtocol::Tftp,
            name: "a.cfg".to_owned(),
            mac: mac.map(|last| MacAddress([0, 21, 101, 0, 0, last])),
            evidence: None,
            result,
            sha256: None,
            bytes,
            duration_ms: 0,
            detail: None,
        }
    }

    #[test]
    fn each_request_is_counted_once() {
        let mut summary = ServeSummary::beginning(Timestamp::from_unix_nanos(0));
        for (result, mac) in [
            (FetchResult::Served, Some(2)),
            (FetchResult::Served, Some(1)),
            (FetchResult::NotModified, Some(2)),
            (FetchResult::Served, None),
            (FetchResult::HeadersOnly, Some(1)),
            (FetchResult::NotFound, None),
            (FetchResult::Denied, Some(1)),
            (FetchResult::Denied, Some(3)),
            (FetchResult::Refused, None),
            (FetchResult::TimedOut, Some(1)),
        ] {
            summary.count(&event(result, mac, if result == FetchResult::NotModified { 0 } else { 100 }));
        }
        let phones: Vec<_> = summary.phones.iter().map(|phone| (phone.mac.0[5], phone.files, phone.bytes)).collect();
        assert_eq!(phones, [(1, 1, 100), (2, 2, 100)], "who got nothing is not among them");
        let ServeSummary { common_files, headers_only, not_found, denied, refused, timed_out, .. } = summary;
        assert_eq!((common_files, headers_only, not_found, denied, refused, timed_out), (1, 1, 1, 2, 1, 1));
    }
}
