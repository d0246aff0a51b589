//! JSON of rows that come by the million: a serde serializer that copies keys unexamined and looks at eight bytes of a text at once. Pure.
//!
//! Its output is byte for byte that of the general serializer for everything a row can be made of (a test compares them); what a row
//! is never made of (maps, enums with unnamed fields, single characters, bytes) is an error. It exists because rows of a capture are
//! otherwise written slower than they are read.

use std::fmt;

use serde::Serialize;
use serde::ser::{self, Impossible};

/// A row that cannot be written.
#[derive(Debug)]
pub struct Unsupported(String);

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unsupported {}

impl ser::Error for Unsupported {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// Appends a value as JSON without blanks.
pub fn append(out: &mut Vec<u8>, value: &impl Serialize) -> Result<(), Unsupported> {
    value.serialize(Writer { out })
}

struct Writer<'a> {
    out: &'a mut Vec<u8>,
}

impl Writer<'_> {
    /// Most texts are a few words: they are copied eight bytes at a time while they are looked at.
    #[inline]
    fn text(self, text: &str) {
        let out = self.out;
        out.reserve(text.len() + 2);
        out.push(b'"');
        let (words, rest) = text.as_bytes().as_chunks::<8>();
        for word in words {
            if is_plain_word(u64::from_le_bytes(*word)) {
                out.extend_from_slice(word);
            } else {
                for byte in word {
                    put(out, *byte);
                }
            }
        }
        for byte in rest {
            put(out, *byte);
        }
        out.push(b'"');
    }

    #[inline]
    fn number(self, number: impl itoa::Integer) {
        self.out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
    }
}

/// Whether JSON allows all eight bytes in a string: no `"`, no `\`, no control character (RFC 8259 §7). A subtraction borrows into the
/// high bit of a byte that is too small.
#[inline]
const fn is_plain_word(word: u64) -> bool {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES << 7;
    let quotes = word ^ (ONES * b'"' as u64);
    let backslashes = word ^ (ONES * b'\\' as u64);
    let control = word.wrapping_sub(ONES * 0x20) & !word;
    let quote = quotes.wrapping_sub(ONES) & !quotes;
    let backslash = backslashes.wrapping_sub(ONES) & !backslashes;
    (control | quote | backslash) & HIGH == 0
}

#[inline]
fn put(out: &mut Vec<u8>, byte: u8) {
    if byte < 0x20 || byte == b'"' || byte == b'\\' {
        escape(out, byte);
    } else {
        out.push(byte);
    }
}

#[cold]
fn escape(out: &mut Vec<u8>, byte: u8) {
    let short = match byte {
        b'"' => b'"',
        b'\\' => b'\\',
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        0x08 => b'b',
        0x0c => b'f',
        other => return out.extend_from_slice(format!("\\u{other:04x}").as_bytes()),
    };
    out.extend_from_slice(&[b'\\', short]);
}

/// The longest key that is copied in one piece; a longer one is written all the same.
const KEY_MAX: usize = 28;

/// The members of a list or of an object, with the commas between them.
struct Members<'a> {
    out: &'a mut Vec<u8>,
    close: u8,
    begun: bool,
}

impl<'a> Members<'a> {
    #[inline]
    fn open(out: &'a mut Vec<u8>, open: u8, close: u8) -> Self {
        out.push(open);
        Self { out, close, begun: false }
    }

    #[inline]
    fn comma(&mut self) {
        if self.begun {
            self.out.push(b',');
        }
        self.begun = true;
    }

    #[inline]
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unsupported> {
        self.comma();
        value.serialize(Writer { out: self.out })
    }

    #[cold]
    fn long_key(&mut self, key: &str) {
        self.comma();
        self.out.push(b'"');
        self.out.extend_from_slice(key.as_bytes());
        self.out.extend_from_slice(b"\":");
    }

    #[inline]
    fn close(self) {
        self.out.push(self.close);
    }
}

macro_rules! numbers {
    ($($method:ident: $type:ty),*) => {
        $(
            #[inline]
            fn $method(self, value: $type) -> Result<(), Unsupported> {
                self.number(value);
                Ok(())
            }
        )*
    };
}

fn unsupported<T>(what: &str) -> Result<T, Unsupported> {
    Err(Unsupported(format!("{what} in a row: this is a bug in voiceport")))
}

impl<'a> ser::Serializer for Writer<'a> {
    type Ok = ();
    type Error = Unsupported;
    type SerializeSeq = Members<'a>;
    type SerializeTuple = Members<'a>;
    type SerializeTupleStruct = Impossible<(), Unsupported>;
    type SerializeTupleVariant = Impossible<(), Unsupported>;
    type SerializeMap = Impossible<(), Unsupported>;
    type SerializeStruct = Members<'a>;
    type SerializeStructVariant = Impossible<(), Unsupported>;

    numbers!(
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64
    );

    #[inline]
    fn serialize_bool(self, value: bool) -> Result<(), Unsupported> {
        self.out.extend_from_slice(if value { b"true" } else { b"false" });
        Ok(())
    }

    fn serialize_f32(self, value: f32) -> Result<(), Unsupported> {
        self.serialize_f64(f64::from(value))
    }

    fn serialize_f64(self, value: f64) -> Result<(), Unsupported> {
        // as the general serializer writes it: few rows have one
        serde_json::to_writer(self.out, &value).map_err(ser::Error::custom)
    }

    fn serialize_char(self, _: char) -> Result<(), Unsupported> {
        unsupported("a character")
    }

    #[inline]
    fn serialize_str(self, value: &str) -> Result<(), Unsupported> {
        self.text(value);
        Ok(())
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), Unsupported> {
        unsupported("bytes")
    }

    #[inline]
    fn serialize_none(self) -> Result<(), Unsupported> {
        self.serialize_unit()
    }

    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Unsupported> {
        value.serialize(self)
    }

    #[inline]
    fn serialize_unit(self) -> Result<(), Unsupported> {
        self.out.extend_from_slice(b"null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Unsupported> {
        self.serialize_unit()
    }

    #[inline]
    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Unsupported> {
        self.text(variant);
        Ok(())
    }

    #[inline]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Unsupported> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Unsupported> {
        unsupported("a variant with a value")
    }

    #[inline]
    fn serialize_seq(self, _: Option<usize>) -> Result<Members<'a>, Unsupported> {
        Ok(Members::open(self.out, b'[', b']'))
    }

    fn serialize_tuple(self, length: usize) -> Result<Members<'a>, Unsupported> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, Unsupported> {
        unsupported("a tuple")
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Unsupported> {
        unsupported("a variant with values")
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Unsupported> {
        unsupported("a map")
    }

    #[inline]
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Members<'a>, Unsupported> {
        Ok(Members::open(self.out, b'{', b'}'))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Unsupported> {
        unsupported("a variant with fields")
    }
}

macro_rules! list {
    ($trait:ident) => {
        impl ser::$trait for Members<'_> {
            type Ok = ();
            type Error = Unsupported;

            #[inline]
            fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unsupported> {
                self.element(value)
            }

            #[inline]
            fn end(self) -> Result<(), Unsupported> {
                self.close();
                Ok(())
            }
        }
    };
}

list!(SerializeSeq);
list!(SerializeTuple);

impl ser::SerializeStruct for Members<'_> {
    type Ok = ();
    type Error = Unsupported;

    #[inline(always)]
    #[allow(clippy::inline_always, reason = "a key is then copied as a constant")]
    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Unsupported> {
        // one piece, `,"key":`, whose length the compiler knows; keys are names of fields, in which nothing needs an escape
        if key.len() > KEY_MAX {
            self.long_key(key);
            return value.serialize(Writer { out: self.out });
        }
        let mut piece = [0; KEY_MAX + 4];
        let length = key.len() + 4;
        if let Some(name) = piece.get_mut(2..length - 2) {
            name.copy_from_slice(key.as_bytes());
        }
        if let [first, second, .., before_last, last] = piece.get_mut(..length).unwrap_or_default() {
            (*first, *second, *before_last, *last) = (b',', b'"', b'"', b':');
        }
        self.out.extend_from_slice(piece.get(usize::from(!self.begun)..length).unwrap_or_default());
        self.begun = true;
        value.serialize(Writer { out: self.out })
    }

    #[inline]
    fn end(self) -> Result<(), Unsupported> {
        self.close();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_any_length_are_written_as_serde_json_writes_them() {
        #[derive(Serialize)]
        struct Keys {
            a: u8,
            a_key_of_twenty_eight_letter: u8,
            a_key_of_twenty_nine_letters_: u8,
            a_key_that_is_longer_than_any_that_a_row_has: Option<&'static str>,
            b: u8,
        }
        let keys = Keys {
            a: 1,
            a_key_of_twenty_eight_letter: 2,
            a_key_of_twenty_nine_letters_: 3,
            a_key_that_is_longer_than_any_that_a_row_has: Some("x"),
            b: 4,
        };
        let mut out = Vec::new();
        append(&mut out, &keys).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), serde_json::to_string(&keys).unwrap());
    }
}
