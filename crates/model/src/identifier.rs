//! An identifier in the type it is meant in: a MAC or IP address, a text, or octets as digits. Pure.
//!
//! All of them print into a few octets on the stack: rows of large captures are written without allocating.

use std::borrow::Cow;
use std::fmt;
use std::net::IpAddr;

use schemars::JsonSchema;
use serde::Serialize;
use serde::Serializer;

use super::code_points;
use super::ids::MacAddress;

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
            Self::Ip(address) => {
                let mut printed = Printed::default();
                match address {
                    IpAddr::V4(address) => printed.v4(address.octets()),
                    IpAddr::V6(address) => printed.v6(address.segments()),
                }
                serializer.serialize_str(printed.text())
            }
            Self::Text(text) => serializer.serialize_str(text),
        }
    }
}

/// An IP address printed without a formatter: nearly every row has one.
struct Printed {
    octets: [u8; Self::ROOM],
    length: usize,
}

impl Default for Printed {
    fn default() -> Self {
        Self { octets: [0; Self::ROOM], length: 0 }
    }
}

impl Printed {
    /// An IPv6 address has at most 39 characters.
    const ROOM: usize = 40;

    fn put(&mut self, octet: u8) {
        if let Some(place) = self.octets.get_mut(self.length) {
            *place = octet;
            self.length += 1;
        }
    }

    fn text(&self) -> &str {
        std::str::from_utf8(self.octets.get(..self.length).unwrap_or_default()).unwrap_or_default()
    }

    fn v4(&mut self, octets: [u8; 4]) {
        for (position, octet) in octets.into_iter().enumerate() {
            if position > 0 {
                self.put(b'.');
            }
            if octet >= 100 {
                self.put(b'0' + octet / 100);
            }
            if octet >= 10 {
                self.put(b'0' + octet / 10 % 10);
            }
            self.put(b'0' + octet % 10);
        }
    }

    /// RFC 5952 §4: no leading zeros, and the first longest run of zeros, of two groups at least, as `::`. An IPv4-mapped address (§5) ends in
    /// dotted decimals.
    fn v6(&mut self, groups: [u16; 8]) {
        if let [0, 0, 0, 0, 0, 0xffff, high, low] = groups {
            b"::ffff:".iter().for_each(|octet| self.put(*octet));
            let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
            return self.v4([a, b, c, d]);
        }
        let run = |from: usize| groups.iter().skip(from).take_while(|group| **group == 0).count();
        let (start, length) = (0..groups.len())
            .map(|from| (from, run(from)))
            .rev()
            .max_by_key(|(_, length)| *length)
            .filter(|(_, length)| *length > 1)
            .unwrap_or((8, 0));
        for (position, group) in groups.into_iter().enumerate() {
            if position == start {
                self.put(b':');
            }
            if (start..start + length).contains(&position) {
                continue;
            }
            if position > 0 {
                self.put(b':');
            }
            self.group(group);
        }
        if length > 0 && start + length == groups.len() {
            self.put(b':');
        }
    }

    fn group(&mut self, group: u16) {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digits = 4 - (group.leading_zeros() / 4).min(3);
        for digit in (0..digits).rev() {
            self.put(DIGITS.get(usize::from(group >> (4 * digit) & 15)).copied().unwrap_or_default());
        }
    }
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
    use std::net::{Ipv4Addr, Ipv6Addr};

    use super::*;

    #[test]
    fn an_address_prints_as_the_library_prints_it() {
        let printed = |print: &dyn Fn(&mut Printed)| {
            let mut printed = Printed::default();
            print(&mut printed);
            printed.text().to_owned()
        };
        for number in (0..u32::MAX).step_by(9_999_991).chain([0, 1, u32::MAX]) {
            let address = Ipv4Addr::from(number);
            assert_eq!(printed(&|room| room.v4(address.octets())), address.to_string());
        }
        // every pattern of zero and other groups, with groups of every length, and addresses with dotted decimals
        let groups = |pattern: u16, digits: u16| std::array::from_fn(|at| if pattern >> at & 1 == 0 { 0 } else { digits });
        let patterns = (0..256).flat_map(|pattern| [1, 0x20, 0xa00, 0xffff].map(|digits| groups(pattern, digits)));
        for groups in patterns.chain([[0, 0, 0, 0, 0, 0xffff, 0xc000, 0x0207], [0xfe80, 0, 0, 0, 0x0200, 0x5eff, 0xfe00, 0x5317]]) {
            assert_eq!(printed(&|room| room.v6(groups)), Ipv6Addr::from(groups).to_string());
        }
    }
}
