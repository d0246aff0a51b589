//! The sections in the order in which they refer to one another, read into one `Site`. Pure.

use std::collections::BTreeMap;

use crate::inventory::cables;
use crate::inventory::credentials;
use crate::inventory::fields;
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

/// How many names a message offers.
const OFFERED: usize = 5;

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
    let switches = switches::Reader {
        vlans: References { one: "VLAN", section: "vlans", named: &vlans, knowledge },
        credentials: References { one: "credential", section: "credentials", named: &credentials, knowledge },
    }
    .read(sections, findings);
    let at = References { one: "switch", section: "switches", named: &switches, knowledge };
    let phones = phones::Reader::new(catalogue, &at).read(sections, findings);
    let general = general::site(sections, findings);
    Site {
        name: general.name,
        time_zone: general.time_zone,
        country: general.country,
        defaults: general::defaults(sections, findings),
        pbx: general::pbx(sections, &phones, knowledge, findings),
        provisioning: general::provisioning(sections, findings),
        probe: general::probe(sections, findings),
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

/// The names that one section gives, to be referred to from others.
pub(super) struct References<'a, T> {
    /// What one is, for messages: `VLAN`.
    one: &'static str,
    /// The section where they are: `vlans`.
    section: &'static str,
    named: &'a Named<T>,
    knowledge: Knowledge,
}

impl<'a, T> References<'a, T> {
    /// Reads a name, and reports one that refers to nothing.
    pub(super) fn read<'n>(&self, node: &'n Node, what: &str, findings: &mut Findings) -> Option<&'n str> {
        let name = fields::text(node, what, findings)?;
        if self.knowledge == Knowledge::Complete && !self.named.contains_key(name) {
            findings.cure(node.place, format!("{what}: no {} `{name}`", self.one), self.help(name));
        }
        Some(name)
    }

    fn help(&self, name: &str) -> String {
        let known = || self.named.keys().map(String::as_str);
        match suggest::nearest(name, known()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if self.named.is_empty() => format!("add it under `{}`", self.section),
            None => format!("add it under `{}`, or use one of {}", self.section, suggest::near(name, known(), OFFERED).join(", ")),
        }
    }

    /// What a name stands for, when that is there and right.
    pub(super) fn get(&self, name: &str) -> Option<&'a T> {
        self.named.get(name)?.as_ref()
    }

    /// Everything that is there and right, by name.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'a str, &'a T)> + use<'a, T> {
        self.named.iter().filter_map(|(name, value)| Some((name.as_str(), value.as_ref()?)))
    }
}
