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
    for row in rows.iter().filter(|row| !row.is_phone() && row.has_enabled(Capability::Bridge)) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use model::capabilities::Capabilities;
    use model::neighbour::{Protocol, Source};

    /// What was heard of one device; LLDP's bit 2 is a bridge, bit 5 a telephone.
    fn heard(name: Option<&'static str>, capabilities: u16, addresses: &[&str]) -> Neighbour<'static> {
        let mut row = Neighbour::new(Source::Interface, Protocol::Lldp);
        row.system_name = name.map(Into::into);
        row.capabilities_enabled = Some(Capabilities::Lldp(capabilities));
        row.management_addresses = addresses.iter().map(|address| Identifier::Ip(address.parse().unwrap())).collect();
        row
    }

    #[test]
    fn switches_are_bridges_that_tell_where_they_are_managed() {
        let mut first = heard(Some("desk-1"), 0x04, &["192.0.2.11", "2001:db8::11"]);
        first.system_description = Some("ProCurve J9775A\nROM YA.15".into());
        let rows = [
            first,
            heard(Some("desk-1 again"), 0x14, &["192.0.2.11"]),
            heard(None, 0x04, &["192.0.2.12"]),
            heard(Some("a phone with a PC socket"), 0x24, &["192.0.2.50"]),
            heard(Some("a bridge that tells no address"), 0x04, &[]),
            heard(Some("a station"), 0x80, &["192.0.2.51"]),
        ];
        let found = switches(&rows);
        let names: Vec<_> = found.iter().map(|switch| (switch.name.as_str(), switch.address.to_string())).collect();
        assert_eq!(names, [("desk-1", "192.0.2.11".to_owned()), ("switch-192.0.2.12", "192.0.2.12".to_owned())]);
        assert_eq!(found[0].heard.as_deref(), Some("ProCurve J9775A"));
    }
}
