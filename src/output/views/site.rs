//! The acceptance of a site for people: a line per phone. Pure.

use super::words::{count, or_dash};
use crate::ops::document::{SCHEMA, SiteReport, VerifyReport};
use crate::output::document::{Block, Document};
use crate::site::report::{PhoneReport, Stage, StageState};

impl Document for SiteReport {
    const SCHEMA: &'static str = SCHEMA;

    fn view(&self) -> Vec<Block> {
        let titles =
            &["phone", "model", "ext", "port", "wired", "powered", "vlan", "found", "fetched", "registered", "qos", "state"];
        let mut blocks = vec![Block::Table(titles, self.phones.iter().map(row).collect()), Block::Gap];
        blocks.extend(self.findings.iter().map(|finding| Block::line(format!("finding: {finding}"))));
        let ready = self.phones.iter().filter(|phone| phone.is_in_service()).count();
        let verdict = if self.accepted { "accepted" } else { "not accepted" };
        blocks.push(Block::line(format!(
            "Site {}: {ready} of {} in service, {verdict}.",
            self.site,
            count(self.phones.len(), "phone")
        )));
        blocks
    }
}

impl Document for VerifyReport {
    const SCHEMA: &'static str = "voiceport.verify/1";

    fn view(&self) -> Vec<Block> {
        self.0.view()
    }
}

fn row(phone: &PhoneReport) -> Vec<String> {
    let mut row =
        vec![phone.mac.to_string(), phone.model.to_string(), or_dash(phone.extension.as_ref()), or_dash(phone.at.as_ref())];
    row.extend(phone.stages.iter().map(|stage| sign(stage.state).to_owned()));
    row.push(state(phone));
    row
}

const fn sign(state: StageState) -> &'static str {
    match state {
        StageState::Passed => "✓",
        StageState::Failed => "✗",
        StageState::Waiting => "…",
        StageState::NotChecked => "–",
    }
}

/// `in service`, or the stage it waits for with the reason.
fn state(phone: &PhoneReport) -> String {
    if phone.is_in_service() {
        return "in service".to_owned();
    }
    let open = phone.stages.iter().find(|stage| matches!(stage.state, StageState::Waiting | StageState::Failed));
    let Some(open) = open else { return "waiting".to_owned() };
    let word = if open.state == StageState::Failed { "failed at" } else { "waits for" };
    let name = if open.stage == Stage::Vlan { "VLAN" } else { open.stage.name() };
    open.detail.as_deref().map_or_else(|| format!("{word} {name}"), |detail| format!("{word} {name}: {detail}"))
}
