//! Bytes of an agent as text and as MAC addresses. Pure.

use model::ids::MacAddress;
use snmp::manager::Tables;

/// Bytes as text without surrounding blanks and NULs; `None` when nothing is left.
#[must_use]
pub fn text(bytes: &[u8]) -> Option<String> {
    let text = model::hex::text(bytes);
    let trimmed = text.trim();
    (!trimmed.is_empty() && trimmed != "0x").then(|| trimmed.to_owned())
}

/// One instance that is text; without surrounding blanks and NULs, `None` when empty.
#[must_use]
pub fn text_at(tables: &Tables, oid: &[u32], instance: &[u32]) -> Option<String> {
    text(tables.bytes(oid, instance)?)
}

/// Six bytes as a MAC address.
#[must_use]
pub fn mac(bytes: &[u8]) -> Option<MacAddress> {
    <[u8; 6]>::try_from(bytes).ok().map(MacAddress)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_is_no_text() {
        assert_eq!(text(b"14      \0\0"), Some("14".to_owned()));
        assert_eq!(text(b"  "), None);
        assert_eq!(text(b""), None);
    }
}
