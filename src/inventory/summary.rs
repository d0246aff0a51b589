//! What an inventory amounts to, for people and machines; no secret in it. Pure.

use super::report::{InventoryPhone, InventoryReport, InventorySwitch, InventoryVlan};
use model::site::{Site, SwitchTransport, VlanRole};

/// The site in short.
#[must_use]
pub fn summary(site: &Site) -> InventoryReport {
    let vlans = site.vlans.iter().map(|(name, vlan)| InventoryVlan {
        name: name.clone(),
        id: vlan.id,
        role: match vlan.role {
            VlanRole::Voice => "voice",
            VlanRole::Management => "management",
            VlanRole::Data => "data",
        }
        .to_owned(),
    });
    let switches = site.switches.iter().map(|(name, switch)| InventorySwitch {
        name: name.clone(),
        address: match &switch.transport {
            SwitchTransport::Snmp { address, port } => format!("{address}:{port}"),
            SwitchTransport::Linux { bridge } => format!("bridge {bridge}"),
        },
        profile: switch.profile.clone(),
        voice_vlan: site.voice_vlan(switch).map(|vlan| vlan.id),
        data_vlan: site.data_vlan(switch).map(|vlan| vlan.id),
        writable: switch.write.is_some(),
    });
    let phones = site.phones.iter().map(|phone| InventoryPhone {
        mac: phone.mac,
        model: phone.model.clone(),
        at: phone.at.clone(),
        extensions: phone.lines.iter().map(|line| line.extension.clone()).collect(),
    });
    InventoryReport {
        site: site.name.clone(),
        vlans: vlans.collect(),
        switches: switches.collect(),
        phones: phones.collect(),
        warnings: None,
        secrets: None,
    }
}
