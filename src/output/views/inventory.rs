//! The inventory, and the origin of a phone's values, for people. Pure.

use super::words::or_dash;
use crate::inventory::report::{InventoryReport, SecretsChecked};
use crate::output::document::{Block, Document};
use crate::render::report::ExplainReport;
use crate::switch::capabilities::{CapabilitiesReport, ProfileRow};
use model::switch::{Access, VoiceVlanModel};

/// What is said of an inventory that is right.
#[must_use]
pub fn no_problems(inventory: &InventoryReport) -> String {
    let placeholders = match inventory.secrets {
        Some(SecretsChecked::Placeholders) => "; secrets were not fetched, files were made with placeholders",
        Some(SecretsChecked::Fetched) | None => "",
    };
    let warnings = match inventory.warnings.as_ref().map_or(0, Vec::len) {
        0 => String::new(),
        1 => ", 1 warning".to_owned(),
        count => format!(", {count} warnings"),
    };
    format!(
        "site {}: {} switches, {} phones, {} VLANs: no problems{warnings}{placeholders}",
        inventory.site,
        inventory.switches.len(),
        inventory.phones.len(),
        inventory.vlans.len()
    )
}

impl Document for InventoryReport {
    const SCHEMA: &'static str = "voiceport.inventory/1";

    fn view(&self) -> Vec<Block> {
        let vlans = self.vlans.iter().map(|vlan| vec![vlan.name.clone(), vlan.id.to_string(), vlan.role.clone()]);
        let switches = self.switches.iter().map(|switch| {
            vec![
                switch.name.to_string(),
                switch.address.clone(),
                switch.profile.clone().unwrap_or_else(|| "auto".to_owned()),
                or_dash(switch.voice_vlan),
                or_dash(switch.data_vlan),
                if switch.writable { "yes" } else { "no" }.to_owned(),
            ]
        });
        let phones = self.phones.iter().map(|phone| {
            vec![phone.mac.to_string(), phone.model.to_string(), or_dash(phone.at.as_ref()), phone.extensions.join(" ")]
        });
        vec![
            Block::Table(&["vlan", "id", "role"], vlans.collect()),
            Block::Gap,
            Block::Table(&["switch", "address", "profile", "voice", "data", "writable"], switches.collect()),
            Block::Gap,
            Block::Table(&["phone", "model", "port", "extensions"], phones.collect()),
        ]
    }
}

impl Document for CapabilitiesReport {
    const SCHEMA: &'static str = "voiceport.capabilities/1";

    fn view(&self) -> Vec<Block> {
        let limited = self.profiles.iter().filter_map(|row| Some((row, row.limits.as_ref()?)));
        let limits = limited.map(|(row, limits)| Block::line(format!("{}: {limits}.", row.name)));
        let mut blocks = vec![Block::Table(&COLUMNS, self.profiles.iter().map(cells).collect()), Block::Gap];
        blocks.extend(limits);
        blocks
    }
}

/// The columns of the table of profiles, here and in docs/switches.md.
const COLUMNS: [&str; 9] = ["profile", "for", "support", "PoE", "PoE limit", "access VLAN", "voice VLAN", "create VLANs", "save"];

fn cells(row: &ProfileRow) -> Vec<String> {
    let can = &row.capabilities;
    let voice = match can.voice_vlan {
        VoiceVlanModel::None => "–",
        VoiceVlanModel::PortObject => "of the port",
        VoiceVlanModel::TaggedMember => "tagged member",
        VoiceVlanModel::VlanAttribute => "attribute of the VLAN",
        VoiceVlanModel::SwitchObject => "one per switch",
    };
    vec![
        row.name.clone(),
        row.title.clone(),
        row.support.replace('_', " "),
        access(can.poe),
        access(can.poe_limit),
        access(can.access_vlan),
        voice.to_owned(),
        access(can.vlan_create),
        if can.persist == Access::Write { "yes" } else { "–" }.to_owned(),
    ]
}

fn access(access: Access) -> String {
    match access {
        Access::None => "–",
        Access::Read => "read",
        Access::Write => "write",
    }
    .to_owned()
}

impl Document for ExplainReport {
    const SCHEMA: &'static str = "voiceport.render/1";

    fn view(&self) -> Vec<Block> {
        let rows = self.values.iter().map(|row| vec![row.name.clone(), row.value.clone(), row.layer.clone()]);
        let mut blocks = vec![
            Block::line(format!("phone {} ({})", self.mac, self.model)),
            Block::Table(&["value", "is", "from"], rows.collect()),
        ];
        blocks.extend(self.warnings.iter().map(|warning| Block::line(format!("warning: {warning}"))));
        blocks.push(Block::Gap);
        blocks
    }
}
