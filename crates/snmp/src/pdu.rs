//! Operations of SNMP and their variable bindings (RFC 3416 §3; RFC 1157 for version 1). Pure.

use std::borrow::Cow;
use std::fmt;

use crate::ber::{Malformed, Reader};
use crate::oid::Oid;
use crate::value::Value;
use crate::{ber, oid};

/// Bytes of a binding in most requests.
const USUAL_BYTES: usize = 20;

/// What a PDU is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// GetRequest.
    Get = 0xa0,
    /// GetNextRequest.
    GetNext = 0xa1,
    /// Response.
    Response = 0xa2,
    /// SetRequest.
    Set = 0xa3,
    /// GetBulkRequest; not in version 1.
    GetBulk = 0xa5,
    /// Report; only in version 3.
    Report = 0xa8,
}

impl Kind {
    const ALL: [Self; 6] = [Self::Get, Self::GetNext, Self::Response, Self::Set, Self::GetBulk, Self::Report];
}

/// A PDU that is no trap (RFC 3416 section 3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pdu<'a> {
    /// The operation, which is the PDU's tag.
    pub kind: Kind,
    /// The number that an answer repeats.
    pub request_id: i32,
    /// error-status; in a GetBulkRequest non-repeaters.
    pub status: ErrorStatus,
    /// error-index: position of the binding that the status is about, from 1; in a GetBulkRequest max-repetitions.
    pub index: i32,
    /// Names and values, in the order sent.
    pub bindings: Bindings<'a>,
}

impl<'a> Pdu<'a> {
    /// A request for these names, without values.
    #[must_use]
    pub fn request(kind: Kind, request_id: i32, names: impl IntoIterator<Item = impl AsRef<[u32]>>) -> Pdu<'static> {
        let names = names.into_iter();
        let room = names.size_hint().0 * USUAL_BYTES;
        let mut bindings = Bindings { bytes: Cow::Owned(Vec::with_capacity(room)), at: 0 };
        names.for_each(|name| bindings.push(name.as_ref(), &Value::Null));
        Pdu { kind, request_id, status: ErrorStatus::NO_ERROR, index: 0, bindings }
    }

    /// A GetBulkRequest for these names without non-repeaters.
    #[must_use]
    pub fn bulk(request_id: i32, repetitions: u16, names: impl IntoIterator<Item = impl AsRef<[u32]>>) -> Pdu<'static> {
        Pdu { index: i32::from(repetitions), ..Self::request(Kind::GetBulk, request_id, names) }
    }

    /// The answer to a request, without an error.
    #[must_use]
    pub fn response(request_id: i32, bindings: Bindings<'a>) -> Self {
        Self { kind: Kind::Response, request_id, status: ErrorStatus::NO_ERROR, index: 0, bindings }
    }

    /// The answer that this request cannot be served: its own bindings, and which of them is to blame, from 1.
    #[must_use]
    pub fn refusal(&self, status: ErrorStatus, index: i32) -> Self {
        Self { kind: Kind::Response, status, index, ..self.clone() }
    }

    /// The same, borrowing its bindings.
    #[must_use]
    pub fn borrowed(&self) -> Pdu<'_> {
        let Self { kind, request_id, status, index, ref bindings } = *self;
        Pdu { kind, request_id, status, index, bindings: Bindings { bytes: Cow::Borrowed(&bindings.bytes), at: bindings.at } }
    }

    /// How many names of a GetBulkRequest are asked for once.
    #[must_use]
    pub fn non_repeaters(&self) -> usize {
        usize::try_from(self.status.0).unwrap_or(0)
    }

    /// How many instances a GetBulkRequest asks for behind each of the other names.
    #[must_use]
    pub fn max_repetitions(&self) -> usize {
        usize::try_from(self.index).unwrap_or(0)
    }

    /// Reads a PDU from its BER element.
    pub fn read(reader: &mut Reader<'a>) -> Result<Self, Malformed> {
        let here = *reader;
        let (tag, mut content) = reader.any()?;
        let kind = Kind::ALL.into_iter().find(|kind| *kind as u8 == tag).ok_or(here.malformed("no PDU that is known"))?;
        let request_id = content.integer_32("no request-id")?;
        let status = ErrorStatus(content.integer_32("no error-status")?);
        let index = content.integer_32("no error-index")?;
        let bindings = content.expect(ber::SEQUENCE, "no variable-bindings")?;
        Ok(Self {
            kind,
            request_id,
            status,
            index,
            bindings: Bindings { at: bindings.at(), bytes: Cow::Borrowed(bindings.rest()) },
        })
    }

    /// Appends the whole element.
    pub fn write(&self, out: &mut Vec<u8>) {
        ber::nested(out, self.kind as u8, |out| {
            for number in [self.request_id, self.status.0, self.index] {
                ber::signed(out, ber::INTEGER, i64::from(number));
            }
            ber::element(out, ber::SEQUENCE, &self.bindings.bytes);
        });
    }
}

/// A name and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VarBind<'a> {
    /// The name, with its instance.
    pub name: Oid,
    /// Its value, or why there is none.
    pub value: Value<'a>,
}

/// Variable bindings, kept as they are encoded and read one by one.
#[derive(Debug, Clone, Default)]
pub struct Bindings<'a> {
    bytes: Cow<'a, [u8]>,
    at: usize,
}

impl Bindings<'_> {
    /// Appends a binding.
    pub fn push(&mut self, name: &[u32], value: &Value<'_>) {
        ber::nested(self.bytes.to_mut(), ber::SEQUENCE, |out| {
            oid::write(out, name);
            value.write(out);
        });
    }

    /// Adds all of another: rows that an agent has encoded before.
    pub fn append(&mut self, other: &Bindings<'_>) {
        self.bytes.to_mut().extend_from_slice(&other.bytes);
    }

    /// Their size in bytes: what an agent compares with the largest message it may send.
    #[must_use]
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// How many there are, when all of them can be read.
    pub fn count(&self) -> Result<usize, Malformed> {
        let mut rest = Reader::new(&self.bytes);
        let mut count = 0;
        while !rest.rest().is_empty() {
            let next = named(&mut rest).and_then(|(name, mut value)| {
                oid::each_arc(name, |_| ())?;
                value.any()
            });
            next.map_err(|malformed| Malformed { at: malformed.at + self.at, ..malformed })?;
            count += 1;
        }
        Ok(count)
    }

    /// One after another. After an error there are no more.
    pub fn iter(&self) -> impl Iterator<Item = Result<VarBind<'_>, Malformed>> {
        self.sized().map(|next| next.map(|(binding, _)| binding))
    }

    /// One after another, each with its size in bytes. After an error there are no more.
    pub fn sized(&self) -> impl Iterator<Item = Result<(VarBind<'_>, usize), Malformed>> {
        let mut rest = Reader::new(&self.bytes);
        let at = self.at;
        std::iter::from_fn(move || {
            if rest.rest().is_empty() {
                return None;
            }
            let begin = rest.at();
            let next = binding(&mut rest).map(|binding| (binding, rest.at() - begin));
            let next = next.map_err(|malformed| Malformed { at: malformed.at + at, ..malformed });
            if next.is_err() {
                rest = Reader::new(&[]);
            }
            Some(next)
        })
    }
}

/// Equal when their bytes are, wherever in a datagram they stood.
impl PartialEq for Bindings<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for Bindings<'_> {}

impl<'a> FromIterator<&'a VarBind<'a>> for Bindings<'static> {
    fn from_iter<T: IntoIterator<Item = &'a VarBind<'a>>>(bindings: T) -> Self {
        let mut bytes = Vec::new();
        for VarBind { name, value } in bindings {
            ber::nested(&mut bytes, ber::SEQUENCE, |out| {
                name.write(out);
                value.write(out);
            });
        }
        Self { bytes: Cow::Owned(bytes), at: 0 }
    }
}

fn binding<'a>(reader: &mut Reader<'a>) -> Result<VarBind<'a>, Malformed> {
    let (name, mut value) = named(reader)?;
    Ok(VarBind { name: Oid::decode(name)?, value: Value::read(&mut value)? })
}

/// Where the name of a variable binding is, and where its value.
fn named<'a>(reader: &mut Reader<'a>) -> Result<(Reader<'a>, Reader<'a>), Malformed> {
    let mut content = reader.expect(ber::SEQUENCE, "no variable-binding")?;
    Ok((content.expect(oid::TAG, "no name")?, content))
}

/// error-status (RFC 3416 §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ErrorStatus(pub i32);

#[allow(missing_docs, reason = "the names are the standard's own")]
impl ErrorStatus {
    pub const NO_ERROR: Self = Self(0);
    pub const TOO_BIG: Self = Self(1);
    pub const NO_SUCH_NAME: Self = Self(2);
    pub const BAD_VALUE: Self = Self(3);
    pub const READ_ONLY: Self = Self(4);
    pub const GEN_ERR: Self = Self(5);
    pub const NO_ACCESS: Self = Self(6);
    pub const WRONG_TYPE: Self = Self(7);
    pub const WRONG_LENGTH: Self = Self(8);
    pub const WRONG_ENCODING: Self = Self(9);
    pub const WRONG_VALUE: Self = Self(10);
    pub const NO_CREATION: Self = Self(11);
    pub const INCONSISTENT_VALUE: Self = Self(12);
    pub const RESOURCE_UNAVAILABLE: Self = Self(13);
    pub const COMMIT_FAILED: Self = Self(14);
    pub const UNDO_FAILED: Self = Self(15);
    pub const AUTHORIZATION_ERROR: Self = Self(16);
    pub const NOT_WRITABLE: Self = Self(17);
    pub const INCONSISTENT_NAME: Self = Self(18);
}

/// The names, by number.
const NAMES: [&str; 19] = [
    "noError",
    "tooBig",
    "noSuchName",
    "badValue",
    "readOnly",
    "genErr",
    "noAccess",
    "wrongType",
    "wrongLength",
    "wrongEncoding",
    "wrongValue",
    "noCreation",
    "inconsistentValue",
    "resourceUnavailable",
    "commitFailed",
    "undoFailed",
    "authorizationError",
    "notWritable",
    "inconsistentName",
];

impl fmt::Display for ErrorStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match usize::try_from(self.0).ok().and_then(|number| NAMES.get(number)) {
            Some(name) => f.write_str(name),
            None => write!(f, "error status {}", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bulk_request_has_its_numbers_in_the_places_of_the_error() {
        let pdu = Pdu::bulk(7, 20, [[1, 3, 6], [1, 3, 7]]);
        let mut bytes = Vec::new();
        pdu.write(&mut bytes);
        let bindings = [0x30, 6, 6, 2, 0x2b, 6, 5, 0, 0x30, 6, 6, 2, 0x2b, 7, 5, 0];
        assert_eq!(bytes, [&[0xa5, 27, 2, 1, 7, 2, 1, 0, 2, 1, 20, 0x30, 16][..], &bindings].concat());
        let read = Pdu::read(&mut Reader::new(&bytes)).unwrap();
        assert_eq!((read.non_repeaters(), read.max_repetitions()), (0, 20));
        let names: Vec<String> = read.bindings.iter().map(|binding| binding.unwrap().name.to_string()).collect();
        assert_eq!(names, ["1.3.6", "1.3.7"]);
    }

    #[test]
    fn a_broken_binding_ends_the_bindings_and_tells_its_place() {
        let bytes = [0xa2, 19, 2, 1, 7, 2, 1, 0, 2, 1, 0, 0x30, 8, 0x30, 3, 6, 1, 0x2b, 0x30, 9, 9];
        let read = Pdu::read(&mut Reader::new(&bytes)).unwrap();
        let bindings: Vec<_> = read.bindings.iter().collect();
        assert_eq!(bindings.len(), 1);
        assert_eq!(bindings[0].clone().unwrap_err().to_string(), "byte 18: it ends too early");
        assert_eq!(read.bindings.count().unwrap_err(), bindings[0].clone().unwrap_err());
    }

    #[test]
    fn statuses_have_the_names_of_the_standard() {
        assert_eq!(ErrorStatus::INCONSISTENT_NAME.to_string(), "inconsistentName");
        assert_eq!(ErrorStatus(19).to_string(), "error status 19");
        assert_eq!(ErrorStatus(-1).to_string(), "error status -1");
    }
}
