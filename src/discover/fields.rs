//! How the fields of TLVs become fields of a row: texts, powers, and what is said twice. Pure.

use std::borrow::Cow;

use model::hex::{self, Text};
use model::units::Milliwatts;

/// A text, unless it is empty.
pub(super) fn text(bytes: &[u8]) -> Option<Text<'_>> {
    Some(hex::text(bytes)).filter(|text| !text.is_empty())
}

/// A text without blanks at its end, unless it is empty: devices pad fields of fixed length.
pub(super) fn trimmed(bytes: &[u8]) -> Option<Text<'_>> {
    let text = match hex::text(bytes) {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_end()),
        owned @ Cow::Owned(_) => owned,
    };
    Some(text).filter(|text| !text.is_empty())
}

/// What is said first counts; saying it again is noted by the codec.
pub(super) fn keep_first<T>(field: &mut Option<T>, value: Option<T>) {
    if field.is_none() {
        *field = value;
    }
}

/// From 0.1 W on the wire.
pub(super) fn milliwatts(tenths: u16) -> u32 {
    Milliwatts::from_tenths(u32::from(tenths)).0
}
