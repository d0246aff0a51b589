//! Which of the phones found are new to the inventory and can be added to it, and why the others are left out. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::inventory::insert::NewPhone;
use crate::phones;
use crate::phones::catalogue::Catalogue;
use model::ids::{MacAddress, ModelId, PortRef};
use model::neighbour::{Anomaly, Neighbour, PhoneIdentity, Protocol, Source};
use model::site::Site;

/// Phones found, sorted by what becomes of them.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct NewPhones {
    pub added: Vec<NewPhone>,
    /// Those that cannot be added.
    pub left_out: Vec<LeftOut>,
}

/// A phone that cannot be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    pub phone: Which,
    pub reason: Reason,
}

/// How a phone is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    Mac(MacAddress),
    /// By its name, for it tells no address.
    Name(Option<String>),
}

/// Why a phone cannot be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// It tells no MAC address.
    NoMac,
    /// What it tells of itself contradicts itself.
    Contradiction(String),
    /// Nothing tells what it is.
    Unknown,
    /// Its model is not known.
    NoModel {
        vendor: String,
        /// What tells the vendor.
        evidence: String,
    },
    /// Its model has no template.
    NoTemplate { vendor: String, model: String },
    /// The inventory has another phone there.
    PortTaken { by: MacAddress, at: PortRef },
    /// The inventory protects the port.
    PortProtected(PortRef),
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.phone {
            Which::Mac(mac) => write!(f, "phone {mac}: {}", self.reason),
            Which::Name(name) => write!(f, "phone {}: {}", name.as_deref().unwrap_or("without a name"), self.reason),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoMac => f.write_str("it tells no MAC address: copy it from its label"),
            Self::Contradiction(what) => write!(f, "{what}: look at it, and add it by hand"),
            Self::Unknown => f.write_str("nothing is known about it"),
            Self::NoModel { vendor, evidence } => {
                write!(f, "only its vendor is known, {vendor} by {evidence}: read the model from its label and add it by hand")
            }
            Self::NoTemplate { vendor, model } => {
                write!(f, "it is a {vendor} {model}, and there is no template for it in this version")
            }
            Self::PortTaken { by, at } => {
                write!(f, "the inventory has phone {by} at {at}: when this one replaces it, change its `mac` there")
            }
            Self::PortProtected(at) => {
                write!(f, "it is at {at}, which the inventory protects: take the port out of `protect` or move the phone")
            }
        }
    }
}

/// What is known already.
pub struct Known<'a> {
    pub catalogue: &'a Catalogue,
    pub site: &'a Site,
    /// Phones of the file to write, whether it belongs to the inventory or not.
    pub macs: &'a BTreeSet<MacAddress>,
}

/// Sorts the phones among the rows, in the order in which they were found.
#[must_use]
pub fn choose(rows: &[Neighbour<'_>], known: &Known<'_>) -> NewPhones {
    let phones = || rows.iter().filter(|row| row.phone.is_some());
    let crowds = crowds(phones());
    let mut found = NewPhones::default();
    let mut seen: BTreeSet<MacAddress> = known.site.phones.iter().map(|phone| phone.mac).collect();
    seen.extend(known.macs);
    for row in phones() {
        let Some(mac) = row.mac else {
            let name = row.system_name.as_deref().map(str::to_owned);
            found.left_out.push(LeftOut { phone: Which::Name(name), reason: Reason::NoMac });
            continue;
        };
        if !seen.insert(mac) {
            continue;
        }
        let sightings: Vec<&Neighbour<'_>> = phones().filter(|row| row.mac == Some(mac)).collect();
        match new_phone(mac, &sightings, &crowds, known) {
            Ok(phone) => found.added.push(phone),
            Err(reason) => found.left_out.push(LeftOut { phone: Which::Mac(mac), reason }),
        }
    }
    found
}

fn new_phone(
    mac: MacAddress,
    rows: &[&Neighbour<'_>],
    crowds: &BTreeMap<PortRef, BTreeSet<MacAddress>>,
    known: &Known<'_>,
) -> Result<NewPhone, Reason> {
    let anomalies = rows.iter().flat_map(|row| row.anomalies.iter().cloned()).chain(phones::conflicts(rows));
    let mut conflicts = anomalies.filter_map(|anomaly| match anomaly {
        Anomaly::PhoneConflict(what) => Some(what),
        _ => None,
    });
    if let Some(conflict) = conflicts.next() {
        return Err(Reason::Contradiction(conflict));
    }
    let identities = || rows.iter().filter_map(|row| row.phone.as_ref());
    let best =
        identities().filter(|phone| phone.model.is_some()).min_by_key(|phone| phone.confidence).or_else(|| identities().next());
    let model = model(best.ok_or(Reason::Unknown)?, known.catalogue)?;
    let at = place(rows, crowds).filter(|at| known.site.switches.contains_key(&at.switch));
    if let Some(at) = &at {
        is_free(at, known.site)?;
    }
    let said = |text: Option<&str>| text.map(str::to_owned);
    let name = rows.iter().find_map(|row| said(row.system_name.as_deref()));
    let name = name.or_else(|| rows.iter().find_map(|row| said(row.cdp.as_ref()?.device_id.as_deref())));
    let firmware = identities().find_map(|phone| phone.firmware.as_deref()).map(|firmware| format!("firmware {firmware}"));
    let remark = name.into_iter().chain(firmware).collect::<Vec<_>>().join(", ");
    Ok(NewPhone { mac, model, at, remark })
}

/// The model as the inventory writes it.
fn model(phone: &PhoneIdentity<'_>, catalogue: &Catalogue) -> Result<ModelId, Reason> {
    let vendor = catalogue.vendors.get(phone.vendor.as_ref());
    let title = vendor.map_or(phone.vendor.as_ref(), |vendor| vendor.title.as_str());
    let Some(model) = phone.model.as_deref() else {
        return Err(Reason::NoModel { vendor: title.to_owned(), evidence: phone.evidence.to_string() });
    };
    let key = vendor.and_then(|vendor| vendor.models.iter().find(|(_, known)| known.title == model)).map(|(key, _)| key);
    key.map(|key| ModelId { vendor: phone.vendor.clone().into_owned(), model: key.clone() })
        .ok_or_else(|| Reason::NoTemplate { vendor: title.to_owned(), model: model.to_owned() })
}

/// The one port where switches heard the phone itself, when no other phone was heard there.
fn place(rows: &[&Neighbour<'_>], crowds: &BTreeMap<PortRef, BTreeSet<MacAddress>>) -> Option<PortRef> {
    let ports: BTreeSet<PortRef> = rows.iter().filter_map(|row| heard_at(row)).collect();
    let mut ports = ports.into_iter();
    let only = ports.next().filter(|_| ports.next().is_none())?;
    crowds.get(&only).is_some_and(|crowd| crowd.len() == 1).then_some(only)
}

/// Where a switch heard the neighbour's own announcement.
fn heard_at(row: &Neighbour<'_>) -> Option<PortRef> {
    let announced = row.source == Source::Switch && row.protocol != Protocol::Fdb;
    let (switch, port) = (row.switch.clone().filter(|_| announced)?, row.port.clone()?);
    Some(PortRef { switch, port })
}

fn crowds<'r, 'a: 'r>(rows: impl Iterator<Item = &'r Neighbour<'a>>) -> BTreeMap<PortRef, BTreeSet<MacAddress>> {
    let mut crowds: BTreeMap<PortRef, BTreeSet<MacAddress>> = BTreeMap::new();
    for row in rows {
        if let (Some(at), Some(mac)) = (heard_at(row), row.mac) {
            crowds.entry(at).or_default().insert(mac);
        }
    }
    crowds
}

/// Whether the inventory has the port to give.
fn is_free(at: &PortRef, site: &Site) -> Result<(), Reason> {
    let same = |other: &PortRef| other.switch == at.switch && other.port.as_str().eq_ignore_ascii_case(at.port.as_str());
    if let Some(other) = site.phones.iter().find(|phone| phone.at.as_ref().is_some_and(same)) {
        return Err(Reason::PortTaken { by: other.mac, at: at.clone() });
    }
    let protected = site
        .switches
        .get(&at.switch)
        .is_some_and(|switch| switch.protect.iter().any(|port| port.as_str().eq_ignore_ascii_case(at.port.as_str())));
    if protected {
        return Err(Reason::PortProtected(at.clone()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phones::{Recogniser, builtin};
    use model::neighbour::Cdp;

    const MAC: &str = "00:15:65:00:00:01";

    /// What a switch says of a phone at a port of its own.
    fn heard<'a>(protocol: Protocol, mac: &str, port: Option<&str>, text: &'a str) -> Neighbour<'a> {
        let mut row = Neighbour::new(Source::Switch, protocol);
        (row.switch, row.port) = (Some("desk-1".into()), port.map(Into::into));
        row.mac = Some(mac.parse().unwrap());
        match protocol {
            Protocol::Cdp => row.cdp = Some(Cdp { platform: Some(text.into()), ..Cdp::default() }),
            Protocol::Lldp => row.system_name = Some(text.into()),
            Protocol::Fdb => {}
        }
        row
    }

    const INVENTORY: &str = "switches: {desk-1: {linux: br0, protect: [Gi1/0/24]}}\n\
                             phones: [{mac: 00:04:13:00:00:01, model: snom/d785, at: {switch: desk-1, port: Gi1/0/9}}]\n";

    fn chosen(mut rows: Vec<Neighbour<'_>>) -> NewPhones {
        let catalogue = builtin().unwrap();
        let recogniser = Recogniser::new(&catalogue);
        let source = crate::inventory::Source { name: "site.yaml".to_owned(), text: INVENTORY.to_owned() };
        let site = crate::inventory::parse(&[source], &catalogue).unwrap();
        for row in &mut rows {
            let mut owned = row.clone().into_owned();
            recogniser.name_owned(&mut owned);
            *row = owned;
        }
        choose(&rows, &Known { catalogue: &catalogue, site: &site, macs: &BTreeSet::new() })
    }

    fn placed(rows: Vec<Neighbour<'_>>) -> Option<String> {
        let found = chosen(rows);
        assert_eq!(found.left_out, []);
        found.added.into_iter().find(|phone| phone.mac == MAC.parse().unwrap()).unwrap().at.map(|at| at.port.to_string())
    }

    #[test]
    fn a_place_is_written_only_beyond_doubt() {
        use Protocol::{Cdp, Fdb, Lldp};
        let here = || heard(Lldp, MAC, Some("Gi1/0/1"), "SIP-T46S");
        assert_eq!(placed(vec![here(), heard(Cdp, MAC, Some("Gi1/0/1"), "Yealink T46S")]).as_deref(), Some("Gi1/0/1"));
        assert_eq!(placed(vec![here(), heard(Cdp, MAC, Some("Gi1/0/2"), "Yealink T46S")]), None);
        assert_eq!(placed(vec![here(), heard(Lldp, "00:15:65:00:00:02", Some("Gi1/0/1"), "SIP-T46S")]), None);
        assert_eq!(placed(vec![here(), heard(Fdb, MAC, Some("Gi1/0/24"), "")]).as_deref(), Some("Gi1/0/1"));
        assert_eq!(placed(vec![heard(Lldp, MAC, None, "SIP-T46S"), heard(Fdb, MAC, Some("Gi1/0/1"), "")]), None);
        let mut in_a_file = here();
        in_a_file.source = Source::Pcap;
        assert_eq!(placed(vec![in_a_file]), None);
    }

    #[test]
    fn what_is_doubtful_is_left_out_with_the_reason() {
        use Protocol::{Cdp, Fdb, Lldp};
        let reasons = |rows: Vec<Neighbour<'_>>| {
            let found = chosen(rows);
            assert_eq!(found.added, []);
            found.left_out.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
        };
        let cases = [
            (
                vec![heard(Lldp, MAC, None, "SIP-T46S"), heard(Cdp, MAC, None, "Yealink T54W")],
                "lldp system description says yealink T46S, cdp platform says yealink T54W",
            ),
            (vec![heard(Lldp, "00:04:13:00:00:02", None, "SIP-T46S")], "mac address 00:04:13 is of Snom"),
            (vec![heard(Fdb, MAC, Some("Gi1/0/1"), "")], "only its vendor is known, Yealink by 00:15:65"),
            (vec![heard(Lldp, MAC, Some("gi1/0/9"), "SIP-T46S")], "the inventory has phone 00:04:13:00:00:01 at desk-1 gi1/0/9"),
            (vec![heard(Lldp, MAC, Some("Gi1/0/24"), "SIP-T46S")], "which the inventory protects"),
        ];
        for (rows, reason) in cases {
            let told = reasons(rows);
            assert!(told.contains(reason), "{told}");
        }
    }

    #[test]
    fn a_phone_of_the_inventory_is_not_new() {
        let known = heard(Protocol::Lldp, "00:04:13:00:00:01", Some("Gi1/0/9"), "snomD785");
        assert_eq!(chosen(vec![known]), NewPhones::default());
    }
}
