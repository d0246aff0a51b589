//! A jack for people: what a phone would get, and who said so. Pure.

use crate::discover::jack_report::{JackEnd, JackOutcome, JackReport, JackVoice, Told, ToldBy, VoiceTagging};
use crate::output::document::{Block, Document};
use model::ids::{Dscp, Pcp};
use model::units::Milliwatts;

impl Document for JackReport {
    const SCHEMA: &'static str = "voiceport.jack/1";

    fn view(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        if self.switch.is_some() {
            blocks.push(Block::Table(&["in this jack", "", "told by"], facts(self)));
            blocks.push(Block::Gap);
        }
        blocks.extend(self.disagreements.iter().map(|line| Block::line(format!("disagreement: {line}"))));
        blocks.extend(self.advice.iter().map(|line| Block::line(format!("note: {line}"))));
        if !self.withdrawn {
            blocks
                .push(Block::line("note: the announced phone could not be withdrawn: the switch forgets it by itself after 20 s"));
        }
        blocks.push(Block::line(verdict(self)));
        blocks
    }
}

fn facts(report: &JackReport) -> Vec<Vec<String>> {
    let switch = report.switch.clone().unwrap_or_default();
    let mut rows = vec![
        told("switch", switch.name.as_ref()),
        told("model", switch.model.as_ref()),
        told("description", switch.description.as_ref()),
        told("management address", switch.management_address.as_ref()),
        told("chassis", switch.chassis_id.as_ref()),
        told("port", switch.port.as_ref()),
        told("port description", switch.port_description.as_ref()),
    ];
    match report.voice {
        Some(voice) => rows.extend(voice_rows(voice)),
        None => rows.push(row("voice VLAN", "not told", None)),
    }
    rows.push(told("access VLAN (PVID)", report.access_vlan.as_ref()));
    match &report.power_enabled {
        Some(enabled) => rows.push(row("PoE", if enabled.value { "on" } else { "off" }, Some(enabled.by))),
        None if report.power.is_empty() => rows.push(row("PoE", "not told", None)),
        None => {}
    }
    rows.extend(report.power.iter().map(|power| row("PoE offered", Milliwatts(power.power_mw).to_string(), Some(power.by))));
    rows
}

fn voice_rows(voice: JackVoice) -> Vec<Vec<String>> {
    let vlan = match (voice.tagging, voice.vlan) {
        (VoiceTagging::Tagged, Some(vlan)) => format!("{vlan}, tagged"),
        (VoiceTagging::PriorityTagged, _) => "none: the access VLAN, with a priority tag".to_owned(),
        (VoiceTagging::Tagged | VoiceTagging::Untagged, _) => "none: the access VLAN".to_owned(),
    };
    let number = |number: Option<u8>| number.map_or_else(|| "not told".to_owned(), |number| number.to_string());
    let by = |known: bool| known.then_some(voice.by);
    vec![
        row("voice VLAN", vlan, Some(voice.by)),
        row("priority (802.1p)", number(voice.priority.map(Pcp::get)), by(voice.priority.is_some())),
        row("DSCP", number(voice.dscp.map(Dscp::get)), by(voice.dscp.is_some())),
    ]
}

fn told(what: &str, fact: Option<&Told<impl ToString>>) -> Vec<String> {
    match fact {
        Some(fact) => row(what, fact.value.to_string(), Some(fact.by)),
        None => row(what, "not told", None),
    }
}

fn row(what: &str, value: impl Into<String>, by: Option<ToldBy>) -> Vec<String> {
    vec![what.to_owned(), value.into(), by.map_or("–", name).to_owned()]
}

const fn name(by: ToldBy) -> &'static str {
    match by {
        ToldBy::Lldp => "LLDP",
        ToldBy::LldpMed => "LLDP-MED",
        ToldBy::LldpDot1 => "LLDP 802.1",
        ToldBy::LldpDot3 => "LLDP 802.3",
        ToldBy::Cdp => "CDP",
    }
}

fn verdict(report: &JackReport) -> String {
    let seconds = format!("{}.{} s", report.took_ms / 1000, report.took_ms % 1000 / 100);
    let vlan = report.voice.and_then(|voice| voice.vlan);
    let what = match (report.outcome, vlan) {
        (JackOutcome::VoiceVlan, Some(vlan)) => format!("a phone gets voice VLAN {vlan}"),
        (JackOutcome::VoiceVlan | JackOutcome::NoVoiceVlan, _) => "a phone gets no voice VLAN".to_owned(),
        (JackOutcome::Contradiction, _) => "which voice VLAN a phone gets depends on the phone".to_owned(),
        (JackOutcome::NoAnswer, _) => "no switch answered".to_owned(),
    };
    let how = match report.ended {
        JackEnd::Complete | JackEnd::Time => format!("after {seconds}"),
        JackEnd::Asked => format!("stopped after {seconds}"),
    };
    format!("{}: {what} ({how}).", report.interface)
}
