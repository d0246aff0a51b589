//! The section `ups`. Pure.

use std::collections::BTreeMap;

use crate::inventory::fields::Fields;
use crate::inventory::findings::Findings;
use crate::inventory::merge::Sections;
use crate::inventory::node::Entry;
use crate::inventory::references::References;
use model::site::{SwitchSpec, UpsSpec};

/// Largest usable energy taken for plausible, in watt-hours.
const ENERGY_MAX_WH: u64 = 10_000_000;

/// Reads every uninterruptible supply.
pub(super) fn read(
    sections: &Sections<'_>,
    switches: &References<'_, SwitchSpec>,
    findings: &mut Findings,
) -> BTreeMap<String, UpsSpec> {
    let entries = sections.named("ups", "UPS", findings);
    entries.into_iter().filter_map(|entry| Some((entry.key.clone(), ups(entry, switches, findings)?))).collect()
}

fn ups(entry: &Entry, switches: &References<'_, SwitchSpec>, findings: &mut Findings) -> Option<UpsSpec> {
    let mut fields = Fields::open(&entry.value, format!("UPS {}", entry.key), findings)?;
    fields.required("energy_wh", "800", findings);
    let energy_wh = fields.number("energy_wh", 1..=ENERGY_MAX_WH, findings);
    let base_load = fields.watts("base_load_w", findings);
    let what = fields.name("switches");
    let mut behind = Vec::new();
    for node in fields.list("switches", findings) {
        behind.extend(switches.read(node, &what, findings).map(Into::into));
    }
    fields.close(findings);
    Some(UpsSpec { energy_wh: energy_wh?, switches: behind, base_load })
}
