//! What lldpd knows: the answer to `lldpcli -f json0 show neighbors details hidden`, as neighbours. Pure.
//!
//! The words are those of lldpd 1.0.16; older ones lack some elements, newer ones have more. lldpd does not tell: the frame's source
//! address, an untagged policy's VLAN, whose civic location it is, type and status of 802.3bt, all bits that
//! autonegotiation advertised, and of CDP everything but device, platform, software, port, native VLAN, IPv4 addresses and whether
//! it is a bridge or a router. Such facts stay empty.

use std::borrow::Cow;

use serde_json::Value;

use model::capabilities::Capabilities;
use model::code_points::IdSubtype;
use model::hex::{self, HexBytes};
use model::identifier::{self, Identifier};
use model::neighbour::{Cdp, Dot1, LinkAggregation, Neighbour, OtherTlv, Protocol, ProtocolVlan, Source, Text, TypedId, VlanName};

use super::json0::{Element, number_of};
use super::{dot3, med};

/// LLDP's TLV type of organisations.
const ORGANISATIONALLY_SPECIFIC: u16 = 127;
/// What lldpd writes between CDP's platform and software.
const RUNNING_ON: &str = " running on\n";
/// lldpd's words for the bits of LLDP system capabilities, from bit 0 (802.1AB table 8-4).
const CAPABILITIES: [&str; 11] =
    ["Other", "Repeater", "Bridge", "Wlan", "Router", "Tel", "Docsis", "Station", "CVLAN", "SVLAN", "TPMR"];
/// The bridge and the router of them: all that lldpd takes from CDP. It says `Station` of everything else, also of a phone.
const FROM_CDP: u16 = 0b1_0100;
/// Operational MAU types from 1 (IANA-MAU-MIB dot3MauType), as lldpd begins its words for them.
const MAU_TYPES: &str = "\
    AUI 10Base5 Foirl 10Base2 10BaseT 10BaseFP 10BaseFB 10BaseFL 10Broad36 10BaseTHD 10BaseTFD 10BaseFLHD 10BaseFLDF 100BaseT4 \
    100BaseTXHD 100BaseTXFD 100BaseFXHD 100BaseFXFD 100BaseT2HD 100BaseT2FD 1000BaseXHD 1000BaseXFD 1000BaseLXHD 1000BaseLXFD \
    1000BaseSXHD 1000BaseSXFD 1000BaseCXHD 1000BaseCXFD 1000BaseTHD 1000BaseTFD 10GigBaseX 10GigBaseLX4 10GigBaseR 10GigBaseER \
    10GigBaseLR 10GigBaseSR 10GigBaseW 10GigBaseEW 10GigBaseLW 10GigBaseSW 10GigBaseCX4 2BaseTL 10PassTS 100BaseBX10D \
    100BaseBX10U 100BaseLX10 1000BaseBX10D 1000BaseBX10U 1000BaseLX10 1000BasePX10D 1000BasePX10U 1000BasePX20D 1000BasePX20U \
    10GbaseT 10GbaseLRM 1000baseKX 10GbaseKX4 10GbaseKR 10G1GbasePRXD1 10G1GbasePRXD2 10G1GbasePRXD3 10G1GbasePRXU1 \
    10G1GbasePRXU2 10G1GbasePRXU3 10GbasePRD1 10GbasePRD2 10GbasePRD3 10GbasePRU1 10GbasePRU3 40GbaseKR4 40GbaseCR4 40GbaseSR4 \
    40GbaseFR 40GbaseLR4 100GbaseCR10 100GbaseSR10 100GbaseLR4 100GbaseER4 1000baseT1 1000basePX30D 1000basePX30U 1000basePX40D \
    1000basePX40U 10G1GbasePRXD4 10G1GbasePRXU4 10GbasePRD4 10GbasePRU4 25GbaseCR 25GbaseCRS 25GbaseKR 25GbaseKRS 25GbaseR \
    25GbaseSR 25GbaseT 40GbaseER4 40GbaseR 40GbaseT 100GbaseCR4 100GbaseKR4 100GbaseKP4 100GbaseR 100GbaseSR4 2p5GigT 5GigT \
    100baseT1 1000baseRHA 1000baseRHB 1000baseRHC 2p5GbaseKX 2p5GbaseX 5GbaseKR 5GbaseR 10GpassXR 25GbaseLR 25GbaseER 50GbaseR \
    50GbaseCR 50GbaseKR 50GbaseSR 50GbaseFR 50GbaseLR 50GbaseER 100GbaseCR2 100GbaseKR2 100GbaseSR2 100GbaseDR 200GbaseR \
    200GbaseDR4 200GbaseFR4 200GbaseLR4 200GbaseCR4 200GbaseKR4 200GbaseSR4 200GbaseER4 400GbaseR 400GbaseSR16 400GbaseDR4 \
    400GbaseFR8 400GbaseLR8 400GbaseER8 10baseT1L 10baseT1SHD 10baseT1SMD 10baseT1SFD";

/// A neighbour, and the interface that lldpd heard it on.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::switch::linux) struct InterfaceNeighbour {
    pub interface: String,
    /// The neighbour, without switch, port and time.
    pub neighbour: Neighbour<'static>,
}

/// Why an answer cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(in crate::switch::linux) enum Unreadable {
    /// No JSON.
    #[error("its answer is no JSON: {0}")]
    Json(String),
    /// JSON that is not lldpcli's.
    #[error("its answer is not in the form json0 of lldpcli")]
    Form,
}

/// The neighbours that speak LLDP or CDP. lldpd also knows protocols that voiceport does not: those rows are left out.
pub(in crate::switch::linux) fn decode(answer: &str) -> Result<Vec<InterfaceNeighbour>, Unreadable> {
    let answer: Value = serde_json::from_str(answer).map_err(|error| Unreadable::Json(error.to_string()))?;
    let lldp = Element::root(&answer).first("lldp");
    if !lldp.exists() {
        return Err(Unreadable::Form);
    }
    let mut heard = Vec::new();
    for interface in lldp.all("interface") {
        let name = interface.attribute("name").ok_or(Unreadable::Form)?;
        let neighbour = match interface.attribute("via").ok_or(Unreadable::Form)? {
            "LLDP" => lldp_neighbour(interface),
            "CDPv1" => cdp_neighbour(interface, 1),
            "CDPv2" => cdp_neighbour(interface, 2),
            _ => continue,
        };
        heard.push(InterfaceNeighbour { interface: name.to_owned(), neighbour });
    }
    Ok(heard)
}

fn lldp_neighbour(interface: Element<'_>) -> Neighbour<'static> {
    let (chassis, port) = (interface.first("chassis"), interface.first("port"));
    let mut row = Neighbour::new(Source::Switch, Protocol::Lldp);
    row.chassis_id = typed_id(chassis.first("id"));
    row.port_id = typed_id(port.first("id"));
    row.mac = [&row.chassis_id, &row.port_id].into_iter().flatten().find_map(|id| id.value.mac());
    row.ttl_s = port.number("ttl");
    row.port_description = port.owned("descr");
    row.system_name = chassis.owned("name");
    row.system_description = chassis.owned("descr");
    row.capabilities = capabilities(chassis, |_| true);
    row.capabilities_enabled = capabilities(chassis, |capability| capability.flag("enabled") == Some(true));
    row.management_addresses = management_addresses(chassis);
    row.med = med::of(interface.first("lldp-med"));
    row.dot1 = dot1(interface);
    row.dot3 = dot3::dot3(port, mau_type(port.first("auto-negotiation")), aggregation(port));
    row.other_tlvs = interface.first("unknown-tlvs").all("unknown-tlv").filter_map(other_tlv).collect();
    row
}

fn cdp_neighbour(interface: Element<'_>, version: u8) -> Neighbour<'static> {
    let (chassis, port) = (interface.first("chassis"), interface.first("port"));
    let mut row = Neighbour::new(Source::Switch, Protocol::Cdp);
    row.port_id = typed_id(port.first("id"));
    row.mac = chassis.text("id").and_then(identifier::mac_in_device_id);
    row.ttl_s = port.number("ttl");
    row.capabilities = capabilities(chassis, |_| true).and_then(|capabilities| match capabilities {
        Capabilities::Lldp(bits) if bits & FROM_CDP != 0 => Some(Capabilities::Lldp(bits & FROM_CDP)),
        _ => None,
    });
    row.management_addresses = management_addresses(chassis);
    let description = chassis.text("descr");
    let (platform, software) = description.and_then(|text| text.split_once(RUNNING_ON)).unzip();
    // one of the two was not sent, and lldpd does not say which
    row.system_description = description.filter(|_| platform.is_none()).map(own);
    let native = interface.all("vlan").find(|vlan| vlan.flag("pvid") == Some(true));
    row.cdp = Some(Cdp {
        version: Some(version),
        device_id: chassis.owned("id"),
        platform: platform.map(str::trim_end).map(own),
        software: software.map(own),
        native_vlan: native.and_then(|vlan| vlan.attribute("vlan-id")?.parse().ok()),
        ..Cdp::default()
    });
    row
}

fn own(text: &str) -> Text<'static> {
    Cow::Owned(text.to_owned())
}

/// lldpd says `unhandled` of four subtypes (chassis and port component, agent circuit ID) and prints the bytes of those.
fn typed_id(id: Element<'_>) -> Option<TypedId<'static>> {
    let value = id.value()?;
    let (subtype, value) = match id.attribute("type")? {
        "mac" => (IdSubtype::MacAddress, value.parse().map_or_else(|_| text_identifier(value), Identifier::Mac)),
        "ip" => (IdSubtype::NetworkAddress, address(value)),
        "ifname" => (IdSubtype::InterfaceName, text_identifier(value)),
        "ifalias" => (IdSubtype::InterfaceAlias, text_identifier(value)),
        "local" => (IdSubtype::Local, text_identifier(value)),
        _ => (IdSubtype::Unknown, bytes(value, ' ').map_or_else(|| text_identifier(value), |bytes| readable(&bytes))),
    };
    Some(TypedId { subtype, value })
}

fn text_identifier(text: &str) -> Identifier<'static> {
    Identifier::Text(own(text))
}

fn address(text: &str) -> Identifier<'static> {
    text.parse().map_or_else(|_| text_identifier(text), Identifier::Ip)
}

/// Bytes as the text they are, or as `0x…`.
fn readable(bytes: &[u8]) -> Identifier<'static> {
    Identifier::Text(Cow::Owned(hex::text(bytes).into_owned()))
}

/// Bytes from pairs of hexadecimal digits.
fn bytes(digits: &str, separator: char) -> Option<Vec<u8>> {
    digits.split(separator).map(|pair| u8::from_str_radix(pair, 16).ok().filter(|_| pair.len() == 2)).collect()
}

fn capabilities(chassis: Element<'_>, wanted: impl Fn(Element<'_>) -> bool) -> Option<Capabilities> {
    if !chassis.first("capability").exists() {
        return None;
    }
    let bit = |capability: Element<'_>| number_of(&CAPABILITIES, capability.attribute("type")?).map(|bit| 1_u16 << bit);
    Some(Capabilities::Lldp(chassis.all("capability").filter(|capability| wanted(*capability)).filter_map(bit).sum()))
}

fn management_addresses(chassis: Element<'_>) -> Vec<Identifier<'static>> {
    chassis.all("mgmt-ip").filter_map(Element::value).map(address).collect()
}

fn dot1(interface: Element<'_>) -> Option<Dot1<'static>> {
    let number = |element: Element<'_>, name| element.attribute(name).and_then(|text| text.parse().ok());
    let vlans = || interface.all("vlan");
    let dot1 = Dot1 {
        port_vlan: vlans().find(|vlan| vlan.flag("pvid") == Some(true)).and_then(|vlan| number(vlan, "vlan-id")),
        protocol_vlans: interface.all("ppvid").map(protocol_vlan).collect(),
        vlan_names: vlans()
            .filter_map(|vlan| Some(VlanName { vlan: number(vlan, "vlan-id")?, name: own(vlan.value()?) }))
            .collect(),
        protocol_identities: interface.all("pi").filter_map(|pi| Some(HexBytes(Cow::Owned(bytes(pi.value()?, ' ')?)))).collect(),
        management_vlan: interface.number("mgmt-vid"),
        link_aggregation: None,
    };
    (dot1 != Dot1::default()).then_some(dot1)
}

fn protocol_vlan(ppvid: Element<'_>) -> ProtocolVlan {
    ProtocolVlan {
        // lldpd leaves out a 0
        vlan: ppvid.value().and_then(|text| text.parse().ok()).unwrap_or(0),
        supported: ppvid.flag("supported") == Some(true),
        enabled: ppvid.flag("enabled") == Some(true),
    }
}

fn mau_type(autonegotiation: Element<'_>) -> Option<u16> {
    let word = autonegotiation.text("current")?.split(" - ").next()?;
    let place = MAU_TYPES.split_whitespace().position(|candidate| candidate.eq_ignore_ascii_case(word))?;
    u16::try_from(place + 1).ok()
}

/// lldpd tells the aggregate's number, and only of a port that is aggregated.
fn aggregation(port: Element<'_>) -> Option<LinkAggregation> {
    Some(LinkAggregation { capable: true, aggregated: true, port: port.number("aggregation")? })
}

/// Newer versions add the value as text behind its digits.
fn other_tlv(tlv: Element<'_>) -> Option<OtherTlv<'static>> {
    let digits = tlv.value().and_then(|value| value.split(' ').next());
    Some(OtherTlv {
        kind: ORGANISATIONALLY_SPECIFIC,
        oui: Some(HexBytes(Cow::Owned(bytes(tlv.attribute("oui")?, ',')?))),
        subtype: tlv.attribute("subtype")?.parse().ok(),
        value: HexBytes(Cow::Owned(digits.map_or_else(|| Some(Vec::new()), |digits| bytes(digits, ','))?)),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Of lldpd 1.0.16: a phone and a switch by LLDP and CDPv2, a host by LLDP and CDPv1, and two by LLDPDUs made by hand.
    const ANSWER: &str = include_str!("../../../../tests/fixtures/switch_linux/neighbours.json");

    fn heard() -> Vec<(String, Neighbour<'static>)> {
        decode(ANSWER).unwrap().into_iter().map(|heard| (heard.interface, heard.neighbour)).collect()
    }

    fn row(interface: &str, protocol: Protocol) -> Neighbour<'static> {
        heard().into_iter().find(|(name, row)| name == interface && row.protocol == protocol).unwrap().1
    }

    /// A row as JSON, without what is `null` or empty.
    fn facts(interface: &str, protocol: Protocol) -> Value {
        let mut facts = serde_json::to_value(row(interface, protocol)).unwrap();
        drop_nothings(&mut facts);
        facts
    }

    fn drop_nothings(value: &mut Value) {
        if let Value::Object(fields) = value {
            fields.retain(|_, value| !value.is_null() && *value != json!([]));
            fields.values_mut().for_each(drop_nothings);
        }
        if let Value::Array(list) = value {
            list.iter_mut().for_each(drop_nothings);
        }
    }

    #[test]
    fn a_phone_says_all_it_was_told_to() {
        let expected = json!({
            "source": "switch", "protocol": "lldp", "mac": "00:00:5e:00:53:01", "ttl_s": 120,
            "chassis_id": {"subtype": "mac_address", "value": "00:00:5e:00:53:01"},
            "port_id": {"subtype": "mac_address", "value": "00:00:5e:00:53:01"},
            "port_description": "WAN PORT", "system_name": "SEP00005E005301",
            "system_description": "Acme T46 IP phone 66.86.0.15",
            "capabilities": ["bridge", "wlan_access_point", "router", "telephone", "station_only"],
            "capabilities_enabled": ["bridge", "telephone"],
            "management_addresses": ["192.0.2.1", "fe80::200:5eff:fe00:5301"],
            "med": {
                "capabilities":
                    ["capabilities", "network_policy", "location", "extended_power_pse", "extended_power_pd", "inventory"],
                "device_class": "endpoint_class_3",
                "policies": [
                    {"application": "voice", "vlan": 0, "tagged": true, "unknown": true, "priority": 0, "dscp": 0},
                    {"application": "voice_signaling", "vlan": 20, "tagged": true, "unknown": false, "priority": 5, "dscp": 46},
                    {"application": "guest_voice", "vlan": 0, "tagged": false, "unknown": false, "priority": 1, "dscp": 8},
                ],
                "locations": [
                    {
                        "format": "coordinate", "latitude_deg": 48.8565, "longitude_deg": 2.3521, "altitude": 42.5,
                        "altitude_unit": "metres", "datum": "wgs84",
                    },
                    {
                        "format": "civic", "of": "unknown", "country": "FR",
                        "elements": [{"type": 3, "value": "Paris"}, {"type": 27, "value": "3"}],
                    },
                    {"format": "elin", "number": "911"},
                ],
                "power": {"type": "pd", "source": "pse", "priority": "high", "value_mw": 6500},
                "inventory": {
                    "hardware": "66.0", "firmware": "66.86.0.15", "software": "66.86.0.16", "serial": "EXAMPLE0017",
                    "manufacturer": "Acme", "model": "T46", "asset": "A-0017",
                },
            },
            "dot3": {
                "power": {
                    "port_class": "pd", "supported": true, "enabled": true, "pairs_controllable": false, "pairs": "signal",
                    "class": 2, "type": "type_2_pd", "source": "pse", "priority": "high", "requested_mw": 6500, "allocated_mw": 4900,
                },
                "mau": 54,
            },
            "other_tlvs": [{"type": 127, "oui": "0x334455", "subtype": 254, "value": "0x0102ff"}],
        });
        assert_eq!(facts("sw1", Protocol::Lldp), expected);
    }

    #[test]
    fn cdp_is_what_lldpd_keeps_of_it() {
        let expected = json!({
            "source": "switch", "protocol": "cdp", "mac": "00:00:5e:00:53:01", "ttl_s": 120, "capabilities": ["bridge"],
            "port_id": {"subtype": "interface_name", "value": "WAN PORT"}, "management_addresses": ["192.0.2.1"],
            "cdp": {
                "version": 2, "device_id": "SEP00005E005301", "platform": "Acme T46", "software": "Acme T46 IP phone 66.86.0.15",
            },
        });
        assert_eq!(facts("sw1", Protocol::Cdp), expected);
        let host = row("sw3", Protocol::Cdp);
        assert_eq!((host.cdp.unwrap().version, host.capabilities), (Some(1), None), "lldpd's `Station` is no fact");
    }

    #[test]
    fn a_switch_offers_power_and_a_voice_vlan() {
        let switch = facts("sw2", Protocol::Lldp);
        assert_eq!(switch["med"]["device_class"], "network_connectivity");
        assert_eq!(switch["med"]["policies"][0]["vlan"], 20);
        assert_eq!(switch["med"]["power"], json!({"type": "pse", "source": "primary", "priority": "critical", "value_mw": 15400}));
        assert_eq!(switch["dot1"], json!({"vlan_names": [{"vlan": 20, "name": "vlan20"}]}));
        let power = json!({
            "port_class": "pse", "supported": true, "enabled": true, "pairs_controllable": true, "pairs": "spare", "class": 3,
            "type": "type_1_pse", "source": "primary", "priority": "low", "requested_mw": 12900, "allocated_mw": 15400,
        });
        assert_eq!(switch["dot3"]["power"], power);
        assert!(row("sw2", Protocol::Lldp).forwards() && row("sw2", Protocol::Cdp).forwards());
    }

    #[test]
    fn what_lldpd_itself_never_sends() {
        let odd = row("sw4", Protocol::Lldp);
        assert_eq!(odd.med.unwrap().policies[0].vlan, 4095);
        let odd = facts("sw4", Protocol::Lldp);
        assert_eq!(odd["chassis_id"], json!({"subtype": "local", "value": "unit 7"}));
        assert_eq!(odd["port_id"], json!({"subtype": "interface_alias", "value": "desk 9"}));
        let dot1 = json!({
            "port_vlan": 10, "protocol_vlans": [{"vlan": 30, "supported": true, "enabled": true}],
            "vlan_names": [{"vlan": 10, "name": "data"}, {"vlan": 20, "name": "voice"}], "protocol_identities": ["0x888e0100"],
        });
        assert_eq!(odd["dot1"], dot1);
        let dot3 = &odd["dot3"];
        assert_eq!((&dot3["mau"], &dot3["max_frame_size"]), (&json!(16), &json!(1522)));
        assert_eq!(dot3["link_aggregation"], json!({"capable": true, "aggregated": true, "port": 5}));
        assert_eq!((&dot3["power"]["class"], &dot3["power"]["priority"]), (&json!(4), &json!("low")));
        let bt = &dot3["power"]["bt"];
        assert_eq!((&bt["requested_mw"], &bt["allocated_mw"]), (&json!([6400, 6400]), &json!([6000, 6000])));
        assert_eq!((&bt["pse_status"], &bt["type"], &bt["pairs"]), (&Value::Null, &Value::Null, &json!("both")));
        assert_eq!((&bt["class"], &bt["dual_classes"], &bt["max_available_mw"]), (&json!(1), &json!([3, null]), &json!(70000)));
        // 1.0.16 does not know the management VLAN and keeps it as it came
        assert_eq!(odd["other_tlvs"], json!([{"type": 127, "oui": "0x0080c2", "subtype": 6, "value": "0x0063"}]));

        let components = facts("sw5", Protocol::Lldp);
        assert_eq!(components["chassis_id"], json!({"subtype": "unknown", "value": "foo"}));
        assert_eq!((&components["port_id"]["value"], &components["ttl_s"]), (&json!("bar"), &json!(3600)));
    }

    #[test]
    fn every_answer_gives_rows_or_words() {
        assert_eq!(decode(r#"{"lldp": [{}]}"#), Ok(vec![]));
        assert!(decode("").unwrap_err().to_string().starts_with("its answer is no JSON: "));
        // the form `json`, in which an only element is no list
        let collapsed = r#"{"lldp": {"interface": {"sw1": {"via": "LLDP"}}}}"#;
        for answer in ["[]", "{}", r#"{"lldp": []}"#, collapsed, r#"{"lldp": [{"interface": [{"via": "LLDP"}]}]}"#] {
            assert_eq!(decode(answer), Err(Unreadable::Form), "{answer}");
        }
        let other = r#"{"lldp": [{"interface": [{"name": "a", "via": "EDP"}, {"name": "b", "via": "LLDP", "port": 7}]}]}"#;
        let rows = decode(other).unwrap();
        assert_eq!(rows.iter().map(|heard| heard.interface.as_str()).collect::<Vec<_>>(), ["b"]);
    }

    #[test]
    fn an_answer_that_lost_anything_is_still_read() {
        let whole: Value = serde_json::from_str(ANSWER).unwrap();
        let places = count(&whole);
        for place in 0..places {
            let mut less = whole.clone();
            remove(&mut less, &mut place.clone());
            let _ = decode(&less.to_string());
        }
        assert!(places > 500, "{places}");
    }

    fn count(value: &Value) -> usize {
        1 + match value {
            Value::Object(fields) => fields.values().map(count).sum(),
            Value::Array(list) => list.iter().map(count).sum(),
            _ => 0,
        }
    }

    /// Makes the value at a place `null`.
    fn remove(value: &mut Value, place: &mut usize) -> bool {
        if *place == 0 {
            *value = Value::Null;
            return true;
        }
        *place -= 1;
        match value {
            Value::Object(fields) => fields.values_mut().any(|value| remove(value, place)),
            Value::Array(list) => list.iter_mut().any(|value| remove(value, place)),
            _ => false,
        }
    }
}
