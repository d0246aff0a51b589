//! Neighbours for people: a line per neighbour and place. Pure.

use std::collections::BTreeSet;

use super::words::{count, or_dash};
use crate::discover::{DiscoverReport, Reason, Rejected};
use crate::output::document::{Block, Document};
use crate::output::printable;
use model::code_points::MedApplication;
use model::ids::{MacAddress, VlanId};
use model::neighbour::{Confidence, Neighbour, PoeSeen, Protocol};
use model::units::Milliwatts;

/// How voice without a tag is shown: it is in the port's access VLAN.
const UNTAGGED: &str = "untagged";

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
        blocks.push(Block::line(summary(self)));
        blocks
    }
}

/// A phone is what `phone` says something of; what merely calls itself a telephone is counted by itself.
fn summary(report: &DiscoverReport) -> String {
    let phones = distinct(report.rows.iter().filter(|row| row.phone.is_some()));
    let unknown = distinct(report.rows.iter().filter(|row| row.phone.is_none() && row.is_phone()));
    let rejected = report.rejected.iter().filter(|rejected| rejected.frame.is_some() || rejected.reason != Reason::CutByCapture);
    let mut parts = vec![count(report.rows.len(), "neighbour"), count(phones, "phone")];
    if unknown > 0 {
        parts.push(format!("{} of no known vendor", count(unknown, "telephone")));
    }
    match rejected.count() {
        0 => {}
        some => parts.push(format!("{some} rejected")),
    }
    format!("{}.", parts.join(", "))
}

/// Devices, each once in however many rows its address is; rows without an address are one each.
fn distinct<'a>(rows: impl Iterator<Item = &'a Neighbour<'static>>) -> usize {
    let (with, without): (Vec<_>, Vec<_>) = rows.map(|row| row.mac).partition(Option::is_some);
    with.into_iter().collect::<BTreeSet<Option<MacAddress>>>().len() + without.len()
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
        addresses(neighbour),
        or_dash(voice_vlan(neighbour)),
        neighbour.poe.as_ref().map_or_else(String::new, poe),
        neighbour.anomalies.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
    ]
}

fn named<'a>(neighbour: &'a Neighbour<'_>) -> Option<&'a str> {
    neighbour.system_name.as_deref().or_else(|| neighbour.cdp.as_ref()?.device_id.as_deref())
}

/// Its management addresses; the same one may be told by LLDP and by CDP.
fn addresses(neighbour: &Neighbour) -> String {
    let mut all: Vec<String> = Vec::new();
    for address in neighbour.management_addresses.iter().map(ToString::to_string) {
        if !all.contains(&address) {
            all.push(address);
        }
    }
    if all.is_empty() { "–".to_owned() } else { all.join(", ") }
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

/// What voice is told to use there: by LLDP-MED, else by CDP; else that a phone asks for it. Without a tag the number in a policy means
/// nothing (TIA-1057 §10.2.3.3).
fn voice_vlan(neighbour: &Neighbour) -> Option<String> {
    let policies = neighbour.med.as_ref().map(|med| med.policies.as_slice()).unwrap_or_default();
    let mut told: Vec<String> = Vec::new();
    for policy in policies.iter().filter(|policy| policy.application == MedApplication::Voice && !policy.unknown) {
        let shown = if policy.tagged { voice_number(policy.vlan) } else { Some(UNTAGGED.to_owned()) };
        told.extend(shown.filter(|shown| !told.contains(shown)));
    }
    let by_med = (!told.is_empty()).then(|| told.join(" or "));
    let cdp = neighbour.cdp.as_ref();
    let by_cdp = || match cdp?.voice_vlan? {
        // the number that CDP uses for voice without a tag
        4095 => Some(UNTAGGED.to_owned()),
        number => voice_number(number),
    };
    let asked = || {
        let query = cdp?.voice_vlan_query?;
        Some(query.vlan.and_then(VlanId::new).map_or_else(|| "asks".to_owned(), |vlan| format!("asks, has {vlan}")))
    };
    by_med.or_else(by_cdp).or_else(asked)
}

/// A tag's number: a VLAN, or 0 for a tag that only has a priority.
fn voice_number(number: u16) -> Option<String> {
    match number {
        0 => Some("priority tag".to_owned()),
        number => VlanId::new(number).map(|vlan| vlan.to_string()),
    }
}

fn rejection(rejected: &Rejected) -> String {
    let message = &rejected.message;
    match (rejected.reason, rejected.frame) {
        (Reason::CutByCapture, None) => format!("note: {message}"),
        (_, Some(frame)) => format!("rejected: frame {frame}: {message}"),
        // a switch's error names it
        (_, None) => format!("rejected: {message}"),
    }
}
