//! Object identifiers, kept as they are encoded, so that a decoded one borrows from the datagram. Pure.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

use crate::ber;
use crate::ber::Malformed;
use crate::ber::Reader;

/// The tag.
pub const TAG: u8 = 0x06;

/// An object identifier.
///
/// The encoding has no form for one arc alone: `[1]` is written as 1.0. Nothing at all, which some agents send for 0.0, has no arcs.
#[derive(Clone)]
pub struct Oid<'a>(Cow<'a, [u8]>);

impl<'a> Oid<'a> {
    /// From arcs.
    #[must_use]
    pub fn new(arcs: &[u32]) -> Oid<'static> {
        let mut octets = Vec::with_capacity(arcs.len() + 4);
        append(&mut octets, arcs);
        Oid(Cow::Owned(octets))
    }

    /// From content octets.
    pub fn decode(content: Reader<'a>) -> Result<Self, Malformed> {
        let octets = content.rest();
        let mut arc = 0_u64;
        let mut first = true;
        for octet in octets {
            arc = arc << 7 | u64::from(octet & 0x7f);
            if arc > u64::from(u32::MAX) + if first { 80 } else { 0 } {
                return Err(content.malformed("an arc of more than 32 bits"));
            }
            if octet & 0x80 == 0 {
                arc = 0;
                first = false;
            }
        }
        if octets.last().is_some_and(|last| last & 0x80 != 0) {
            return Err(content.malformed("an object identifier that ends within an arc"));
        }
        Ok(Self(Cow::Borrowed(octets)))
    }

    /// The arcs.
    pub fn arcs(&self) -> impl Iterator<Item = u32> {
        Arcs { octets: self.0.iter(), second: None, begun: false }
    }

    /// Appends the whole element.
    pub fn write(&self, out: &mut Vec<u8>) {
        ber::element(out, TAG, &self.0);
    }

    /// The same, borrowing from nothing.
    #[must_use]
    pub fn into_owned(self) -> Oid<'static> {
        Oid(Cow::Owned(self.0.into_owned()))
    }

    /// Whether it is `root` or below.
    #[must_use]
    pub fn is_below(&self, root: &[u32]) -> bool {
        let mut arcs = self.arcs();
        root.iter().all(|arc| arcs.next() == Some(*arc))
    }
}

/// Appends the whole element of these arcs.
pub fn write(out: &mut Vec<u8>, arcs: &[u32]) {
    ber::nested(out, TAG, |out| append(out, arcs));
}

fn append(out: &mut Vec<u8>, arcs: &[u32]) {
    let (first, rest) = arcs.split_at(arcs.len().min(2));
    if let [first, rest @ ..] = first {
        let second = rest.first().map_or(0, |second| u64::from(*second));
        append_arc(out, u64::from((*first).min(2)) * 40 + second);
    }
    for arc in rest {
        append_arc(out, u64::from(*arc));
    }
}

fn append_arc(out: &mut Vec<u8>, arc: u64) {
    if arc < 0x80 {
        out.push(arc.to_le_bytes()[0]);
        return;
    }
    let septets = (64 - arc.leading_zeros()).div_ceil(7).max(1);
    for septet in (0..septets).rev() {
        let more = if septet > 0 { 0x80 } else { 0 };
        out.push((arc >> (7 * septet)).to_le_bytes()[0] & 0x7f | more);
    }
}

/// The arcs of an encoded object identifier; the first number holds two of them.
struct Arcs<'a> {
    octets: std::slice::Iter<'a, u8>,
    second: Option<u32>,
    begun: bool,
}

impl Iterator for Arcs<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        if let Some(second) = self.second.take() {
            return Some(second);
        }
        let mut number = 0_u64;
        loop {
            let octet = self.octets.next()?;
            number = number << 7 | u64::from(octet & 0x7f);
            if octet & 0x80 == 0 {
                break;
            }
        }
        if self.begun {
            return u32::try_from(number).ok();
        }
        self.begun = true;
        let first = (number / 40).min(2);
        self.second = u32::try_from(number - first * 40).ok();
        u32::try_from(first).ok()
    }
}

impl PartialEq for Oid<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Oid<'_> {}

impl PartialOrd for Oid<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Oid<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.arcs().cmp(other.arcs())
    }
}

impl PartialEq<[u32]> for Oid<'_> {
    fn eq(&self, other: &[u32]) -> bool {
        self.arcs().eq(other.iter().copied())
    }
}

impl fmt::Display for Oid<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, arc) in self.arcs().enumerate() {
            let dot = if position > 0 { "." } else { "" };
            write!(f, "{dot}{arc}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Oid<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn octets(arcs: &[u32]) -> Vec<u8> {
        let mut out = Vec::new();
        write(&mut out, arcs);
        out
    }

    #[test]
    fn arcs_are_written_as_the_standard_says() {
        assert_eq!(octets(&[1, 3, 6, 1, 4, 1, 9]), [6, 6, 0x2b, 6, 1, 4, 1, 9]);
        assert_eq!(octets(&[1, 0, 8802]), [6, 3, 0x28, 0xc4, 0x62]);
        assert_eq!(octets(&[2, 999, 3]), [6, 3, 0x88, 0x37, 3]);
        assert_eq!(octets(&[1, 3, u32::MAX]), [6, 6, 0x2b, 0x8f, 0xff, 0xff, 0xff, 0x7f]);
        assert_eq!(octets(&[0, 0]), [6, 1, 0]);
        assert_eq!(octets(&[]), [6, 0]);
    }

    #[test]
    fn what_is_written_is_read() {
        for arcs in [&[1, 3, 6, 1][..], &[2, 999, 3], &[2, u32::MAX, 127, 128, 16_383, 16_384, u32::MAX], &[0, 39], &[]] {
            let octets = octets(arcs);
            let oid = Oid::decode(Reader::new(&octets).expect(TAG, "").unwrap()).unwrap();
            assert_eq!(oid.arcs().collect::<Vec<_>>(), arcs);
            assert_eq!(oid, Oid::new(arcs));
        }
    }

    #[test]
    fn order_is_that_of_the_arcs_not_of_the_octets() {
        assert!(Oid::new(&[1, 3, 16_383]) < Oid::new(&[1, 3, 16_384]));
        assert!(Oid::new(&[1, 3]) < Oid::new(&[1, 3, 0]));
        assert!(Oid::new(&[1, 3, 6]).is_below(&[1, 3]) && !Oid::new(&[1, 3]).is_below(&[1, 3, 6]));
    }

    #[test]
    fn arcs_without_end_are_refused() {
        assert!(Oid::decode(Reader::new(&[0x2b, 0x86])).is_err());
        assert!(Oid::decode(Reader::new(&[0x2b, 0x9f, 0xff, 0xff, 0xff, 0x7f])).is_err());
        assert_eq!(Oid::decode(Reader::new(&[0x2b, 0x80, 0x05])).unwrap(), Oid::new(&[1, 3, 5]));
    }
}
