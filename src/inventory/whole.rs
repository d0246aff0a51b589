//! The sections in the order in which they refer to one another, read into one `Site`. Pure.

use std::collections::BTreeMap;

use crate::inventory::cables;
use crate::inventory::credentials;
use crate::inventory::general;
use crate::inventory::merge::Sections;
use crate::inventory::node::Node;
use crate::inventory::phones;
use crate::inventory::problem::Findings;
use crate::inventory::suggest;
use crate::inventory::switches;
use crate::inventory::ups;
use crate::inventory::vlans;
use crate::model::catalogue::Catalogue;
use crate::model::site::Site;

/// Names that may be referred to, with what they stand for; `None` for one that is there but wrong.
pub(super) type Named<T> = BTreeMap<String, Option<T>>;

/// Whether a name that is not found can be said not to exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Knowledge {
    /// Every source was read.
    Complete,
    /// A source could not be read: the name may be there.
    Partial,
}

/// Reads the merged sections.
pub(super) fn site(sections: &Sections<'_>, knowledge: Knowledge, catalogue: &Catalogue, findings: &mut Findings) -> Site {
    let vlans = vlans::read(sections, findings);
    let credentials = credentials::read(sections, findings);
    let switches = switches::Reader { vlans: &vlans, credentials: &credentials, knowledge }.read(sections, findings);
    let phones = phones::Reader::new(catalogue, &switches, knowledge).read(sections, findings);
    let general = general::site(sections, findings);
    Site {
        name: general.name,
        time_zone: general.time_zone,
        country: general.country,
        defaults: general::defaults(sections, findings),
        pbx: general::pbx(sections, &phones, knowledge, findings),
        provisioning: general::provisioning(sections, findings),
        ups: ups::read(sections, &switches, knowledge, findings),
        cables: cables::read(sections, &switches, knowledge, findings),
        phones: phones.into_iter().map(|(_, phone)| phone).collect(),
        vlans: usable(vlans),
        credentials: usable(credentials),
        switches: usable(switches).into_iter().map(|(name, switch)| (name.into(), switch)).collect(),
    }
}

fn usable<T>(named: Named<T>) -> BTreeMap<String, T> {
    named.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// A kind of thing that has names, for messages.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kind {
    /// What one is: `VLAN`.
    pub(super) one: &'static str,
    /// The section where they are: `vlans`.
    pub(super) section: &'static str,
}

impl Kind {
    pub(super) const VLAN: Self = Self { one: "VLAN", section: "vlans" };
    pub(super) const CREDENTIAL: Self = Self { one: "credential", section: "credentials" };
    pub(super) const SWITCH: Self = Self { one: "switch", section: "switches" };
}

/// Reports a name that refers to nothing.
pub(super) fn refer<T>(
    node: &Node,
    name: &str,
    what: &str,
    kind: Kind,
    named: &Named<T>,
    knowledge: Knowledge,
    findings: &mut Findings,
) {
    if knowledge == Knowledge::Partial || named.contains_key(name) {
        return;
    }
    let known = || named.keys().map(String::as_str);
    let help = match suggest::nearest(name, known()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if named.is_empty() => format!("add it under `{}`", kind.section),
        None => format!("add it under `{}`, or use one of {}", kind.section, suggest::near(name, known(), 5).join(", ")),
    };
    findings.cure(node.place, format!("{what}: no {} `{name}`", kind.one), help);
}
