//! The sections in the order in which they refer to one another, read into one `Site`. Pure.

use std::collections::BTreeMap;

use crate::inventory::findings::Findings;
use crate::inventory::merge::Sections;
use crate::inventory::references::{Knowledge, Named, References};
use crate::inventory::{accept, cables, credentials, general, phones, switches, ups, vlans};
use crate::phones::catalogue::Catalogue;
use model::site::Site;

/// Reads the merged sections.
pub(super) fn site(sections: &Sections<'_>, knowledge: Knowledge, catalogue: &Catalogue, findings: &mut Findings) -> Site {
    let vlans = vlans::read(sections, findings);
    let credentials = credentials::read(sections, findings);
    let switches = switches::Section {
        vlans: References::new("VLAN", "vlans", &vlans, knowledge),
        credentials: References::new("credential", "credentials", &credentials, knowledge),
    }
    .read(sections, findings);
    let at = References::new("switch", "switches", &switches, knowledge);
    let phones = phones::Section::new(catalogue, &at).read(sections, findings);
    let general = general::site(sections, findings);
    let probe = general::probe(sections, findings);
    let accept = accept::read(sections, &accept::Subjects { phones: &phones, switches: &at, probe: probe.as_ref() }, findings);
    Site {
        name: general.name,
        time_zone: general.time_zone,
        country: general.country,
        defaults: general::defaults(sections, findings),
        pbx: general::pbx(sections, &phones, knowledge, findings),
        provisioning: general::provisioning(sections, findings),
        probe,
        accept,
        ups: ups::read(sections, &at, findings),
        cables: cables::read(sections, &at, findings),
        phones: phones.into_iter().map(|(_, phone)| phone).collect(),
        vlans: usable(vlans),
        credentials: usable(credentials),
        switches: usable(switches).into_iter().map(|(name, switch)| (name.into(), switch)).collect(),
    }
}

fn usable<T>(named: Named<T>) -> BTreeMap<String, T> {
    named.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}
