//! What an acceptance rests on, gathered: switches, journal, record of fetches, path; and the report of it. I/O through the context.

use std::collections::{BTreeMap, BTreeSet};

use super::connect::Failures;
use super::context::Context;
use super::document::{RequiredBy, SiteReport};
use super::error::Error;
use super::event::ProbeEvent;
use super::inventory::LoadedSite;
use super::{fetches, probe, runs};
use crate::change::finish_or_put_back;
use crate::change::history::RunRecord;
use crate::change::journal::Journal;
use crate::change::next::{Entry, RunState, since_revert};
use crate::change::open::Unfinished;
use crate::change::plan::{Plan, Refusal, RefusalReason, Step, comes_back};
use crate::change::report::{Outcome, StepStatus};
use crate::power::account;
use crate::probe::report::{ProbeReport, Verdict};
use crate::site::acceptance::Acceptance;
use crate::site::evidence::{Cause, Evidence, Explains, Fetched, LastSave, PathEvidence, Pending};
use crate::site::report::FindingCode;
use crate::site::scope::Selection;
use model::change::{Change, Observed};
use model::check::{Check, CheckResult};
use model::ids::{MacAddress, PortRef, SwitchName};
use model::site::Site;

/// What is known of a site besides what its switches show.
#[derive(Debug)]
pub(super) struct Known {
    pub unread: BTreeMap<SwitchName, String>,
    pub fetches: BTreeMap<MacAddress, Fetched>,
    pub saving: BTreeMap<SwitchName, LastSave>,
    pub path: PathEvidence,
    pub causes: Vec<Cause>,
    /// What the acceptance is about.
    pub selection: Selection,
}

impl Known {
    /// From journal and record; the path is not measured yet.
    pub fn gather(site: &LoadedSite, failures: &Failures, context: &Context) -> Result<Self, Error> {
        let target = site.site.probe.as_ref().map(|probe| probe.target.clone());
        let why = if target.is_some() { "not measured" } else { "the inventory names no reflector under `probe`" };
        Ok(Self {
            unread: failures.iter().map(|(name, error)| (name.clone(), error.to_string())).collect(),
            fetches: fetches::audit(site, context)?,
            saving: saving(&site.site, context)?,
            path: PathEvidence::NotMeasured { target, why: why.to_owned() },
            causes: unfinished(&site.site, context)?.into_iter().chain(unread(failures)).collect(),
            selection: Selection::default(),
        })
    }

    /// The acceptance by what is known, and by what switches show now.
    pub fn judge(&self, site: &LoadedSite, observed: &Observed, pending: &Pending) -> Acceptance {
        let Self { unread, fetches, saving, path, causes, selection } = self;
        let catalogue = &site.catalogue;
        Acceptance::of(&site.site, selection, &Evidence { catalogue, observed, unread, pending, fetches, saving, path, causes })
    }

    /// Measures the path where the acceptance depends on it.
    pub async fn measure(&mut self, site: &Site, context: &Context) -> Option<ProbeReport> {
        let spec = site.probe.as_ref().filter(|_| site.required_checks().contains(&Check::Qos))?;
        let request = probe::Request {
            target: spec.target.clone(),
            streams: spec.streams,
            duration: spec.duration,
            ..probe::Request::default()
        };
        let target = spec.target.clone();
        match probe::run(&request, context).await {
            Ok(report) => {
                let result = match report.verdict {
                    Verdict::Pass => CheckResult::Passed,
                    Verdict::Fail => CheckResult::Failed,
                    Verdict::NotEnoughData => CheckResult::NotChecked,
                };
                self.path = PathEvidence::Measured { target, result, detail: report.to_string() };
                Some(report)
            }
            Err(error) => {
                context.emit(ProbeEvent::NotMeasured(&error));
                self.path = PathEvidence::NotMeasured { target: Some(target), why: error.to_string() };
                None
            }
        }
    }
}

/// The report of an acceptance; plan, run and probe are added by who has them.
pub(super) fn report(site: &LoadedSite, observed: &Observed, acceptance: Acceptance, context: &Context) -> SiteReport {
    SiteReport {
        site: site.site.name.clone(),
        made_at: context.clock.now(),
        time_zone: site.site.time_zone.clone(),
        made_by: concat!("voiceport ", env!("CARGO_PKG_VERSION")).to_owned(),
        verdict: acceptance.verdict,
        put_back: None,
        scope: acceptance.scope,
        findings: acceptance.findings,
        required_by: RequiredBy::Inventory,
        required: acceptance.required.into_iter().collect(),
        phones: acceptance.phones,
        switches: acceptance.switches,
        paths: acceptance.paths,
        power: account::report(&site.site, observed).groups,
        plan: None,
        apply: None,
        probe: None,
        errors: Vec::new(),
    }
}

/// A cause for each switch that was not read.
fn unread(failures: &Failures) -> Vec<Cause> {
    let cause = |(name, error): &(SwitchName, crate::switch::Error)| Cause {
        code: FindingCode::SwitchUnread,
        message: format!("switch {name} was not read: {error}"),
        hint: error.hint(),
        explains: Explains::Switch(name.clone()),
        ends_all: false,
    };
    failures.iter().map(cause).collect()
}

/// A cause for each run that has not ended.
fn unfinished(site: &Site, context: &Context) -> Result<Vec<Cause>, Error> {
    let cause = |(unfinished, holder): (Unfinished, Option<String>)| {
        let run = unfinished.run.id;
        let (message, hint) = match holder {
            Some(holder) => (format!("run {run} goes on in another process ({holder})"), "wait for it to end".to_owned()),
            None => (format!("run {run} was interrupted: switches may be half changed"), finish_or_put_back(run)),
        };
        Cause { code: FindingCode::UnfinishedRun, message, hint: Some(hint), explains: Explains::Nothing, ends_all: false }
    };
    Ok(runs::unfinished(site, &[], context)?.into_iter().map(cause).collect())
}

/// What a plan leaves out, as causes. That a switch was not read is one already.
pub(super) fn refused(plan: &Plan) -> impl Iterator<Item = Cause> {
    let refusals = plan.refusals.iter().filter(|refusal| refusal.reason != RefusalReason::Unread);
    refusals.map(|refusal| Cause {
        code: FindingCode::Refused,
        message: format!("refused: {refusal}"),
        hint: None,
        explains: explained_by(refusal),
        ends_all: !plan.is_safe(),
    })
}

fn explained_by(refusal: &Refusal) -> Explains {
    match (refusal.mac, &refusal.switch, &refusal.port) {
        (Some(mac), ..) => Explains::Phone(mac),
        (None, Some(switch), Some(port)) => {
            Explains::Ports(BTreeSet::from([PortRef { switch: switch.clone(), port: port.clone() }]))
        }
        (None, Some(switch), None) => Explains::Switch(switch.clone()),
        (None, None, _) => Explains::Nothing,
    }
}

/// What a plan made now would change in VLANs.
pub(super) fn pending(plan: &Plan) -> Pending {
    let mut pending = Pending::default();
    for step in plan.steps.iter().filter(|step| is_of_vlans(&step.change)) {
        let open = match &step.port {
            Some(port) => pending.ports.entry(PortRef { switch: step.switch.clone(), port: port.clone() }).or_default(),
            None => pending.switches.entry(step.switch.clone()).or_default(),
        };
        open.push(step.change.to_string());
    }
    pending
}

const fn is_of_vlans(change: &Change) -> bool {
    match change {
        Change::VlanExists { .. }
        | Change::Membership { .. }
        | Change::Pvid { .. }
        | Change::VoiceVlan { .. }
        | Change::VoiceAttribute { .. }
        | Change::SwitchVoiceVlan { .. }
        | Change::VoiceFunction { .. }
        | Change::PortMode { .. }
        | Change::IdleTrunk { .. } => true,
        Change::DscpPriority { .. }
        | Change::PoePriority { .. }
        | Change::PoeAllocation { .. }
        | Change::PoeLimit { .. }
        | Change::PoeEnabled { .. } => false,
    }
}

/// How the last run that changed a switch saved it, from the journal.
pub(super) fn saving(site: &Site, context: &Context) -> Result<BTreeMap<SwitchName, LastSave>, Error> {
    let mut saving = BTreeMap::new();
    let Some(journal) = Journal::open_existing(context.state_folder.as_deref())? else { return Ok(saving) };
    for run in journal.readable()?.into_iter().filter(|run| runs::is_of(run, site)) {
        // a power cycle ends as it began: there is nothing to save
        if run.outcome == Some(Outcome::Applied) && comes_back(&run.plan.steps) {
            continue;
        }
        // lines of another version say nothing about the runs before and after
        let Ok(lines) = journal.entries(run.id) else { continue };
        let entries: Vec<Entry> = lines.into_iter().map(|(_, entry)| entry).collect();
        for (switch, last) in of_run(&run, &entries) {
            saving.entry(switch).or_insert(last);
        }
    }
    Ok(saving)
}

/// How a run left the switches that it changed.
fn of_run(run: &RunRecord, entries: &[Entry]) -> BTreeMap<SwitchName, LastSave> {
    let state = RunState::of(entries);
    let mut left: BTreeMap<SwitchName, LastSave> = BTreeMap::new();
    let id = run.id;
    let wrote =
        |step: &&Step| !matches!(state.status(step.number), StepStatus::Pending | StepStatus::AlreadySet | StepStatus::Failed);
    let was_saved =
        |switch: &SwitchName| entries.iter().any(|entry| matches!(entry, Entry::Saved { switch: of, .. } if of == switch));
    for step in run.plan.steps.iter().filter(wrote) {
        if run.outcome.is_none() {
            left.insert(step.switch.clone(), LastSave::Interrupted { run: id });
        } else if state.status(step.number) != StepStatus::Reverted || was_saved(&step.switch) {
            left.entry(step.switch.clone()).or_insert(LastSave::LeftOut { run: id });
        }
    }
    for entry in since_revert(entries) {
        if let Entry::Saved { switch, status, detail, .. } = entry
            && run.outcome.is_some()
            && left.contains_key(switch)
        {
            left.insert(switch.clone(), LastSave::Told { run: id, status: *status, detail: detail.clone() });
        }
    }
    left
}
