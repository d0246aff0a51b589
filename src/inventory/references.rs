//! Names that one section gives and others refer to: a name that refers to nothing is a problem with a suggestion. Pure.

use std::collections::BTreeMap;

use crate::inventory::fields;
use crate::inventory::findings::{Code, Findings};
use crate::inventory::node::Node;
use model::suggest;

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
    /// The names of a section; `one` is what each of them is.
    pub(super) fn new(one: &'static str, section: &'static str, named: &'a Named<T>, knowledge: Knowledge) -> Self {
        Self { one, section, named, knowledge }
    }

    /// Reads a name, and reports one that refers to nothing.
    pub(super) fn read<'n>(&self, node: &'n Node, what: &str, findings: &mut Findings) -> Option<&'n str> {
        let name = fields::text(node, what, findings)?;
        if self.knowledge == Knowledge::Complete && !self.named.contains_key(name) {
            findings.report_hint(Code::UnknownName, node.span, format!("{what}: no {} `{name}`", self.one), self.hint(name));
        }
        Some(name)
    }

    fn hint(&self, name: &str) -> String {
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
