//! Object identifiers: their numbers, kept in place, and their encoding. Pure.
//!
//! `&[u32]` is to [`Oid`] what `&str` is to `String`: names that the code fixes, and parts of names, are slices.

use std::borrow::Borrow;
use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

use smallvec::SmallVec;

use crate::ber::{self, Malformed, Reader};

/// BER tag of OBJECT IDENTIFIER.
pub const TAG: u8 = 0x06;

/// Numbers for which there is room without the heap: the instances of all tables but those with long text or IPv6 in their index.
const IN_PLACE: usize = 22;

/// An object identifier, or the part of one that is an instance.
///
/// The encoding has no form for one number alone: `[1]` is written as 1.0. Nothing at all, which some agents send for 0.0, has no
/// numbers.
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Oid(SmallVec<[u32; IN_PLACE]>);

impl Oid {
    /// The identifier of these arcs.
    #[must_use]
    pub fn new(arcs: &[u32]) -> Self {
        Self(SmallVec::from_slice(arcs))
    }

    /// With an instance behind.
    #[must_use]
    pub fn joined(object: &[u32], instance: &[u32]) -> Self {
        let mut arcs = SmallVec::with_capacity(object.len() + instance.len());
        arcs.extend_from_slice(object);
        arcs.extend_from_slice(instance);
        Self(arcs)
    }

    /// Reads the content of a BER element.
    pub fn decode(content: Reader<'_>) -> Result<Self, Malformed> {
        let mut arcs = SmallVec::new();
        each_arc(content, |arc| arcs.push(arc))?;
        Ok(Self(arcs))
    }

    /// Becomes another, in the same place.
    pub fn set(&mut self, arcs: &[u32]) {
        self.0.clear();
        self.0.extend_from_slice(arcs);
    }

    /// Appends an arc.
    pub fn push(&mut self, arc: u32) {
        self.0.push(arc);
    }

    /// The arcs from the root on.
    pub fn arcs(&self) -> impl Iterator<Item = u32> + '_ {
        self.0.iter().copied()
    }

    /// Appends the whole element.
    pub fn write(&self, out: &mut Vec<u8>) {
        write(out, self);
    }

    /// Whether it is `root` or below.
    #[must_use]
    pub fn is_below(&self, root: &[u32]) -> bool {
        self.starts_with(root)
    }
}

/// Appends the whole element of these numbers.
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

/// Reads content bytes, of which the first number holds two.
pub(crate) fn each_arc(content: Reader<'_>, mut each: impl FnMut(u32)) -> Result<(), Malformed> {
    let bytes = content.rest();
    let too_long = || content.malformed("an arc of more than 32 bits");
    let (mut number, mut first) = (0_u64, true);
    for byte in bytes {
        number = number << 7 | u64::from(byte & 0x7f);
        if number > u64::from(u32::MAX) + if first { 80 } else { 0 } {
            return Err(too_long());
        }
        if byte & 0x80 != 0 {
            continue;
        }
        if first {
            let top = (number / 40).min(2);
            each(u32::try_from(top).map_err(|_| too_long())?);
            number -= top * 40;
        }
        each(u32::try_from(number).map_err(|_| too_long())?);
        (number, first) = (0, false);
    }
    if bytes.last().is_some_and(|last| last & 0x80 != 0) {
        return Err(content.malformed("an object identifier that ends within an arc"));
    }
    Ok(())
}

impl Clone for Oid {
    fn clone(&self) -> Self {
        Self::new(self)
    }
}

impl Deref for Oid {
    type Target = [u32];

    fn deref(&self) -> &[u32] {
        &self.0
    }
}

impl AsRef<[u32]> for Oid {
    fn as_ref(&self) -> &[u32] {
        self
    }
}

impl Borrow<[u32]> for Oid {
    fn borrow(&self) -> &[u32] {
        self
    }
}

impl From<&[u32]> for Oid {
    fn from(arcs: &[u32]) -> Self {
        Self::new(arcs)
    }
}

impl<const N: usize> From<[u32; N]> for Oid {
    fn from(arcs: [u32; N]) -> Self {
        Self::new(&arcs)
    }
}

impl FromIterator<u32> for Oid {
    fn from_iter<T: IntoIterator<Item = u32>>(arcs: T) -> Self {
        Self(arcs.into_iter().collect())
    }
}

impl PartialEq<[u32]> for Oid {
    fn eq(&self, other: &[u32]) -> bool {
        **self == *other
    }
}

impl PartialEq<&[u32]> for Oid {
    fn eq(&self, other: &&[u32]) -> bool {
        **self == **other
    }
}

/// A text that is no object identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an object identifier: write numbers with dots between")]
pub struct NotAnOid(String);

impl FromStr for Oid {
    type Err = NotAnOid;

    /// From two or more numbers with dots between.
    fn from_str(text: &str) -> Result<Self, NotAnOid> {
        let arcs: Result<Self, _> = text.split('.').map(str::parse).collect::<Result<SmallVec<_>, _>>().map(Self);
        arcs.ok().filter(|arcs| arcs.len() > 1).ok_or_else(|| NotAnOid(text.to_owned()))
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Dotted(self).fmt(f)
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Dotted(self).fmt(f)
    }
}

/// Numbers in dotted form.
#[derive(Debug, Clone, Copy)]
pub struct Dotted<'a>(pub &'a [u32]);

impl fmt::Display for Dotted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, arc) in self.0.iter().enumerate() {
            let dot = if position > 0 { "." } else { "" };
            write!(f, "{dot}{arc}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(arcs: &[u32]) -> Vec<u8> {
        let mut out = Vec::new();
        write(&mut out, arcs);
        out
    }

    #[test]
    fn arcs_are_written_as_the_standard_says() {
        assert_eq!(bytes(&[1, 3, 6, 1, 4, 1, 9]), [6, 6, 0x2b, 6, 1, 4, 1, 9]);
        assert_eq!(bytes(&[1, 0, 8802]), [6, 3, 0x28, 0xc4, 0x62]);
        assert_eq!(bytes(&[2, 999, 3]), [6, 3, 0x88, 0x37, 3]);
        assert_eq!(bytes(&[1, 3, u32::MAX]), [6, 6, 0x2b, 0x8f, 0xff, 0xff, 0xff, 0x7f]);
        assert_eq!(bytes(&[0, 0]), [6, 1, 0]);
        assert_eq!(bytes(&[]), [6, 0]);
    }

    #[test]
    fn what_is_written_is_read() {
        for arcs in [&[1, 3, 6, 1][..], &[2, 999, 3], &[2, u32::MAX, 127, 128, 16_383, 16_384, u32::MAX], &[0, 39], &[]] {
            let bytes = bytes(arcs);
            let oid = Oid::decode(Reader::new(&bytes).expect(TAG, "").unwrap()).unwrap();
            assert_eq!((&oid, oid.to_vec()), (&Oid::new(arcs), arcs.to_vec()));
        }
    }

    #[test]
    fn order_is_that_of_the_arcs_not_of_the_bytes() {
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

    #[test]
    fn text_is_read_as_it_is_shown() {
        assert_eq!("1.3.6.1".parse(), Ok(Oid::new(&[1, 3, 6, 1])));
        let long: Oid = (0..40).collect();
        assert_eq!(long.to_string().parse(), Ok(long));
        for wrong in ["", "1", "1.3.x", "1..3", ".1.3", "1.4294967296"] {
            assert!(wrong.parse::<Oid>().is_err(), "{wrong}");
        }
    }
}
