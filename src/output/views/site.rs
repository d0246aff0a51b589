//! The acceptance of a site for people: a line per phone, switch and measured path. Pure.

use super::words::{count, or_dash};
use crate::ops::document::{RequiredBy, SCHEMA, SiteReport, VerifyReport};
use crate::output::document::{Block, Document, Tone};
use crate::site::report::{CheckReport, Finding, PathReport, PhoneReport, SwitchRow, Verdict};
use model::check::{Check, CheckResult};

impl Document for SiteReport {
    const SCHEMA: &'static str = SCHEMA;

    fn view(&self) -> Vec<Block> {
        const PHONE: &[&str] =
            &["phone", "model", "ext", "port", "wired", "powered", "vlan", "path", "found", "fetched", "registered", "state"];
        // what is left tells phones apart and says why one is not in service
        const DROPPED: &[&str] = &["model", "registered", "path", "wired", "phone"];
        let mut blocks = vec![Block::Fitted(PHONE, self.phones.iter().map(phone).collect(), DROPPED)];
        if !self.switches.is_empty() {
            blocks.extend([
                Block::Gap,
                Block::Fitted(&["switch", "profile", "saved", ""], self.switches.iter().map(switch).collect(), &["profile"]),
            ]);
        }
        if !self.paths.is_empty() {
            blocks.extend([Block::Gap, Block::Table(&["path to", "qos", ""], self.paths.iter().map(path).collect())]);
        }
        blocks.push(Block::Gap);
        blocks.extend(self.findings.iter().flat_map(finding));
        let ready = self.phones.iter().filter(|phone| phone.is_in_service()).count();
        let phones = count(self.phones.len(), "phone");
        let tone = match self.verdict {
            Verdict::Accepted => Tone::Good,
            Verdict::AcceptedWithReservations | Verdict::Incomplete => Tone::Doubtful,
            Verdict::NotAccepted => Tone::Bad,
        };
        if self.required_by == RequiredBy::CommandLine {
            blocks.push(Block::line(format!("Required by --require, instead of the inventory: {}.", words_of(&self.required))));
        }
        let without_place = self.scope.as_ref().map_or(0, |scope| scope.phones_without_place);
        if without_place > 0 {
            let phones = count(without_place, "phone");
            blocks.push(Block::line(format!("Nothing is said of {phones} without a known place, which may be here too.")));
        }
        let sentence = format!("Site {}: {ready} of {phones} in service, {}.", about(self), self.verdict.words());
        blocks.push(Block::Toned(tone, sentence));
        blocks
    }
}

impl Document for VerifyReport {
    const SCHEMA: &'static str = "voiceport.verify/1";

    fn view(&self) -> Vec<Block> {
        self.0.view()
    }
}

/// The site, and the part of it that the verdict is about.
#[must_use]
pub fn about(report: &SiteReport) -> String {
    let Some(scope) = &report.scope else { return report.site.clone() };
    let switches = scope.switches.iter().map(|name| format!("switch {name}"));
    let phones = scope.phones.iter().map(|mac| {
        let phone = report.phones.iter().find(|phone| phone.mac == *mac);
        format!("phone {}", phone.and_then(|phone| phone.extension.clone()).unwrap_or_else(|| mac.to_string()))
    });
    let parts: Vec<String> = switches.chain(phones).collect();
    format!("{}, only {}", report.site, parts.join(", "))
}

/// Names of checks, as they are written on the command line.
#[must_use]
pub fn words_of(checks: &[Check]) -> String {
    checks.iter().map(|check| check.name()).collect::<Vec<_>>().join(", ")
}

fn phone(phone: &PhoneReport) -> Vec<String> {
    let mut row =
        vec![phone.mac.to_string(), phone.model.to_string(), or_dash(phone.extension.as_ref()), or_dash(phone.at.as_ref())];
    row.extend(Check::OF_PHONE.iter().map(|check| phone.check(*check).map_or("–", sign).to_owned()));
    row.push(state(phone));
    row
}

fn switch(row: &SwitchRow) -> Vec<String> {
    let saved = row.checks.first();
    vec![row.name.to_string(), or_dash(row.profile.as_ref()), saved.map_or("–", sign).to_owned(), said(saved)]
}

fn path(row: &PathReport) -> Vec<String> {
    let quality = row.checks.first();
    vec![or_dash(row.target.as_ref()), quality.map_or("–", sign).to_owned(), said(quality)]
}

fn said(check: Option<&CheckReport>) -> String {
    check.and_then(|check| check.detail.clone()).unwrap_or_default()
}

const fn sign(check: &CheckReport) -> &'static str {
    match check.result {
        CheckResult::Passed => "✓",
        CheckResult::PassedNarrowly => "≈",
        CheckResult::Failed => "✗",
        CheckResult::NotReached => "·",
        CheckResult::NotChecked => "–",
    }
}

/// `in service`, or the check that holds it up.
fn state(phone: &PhoneReport) -> String {
    if phone.is_in_service() {
        return if phone.checks.iter().any(|check| check.reservation.is_some()) { "reservation" } else { "in service" }.to_owned();
    }
    match phone.held_up_by().first() {
        Some(check) => format!("{} {}", check.check, check.result.words()),
        None => "not in service".to_owned(),
    }
}

fn finding(finding: &Finding) -> Vec<Block> {
    let mut lines = vec![Block::line(format!("finding: {finding}"))];
    lines.extend(finding.hint.iter().map(|hint| Block::line(format!("   hint: {hint}"))));
    lines
}
