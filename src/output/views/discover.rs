//! Neighbours for people: a line per neighbour and place. Pure.

use super::words::{count, or_dash};
use crate::discover::{DiscoverReport, Rejected};
use crate::output::document::{Block, Document};
use crate::output::printable;
use model::code_points::MedApplication;
use model::ids::VlanId;
use model::neighbour::{Confidence, Neighbour, PoeSeen, Protocol};
use model::units::Milliwatts;

impl Document for DiscoverReport {
    const SCHEMA: &'static str = "voiceport.discover/1";

    fn view(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        if !self.rows.is_empty() {
            let titles =
                &["seen at", "by", "mac", "phone", "firmware", "known by", "name", "address", "voice vlan", "poe", "notes"];
            blocks.push(Block::Table(titles, self.rows.iter().map(row).collect()));
            blocks.push(Block::Gap);
        }
        blocks.extend(self.notes.iter().map(|note| Block::line(format!("note: switch {}: {}", note.switch, note.note))));
        blocks.extend(self.rejected.iter().map(|rejected| Block::line(rejection(rejected))));
        let phones = self.rows.iter().filter(|row| row.is_phone()).count();
        let rejected = if self.rejected.is_empty() { String::new() } else { format!(", {} rejected", self.rejected.len()) };
        blocks.push(Block::line(format!("{}, {}{rejected}.", count(self.rows.len(), "neighbour"), count(phones, "phone"))));
        blocks
    }
}

fn row(neighbour: &Neighbour) -> Vec<String> {
    vec![
        place(neighbour),
        protocols(neighbour),
        or_dash(neighbour.mac),
        phone(neighbour),
        neighbour.phone.as_ref().and_then(|phone| phone.firmware.as_deref()).unwrap_or_default().to_owned(),
        neighbour.phone.as_ref().map_or_else(String::new, |phone| evidence(phone.confidence).to_owned()),
        or_dash(named(neighbour).map(printable::name)),
        or_dash(neighbour.management_addresses.first()),
        or_dash(voice_vlan(neighbour)),
        neighbour.poe.as_ref().map_or_else(String::new, poe),
        neighbour.anomalies.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
    ]
}

fn named<'a>(neighbour: &'a Neighbour<'_>) -> Option<&'a str> {
    neighbour.system_name.as_deref().or_else(|| neighbour.cdp.as_ref()?.device_id.as_deref())
}

fn place(neighbour: &Neighbour) -> String {
    if let Some(switch) = &neighbour.switch {
        return format!("{switch} {}", or_dash(neighbour.port.as_ref()));
    }
    match (&neighbour.interface, neighbour.frame) {
        (Some(interface), _) => interface.to_string(),
        (None, Some(frame)) => format!("frame {frame}"),
        (None, None) => "–".to_owned(),
    }
}

/// What told of it; CDP too where it filled in what LLDP left out.
fn protocols(neighbour: &Neighbour) -> String {
    let both = neighbour.protocol != Protocol::Cdp && neighbour.cdp.is_some();
    let first = match neighbour.protocol {
        Protocol::Lldp => "LLDP",
        Protocol::Cdp => "CDP",
        Protocol::Fdb => "FDB",
    };
    if both { format!("{first}, CDP") } else { first.to_owned() }
}

const fn evidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::InventoryTlv => "LLDP-MED inventory",
        Confidence::CdpPlatform => "CDP platform",
        Confidence::SystemDescription => "system description",
        Confidence::Oui => "MAC address",
    }
}

/// The class of the powered device, and what it draws, or else what is set aside for it.
fn poe(poe: &PoeSeen) -> String {
    let class = poe.class.map(|class| format!("class {class}"));
    let power = poe.measured_mw.or(poe.allocated_mw).map(|power| Milliwatts(power).to_string());
    class.into_iter().chain(power).collect::<Vec<_>>().join(", ")
}

fn phone(neighbour: &Neighbour) -> String {
    let Some(phone) = &neighbour.phone else {
        return if neighbour.is_phone() { "(vendor unknown)" } else { "–" }.to_owned();
    };
    let model = phone.model.as_deref().unwrap_or("(model unknown)");
    format!("{} {model}", phone.vendor)
}

/// The VLAN that voice is tagged with there: by LLDP-MED, else by CDP; 0 and 4095 are none.
fn voice_vlan(neighbour: &Neighbour) -> Option<VlanId> {
    let policies = neighbour.med.as_ref().map(|med| med.policies.as_slice()).unwrap_or_default();
    let policy = policies.iter().find(|policy| policy.application == MedApplication::Voice && policy.tagged && !policy.unknown);
    let by_cdp = neighbour.cdp.as_ref().and_then(|cdp| cdp.voice_vlan);
    policy.and_then(|policy| VlanId::new(policy.vlan)).or_else(|| by_cdp.and_then(VlanId::new))
}

fn rejection(rejected: &Rejected) -> String {
    let place = match (rejected.frame, &rejected.switch) {
        (Some(frame), _) => format!("frame {frame}"),
        (None, Some(switch)) => format!("switch {switch}"),
        (None, None) => return format!("rejected: {}", rejected.reason),
    };
    if rejected.reason.starts_with(&place) {
        format!("rejected: {}", rejected.reason)
    } else {
        format!("rejected: {place}: {}", rejected.reason)
    }
}
