//! The files of an inventory laid over one another: mappings by key, lists one after the other. Pure.

use std::collections::BTreeMap;

use crate::inventory::fields::{self, Fields};
use crate::inventory::findings::{Code, Findings};
use crate::inventory::node::{Entry, Node, SourceSpan, Value};

/// Sections that are mappings.
const MAPPINGS: [&str; 10] =
    ["site", "defaults", "vlans", "credentials", "switches", "pbx", "provisioning", "probe", "ups", "accept"];
/// Sections that are lists.
const LISTS: [&str; 2] = ["phones", "cables"];

/// The sections of all files together.
#[derive(Default)]
pub(super) struct Sections<'n> {
    mappings: BTreeMap<&'static str, (SourceSpan, Vec<&'n Entry>)>,
    lists: BTreeMap<&'static str, Vec<&'n Node>>,
}

impl<'n> Sections<'n> {
    /// Gathers the sections of every tree, in order.
    pub(super) fn gather(trees: impl IntoIterator<Item = &'n Node>, findings: &mut Findings) -> Self {
        let mut sections = Self::default();
        trees.into_iter().for_each(|tree| sections.add_tree(tree, findings));
        sections
    }

    fn add_tree(&mut self, tree: &'n Node, findings: &mut Findings) {
        if tree.is_null() {
            return;
        }
        let Value::Mapping(entries) = &tree.value else {
            let hint = "start a line with a section, like `phones:`";
            findings.report_hint(Code::WrongType, tree.span, format!("expected sections, found {}", tree.kind()), hint);
            return;
        };
        for entry in fields::unique(entries.iter().collect(), "inventory", findings) {
            self.add_section(entry, findings);
        }
    }

    fn add_section(&mut self, entry: &'n Entry, findings: &mut Findings) {
        let named = |known: &&&'static str| **known == entry.key;
        if let Some(name) = MAPPINGS.iter().find(named) {
            self.add_mapping(name, entry, findings);
        } else if let Some(name) = LISTS.iter().find(named) {
            self.add_list(name, entry, findings);
        } else {
            let known: Vec<_> = MAPPINGS.into_iter().chain(LISTS).collect();
            fields::unknown_key(&entry.key, entry.span, "inventory", &known, findings);
        }
    }

    fn add_mapping(&mut self, name: &'static str, entry: &'n Entry, findings: &mut Findings) {
        match &entry.value.value {
            Value::Mapping(entries) => {
                let (_, all) = self.mappings.entry(name).or_insert_with(|| (entry.span, Vec::new()));
                all.extend(entries);
            }
            _ if entry.value.is_null() => {}
            _ => findings.report(
                Code::WrongType,
                entry.value.span,
                format!("{name}: expected a mapping, found {}", entry.value.kind()),
            ),
        }
    }

    fn add_list(&mut self, name: &'static str, entry: &'n Entry, findings: &mut Findings) {
        if entry.value.is_null() {
            return;
        }
        if let Some(items) = fields::list(&entry.value, name, findings) {
            self.lists.entry(name).or_default().extend(items);
        }
    }

    /// A section that has fixed fields; `None` when no file has it.
    pub(super) fn fields(&self, name: &'static str, findings: &mut Findings) -> Option<Fields<'n>> {
        let (span, entries) = self.mappings.get(name)?;
        Some(Fields::of(entries.clone(), *span, name, findings))
    }

    /// The entries of a section whose keys are names; `kind` is what one entry is.
    pub(super) fn named(&self, section: &str, kind: &str, findings: &mut Findings) -> Vec<&'n Entry> {
        let entries = self.mappings.get(section).map(|(_, entries)| entries.clone()).unwrap_or_default();
        let entries = fields::unique(entries, section, findings);
        entries.into_iter().filter(|entry| name_is_usable(entry, kind, findings)).collect()
    }

    /// The items of a list section.
    pub(super) fn items(&self, section: &str) -> &[&'n Node] {
        self.lists.get(section).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether no file says anything.
    pub(super) fn is_empty(&self) -> bool {
        self.mappings.is_empty() && self.lists.is_empty()
    }
}

fn name_is_usable(entry: &Entry, kind: &str, findings: &mut Findings) -> bool {
    if entry.key.trim().is_empty() || entry.key.trim() != entry.key {
        findings.report_hint(
            Code::InvalidValue,
            entry.span,
            format!("{kind}: `{}` is not a name", entry.key),
            "use a name without spaces around it",
        );
        return false;
    }
    fields::printable(&entry.key, entry.span, &format!("{kind} name"), findings)
}
