//! Values of variable bindings: the types of SMIv2 and the exceptions of RFC 3416. Pure.

use std::borrow::Cow;

use crate::ber::{Malformed, Reader};
use crate::oid::Oid;
use crate::{ber, oid};

const NULL: u8 = 0x05;
const IP_ADDRESS: u8 = 0x40;
const COUNTER_32: u8 = 0x41;
const GAUGE_32: u8 = 0x42;
const TIME_TICKS: u8 = 0x43;
const OPAQUE: u8 = 0x44;
const COUNTER_64: u8 = 0x46;
const UINTEGER_32: u8 = 0x47;
const NO_SUCH_OBJECT: u8 = 0x80;
const NO_SUCH_INSTANCE: u8 = 0x81;
const END_OF_MIB_VIEW: u8 = 0x82;

/// A value (RFC 2578 §7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value<'a> {
    /// INTEGER, Integer32; more than 32 bits only from agents that send what they should not.
    Integer(i64),
    /// OCTET STRING, BITS.
    Octets(Cow<'a, [u8]>),
    /// NULL, in requests.
    Null,
    /// OBJECT IDENTIFIER.
    Oid(Oid),
    /// IpAddress: IPv4.
    IpAddress([u8; 4]),
    /// Counter32.
    Counter32(u32),
    /// Gauge32, Unsigned32.
    Gauge32(u32),
    /// TimeTicks: hundredths of a second.
    TimeTicks(u32),
    /// Opaque: BER within an OCTET STRING.
    Opaque(Cow<'a, [u8]>),
    /// Counter64.
    Counter64(u64),
    /// There is no object of this name.
    NoSuchObject,
    /// The object has no such instance.
    NoSuchInstance,
    /// There is nothing behind this name.
    EndOfMibView,
    /// Another type, or a known one with content it cannot have.
    Other {
        /// BER tag that is unknown here.
        tag: u8,
        /// Content as sent.
        content: Cow<'a, [u8]>,
    },
}

impl<'a> Value<'a> {
    /// OCTET STRING of these bytes.
    pub fn octets(bytes: impl Into<Cow<'a, [u8]>>) -> Self {
        Self::Octets(bytes.into())
    }

    /// Reads an element. Only broken lengths are an error: one strange value must not cost its neighbours.
    pub fn read(reader: &mut Reader<'a>) -> Result<Self, Malformed> {
        let (tag, content) = reader.any()?;
        Ok(Self::of(tag, content).unwrap_or(Self::Other { tag, content: Cow::Borrowed(content.rest()) }))
    }

    fn of(tag: u8, content: Reader<'a>) -> Option<Self> {
        let bytes = || Cow::Borrowed(content.rest());
        let unsigned_32 = || u32::try_from(content.unsigned(4).ok()?).ok();
        Some(match tag {
            ber::INTEGER => Self::Integer(content.signed().ok()?),
            ber::OCTET_STRING => Self::Octets(bytes()),
            NULL => Self::Null,
            oid::TAG => Self::Oid(Oid::decode(content).ok()?),
            IP_ADDRESS => Self::IpAddress(content.rest().try_into().ok()?),
            COUNTER_32 => Self::Counter32(unsigned_32()?),
            GAUGE_32 | UINTEGER_32 => Self::Gauge32(unsigned_32()?),
            TIME_TICKS => Self::TimeTicks(unsigned_32()?),
            OPAQUE => Self::Opaque(bytes()),
            COUNTER_64 => Self::Counter64(content.unsigned(8).ok()?),
            NO_SUCH_OBJECT => Self::NoSuchObject,
            NO_SUCH_INSTANCE => Self::NoSuchInstance,
            END_OF_MIB_VIEW => Self::EndOfMibView,
            _ => return None,
        })
    }

    /// Appends the whole element.
    pub fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Integer(number) => ber::signed(out, ber::INTEGER, *number),
            Self::Octets(bytes) => ber::element(out, ber::OCTET_STRING, bytes),
            Self::Null => ber::element(out, NULL, &[]),
            Self::Oid(oid) => oid.write(out),
            Self::IpAddress(bytes) => ber::element(out, IP_ADDRESS, bytes),
            Self::Counter32(number) => ber::unsigned(out, COUNTER_32, u64::from(*number)),
            Self::Gauge32(number) => ber::unsigned(out, GAUGE_32, u64::from(*number)),
            Self::TimeTicks(number) => ber::unsigned(out, TIME_TICKS, u64::from(*number)),
            Self::Opaque(bytes) => ber::element(out, OPAQUE, bytes),
            Self::Counter64(number) => ber::unsigned(out, COUNTER_64, *number),
            Self::NoSuchObject => ber::element(out, NO_SUCH_OBJECT, &[]),
            Self::NoSuchInstance => ber::element(out, NO_SUCH_INSTANCE, &[]),
            Self::EndOfMibView => ber::element(out, END_OF_MIB_VIEW, &[]),
            Self::Other { tag, content } => ber::element(out, *tag, content),
        }
    }

    /// Whether it is an exception: no value at all.
    #[must_use]
    pub const fn is_exception(&self) -> bool {
        matches!(self, Self::NoSuchObject | Self::NoSuchInstance | Self::EndOfMibView)
    }

    /// The same, borrowing from nothing.
    #[must_use]
    pub fn into_owned(self) -> Value<'static> {
        let owned = |bytes: Cow<'a, [u8]>| Cow::Owned(bytes.into_owned());
        match self {
            Self::Integer(number) => Value::Integer(number),
            Self::Octets(bytes) => Value::Octets(owned(bytes)),
            Self::Null => Value::Null,
            Self::Oid(oid) => Value::Oid(oid),
            Self::IpAddress(bytes) => Value::IpAddress(bytes),
            Self::Counter32(number) => Value::Counter32(number),
            Self::Gauge32(number) => Value::Gauge32(number),
            Self::TimeTicks(number) => Value::TimeTicks(number),
            Self::Opaque(bytes) => Value::Opaque(owned(bytes)),
            Self::Counter64(number) => Value::Counter64(number),
            Self::NoSuchObject => Value::NoSuchObject,
            Self::NoSuchInstance => Value::NoSuchInstance,
            Self::EndOfMibView => Value::EndOfMibView,
            Self::Other { tag, content } => Value::Other { tag, content: owned(content) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(value: &Value<'_>) -> Vec<u8> {
        let mut out = Vec::new();
        value.write(&mut out);
        out
    }

    #[test]
    fn every_type_has_its_own_tag() {
        assert_eq!(written(&Value::Integer(-1)), [0x02, 1, 0xff]);
        assert_eq!(written(&Value::octets(&b"ge1"[..])), [0x04, 3, b'g', b'e', b'1']);
        assert_eq!(written(&Value::Null), [0x05, 0]);
        assert_eq!(written(&Value::Oid(Oid::new(&[1, 3, 6]))), [0x06, 2, 0x2b, 6]);
        assert_eq!(written(&Value::IpAddress([192, 0, 2, 1])), [0x40, 4, 192, 0, 2, 1]);
        assert_eq!(written(&Value::Counter32(20)), [0x41, 1, 20]);
        assert_eq!(written(&Value::Gauge32(200)), [0x42, 2, 0, 200]);
        assert_eq!(written(&Value::TimeTicks(4711)), [0x43, 2, 0x12, 0x67]);
        assert_eq!(written(&Value::Opaque(Cow::Borrowed(&[0x9f]))), [0x44, 1, 0x9f]);
        assert_eq!(written(&Value::Counter64(1)), [0x46, 1, 1]);
        assert_eq!(written(&Value::NoSuchObject), [0x80, 0]);
        assert_eq!(written(&Value::NoSuchInstance), [0x81, 0]);
        assert_eq!(written(&Value::EndOfMibView), [0x82, 0]);
    }

    #[test]
    fn a_strange_value_is_kept_as_bytes() {
        let read = |bytes: &'static [u8]| Value::read(&mut Reader::new(bytes)).unwrap();
        let address_of_6 = &[0x40, 6, 1, 2, 3, 4, 5, 6];
        assert_eq!(read(address_of_6), Value::Other { tag: 0x40, content: Cow::Borrowed(&[1, 2, 3, 4, 5, 6]) });
        assert_eq!(read(&[0x02, 0]), Value::Other { tag: 0x02, content: Cow::Borrowed(&[]) });
        assert_eq!(read(&[0x47, 1, 7]), Value::Gauge32(7));
        assert_eq!(read(&[0x02, 5, 0, 0xff, 0xff, 0xff, 0xff]), Value::Integer(i64::from(u32::MAX)));
    }
}
