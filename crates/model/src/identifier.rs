//! An identifier in the type it is meant in: a MAC or IP address, a text, or bytes as digits. Pure.
//!
//! All of them print into a few bytes on the stack: rows of large captures are written without allocating.

use std::borrow::Cow;
use std::fmt;
use std::net::IpAddr;

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use crate::code_points::IdSubtype;
use crate::hex;
use crate::ids::MacAddress;

/// A chassis or port identifier with the subtype that says what it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, JsonSchema)]
pub struct TypedId<'a> {
    /// What the identifier is.
    pub subtype: IdSubtype,
    /// The identifier in its usual spelling; bytes that are no text as `0x…`.
    pub value: Identifier<'a>,
}

impl<'a> TypedId<'a> {
    /// A chassis ID from its subtype and bytes (802.1AB §8.5.2).
    ///
    /// ```
    /// use model::code_points::IdSubtype;
    /// use model::identifier::TypedId;
    /// let id = TypedId::of_chassis(4, &[0, 4, 0xf2, 0x12, 0x34, 0x56]);
    /// assert_eq!((id.subtype, id.value.to_string()), (IdSubtype::MacAddress, "00:04:f2:12:34:56".to_owned()));
    /// ```
    #[must_use]
    pub fn of_chassis(subtype: u8, bytes: &'a [u8]) -> Self {
        Self::of(IdSubtype::of_chassis(subtype), bytes)
    }

    /// A port ID from its subtype and bytes (802.1AB §8.5.3).
    #[must_use]
    pub fn of_port(subtype: u8, bytes: &'a [u8]) -> Self {
        Self::of(IdSubtype::of_port(subtype), bytes)
    }

    fn of(subtype: IdSubtype, bytes: &'a [u8]) -> Self {
        let value = match subtype {
            IdSubtype::MacAddress => Identifier::of_mac(bytes),
            IdSubtype::NetworkAddress => bytes.split_first().and_then(|(family, address)| Identifier::of_family(*family, address)),
            _ => None,
        };
        Self { subtype, value: value.unwrap_or_else(|| Identifier::Text(hex::text(bytes))) }
    }
}

/// A chassis ID, port ID or management address.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Identifier<'a> {
    Mac(MacAddress),
    /// An IPv4 or IPv6 address.
    Ip(IpAddr),
    /// Any other text; what is no text as `0x…`.
    Text(Cow<'a, str>),
}

impl Identifier<'_> {
    /// A MAC address, from six bytes.
    #[must_use]
    pub fn of_mac(bytes: &[u8]) -> Option<Self> {
        <[u8; 6]>::try_from(bytes).ok().map(|bytes| Self::Mac(MacAddress(bytes)))
    }

    /// An address of an IANA address family: 1 IPv4, 2 IPv6, 6 MAC.
    #[must_use]
    pub fn of_family(family: u8, bytes: &[u8]) -> Option<Self> {
        match family {
            1 => <[u8; 4]>::try_from(bytes).ok().map(|bytes| Self::Ip(IpAddr::from(bytes))),
            2 => <[u8; 16]>::try_from(bytes).ok().map(|bytes| Self::Ip(IpAddr::from(bytes))),
            6 => Self::of_mac(bytes),
            _ => None,
        }
    }

    /// The identifier, no longer borrowed.
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

/// The MAC address that a phone's CDP device ID ends in, as in `SEP0004f212abcd`, or is.
///
/// ```
/// use model::identifier::mac_in_device_id;
/// assert_eq!(mac_in_device_id("SEP0004F212ABCD.example.net").unwrap().to_string(), "00:04:f2:12:ab:cd");
/// assert_eq!(mac_in_device_id("ä0004f212abcd").unwrap().to_string(), "00:04:f2:12:ab:cd");
/// assert_eq!(mac_in_device_id("00:04:f2:12:ab:cd").unwrap().to_string(), "00:04:f2:12:ab:cd");
/// assert_eq!(mac_in_device_id("switch-of-floor-2"), None);
/// ```
#[must_use]
pub fn mac_in_device_id(device_id: &str) -> Option<MacAddress> {
    const WITH_SEPARATORS: usize = 17;
    if device_id.len() == WITH_SEPARATORS {
        return device_id.parse().ok();
    }
    let host = device_id.split('.').next()?;
    host.len().checked_sub(12).and_then(|start| host.get(start..))?.parse().ok()
}

/// An IP address printed without a formatter: nearly every row has one.
struct Printed {
    bytes: [u8; Self::ROOM],
    length: usize,
}

impl Default for Printed {
    fn default() -> Self {
        Self { bytes: [0; Self::ROOM], length: 0 }
    }
}

impl Printed {
    /// An IPv6 address has at most 39 characters.
    const ROOM: usize = 40;

    fn put(&mut self, byte: u8) {
        if let Some(place) = self.bytes.get_mut(self.length) {
            *place = byte;
            self.length += 1;
        }
    }

    fn text(&self) -> &str {
        std::str::from_utf8(self.bytes.get(..self.length).unwrap_or_default()).unwrap_or_default()
    }

    fn v4(&mut self, bytes: [u8; 4]) {
        for (position, byte) in bytes.into_iter().enumerate() {
            if position > 0 {
                self.put(b'.');
            }
            if byte >= 100 {
                self.put(b'0' + byte / 100);
            }
            if byte >= 10 {
                self.put(b'0' + byte / 10 % 10);
            }
            self.put(b'0' + byte % 10);
        }
    }

    /// RFC 5952 §4: no leading zeros, and the first longest run of zeros, of two groups at least, as `::`. An IPv4-mapped address (§5) ends in
    /// dotted decimals.
    fn v6(&mut self, groups: [u16; 8]) {
        if let [0, 0, 0, 0, 0, 0xffff, high, low] = groups {
            b"::ffff:".iter().for_each(|byte| self.put(*byte));
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

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use super::*;

    #[test]
    fn identifiers_keep_what_their_subtype_does_not_explain() {
        let value = |id: TypedId<'_>| id.value.to_string();
        assert_eq!(value(TypedId::of_chassis(5, &[1, 192, 0, 2, 7])), "192.0.2.7");
        assert_eq!(value(TypedId::of_chassis(5, b"10.0.0.1")), "10.0.0.1");
        assert_eq!(value(TypedId::of_port(3, &[1, 2, 3])), "0x010203");
    }

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
