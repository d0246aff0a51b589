//! Names of the LLDP and LLDP-MED code points that frames and MIBs share (802.1AB-2016, TIA-1057). Pure.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::ids::MacAddress;
use super::neighbour::TypedId;

/// A chassis ID from its subtype and octets (802.1AB §8.5.2).
///
/// ```
/// use voiceport::model::code_points::chassis_id;
/// let id = chassis_id(4, &[0, 4, 0xf2, 0x12, 0x34, 0x56]);
/// assert_eq!((id.subtype.as_str(), id.value.as_str()), ("mac_address", "00:04:f2:12:34:56"));
/// ```
#[must_use]
pub fn chassis_id(subtype: u8, octets: &[u8]) -> TypedId {
    let (name, kind) = match subtype {
        1 => ("chassis_component", Kind::Text),
        2 => ("interface_alias", Kind::Text),
        3 => ("port_component", Kind::Text),
        4 => ("mac_address", Kind::Mac),
        5 => ("network_address", Kind::Network),
        6 => ("interface_name", Kind::Text),
        7 => ("local", Kind::Text),
        _ => ("", Kind::Text),
    };
    typed(name, subtype, kind, octets)
}

/// A port ID from its subtype and octets (802.1AB §8.5.3).
#[must_use]
pub fn port_id(subtype: u8, octets: &[u8]) -> TypedId {
    let (name, kind) = match subtype {
        1 => ("interface_alias", Kind::Text),
        2 => ("port_component", Kind::Text),
        3 => ("mac_address", Kind::Mac),
        4 => ("network_address", Kind::Network),
        5 => ("interface_name", Kind::Text),
        6 => ("agent_circuit_id", Kind::Text),
        7 => ("local", Kind::Text),
        _ => ("", Kind::Text),
    };
    typed(name, subtype, kind, octets)
}

#[derive(Clone, Copy)]
enum Kind {
    Text,
    Mac,
    Network,
}

fn typed(name: &str, subtype: u8, kind: Kind, octets: &[u8]) -> TypedId {
    let subtype = if name.is_empty() { format!("subtype_{subtype}") } else { name.to_owned() };
    let value = match kind {
        Kind::Mac => mac(octets),
        Kind::Network => network_address(octets),
        Kind::Text => None,
    };
    TypedId { subtype, value: value.unwrap_or_else(|| text(octets)) }
}

/// A MAC address in usual spelling, from six octets.
#[must_use]
pub fn mac(octets: &[u8]) -> Option<String> {
    <[u8; 6]>::try_from(octets).ok().map(|octets| MacAddress(octets).to_string())
}

/// An address led by its IANA address family number: 1 IPv4, 2 IPv6, 6 MAC.
#[must_use]
pub fn network_address(octets: &[u8]) -> Option<String> {
    let (family, address) = octets.split_first()?;
    address_of_family(*family, address)
}

/// An address of an IANA address family.
#[must_use]
pub fn address_of_family(family: u8, octets: &[u8]) -> Option<String> {
    match family {
        1 => <[u8; 4]>::try_from(octets).ok().map(|octets| Ipv4Addr::from(octets).to_string()),
        2 => <[u8; 16]>::try_from(octets).ok().map(|octets| Ipv6Addr::from(octets).to_string()),
        6 => mac(octets),
        _ => None,
    }
}

/// Octets as text: trailing NULs removed; what is no printable UTF-8 as `0x…`.
#[must_use]
pub fn text(octets: &[u8]) -> String {
    let end = octets.iter().rposition(|octet| *octet != 0).map_or(0, |last| last + 1);
    let trimmed = octets.get(..end).unwrap_or_default();
    match std::str::from_utf8(trimmed) {
        Ok(text) if !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) => text.to_owned(),
        _ => hex(octets),
    }
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

/// Names of LLDP system capabilities from the TLV's bit map, least significant bit first (802.1AB table 8-4).
#[must_use]
pub fn capabilities(bits: u16) -> Vec<String> {
    const NAMES: [&str; 11] = [
        "other",
        "repeater",
        "bridge",
        "wlan_access_point",
        "router",
        "telephone",
        "docsis_cable_device",
        "station_only",
        "c_vlan",
        "s_vlan",
        "two_port_mac_relay",
    ];
    (0_u16..16)
        .filter(|bit| bits >> bit & 1 == 1)
        .map(|bit| NAMES.get(usize::from(bit)).map_or_else(|| format!("bit_{bit}"), |name| (*name).to_owned()))
        .collect()
}

/// Names of CDP capabilities, least significant bit first; the words of LLDP where the meaning is the same.
#[must_use]
pub fn cdp_capabilities(bits: u32) -> Vec<String> {
    const NAMES: [&str; 11] = [
        "router",
        "bridge",
        "source_route_bridge",
        "switch",
        "host",
        "igmp",
        "repeater",
        "telephone",
        "remotely_managed",
        "cvta_camera",
        "two_port_mac_relay",
    ];
    (0_u32..32)
        .filter(|bit| bits >> bit & 1 == 1)
        .map(|bit| NAMES.get(bit as usize).map_or_else(|| format!("bit_{bit}"), |name| (*name).to_owned()))
        .collect()
}

/// LLDP-MED device class (TIA-1057 §10.2.2.2; lldpXMedRemDeviceClass).
#[must_use]
pub fn med_device_class(class: u8) -> String {
    match class {
        0 => "not_defined".to_owned(),
        1..=3 => format!("endpoint_class_{class}"),
        4 => "network_connectivity".to_owned(),
        _ => format!("type_{class}"),
    }
}

/// LLDP-MED application type (TIA-1057 §10.2.3.1).
#[must_use]
pub fn med_application(application: u8) -> String {
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
    usize::from(application)
        .checked_sub(1)
        .and_then(|index| NAMES.get(index))
        .map_or_else(|| format!("type_{application}"), |name| (*name).to_owned())
}

/// Power source of a PSE (TIA-1057 §10.2.5.2, 802.3 79.3.2.4.2).
#[must_use]
pub fn pse_source(source: u8) -> String {
    ["unknown", "primary", "backup"].get(usize::from(source)).map_or_else(|| format!("source_{source}"), |name| (*name).to_owned())
}

/// Power source of a PD (TIA-1057 §10.2.5.2, 802.3 79.3.2.4.2).
#[must_use]
pub fn pd_source(source: u8) -> String {
    ["unknown", "pse", "local", "pse_and_local"]
        .get(usize::from(source))
        .map_or_else(|| format!("source_{source}"), |name| (*name).to_owned())
}

/// Power priority (TIA-1057 §10.2.5.3, 802.3 79.3.2.4.3).
#[must_use]
pub fn power_priority(priority: u8) -> String {
    ["unknown", "critical", "high", "low"]
        .get(usize::from(priority))
        .map_or_else(|| format!("priority_{priority}"), |name| (*name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_keep_what_their_subtype_does_not_explain() {
        assert_eq!(chassis_id(5, &[1, 192, 0, 2, 7]).value, "192.0.2.7");
        assert_eq!(chassis_id(5, b"10.0.0.1").value, "10.0.0.1");
        assert_eq!(port_id(3, &[1, 2, 3]).value, "0x010203");
        assert_eq!(port_id(9, b"x").subtype, "subtype_9");
    }

    #[test]
    fn capability_bits_have_names() {
        assert_eq!(capabilities(0x0024), ["bridge", "telephone"]);
        assert_eq!(capabilities(0x8000), ["bit_15"]);
    }
}
