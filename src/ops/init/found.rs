//! The switches among the neighbours that were heard. Pure.

use std::collections::BTreeMap;
use std::net::IpAddr;

use schemars::JsonSchema;
use serde::Serialize;

use model::capabilities::Capability;
use model::identifier::Identifier;
use model::neighbour::Neighbour;

/// A switch that tells where it is managed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FoundSwitch {
    /// Its name in the inventory.
    pub name: String,
    pub address: IpAddr,
    /// What it tells of itself, for people.
    pub heard: Option<String>,
}

/// Bridges with a management address, once for each address.
pub fn switches(rows: &[Neighbour<'_>]) -> Vec<FoundSwitch> {
    let mut found = BTreeMap::new();
    for row in rows.iter().filter(|row| row.phone.is_none() && row.has_enabled(Capability::Bridge)) {
        let Some(address) = row.management_addresses.iter().find_map(ip) else { continue };
        let name = row.system_name.as_ref().map(ToString::to_string).filter(|name| !name.trim().is_empty());
        let name = name.unwrap_or_else(|| format!("switch-{address}"));
        let text = row.system_description.as_ref().map(ToString::to_string);
        let heard = text.map(|text| text.lines().next().unwrap_or_default().chars().filter(|c| !c.is_control()).take(80).collect());
        found.entry(address).or_insert(FoundSwitch { name, address, heard });
    }
    found.into_values().collect()
}

fn ip(identifier: &Identifier<'_>) -> Option<IpAddr> {
    match identifier {
        Identifier::Ip(address) => Some(*address),
        Identifier::Mac(_) | Identifier::Text(_) => None,
    }
}
