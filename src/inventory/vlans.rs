//! The section `vlans`. Pure.

use std::collections::BTreeMap;

use crate::inventory::fields::Fields;
use crate::inventory::findings::Findings;
use crate::inventory::merge::Sections;
use crate::inventory::node::{Entry, SourceSpan};
use crate::inventory::references::Named;
use model::ids::VlanId;
use model::site::{VlanRole, VlanSpec};

const ROLES: [(&str, VlanRole); 3] = [("voice", VlanRole::Voice), ("management", VlanRole::Management), ("data", VlanRole::Data)];

pub(super) fn read(sections: &Sections<'_>, findings: &mut Findings) -> Named<VlanSpec> {
    let mut ids = BTreeMap::new();
    let entries = sections.named("vlans", "VLAN", findings);
    entries.into_iter().map(|entry| (entry.key.clone(), vlan(entry, &mut ids, findings))).collect()
}

fn vlan(entry: &Entry, ids: &mut BTreeMap<VlanId, (String, SourceSpan)>, findings: &mut Findings) -> Option<VlanSpec> {
    let mut fields = Fields::open(&entry.value, format!("VLAN {}", entry.key), findings)?;
    let node = fields.required("id", "20", findings);
    let id = fields.number("id", 1..=4094, findings).and_then(VlanId::new);
    let role = fields.choice("role", &ROLES, findings).unwrap_or_default();
    let priority = fields.number("priority", 0..=7, findings).and_then(model::ids::Pcp::new);
    let dscp = fields.parsed("dscp", findings);
    fields.close(findings);
    if let (Some(id), Some(node)) = (id, node) {
        if let Some((other, first)) = ids.get(&id) {
            findings.twice(node.span, *first, format!("VLAN {}: id: {id} is the id of VLAN {other} too", entry.key));
        }
        ids.entry(id).or_insert_with(|| (entry.key.clone(), node.span));
    }
    Some(VlanSpec { id: id?, role, priority, dscp })
}
