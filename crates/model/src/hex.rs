//! Bytes of devices as text and as hexadecimal digits. Pure.

use std::borrow::Cow;
use std::fmt;

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

/// Text borrowed from a frame, or a row's own.
pub type Text<'a> = Cow<'a, str>;

/// Bytes as text: trailing NULs removed; what is no printable UTF-8 as `0x…`.
#[must_use]
pub fn text(bytes: &[u8]) -> Text<'_> {
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    let trimmed = bytes.get(..end).unwrap_or_default();
    match std::str::from_utf8(trimmed) {
        Ok(text) if is_plain(trimmed) || !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) => {
            Cow::Borrowed(text)
        }
        _ => Cow::Owned(hex(bytes)),
    }
}

/// Whether all bytes are printable ASCII, as nearly all texts of devices are.
fn is_plain(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| (0x20..0x7f).contains(byte))
}

/// Bytes as `0x…`.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    format!("0x{}", bare_hex(bytes))
}

/// Bytes as lower-case hexadecimal digits.
#[must_use]
pub fn bare_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().map_or('0', char::from);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Bytes that are no text; printed as `0x…`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct HexBytes<'a>(pub Cow<'a, [u8]>);

impl HexBytes<'_> {
    /// The bytes, no longer borrowed.
    #[must_use]
    pub fn into_owned(self) -> HexBytes<'static> {
        HexBytes(Cow::Owned(self.0.into_owned()))
    }
}

impl<'a> From<&'a [u8]> for HexBytes<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self(Cow::Borrowed(bytes))
    }
}

impl fmt::Display for HexBytes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl Serialize for HexBytes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex(&self.0))
    }
}

impl JsonSchema for HexBytes<'_> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "HexBytes".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "pattern": "^0x([0-9a-f]{2})*$"})
    }
}
