//! The section `cables`: lengths and kinds of the horizontal cabling, for the power lost in it. Pure.

use std::collections::{BTreeMap, HashMap};

use crate::inventory::fields::Fields;
use crate::inventory::findings::Findings;
use crate::inventory::merge::Sections;
use crate::inventory::node::{Node, SourceSpan};
use crate::inventory::ports;
use crate::inventory::references::References;
use model::ids::PortRef;
use model::site::{CableCategory, CableSpec, SwitchSpec};

const CATEGORIES: [(&str, CableCategory); 5] = [
    ("cat3", CableCategory::Cat3),
    ("cat5e", CableCategory::Cat5e),
    ("cat6", CableCategory::Cat6),
    ("cat6a", CableCategory::Cat6a),
    ("cat7", CableCategory::Cat7),
];

/// Longest cable taken for plausible, in metres: the channel of ISO/IEC 11801 is 100 m, extended-reach gear goes further.
const LENGTH_MAX_M: u64 = 500;

pub(super) fn read(
    sections: &Sections<'_>,
    switches: &References<'_, SwitchSpec>,
    findings: &mut Findings,
) -> BTreeMap<PortRef, CableSpec> {
    let mut seen: HashMap<_, SourceSpan> = HashMap::new();
    let mut cables = BTreeMap::new();
    for (index, node) in sections.items("cables").iter().enumerate() {
        let Some((port, cable)) = cable(index + 1, node, switches, findings) else { continue };
        if let Some(first) = seen.insert(ports::key(&port), node.span) {
            findings.twice(node.span, first, format!("cable {}: {port} has another cable too", index + 1));
        }
        cables.insert(port, cable);
    }
    cables
}

fn cable(
    number: usize,
    node: &Node,
    switches: &References<'_, SwitchSpec>,
    findings: &mut Findings,
) -> Option<(PortRef, CableSpec)> {
    let mut fields = Fields::open(node, format!("cable {number}"), findings)?;
    let port = ports::port(&mut fields, switches, findings);
    fields.required("length_m", "45", findings);
    let length_m = fields.number("length_m", 1..=LENGTH_MAX_M, findings);
    let category = fields.choice("category", &CATEGORIES, findings);
    fields.close(findings);
    Some((port?, CableSpec { length_m: length_m?, category }))
}
