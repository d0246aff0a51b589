//! Names of the LLDP and LLDP-MED code points that frames and MIBs share (802.1AB-2016, TIA-1057). Pure.

use std::borrow::Cow;
use std::net::IpAddr;

use super::identifier::Identifier;
use super::ids::MacAddress;
use super::neighbour::CodePoint;
use super::neighbour::TypedId;

/// A chassis ID from its subtype and octets (802.1AB §8.5.2).
///
/// ```
/// use voiceport::model::code_points::chassis_id;
/// let id = chassis_id(4, &[0, 4, 0xf2, 0x12, 0x34, 0x56]);
/// assert_eq!((&*id.subtype, id.value.to_string()), ("mac_address", "00:04:f2:12:34:56".to_owned()));
/// ```
#[must_use]
pub fn chassis_id(subtype: u8, octets: &[u8]) -> TypedId<'_> {
    const NAMES: [&str; 7] =
        ["chassis_component", "interface_alias", "port_component", "mac_address", "network_address", "interface_name", "local"];
    let value = match subtype {
        4 => mac(octets),
        5 => network_address(octets),
        _ => None,
    };
    TypedId { subtype: named(&NAMES, subtype, 1, "subtype"), value: value.unwrap_or_else(|| Identifier::Text(text(octets))) }
}

/// A port ID from its subtype and octets (802.1AB §8.5.3).
#[must_use]
pub fn port_id(subtype: u8, octets: &[u8]) -> TypedId<'_> {
    const NAMES: [&str; 7] =
        ["interface_alias", "port_component", "mac_address", "network_address", "interface_name", "agent_circuit_id", "local"];
    let value = match subtype {
        3 => mac(octets),
        4 => network_address(octets),
        _ => None,
    };
    TypedId { subtype: named(&NAMES, subtype, 1, "subtype"), value: value.unwrap_or_else(|| Identifier::Text(text(octets))) }
}

/// The name of a number in a table that begins at `first`; reserved numbers are `word_N`.
fn named(names: &'static [&'static str], number: u8, first: u8, word: &str) -> CodePoint {
    let name = number.checked_sub(first).and_then(|position| names.get(usize::from(position)));
    name.map_or_else(|| Cow::Owned(format!("{word}_{number}")), |name| Cow::Borrowed(*name))
}

/// A MAC address, from six octets.
#[must_use]
pub fn mac<'a>(octets: &[u8]) -> Option<Identifier<'a>> {
    <[u8; 6]>::try_from(octets).ok().map(|octets| Identifier::Mac(MacAddress(octets)))
}

/// An address led by its IANA address family number: 1 IPv4, 2 IPv6, 6 MAC.
#[must_use]
pub fn network_address<'a>(octets: &[u8]) -> Option<Identifier<'a>> {
    let (family, address) = octets.split_first()?;
    address_of_family(*family, address)
}

/// An address of an IANA address family.
#[must_use]
pub fn address_of_family<'a>(family: u8, octets: &[u8]) -> Option<Identifier<'a>> {
    match family {
        1 => <[u8; 4]>::try_from(octets).ok().map(|octets| Identifier::Ip(IpAddr::from(octets))),
        2 => <[u8; 16]>::try_from(octets).ok().map(|octets| Identifier::Ip(IpAddr::from(octets))),
        6 => mac(octets),
        _ => None,
    }
}

/// The MAC address that a phone's CDP device ID ends in, as in `SEP0004f212abcd`, or is.
///
/// ```
/// use voiceport::model::code_points::mac_in_device_id;
/// assert_eq!(mac_in_device_id("SEP0004F212ABCD.example.net").unwrap().to_string(), "00:04:f2:12:ab:cd");
/// assert_eq!(mac_in_device_id("ä0004f212abcd").unwrap().to_string(), "00:04:f2:12:ab:cd");
/// assert_eq!(mac_in_device_id("00:04:f2:12:ab:cd").unwrap().to_string(), "00:04:f2:12:ab:cd");
/// assert_eq!(mac_in_device_id("switch-of-floor-2"), None);
/// ```
#[must_use]
pub fn mac_in_device_id(device_id: &str) -> Option<MacAddress> {
    const WITH_SEPARATORS: usize = 17;
    if device_id.len() == WITH_SEPARATORS {
        return device_id.parse().ok();
    }
    let host = device_id.split('.').next()?;
    host.len().checked_sub(12).and_then(|start| host.get(start..))?.parse().ok()
}

/// Octets as text: trailing NULs removed; what is no printable UTF-8 as `0x…`.
#[must_use]
pub fn text(octets: &[u8]) -> Cow<'_, str> {
    let end = octets.iter().rposition(|octet| *octet != 0).map_or(0, |last| last + 1);
    let trimmed = octets.get(..end).unwrap_or_default();
    match std::str::from_utf8(trimmed) {
        Ok(text) if is_plain(trimmed) || !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) => {
            Cow::Borrowed(text)
        }
        _ => Cow::Owned(hex(octets)),
    }
}

/// Whether all octets are printable ASCII, as nearly all texts of devices are.
fn is_plain(octets: &[u8]) -> bool {
    octets.iter().all(|octet| (0x20..0x7f).contains(octet))
}

/// Octets as `0x…`.
#[must_use]
pub fn hex(octets: &[u8]) -> String {
    format!("0x{}", bare_hex(octets))
}

/// Octets as lower-case hexadecimal digits.
#[must_use]
pub fn bare_hex(octets: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().map_or('0', char::from);
    octets.iter().flat_map(|octet| [digit(octet >> 4), digit(octet & 15)]).collect()
}

/// LLDP-MED device class (TIA-1057 §10.2.2.2; lldpXMedRemDeviceClass).
#[must_use]
pub fn med_device_class(class: u8) -> CodePoint {
    const NAMES: [&str; 5] = ["not_defined", "endpoint_class_1", "endpoint_class_2", "endpoint_class_3", "network_connectivity"];
    named(&NAMES, class, 0, "type")
}

/// LLDP-MED application type (TIA-1057 §10.2.3.1).
#[must_use]
pub fn med_application(application: u8) -> CodePoint {
    const NAMES: [&str; 8] = [
        "voice",
        "voice_signaling",
        "guest_voice",
        "guest_voice_signaling",
        "softphone_voice",
        "video_conferencing",
        "streaming_video",
        "video_signaling",
    ];
    named(&NAMES, application, 1, "type")
}

/// Power source of a PSE (TIA-1057 §10.2.5.2, 802.3 79.3.2.4.2).
#[must_use]
pub fn pse_source(source: u8) -> CodePoint {
    named(&["unknown", "primary", "backup"], source, 0, "source")
}

/// Power source of a PD (TIA-1057 §10.2.5.2, 802.3 79.3.2.4.2).
#[must_use]
pub fn pd_source(source: u8) -> CodePoint {
    named(&["unknown", "pse", "local", "pse_and_local"], source, 0, "source")
}

/// Power priority (TIA-1057 §10.2.5.3, 802.3 79.3.2.4.3).
#[must_use]
pub fn power_priority(priority: u8) -> CodePoint {
    named(&["unknown", "critical", "high", "low"], priority, 0, "priority")
}

/// Pairs that carry power (802.3 79.3.2.2; pethPsePortPowerPairs).
#[must_use]
pub fn power_pairs(pairs: u8) -> CodePoint {
    named(&["signal", "spare"], pairs, 1, "pairs")
}

/// Altitude type of a location (RFC 6225 §2.4).
#[must_use]
pub fn altitude_unit(kind: u8) -> CodePoint {
    named(&["metres", "floors"], kind, 1, "type")
}

/// Datum of a location (RFC 6225 §2.5).
#[must_use]
pub fn datum(number: u8) -> CodePoint {
    named(&["wgs84", "nad83_navd88", "nad83_mllw"], number, 1, "type")
}

/// Whose location a civic address is (RFC 4776 §3.1).
#[must_use]
pub fn civic_subject(what: u8) -> CodePoint {
    named(&["dhcp_server", "network_element", "client"], what, 0, "type")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_keep_what_their_subtype_does_not_explain() {
        let value = |id: TypedId<'_>| id.value.to_string();
        assert_eq!(value(chassis_id(5, &[1, 192, 0, 2, 7])), "192.0.2.7");
        assert_eq!(value(chassis_id(5, b"10.0.0.1")), "10.0.0.1");
        assert_eq!(value(port_id(3, &[1, 2, 3])), "0x010203");
        assert_eq!(port_id(9, b"x").subtype, "subtype_9");
    }
}
