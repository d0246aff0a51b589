//! STAMP optional extensions (RFC 8972 §4): `flags(1) type(1) length(2) value`. Known are Extra Padding, Class of Service and
//! Direct Measurement; every other type is kept as it is. Not supported: HMAC. Pure.

use crate::dscp::Dscp;

/// Bytes of a TLV before its value.
pub const HEADER_BYTES: usize = 4;
/// Extra Padding (RFC 8972 §4.1).
pub const EXTRA_PADDING: u8 = 1;
/// Class of Service (RFC 8972 §4.4).
pub const CLASS_OF_SERVICE: u8 = 4;
/// Direct Measurement (RFC 8972 §4.5).
pub const DIRECT_MEASUREMENT: u8 = 5;

/// The U flag: the sender sets it, a reflector that understood the TLV clears it.
pub const UNRECOGNISED: u8 = 0x80;
/// The M flag: the reflector found the TLV malformed.
pub const MALFORMED: u8 = 0x40;

/// One extension (RFC 8972 §4); U unrecognised, M malformed, I integrity.
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |U|M|I| reserved|      Type     |             Length            |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                           Value ...                           |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tlv {
    /// U, M, I and reserved bits.
    pub flags: u8,
    /// The type; types of other standards are kept.
    pub kind: u8,
    /// The value, at most 65,535 bytes.
    pub value: Vec<u8>,
}

/// The extensions of one packet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tlvs {
    /// Those that are whole, in order.
    pub items: Vec<Tlv>,
    /// From the first header whose length does not fit in the packet to the packet's end; else empty.
    pub malformed: Vec<u8>,
}

impl Tlvs {
    /// Reads what follows the base packet.
    #[must_use]
    pub fn decode(mut bytes: &[u8]) -> Self {
        let mut items = Vec::new();
        while let Some((item, rest)) = Tlv::split(bytes) {
            items.push(item);
            bytes = rest;
        }
        Self { items, malformed: bytes.to_vec() }
    }

    /// Appends the TLVs to a datagram.
    pub fn encode(&self, out: &mut Vec<u8>) {
        for item in &self.items {
            item.encode(out);
        }
        out.extend(&self.malformed);
    }

    /// Bytes that [`Tlvs::encode`] writes.
    #[must_use]
    pub fn encoded_len(&self) -> usize {
        self.items.iter().map(|item| HEADER_BYTES + item.value.len()).sum::<usize>() + self.malformed.len()
    }

    /// The first extension of a type that the reflector understood.
    #[must_use]
    pub fn answered(&self, kind: u8) -> Option<&Tlv> {
        self.items.iter().find(|item| item.kind == kind).filter(|item| item.flags & (UNRECOGNISED | MALFORMED) == 0)
    }
}

impl Tlv {
    /// A question: the U flag is set, for the reflector to clear.
    #[must_use]
    pub fn ask(kind: u8, value: &[u8]) -> Self {
        Self { flags: UNRECOGNISED, kind, value: value.to_vec() }
    }

    /// Extra Padding that fills `bytes` in all; `None` when fewer than its own header or more than its length field can say.
    #[must_use]
    pub fn padding(bytes: usize) -> Option<Self> {
        let value = bytes.checked_sub(HEADER_BYTES)?;
        u16::try_from(value).is_ok().then(|| Self::ask(EXTRA_PADDING, &vec![0; value]))
    }

    fn split(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let ([flags, kind, high, low], rest) = bytes.split_first_chunk()?;
        let (value, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes([*high, *low])))?;
        Some((Self { flags: *flags, kind: *kind, value: value.to_vec() }, rest))
    }

    fn encode(&self, out: &mut Vec<u8>) {
        let length = u16::try_from(self.value.len()).unwrap_or(u16::MAX);
        out.extend([self.flags, self.kind]);
        out.extend(length.to_be_bytes());
        out.extend(self.value.iter().take(usize::from(length)));
    }
}

/// The Class of Service value (RFC 8972 §4.4, erratum 8199).
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |   DSCP1   |   DSCP2   |ECN| RP|            Reserved           |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
///
/// The fields cross bytes: this is not one DS byte each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClassOfService {
    /// DSCP1: the mark the sender wants on the reply.
    pub wanted: Dscp,
    /// DSCP2: the mark with which the request arrived.
    pub seen: Dscp,
    /// The ECN bits with which the request arrived, 0 to 3.
    pub ecn: u8,
    /// RP: 0 when the reply is marked as wanted, 1 when the reflector's policy refused; 0 to 3.
    pub reverse_path: u8,
}

impl ClassOfService {
    /// What a sender asks.
    #[must_use]
    pub fn wanting(dscp: Dscp) -> Self {
        Self { wanted: dscp, seen: Dscp::BEST_EFFORT, ecn: 0, reverse_path: 0 }
    }

    /// Reads a value of four bytes; the reserved two may hold anything.
    #[must_use]
    pub fn decode(value: &[u8]) -> Option<Self> {
        let [first, second, _, _] = *<&[u8; 4]>::try_from(value).ok()?;
        Some(Self {
            wanted: Dscp::new(first >> 2)?,
            seen: Dscp::new((first & 0b11) << 4 | second >> 4)?,
            ecn: second >> 2 & 0b11,
            reverse_path: second & 0b11,
        })
    }

    /// The TLV's value as sent.
    #[must_use]
    pub fn encode(self) -> [u8; 4] {
        let (wanted, seen) = (self.wanted.get(), self.seen.get());
        [wanted << 2 | seen >> 4, (seen & 0b1111) << 4 | (self.ecn & 0b11) << 2 | self.reverse_path & 0b11, 0, 0]
    }
}

/// The Direct Measurement value (RFC 8972 §4.5). The packets counted are the test packets of the session.
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |               Session-Sender Tx counter (S_TxC)               |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |              Session-Reflector Rx counter (R_RxC)             |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |              Session-Reflector Tx counter (R_TxC)             |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
///
/// A reflector whose `reflector_sent` runs with its sequence number is stateful beyond doubt, also when only replies were lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DirectMeasurement {
    /// Packets the sender has sent, this one included.
    pub sender_sent: u32,
    /// Packets the reflector has received.
    pub reflector_received: u32,
    /// Packets the reflector has sent, this one included.
    pub reflector_sent: u32,
}

impl DirectMeasurement {
    /// Reads a value of twelve bytes.
    #[must_use]
    pub fn decode(value: &[u8]) -> Option<Self> {
        let (counters, _) = <&[u8; 12]>::try_from(value).ok()?.as_chunks::<4>();
        let [sender_sent, reflector_received, reflector_sent] = *<&[[u8; 4]; 3]>::try_from(counters).ok()?;
        Some(Self {
            sender_sent: u32::from_be_bytes(sender_sent),
            reflector_received: u32::from_be_bytes(reflector_received),
            reflector_sent: u32::from_be_bytes(reflector_sent),
        })
    }

    /// The TLV's value as sent.
    #[must_use]
    pub fn encode(self) -> Vec<u8> {
        [self.sender_sent, self.reflector_received, self.reflector_sent].into_iter().flat_map(u32::to_be_bytes).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_class_of_service_crosses_bytes() {
        let answer =
            |seen, ecn, reverse_path| ClassOfService { wanted: Dscp::EF, seen: Dscp::new(seen).unwrap(), ecn, reverse_path };
        let known = [
            (ClassOfService::wanting(Dscp::EF), [0xb8, 0, 0, 0]),
            (answer(46, 0, 0), [0xba, 0xe0, 0, 0]),
            (answer(26, 2, 0), [0xb9, 0xa8, 0, 0]),
            (answer(0, 0, 1), [0xb8, 0x01, 0, 0]),
        ];
        for (meaning, bytes) in known {
            assert_eq!(meaning.encode(), bytes);
            assert_eq!(ClassOfService::decode(&bytes), Some(meaning));
        }
        assert_eq!(ClassOfService::decode(&[0xba, 0xe0, 0xff, 0xff]), Some(answer(46, 0, 0)));
        assert_eq!(ClassOfService::decode(&[0xba, 0xe0]), None);
    }

    #[test]
    fn padding_fills_exactly_or_not_at_all() {
        assert!(Tlv::padding(3).is_none());
        for bytes in [4, 5, 128] {
            let tlvs = Tlvs { items: vec![Tlv::padding(bytes).unwrap()], malformed: Vec::new() };
            assert_eq!(tlvs.encoded_len(), bytes);
        }
    }
}
