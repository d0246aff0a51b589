//! Netlink attributes (struct nlattr): 16-bit length, 16-bit type, value, padded to four bytes, in host byte order. Pure.

/// Type and length field.
const HEADER_LEN: usize = 4;
/// The bits of the type field that are no flags (NLA_TYPE_MASK).
const TYPE_MASK: u16 = 0x3fff;
/// The value is a list of attributes (NLA_F_NESTED).
const NESTED: u16 = 0x8000;

/// One attribute as it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Attribute<'a> {
    /// Its type, without flags.
    pub kind: u16,
    pub value: &'a [u8],
}

impl Attribute<'_> {
    /// The value as a number; `None` when it is not four bytes long.
    pub fn u32(&self) -> Option<u32> {
        self.value.try_into().ok().map(u32::from_ne_bytes)
    }

    /// The value as a number; `None` when it is not one byte long.
    pub fn u8(&self) -> Option<u8> {
        self.value.try_into().ok().map(u8::from_ne_bytes)
    }

    /// The value as a number of as many bytes as the kernel needs for it (NLA_UINT); `None` when these are neither four nor eight.
    pub fn uint(&self) -> Option<u64> {
        self.u32().map(u64::from).or_else(|| self.value.try_into().ok().map(u64::from_ne_bytes))
    }

    /// The value as text without its closing NUL.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(self.value).trim_end_matches('\0').to_owned()
    }
}

/// The attributes of `bytes`, up to the first that is damaged.
pub(super) fn attributes(bytes: &[u8]) -> impl Iterator<Item = Attribute<'_>> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let (length, kind) = header(rest)?;
        let value = rest.get(HEADER_LEN..length)?;
        rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
        Some(Attribute { kind: kind & TYPE_MASK, value })
    })
}

fn header(bytes: &[u8]) -> Option<(usize, u16)> {
    let (length, rest) = bytes.split_first_chunk::<2>()?;
    let (kind, _) = rest.split_first_chunk::<2>()?;
    let length = usize::from(u16::from_ne_bytes(*length));
    (length >= HEADER_LEN).then_some((length, u16::from_ne_bytes(*kind)))
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Attributes(Vec<u8>);

impl Attributes {
    pub fn u32(self, kind: u16, number: u32) -> Self {
        self.bytes(kind, &number.to_ne_bytes())
    }

    /// Adds a list of attributes.
    pub fn nested(self, kind: u16, inner: &Self) -> Self {
        self.bytes(kind | NESTED, &inner.0)
    }

    /// Adds a text with its closing NUL.
    pub fn text(self, kind: u16, text: &str) -> Self {
        self.bytes(kind, &[text.as_bytes(), &[0]].concat())
    }

    /// Adds bytes as they are.
    pub fn bytes(mut self, kind: u16, value: &[u8]) -> Self {
        let length = u16::try_from(HEADER_LEN + value.len()).unwrap_or(u16::MAX);
        self.0.extend(length.to_ne_bytes());
        self.0.extend(kind.to_ne_bytes());
        self.0.extend(value);
        self.0.resize(self.0.len().next_multiple_of(4), 0);
        self
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_endian = "little")]
    fn attributes_are_padded_and_nested() {
        let bytes = Attributes::default().nested(1, &Attributes::default().bytes(2, b"br0\0!").u32(3, 7)).into_bytes();
        assert_eq!(bytes, b"\x18\0\x01\x80\x09\0\x02\0br0\0!\0\0\0\x08\0\x03\0\x07\0\0\0");
        let outer: Vec<_> = attributes(&bytes).collect();
        let inner: Vec<_> = outer.iter().flat_map(|attribute| attributes(attribute.value)).collect();
        assert_eq!(inner.iter().map(|attribute| attribute.kind).collect::<Vec<_>>(), [2, 3]);
        assert_eq!(inner.iter().find_map(Attribute::u32), Some(7));
        assert_eq!(Attributes::default().text(2, "br0").into_bytes(), b"\x08\0\x02\0br0\0");
    }

    #[test]
    fn a_number_may_have_four_bytes_or_eight() {
        let uint = |value| Attribute { kind: 1, value }.uint();
        assert_eq!(uint(b"\x20\0\0\0"), Some(32));
        assert_eq!(uint(b"\0\0\0\0\x01\0\0\0"), Some(1 << 32));
        assert_eq!((uint(b"\x20"), Attribute { kind: 1, value: b"\x20" }.u8()), (None, Some(32)));
    }

    #[test]
    fn damaged_attributes_end_the_list() {
        for bytes in [&b"\x03\0\x01\0"[..], b"\x09\0\x01\0ab", b"\0\0\0\0", b"\x08\0", b""] {
            assert_eq!(attributes(bytes).count(), 0, "{bytes:?}");
        }
        let last_unpadded = b"\x05\0\x01\0a";
        assert_eq!(attributes(last_unpadded).count(), 1);
    }
}
