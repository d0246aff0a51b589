//! The acceptance of a site: every check of every phone, switch and path, and what follows from them. Pure.

use std::collections::BTreeSet;

use super::evidence::{Cause, Evidence, PathEvidence};
use super::findings::{Checked, findings};
use super::place::{self, Placement};
use super::report::{CheckReport, Finding, FindingCode, PathReport, PhoneReport, SwitchRow, Verdict};
use super::scope::{Selection, VerdictScope};
use super::{phone_checks, switch_checks};
use model::check::{Check, CheckResult, Subject};
use model::ids::SwitchName;
use model::site::{PhoneSpec, ReservedFor, Site};

/// Every check of a site, the verdict, and what stands against it.
#[derive(Debug, Clone, PartialEq)]
pub struct Acceptance {
    /// What it is about; `None` for the whole site.
    pub scope: Option<VerdictScope>,
    /// The checks that must pass.
    pub required: BTreeSet<Check>,
    pub verdict: Verdict,
    /// What stands against the acceptance or qualifies it; none when the site is accepted without reservations.
    pub findings: Vec<Finding>,
    /// The phones, in the inventory's order.
    pub phones: Vec<PhoneReport>,
    /// The switches, in the order of their names.
    pub switches: Vec<SwitchRow>,
    /// The measured paths.
    pub paths: Vec<PathReport>,
}

impl Acceptance {
    /// Judges a site, or a part of it, by what is known of it.
    #[must_use]
    pub fn of(site: &Site, selection: &Selection, evidence: &Evidence<'_>) -> Self {
        let required = site.required_checks();
        let places = place::place(site, evidence.observed);
        let phones = site.phones.iter().zip(places);
        let phones = phones.map(|(spec, place)| (spec, phone(site, evidence, &required, spec, &place.placement)));
        let (chosen, rest): (Vec<_>, Vec<_>) = phones.partition(|(spec, report)| selection.has(spec, report));
        let phones: Vec<_> = chosen.into_iter().map(|(_, report)| report).collect();
        let under = switches_of(selection, &phones);
        let names = site.switches.keys().filter(|name| selection.is_whole_site() || under.contains(name));
        let switches: Vec<_> = names.map(|name| switch(site, evidence, &required, name)).collect();
        // the path is the site's: for a part of it, it counts where it is asked for
        let is_wanted = selection.is_whole_site() || required.contains(&Check::Qos);
        let paths: Vec<_> = path(site, evidence, &required).filter(|_| is_wanted).into_iter().collect();
        let scope = (!selection.is_whole_site()).then(|| VerdictScope {
            switches: selection.switches.iter().cloned().collect(),
            phones: selection.phones.iter().copied().collect(),
            phones_without_place: rest.iter().filter(|(_, report)| report.at.is_none()).count(),
        });
        let asks_of_phones = required.iter().any(|check| check.subject() == Subject::Phone);
        let no_phones = match (&scope, phones.is_empty()) {
            (None, true) => Some("the inventory has no phones: there is nothing to accept"),
            (Some(_), true) if asks_of_phones => Some("no phone is known to be there: there is nothing to accept"),
            _ => None,
        };
        let checked = Checked { phones: &phones, switches: &switches, paths: &paths, no_phones };
        let (verdict, findings) = (judge(checked, evidence.causes), findings(checked, evidence.causes));
        Self { scope, required, verdict, findings, phones, switches, paths }
    }
}

/// The switches that a part of a site stands on.
fn switches_of<'a>(selection: &'a Selection, phones: &'a [PhoneReport]) -> BTreeSet<&'a SwitchName> {
    let under = phones.iter().filter_map(|phone| phone.at.as_ref()).map(|at| &at.switch);
    selection.switches.iter().chain(under).collect()
}

/// A required check that failed outweighs one that was not made. A site without phones has nothing to accept.
fn judge(checked: Checked<'_>, causes: &[Cause]) -> Verdict {
    // no check of a site stands while a run has not ended
    if causes.iter().any(|cause| cause.code == FindingCode::UnfinishedRun) {
        return Verdict::NotAccepted;
    }
    let phones = checked.phones.iter().flat_map(|phone| &phone.checks);
    let switches = checked.switches.iter().flat_map(|switch| &switch.checks);
    let checks: Vec<_> = phones.chain(switches).chain(checked.paths.iter().flat_map(|path| &path.checks)).collect();
    let open = checks.iter().filter(|check| check.is_open()).map(|check| check.result);
    match open.min_by_key(|result| *result == CheckResult::NotChecked) {
        Some(CheckResult::NotChecked) => Verdict::Incomplete,
        Some(_) => Verdict::NotAccepted,
        None if checked.no_phones.is_some() => Verdict::Incomplete,
        // what is required and did not pass is covered by a reservation, since nothing is open
        None if checks.iter().any(|check| check.required && check.result != CheckResult::Passed) => {
            Verdict::AcceptedWithReservations
        }
        None => Verdict::Accepted,
    }
}

fn phone(site: &Site, evidence: &Evidence<'_>, required: &BTreeSet<Check>, spec: &PhoneSpec, placement: &Placement) -> PhoneReport {
    let outcomes = phone_checks::outcomes(site, evidence, placement);
    let reserved = ReservedFor::Phone(spec.mac);
    let line = spec.lines.first();
    PhoneReport {
        mac: spec.mac,
        model: spec.model.clone(),
        name: line.and_then(|line| line.name.clone()),
        extension: line.map(|line| line.extension.clone()),
        at: placement.at.clone(),
        checks: outcomes
            .into_iter()
            .map(|(check, outcome)| covered(site, outcome.report(check, required.contains(&check)), &reserved))
            .collect(),
    }
}

fn switch(site: &Site, evidence: &Evidence<'_>, required: &BTreeSet<Check>, name: &SwitchName) -> SwitchRow {
    let state = evidence.observed.switches.get(name);
    let saved = switch_checks::saved(evidence, name).report(Check::Saved, required.contains(&Check::Saved));
    SwitchRow {
        name: name.clone(),
        description: state.and_then(|state| state.identity.description.clone()),
        profile: state.map(|state| state.identity.profile.clone()),
        unsaved_changes: state.and_then(|state| state.unsaved_changes),
        checks: vec![covered(site, saved, &ReservedFor::Switch(name.clone()))],
        notes: state.map(|state| state.notes.clone()).unwrap_or_default(),
    }
}

/// The path to the reflector; a row without target where quality is required and the inventory names no reflector.
fn path(site: &Site, evidence: &Evidence<'_>, required: &BTreeSet<Check>) -> Option<PathReport> {
    let target = match evidence.path {
        PathEvidence::Measured { target, .. } => Some(target.clone()),
        PathEvidence::NotMeasured { target, .. } => target.clone(),
    };
    let is_required = required.contains(&Check::Qos);
    if target.is_none() && !is_required {
        return None;
    }
    let quality = switch_checks::quality(evidence.path).report(Check::Qos, is_required);
    let reserved = ReservedFor::Path(target.clone().unwrap_or_default());
    Some(PathReport { target, checks: vec![covered(site, quality, &reserved)] })
}

/// A check that did not pass, with the reservation that covers it.
fn covered(site: &Site, mut check: CheckReport, subject: &ReservedFor) -> CheckReport {
    if !check.result.has_passed() {
        let fits = site.accept.reservations.iter().find(|one| one.check == check.check && one.of == *subject);
        check.reservation = fits.map(|one| one.reason.clone());
    }
    check
}
