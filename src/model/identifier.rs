//! An identifier in the type it is meant in: a MAC or IP address, a text, or octets as digits. Pure.
//!
//! All of them print into a few octets on the stack: rows of large captures are written without allocating.

use std::borrow::Cow;
use std::fmt;
use std::io::Write;
use std::net::IpAddr;

use schemars::JsonSchema;
use serde::Serialize;
use serde::Serializer;

use super::code_points;
use super::ids::MacAddress;

/// Octets on the stack that an address is printed into: an IPv6 address has at most 39 characters, 45 with an IPv4 tail.
const PRINTED: usize = 48;

/// A chassis ID, port ID or management address.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Identifier<'a> {
    /// A MAC address.
    Mac(MacAddress),
    /// An IPv4 or IPv6 address.
    Ip(IpAddr),
    /// Any other text; what is no text as `0x…`.
    Text(Cow<'a, str>),
}

impl Identifier<'_> {
    /// The identifier with a text of its own.
    #[must_use]
    pub fn into_owned(self) -> Identifier<'static> {
        match self {
            Self::Mac(mac) => Identifier::Mac(mac),
            Self::Ip(address) => Identifier::Ip(address),
            Self::Text(text) => Identifier::Text(Cow::Owned(text.into_owned())),
        }
    }

    /// The MAC address that this is.
    #[must_use]
    pub const fn mac(&self) -> Option<MacAddress> {
        match self {
            Self::Mac(mac) => Some(*mac),
            Self::Ip(_) | Self::Text(_) => None,
        }
    }
}

impl fmt::Display for Identifier<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mac(mac) => mac.fmt(f),
            Self::Ip(address) => address.fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}

impl Serialize for Identifier<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Mac(mac) => mac.serialize(serializer),
            Self::Ip(IpAddr::V4(address)) => {
                let (printed, length) = print_v4(address.octets());
                serializer.serialize_str(std::str::from_utf8(printed.get(..length).unwrap_or_default()).unwrap_or_default())
            }
            Self::Ip(IpAddr::V6(address)) => {
                let mut room = [0_u8; PRINTED];
                let mut free = &mut room[..];
                // the room is large enough for every address
                let _ = write!(free, "{address}");
                let left = free.len();
                let printed = room.get(..PRINTED - left).unwrap_or_default();
                serializer.serialize_str(std::str::from_utf8(printed).unwrap_or_default())
            }
            Self::Text(text) => serializer.serialize_str(text),
        }
    }
}

/// Dotted decimals and their length, printed without a formatter: nearly every row has one.
fn print_v4(octets: [u8; 4]) -> ([u8; 16], usize) {
    let mut printed = [0; 16];
    let mut places = printed.iter_mut();
    let mut length = 0;
    let mut put = |octet: u8| {
        if let Some(place) = places.next() {
            *place = octet;
            length += 1;
        }
    };
    for (position, octet) in octets.into_iter().enumerate() {
        if position > 0 {
            put(b'.');
        }
        if octet >= 100 {
            put(b'0' + octet / 100);
        }
        if octet >= 10 {
            put(b'0' + octet / 10 % 10);
        }
        put(b'0' + octet % 10);
    }
    (printed, length)
}

impl JsonSchema for Identifier<'_> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Identifier".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string"})
    }
}

/// Octets that are no text; printed as `0x…`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Octets<'a>(pub Cow<'a, [u8]>);

impl Octets<'_> {
    /// Octets of its own.
    #[must_use]
    pub fn into_owned(self) -> Octets<'static> {
        Octets(Cow::Owned(self.0.into_owned()))
    }
}

impl<'a> From<&'a [u8]> for Octets<'a> {
    fn from(octets: &'a [u8]) -> Self {
        Self(Cow::Borrowed(octets))
    }
}

impl fmt::Display for Octets<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&code_points::hex(&self.0))
    }
}

impl Serialize for Octets<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&code_points::hex(&self.0))
    }
}

impl JsonSchema for Octets<'_> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Octets".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "pattern": "^0x([0-9a-f]{2})*$"})
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn an_ipv4_address_prints_as_the_library_prints_it() {
        for number in (0..u32::MAX).step_by(9_999_991).chain([0, 1, u32::MAX]) {
            let address = Ipv4Addr::from(number);
            let (printed, length) = print_v4(address.octets());
            assert_eq!(std::str::from_utf8(&printed[..length]).unwrap(), address.to_string());
        }
    }
}
