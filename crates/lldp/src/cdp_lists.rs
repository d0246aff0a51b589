//! The lists in CDP messages: addresses, prefixes, power levels. A list whose tail is damaged keeps its good members, and the tail as it
//! came. Pure.

use std::net::{IpAddr, Ipv4Addr};

use crate::cursor::{Anomaly, Cursor, Damage, Rule};

/// Most bits of an IPv4 prefix.
const PREFIX_MAX: u8 = 32;
/// Protocol of an IPv4 address: type 1 (NLPID), CC.
const IPV4: (u8, &[u8]) = (1, &[0xcc]);
/// Protocol of an IPv6 address: type 2 (802.2), SNAP, EtherType 86DD.
const IPV6: (u8, &[u8]) = (2, &[0xaa, 0xaa, 0x03, 0, 0, 0, 0x86, 0xdd]);

/// A list of addresses: their number, four bytes, then each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addresses<'a> {
    /// The addresses, in the order sent.
    pub list: Vec<Address<'a>>,
    /// What follows the last whole address; empty unless the sender made a mistake.
    pub rest: &'a [u8],
}

/// One address.
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// | protocol type |     length    |          protocol ...         |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |         address length        |          address ...          |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address<'a> {
    /// How the protocol is named: 1 NLPID, 2 802.2.
    pub protocol_type: u8,
    /// Protocol identifier: 0xcc for IPv4, eight bytes of 802.2 for IPv6.
    pub protocol: &'a [u8],
    /// Address in network byte order.
    pub bytes: &'a [u8],
}

/// A list of IPv4 prefixes: four bytes of network, one of length, for each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prefixes<'a> {
    /// The prefixes, in the order sent.
    pub list: Vec<Prefix>,
    /// What follows the last whole prefix; empty unless the sender made a mistake.
    pub rest: &'a [u8],
}

/// One IPv4 prefix.
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                            network                            |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |     length    |
/// +-+-+-+-+-+-+-+-+
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prefix {
    /// The network's address.
    pub network: Ipv4Addr,
    /// Bits of it that name the network, 0 to 32.
    pub length: u8,
}

/// Power levels of a request or an offer.
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |           request ID          |         management ID         |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                           milliwatts                          |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                              ...                              |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Levels<'a> {
    /// Number of the request.
    pub request: u16,
    /// Number of the management transaction.
    pub management: u16,
    /// Milliwatts, in the order sent.
    pub milliwatts: Vec<u32>,
    /// What follows the last whole level; empty unless the sender made a mistake.
    pub rest: &'a [u8],
}

impl<'a> Addresses<'a> {
    pub(crate) fn decode(mut value: Cursor<'a>, cut: &mut Option<Anomaly>) -> Result<Self, Damage> {
        let count = value.u32("number of addresses")?;
        let mut list = Vec::new();
        let mut next = value;
        for _ in 0..count {
            match Address::decode(&mut next) {
                Ok(address) => list.push(address),
                Err(damage) => {
                    *cut = Some(damage.into());
                    break;
                }
            }
            value = next;
        }
        Ok(Self { list, rest: tail(value, cut) })
    }

    /// `None` when there are more than a length field can say.
    pub(crate) fn encode(&self) -> Option<Vec<u8>> {
        let mut out = u32::try_from(self.list.len()).ok()?.to_be_bytes().to_vec();
        for address in &self.list {
            out.extend([address.protocol_type, u8::try_from(address.protocol.len()).ok()?]);
            out.extend(address.protocol);
            out.extend(u16::try_from(address.bytes.len()).ok()?.to_be_bytes());
            out.extend(address.bytes);
        }
        out.extend(self.rest);
        Some(out)
    }
}

/// The bytes behind a list, noted unless they are why it ends.
fn tail<'a>(mut value: Cursor<'a>, cut: &mut Option<Anomaly>) -> &'a [u8] {
    if cut.is_none() && !value.is_empty() {
        *cut = Some(Anomaly::Odd { protocol: value.protocol(), rule: Rule::BytesBehindList, offset: value.offset() });
    }
    value.rest()
}

impl<'a> Address<'a> {
    fn decode(value: &mut Cursor<'a>) -> Result<Self, Damage> {
        let protocol_type = value.u8("protocol type")?;
        let length = value.u8("protocol length")?;
        let protocol = value.take(usize::from(length), "protocol")?;
        let length = value.u16("address length")?;
        let bytes = value.take(usize::from(length), "address")?;
        Ok(Self { protocol_type, protocol, bytes })
    }

    /// The address; `None` when it is neither IPv4 nor IPv6.
    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        match (self.protocol_type, self.protocol) {
            IPV4 => <[u8; 4]>::try_from(self.bytes).ok().map(IpAddr::from),
            IPV6 => <[u8; 16]>::try_from(self.bytes).ok().map(IpAddr::from),
            _ => None,
        }
    }
}

impl<'a> Levels<'a> {
    pub(crate) fn decode(mut value: Cursor<'a>, cut: &mut Option<Anomaly>) -> Result<Self, Damage> {
        let (request, management) = (value.u16("request id")?, value.u16("management id")?);
        let mut milliwatts = Vec::new();
        while !value.is_empty() {
            match value.u32("power level") {
                Ok(level) => milliwatts.push(level),
                Err(damage) => {
                    *cut = Some(damage.into());
                    break;
                }
            }
        }
        Ok(Self { request, management, milliwatts, rest: value.rest() })
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = [self.request.to_be_bytes(), self.management.to_be_bytes()].concat();
        out.extend(self.milliwatts.iter().flat_map(|level| level.to_be_bytes()));
        out.extend(self.rest);
        out
    }
}

impl<'a> Prefixes<'a> {
    pub(crate) fn decode(mut value: Cursor<'a>, cut: &mut Option<Anomaly>) -> Self {
        let mut list = Vec::new();
        let mut next = value;
        while !next.is_empty() {
            let offset = next.offset();
            match next.array::<5>("prefix") {
                Ok([first, second, third, fourth, length]) if length <= PREFIX_MAX => {
                    list.push(Prefix { network: Ipv4Addr::new(first, second, third, fourth), length });
                }
                Ok(_) => {
                    *cut = Some(Anomaly::Odd { protocol: value.protocol(), rule: Rule::PrefixTooLong, offset });
                    break;
                }
                Err(damage) => {
                    *cut = Some(damage.into());
                    break;
                }
            }
            value = next;
        }
        Self { list, rest: value.rest() }
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for prefix in &self.list {
            out.extend(prefix.network.octets());
            out.push(prefix.length);
        }
        out.extend(self.rest);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cursor(bytes: &[u8]) -> Cursor<'_> {
        Cursor::new("cdp", bytes)
    }

    #[test]
    fn addresses_before_a_damaged_one_are_kept() {
        let good = [1, 1, 0xcc, 0, 4, 192, 0, 2, 7];
        let bytes = [&[0, 0, 0, 3][..], &good, &good, &[1, 1, 0xcc, 0, 4, 192, 0]].concat();
        let mut cut = None;
        let addresses = Addresses::decode(cursor(&bytes), &mut cut).unwrap();
        assert_eq!(addresses.list.iter().map(Address::ip).collect::<Vec<_>>(), [Some(IpAddr::from([192, 0, 2, 7])); 2]);
        assert_eq!(addresses.rest, [1, 1, 0xcc, 0, 4, 192, 0]);
        assert_eq!(cut.unwrap().to_string(), "cdp: address at offset 27 needs 4 bytes, 2 left");
    }

    #[test]
    fn more_addresses_than_were_counted_are_noted() {
        let bytes = [&[0, 0, 0, 1, 1, 1, 0xcc, 0, 4, 192, 0, 2, 7][..], &[9, 9]].concat();
        let mut cut = None;
        let addresses = Addresses::decode(cursor(&bytes), &mut cut).unwrap();
        assert_eq!((addresses.list.len(), addresses.rest), (1, &[9, 9][..]));
        assert_eq!(cut.unwrap().to_string(), "cdp: bytes behind the last member of a list at offset 13");
    }

    #[test]
    fn prefixes_and_levels_end_where_they_are_damaged() {
        let mut cut = None;
        let prefixes = Prefixes::decode(cursor(&[192, 0, 2, 0, 24, 10, 0, 0, 0, 8, 10, 0, 0]), &mut cut);
        let shown: Vec<_> = prefixes.list.iter().map(|prefix| format!("{}/{}", prefix.network, prefix.length)).collect();
        assert_eq!((shown, prefixes.rest), (vec!["192.0.2.0/24".to_owned(), "10.0.0.0/8".to_owned()], &[10, 0, 0][..]));
        assert_eq!(cut.take().unwrap().to_string(), "cdp: prefix at offset 10 needs 5 bytes, 3 left");
        let long = Prefixes::decode(cursor(&[192, 0, 2, 0, 24, 10, 0, 0, 0, 33]), &mut cut);
        assert_eq!(
            (long.list.len(), cut.take().unwrap().to_string().as_str()),
            (1, "cdp: prefix longer than an address at offset 5")
        );
        let levels = Levels::decode(cursor(&[0, 1, 0, 2, 0, 0, 0x28, 0x0a, 0, 0, 0x18, 0x9c, 7, 7]), &mut cut).unwrap();
        assert_eq!((levels.milliwatts.as_slice(), levels.rest), (&[10_250, 6_300][..], &[7, 7][..]));
        assert_eq!(cut.unwrap().to_string(), "cdp: power level at offset 12 needs 4 bytes, 2 left");
    }
}
