//! LLDP-MED (ANSI/TIA-1057) in lldpd's words. Pure.

use std::borrow::Cow;

use model::capabilities::Capabilities;
use model::code_points::{AltitudeUnit, CivicSubject, Datum, MedApplication, MedDeviceClass, PowerEnd, PowerPriority, PowerSource};
use model::ids::{Dscp, Pcp};
use model::neighbour::{CivicElement, Med, MedInventory, MedLocation, MedPolicy, MedPower};

use super::json0::{Element, number_of};

/// What lldpd does not tell.
/// Device classes from 1.
const CLASSES: [&str; 4] = [
    "Generic Endpoint (Class I)",
    "Media Endpoint (Class II)",
    "Communication Device Endpoint (Class III)",
    "Network Connectivity Device",
];
/// LLDP-MED capabilities from bit 0.
const CAPABILITIES: [&str; 6] = ["Capabilities", "Policy", "Location", "MDI/PSE", "MDI/PD", "Inventory"];
/// Application types from 1.
const APPLICATIONS: [&str; 8] = [
    "Voice",
    "Voice Signaling",
    "Guest Voice",
    "Guest Voice Signaling",
    "Softphone Voice",
    "Video Conferencing",
    "Streaming Video",
    "Video Signaling",
];
/// Priorities from 0.
const PRIORITIES: [&str; 8] = [
    "Best effort",
    "Background",
    "Excellent effort",
    "Critical applications",
    "Video",
    "Voice",
    "Internetwork control",
    "Network control",
];
/// Civic address types (RFC 4776 §3.4) with the elements' names.
const CIVIC_TYPES: [(u8, &str); 22] = [
    (0, "language"),
    (1, "country-subdivision"),
    (2, "county"),
    (3, "city"),
    (4, "city-division"),
    (5, "block"),
    (6, "street"),
    (16, "direction"),
    (17, "trailing-street-suffix"),
    (18, "street-suffix"),
    (19, "number"),
    (20, "number-suffix"),
    (21, "landmark"),
    (22, "additional"),
    (23, "name"),
    (24, "zip"),
    (25, "building"),
    (26, "unit"),
    (27, "floor"),
    (28, "room"),
    (29, "place-type"),
    (128, "script"),
];

/// The LLDP-MED section, when there is one.
pub(super) fn of(med: Element<'_>) -> Option<Med<'static>> {
    if !med.exists() {
        return None;
    }
    let class = med.text("device-type").and_then(|words| number_of(&CLASSES, words));
    Some(Med {
        capabilities: capabilities(med),
        device_class: class.map(|class| MedDeviceClass::of(class + 1)),
        policies: med.all("policy").filter_map(policy).collect(),
        locations: med.all("location").filter_map(location).collect(),
        power: power(med.first("poe")),
        inventory: inventory(med.first("inventory")),
    })
}

fn capabilities(med: Element<'_>) -> Option<Capabilities> {
    let bits: Vec<u16> = med
        .all("capability")
        .filter(|capability| capability.flag("available") != Some(false))
        .filter_map(|capability| number_of(&CAPABILITIES, capability.attribute("type")?).map(|bit| 1 << bit))
        .collect();
    (!bits.is_empty()).then(|| Capabilities::Med(bits.into_iter().sum()))
}

fn policy(policy: Element<'_>) -> Option<MedPolicy> {
    let application = number_of(&APPLICATIONS, policy.attribute("apptype")?)? + 1;
    // lldpd tells the VLAN only where the policy is tagged
    let vlan = policy.first("vlan").attribute("vid");
    let priority = policy.number("pcp").or_else(|| number_of(&PRIORITIES, policy.text("priority")?))?;
    Some(MedPolicy {
        application: MedApplication::of(application),
        vlan: match vlan {
            None | Some("priority") => 0,
            Some("reserved") => 4095,
            Some(number) => number.parse().ok()?,
        },
        tagged: vlan.is_some(),
        unknown: policy.flag("defined") == Some(false),
        priority: Pcp::new(priority)?,
        dscp: Dscp::new(policy.number("dscp")?)?,
    })
}

fn location(location: Element<'_>) -> Option<MedLocation<'static>> {
    match location.attribute("type")? {
        "Coordinates" => Some(MedLocation::Coordinate {
            latitude_deg: degrees(location.text("lat")?, 'N', 'S')?,
            longitude_deg: degrees(location.text("lon")?, 'E', 'W')?,
            altitude: location.number("altitude"),
            altitude_unit: match location.first("altitude").attribute("unit") {
                Some("m") => AltitudeUnit::Metres,
                Some("floor") => AltitudeUnit::Floors,
                _ => AltitudeUnit::Unknown,
            },
            datum: match location.attribute("geoid") {
                Some("WGS84") => Datum::Wgs84,
                Some("NAD83") => Datum::Nad83Navd88,
                Some("NAD83/MLLW") => Datum::Nad83Mllw,
                _ => Datum::Unknown,
            },
        }),
        "Civic address" => Some(MedLocation::Civic {
            of: CivicSubject::Unknown,
            country: location.owned("country")?,
            elements: location.names().flat_map(|name| civic_elements(location, name)).collect(),
        }),
        "ELIN" => Some(MedLocation::Elin { number: location.owned("ecs")? }),
        _ => None,
    }
}

fn degrees(text: &str, positive: char, negative: char) -> Option<f64> {
    let degrees = |side| text.strip_suffix(side)?.parse::<f64>().ok();
    degrees(positive).or_else(|| degrees(negative).map(|degrees| -degrees))
}

fn civic_elements(location: Element<'_>, name: &str) -> Vec<CivicElement<'static>> {
    let kind = CIVIC_TYPES.iter().find(|(_, known)| *known == name).map(|(kind, _)| *kind);
    let element = |text: &str| Some(CivicElement { kind: kind?, value: Cow::Owned(text.to_owned()) });
    location.all(name).filter_map(Element::value).filter_map(element).collect()
}

fn power(poe: Element<'_>) -> Option<MedPower> {
    let source = match poe.text("source") {
        Some("Primary Power Source") => PowerSource::Primary,
        Some("Backup Power Source / Power Conservation Mode") => PowerSource::Backup,
        Some("PSE") => PowerSource::Pse,
        Some("Local") => PowerSource::Local,
        Some("PSE + Local") => PowerSource::PseAndLocal,
        _ => PowerSource::Unknown,
    };
    Some(MedPower {
        kind: match poe.text("device-type")? {
            "PSE" => PowerEnd::Pse,
            "PD" => PowerEnd::Pd,
            _ => return None,
        },
        source,
        priority: poe.text("priority").and_then(priority).unwrap_or(PowerPriority::Unknown),
        value_mw: poe.number("power")?,
    })
}

pub(super) fn priority(word: &str) -> Option<PowerPriority> {
    number_of(&["unknown", "critical", "high", "low"], word).map(PowerPriority::of)
}

fn inventory(inventory: Element<'_>) -> Option<MedInventory<'static>> {
    let text =
        |name| inventory.text(name).map(str::trim_end).filter(|text| !text.is_empty()).map(|text| Cow::Owned(text.to_owned()));
    let found = MedInventory {
        hardware: text("hardware"),
        firmware: text("firmware"),
        software: text("software"),
        serial: text("serial"),
        manufacturer: text("manufacturer"),
        model: text("model"),
        asset: text("asset"),
    };
    (found != MedInventory::default()).then_some(found)
}
