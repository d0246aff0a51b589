//! The subset of BER that SNMP uses (RFC 3417 §8, X.690): definite lengths, one-byte tags. Pure.
//!
//! Reading takes what agents send beyond the standard: lengths and numbers longer than needed, unsigned numbers with or without a sign
//! byte. Writing uses the shortest form.

/// INTEGER.
pub const INTEGER: u8 = 0x02;
/// OCTET STRING.
pub const OCTET_STRING: u8 = 0x04;
/// SEQUENCE.
pub const SEQUENCE: u8 = 0x30;

/// Bytes that are not what the standard says at this place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("byte {at}: {what}")]
pub struct Malformed {
    /// Position in the datagram, from 0; for decrypted bytes, in those.
    pub at: usize,
    /// What is wrong there.
    pub what: &'static str,
}

/// Bytes still to be read.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// Reads from the first byte on.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Position of the next byte.
    pub const fn at(&self) -> usize {
        self.at
    }

    /// Bytes not read yet.
    pub const fn rest(&self) -> &'a [u8] {
        self.bytes
    }

    /// Tag of the next element, without reading it; `None` at the end.
    pub fn tag(&self) -> Option<u8> {
        self.bytes.first().copied()
    }

    /// The error that `what` is wrong here.
    pub const fn malformed(&self, what: &'static str) -> Malformed {
        Malformed { at: self.at, what }
    }

    /// The next element: its tag and its content.
    pub fn any(&mut self) -> Result<(u8, Reader<'a>), Malformed> {
        let tag = self.byte()?;
        let length = self.length()?;
        let Some((content, rest)) = self.bytes.split_at_checked(length) else {
            return Err(self.malformed("it ends within an element"));
        };
        let content = Reader { bytes: content, at: self.at };
        self.bytes = rest;
        self.at += length;
        Ok((tag, content))
    }

    /// The content of the next element, which has this tag; else `what`.
    pub fn expect(&mut self, tag: u8, what: &'static str) -> Result<Reader<'a>, Malformed> {
        if self.tag() != Some(tag) {
            return Err(self.malformed(what));
        }
        Ok(self.any()?.1)
    }

    /// The next element as INTEGER.
    pub fn integer(&mut self, what: &'static str) -> Result<i64, Malformed> {
        self.expect(INTEGER, what)?.signed()
    }

    /// The next element as INTEGER of 32 bits.
    pub fn integer_32(&mut self, what: &'static str) -> Result<i32, Malformed> {
        let here = *self;
        i32::try_from(self.integer(what)?).map_err(|_| here.malformed(what))
    }

    /// The next element as OCTET STRING.
    pub fn octet_string(&mut self, what: &'static str) -> Result<&'a [u8], Malformed> {
        Ok(self.expect(OCTET_STRING, what)?.rest())
    }

    /// All that is left as a signed number.
    pub fn signed(&self) -> Result<i64, Malformed> {
        let negative = self.bytes.first().ok_or(self.malformed("a number without bytes"))? & 0x80 != 0;
        let fill = if negative { 0xff } else { 0 };
        let (excess, value) = self.bytes.split_at(self.bytes.len().saturating_sub(8));
        let sign_fits = value.first().is_some_and(|first| (first & 0x80 != 0) == negative);
        if excess.iter().any(|byte| *byte != fill) || !(excess.is_empty() || sign_fits) {
            return Err(self.malformed("a number of more than 64 bits"));
        }
        Ok(value.iter().fold(if negative { -1 } else { 0 }, |number, byte| number << 8 | i64::from(*byte)))
    }

    /// All that is left as an unsigned number of so many bytes. A sign byte too many or too few makes no difference.
    pub fn unsigned(&self, bytes: usize) -> Result<u64, Malformed> {
        if self.bytes.is_empty() {
            return Err(self.malformed("a number without bytes"));
        }
        let (excess, value) = self.bytes.split_at(self.bytes.len().saturating_sub(bytes.min(8)));
        let fills = |fill: u8| excess.iter().all(|byte| *byte == fill);
        if !fills(0) && !fills(0xff) {
            return Err(self.malformed("a number too large for its type"));
        }
        Ok(value.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    fn byte(&mut self) -> Result<u8, Malformed> {
        let (first, rest) = self.bytes.split_first().ok_or(self.malformed("it ends too early"))?;
        self.bytes = rest;
        self.at += 1;
        Ok(*first)
    }

    fn length(&mut self) -> Result<usize, Malformed> {
        let first = self.byte()?;
        if first < 0x80 {
            return Ok(usize::from(first));
        }
        let bytes = first & 0x7f;
        if bytes == 0 || bytes > 8 {
            return Err(self.malformed("a length of unknown form"));
        }
        let mut length = 0_u64;
        for _ in 0..bytes {
            length = length << 8 | u64::from(self.byte()?);
        }
        usize::try_from(length).map_err(|_| self.malformed("a length beyond all bounds"))
    }
}

/// Appends an element whose content `write` appends.
pub fn nested(out: &mut Vec<u8>, tag: u8, write: impl FnOnce(&mut Vec<u8>)) {
    out.extend([tag, 0]);
    let begin = out.len();
    write(out);
    let length = out.len() - begin;
    let (bytes, significant) = significant(length);
    if let (Some(short), true) = (out.get_mut(begin - 1), length < 0x80) {
        *short = bytes[7];
        return;
    }
    let long = &bytes[8 - significant..];
    if let Some(first) = out.get_mut(begin - 1) {
        *first = 0x80 | long.len().to_le_bytes()[0];
    }
    out.splice(begin..begin, long.iter().copied());
}

/// Appends an element with this content.
pub fn element(out: &mut Vec<u8>, tag: u8, content: &[u8]) {
    out.push(tag);
    let (bytes, significant) = significant(content.len());
    if content.len() >= 0x80 {
        out.push(0x80 | significant.to_le_bytes()[0]);
    }
    out.extend_from_slice(&bytes[8 - significant..]);
    out.extend_from_slice(content);
}

/// Appends a signed number.
pub fn signed(out: &mut Vec<u8>, tag: u8, number: i64) {
    let bytes = number.to_be_bytes();
    let fill = if number < 0 { 0xff } else { 0 };
    // The sign bytes that the next one repeats.
    let excess = bytes.windows(2).take_while(|pair| pair[0] == fill && (pair[1] ^ fill) & 0x80 == 0).count();
    element(out, tag, &bytes[excess..]);
}

/// Appends an unsigned number, with a sign byte where it needs one.
pub fn unsigned(out: &mut Vec<u8>, tag: u8, number: u64) {
    let mut bytes = [0; 9];
    bytes[1..].copy_from_slice(&number.to_be_bytes());
    let excess = bytes.windows(2).take_while(|pair| pair[0] == 0 && pair[1] & 0x80 == 0).count();
    element(out, tag, &bytes[excess..]);
}

/// A length as bytes, and how many of the last ones say it.
fn significant(length: usize) -> ([u8; 8], usize) {
    let bytes = (length as u64).to_be_bytes();
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    (bytes, (8 - zeros).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
        let mut out = Vec::new();
        write(&mut out);
        out
    }

    #[test]
    fn numbers_have_the_shortest_form() {
        let signed = |number| written(|out| signed(out, 2, number));
        assert_eq!(signed(0), [2, 1, 0]);
        assert_eq!(signed(127), [2, 1, 127]);
        assert_eq!(signed(128), [2, 2, 0, 128]);
        assert_eq!(signed(-128), [2, 1, 128]);
        assert_eq!(signed(-129), [2, 2, 0xff, 0x7f]);
        assert_eq!(signed(i64::from(i32::MIN)), [2, 4, 0x80, 0, 0, 0]);
        let unsigned = |number| written(|out| unsigned(out, 0x42, number));
        assert_eq!(unsigned(0), [0x42, 1, 0]);
        assert_eq!(unsigned(u64::from(u32::MAX)), [0x42, 5, 0, 0xff, 0xff, 0xff, 0xff]);
        assert_eq!(unsigned(u64::MAX), [0x42, 9, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    }

    #[test]
    fn numbers_longer_than_needed_are_read() {
        let signed = |bytes: &[u8]| Reader::new(bytes).signed();
        assert_eq!(signed(&[0, 0, 0, 0, 5]), Ok(5));
        assert_eq!(signed(&[0xff; 12]), Ok(-1));
        assert_eq!(signed(&[0; 9]), Ok(0));
        assert!(signed(&[1, 0, 0, 0, 0, 0, 0, 0, 0]).is_err());
        assert!(signed(&[0, 0x80, 0, 0, 0, 0, 0, 0, 0]).is_err(), "2^63 is no signed number of 64 bits");
        assert!(signed(&[]).is_err());
        let unsigned = |bytes: &[u8]| Reader::new(bytes).unsigned(4);
        assert_eq!(unsigned(&[0xff, 0xff, 0xff, 0xff]), Ok(u64::from(u32::MAX)));
        assert_eq!(unsigned(&[0, 0xff, 0xff, 0xff, 0xff]), Ok(u64::from(u32::MAX)));
        assert_eq!(unsigned(&[0xff, 0xff, 0xff, 0xff, 0x80, 0, 0, 0]), Ok(0x8000_0000));
        assert!(unsigned(&[1, 0, 0, 0, 0]).is_err());
    }

    #[test]
    fn lengths_are_short_when_written_and_of_any_size_when_read() {
        for length in [0, 1, 127, 128, 255, 256, 65_535, 65_536] {
            let content = vec![7; length];
            let bytes = written(|out| element(out, 4, &content));
            assert_eq!(bytes, written(|out| nested(out, 4, |out| out.extend_from_slice(&content))));
            assert_eq!(Reader::new(&bytes).octet_string("").unwrap(), content);
        }
        assert_eq!(Reader::new(&[4, 0x84, 0, 0, 0, 1, 9]).octet_string(""), Ok(&[9][..]));
        assert_eq!(Reader::new(&[4, 0x80, 9, 0, 0]).octet_string("").unwrap_err().what, "a length of unknown form");
        assert!(Reader::new(&[4, 0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]).any().is_err());
    }

    #[test]
    fn an_error_tells_the_place() {
        let bytes = [0x30, 3, 2, 1, 5];
        let mut reader = Reader::new(&bytes);
        let mut content = reader.expect(SEQUENCE, "no SEQUENCE").unwrap();
        assert_eq!(content.octet_string("no text").unwrap_err().to_string(), "byte 2: no text");
    }
}
