//! Which phone a neighbour is, by the catalogue's names. Pure.
//!
//! The sources, best first: LLDP-MED inventory, CDP platform, LLDP system name and description, the OUI of the MAC address. An OUI tells the
//! vendor at best, never the model.

use crate::model::capabilities::Capabilities;
use crate::model::catalogue::Catalogue;
use crate::model::catalogue::Vendor;
use crate::model::neighbour::Confidence;
use crate::model::neighbour::Neighbour;
use crate::model::neighbour::PhoneIdentity;
use crate::model::neighbour::Text;

/// Shortest model name that names a model by itself; `300` or `T46` need the vendor's word or OUI beside them.
const DISTINCTIVE: usize = 4;

/// Which phone this is; `None` when nothing says that it is one.
///
/// 1. For each source in turn: the longest model name that stands in it by itself, of a vendor that is named too. A name or description of
///    something that says it forwards or is a mere station, and not that it is a telephone, is no such source: switches speak of phones too.
/// 2. Else, when the neighbour says that it is a telephone: the vendor that a source names, with the inventory's model as sent.
/// 3. Else, unless it says that it is something else: the vendor that the OUI was seen on.
#[must_use]
pub fn identify(neighbour: &Neighbour<'_>, catalogue: &Catalogue) -> Option<PhoneIdentity<'static>> {
    let evidence = Evidence::of(neighbour);
    let sources = sources(neighbour);
    let believed = |source: &&Texts| evidence != Evidence::Contrary || source.confidence != Confidence::SystemDescription;
    sources
        .iter()
        .filter(believed)
        .find_map(|source| by_model(source, neighbour, catalogue))
        .or_else(|| sources.iter().filter(|_| evidence == Evidence::Telephone).find_map(|source| by_vendor(source, catalogue)))
        .or_else(|| by_oui(neighbour, catalogue).filter(|_| evidence != Evidence::Contrary))
}

/// What a neighbour says about being a telephone.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Evidence {
    /// It says that it is one.
    Telephone,
    /// It says that it is something else.
    Contrary,
    /// It says neither.
    Silent,
}

impl Evidence {
    fn of(neighbour: &Neighbour<'_>) -> Self {
        let class = neighbour.med.as_ref().and_then(|med| med.device_class.as_deref());
        let capabilities =
            || [neighbour.capabilities_enabled, neighbour.capabilities].into_iter().flatten().flat_map(Capabilities::names);
        // `host` of CDP is no contradiction: some phones announce nothing else
        let contrary = ["bridge", "switch", "router", "wlan_access_point", "repeater", "station_only", "docsis_cable_device"];
        if class == Some("endpoint_class_3") || capabilities().any(|capability| capability == "telephone") {
            Self::Telephone
        } else if class == Some("network_connectivity") || capabilities().any(|capability| contrary.contains(&capability)) {
            Self::Contrary
        } else {
            Self::Silent
        }
    }
}

/// One source's texts: where a model's name may stand, and where else the vendor may be named.
struct Texts {
    confidence: Confidence,
    model: Vec<String>,
    vendor: Vec<String>,
    /// A field that holds nothing but the model's name.
    exact: Option<String>,
}

fn sources(neighbour: &Neighbour<'_>) -> Vec<Texts> {
    let lower =
        |texts: [&Option<Text<'_>>; 3]| -> Vec<String> { texts.into_iter().flatten().map(|text| text.to_lowercase()).collect() };
    let mut sources = Vec::new();
    if let Some(inventory) = neighbour.med.as_ref().and_then(|med| med.inventory.as_ref()) {
        let vendor = [&inventory.manufacturer, &inventory.software, &neighbour.system_description];
        sources.push(Texts {
            confidence: Confidence::InventoryTlv,
            model: lower([&inventory.model, &None, &None]),
            vendor: lower(vendor),
            exact: inventory.model.as_deref().map(str::to_owned),
        });
    }
    if let Some(cdp) = &neighbour.cdp {
        sources.push(Texts {
            confidence: Confidence::CdpPlatform,
            model: lower([&cdp.platform, &None, &None]),
            vendor: Vec::new(),
            exact: None,
        });
    }
    sources.push(Texts {
        confidence: Confidence::SystemDescription,
        model: lower([&neighbour.system_name, &neighbour.system_description, &None]),
        vendor: Vec::new(),
        exact: None,
    });
    sources
}

fn by_model(source: &Texts, neighbour: &Neighbour<'_>, catalogue: &Catalogue) -> Option<PhoneIdentity<'static>> {
    let mut best: Option<(usize, &str, &str)> = None;
    for (key, vendor) in &catalogue.vendors {
        let named = source.names(vendor) || seen_on(neighbour, vendor);
        for (name, title) in names(vendor) {
            let distinctive = name.len() >= DISTINCTIVE && name.chars().any(char::is_alphabetic);
            let longer = best.is_none_or(|(length, ..)| name.len() > length);
            if longer && (named || distinctive) && source.model.iter().any(|text| stands_in(text, &name, vendor)) {
                best = Some((name.len(), key, title));
            }
        }
    }
    best.map(|(_, vendor, title)| PhoneIdentity {
        vendor: vendor.to_owned().into(),
        model: Some(title.to_owned().into()),
        firmware: None,
        confidence: source.confidence,
        evidence: source.model.join(" ").into(),
    })
}

fn by_vendor(source: &Texts, catalogue: &Catalogue) -> Option<PhoneIdentity<'static>> {
    let (vendor, _) = catalogue.vendors.iter().find(|(_, vendor)| source.names(vendor))?;
    Some(PhoneIdentity {
        vendor: vendor.clone().into(),
        model: source.exact.clone().map(Into::into),
        firmware: None,
        confidence: source.confidence,
        evidence: source.model.join(" ").into(),
    })
}

fn by_oui(neighbour: &Neighbour<'_>, catalogue: &Catalogue) -> Option<PhoneIdentity<'static>> {
    let (vendor, _) = catalogue.vendors.iter().find(|(_, vendor)| seen_on(neighbour, vendor))?;
    Some(PhoneIdentity {
        vendor: vendor.clone().into(),
        model: None,
        firmware: None,
        confidence: Confidence::Oui,
        evidence: neighbour.mac.map(|mac| mac.to_string()).unwrap_or_default().into(),
    })
}

fn seen_on(neighbour: &Neighbour<'_>, vendor: &Vendor) -> bool {
    neighbour.mac.is_some_and(|mac| vendor.ouis.iter().any(|prefix| prefix.begins(mac)))
}

/// Every lower-case name of every model, with the model's title.
fn names(vendor: &Vendor) -> impl Iterator<Item = (String, &str)> {
    vendor.models.values().flat_map(|model| {
        let all = std::iter::once(&model.title).chain(&model.names);
        all.map(|name| (name.to_lowercase(), model.title.as_str()))
    })
}

impl Texts {
    /// Whether one of the vendor's words begins somewhere at a delimiter.
    fn names(&self, vendor: &Vendor) -> bool {
        let texts = || self.model.iter().chain(&self.vendor);
        vendor.words.iter().any(|word| texts().any(|text| text.match_indices(word.as_str()).any(|(at, _)| starts_at(text, at))))
    }
}

/// Whether `name` stands in `text` between delimiters, and is not another generation's name (`T19P` in `T19P_E2`).
fn stands_in(text: &str, name: &str, vendor: &Vendor) -> bool {
    !name.is_empty()
        && text.match_indices(name).any(|(at, _)| {
            let (before, after) = (text.get(..at).unwrap_or_default(), text.get(at + name.len()..).unwrap_or_default());
            // `snomd785`: the vendor's word is as good as a blank
            let begins = starts_at(text, at) || vendor.words.iter().any(|word| before.ends_with(word.as_str()));
            begins && !after.starts_with(char::is_alphanumeric) && !is_generation(after)
        })
}

fn starts_at(text: &str, at: usize) -> bool {
    text.get(..at).is_some_and(|before| !before.ends_with(char::is_alphanumeric))
}

/// Whether a model's name goes on with the mark of another generation: `_e2`, `-v2`, ` g2`, ` pro`, `+`.
fn is_generation(after: &str) -> bool {
    if after.starts_with('+') {
        return true;
    }
    let Some(mark) = after.strip_prefix(['_', '-', ' ']) else { return false };
    let word: &str = mark.split(|c: char| !c.is_alphanumeric() && c != '.').next().unwrap_or_default();
    let numbered =
        word.strip_prefix(['e', 'v', 'g']).is_some_and(|digit| digit.len() == 1 && digit.starts_with(|c: char| c.is_ascii_digit()));
    numbered || word == "pro"
}

#[cfg(test)]
mod tests {
    use super::is_generation;

    #[test]
    fn a_firmware_version_is_no_generation() {
        assert!(["_e2", "-v2 2.12", " pro 0.0.10", " g2", "+"].iter().all(|after| is_generation(after)));
        assert!(
            ["", ", v1, sip88xx", " 1.0.4", " v1.1a", " mac:00", "_00:0b", "-sip 8.8"].iter().all(|after| !is_generation(after))
        );
    }
}
