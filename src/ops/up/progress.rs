//! What `up` knows of a site after its switches were changed, and the report of it. I/O through the context.

use std::collections::BTreeSet;

use crate::change::plan::Plan;
use crate::change::report::{ApplyReport, Outcome, StepReport, StepStatus};
use crate::change::verify::differences;
use crate::ops::acceptance::{self, Known};
use crate::ops::connect::{Connected, observe};
use crate::ops::context::Context;
use crate::ops::document::SiteReport;
use crate::ops::event::{ChangeEvent, ProbeEvent};
use crate::ops::inventory::LoadedSite;
use crate::ops::{Error, fetches, plan};
use crate::probe::report::ProbeReport;
use crate::site::acceptance::Acceptance;
use crate::site::evidence::{Cause, Explains, Fetched, Pending};
use crate::site::place::place;
use crate::site::report::FindingCode;
use model::change::{Change, Observed};
use model::ids::{MacAddress, PortRef};

/// What is known of the site so far.
pub struct SiteProgress<'a> {
    pub site: &'a LoadedSite,
    pub context: &'a Context,
    pub connected: Connected,
    pub observed: Observed,
    pub plan: Plan,
    pub applied: ApplyReport,
    pub known: Known,
    /// What a plan made now would change in VLANs.
    pending: Pending,
}

impl<'a> SiteProgress<'a> {
    /// After the plan was carried out, or was not.
    pub fn new(
        site: &'a LoadedSite,
        context: &'a Context,
        (connected, observed): (Connected, Observed),
        (plan, applied): (Plan, ApplyReport),
    ) -> Result<Self, Error> {
        let mut known = Known::gather(site, &connected.failures, context)?;
        known.causes.extend(acceptance::refused(&plan));
        let pending = acceptance::pending(&plan);
        let mut progress = Self { site, context, connected, observed, plan, applied, known, pending };
        progress.expect_requests();
        Ok(progress)
    }

    /// Takes what the switches show now.
    pub fn see(&mut self, observed: Observed) {
        self.pending = acceptance::pending(&plan::make(self.site, &observed));
        self.observed = observed;
    }

    /// The acceptance by what is known now.
    pub fn acceptance(&self) -> Acceptance {
        self.known.judge(self.site, &self.observed, &self.pending)
    }

    /// A phone whose power this run has switched on starts, and asks for its file.
    fn expect_requests(&mut self) {
        let is_on = |step: &&StepReport| {
            step.status == StepStatus::Done && matches!(&step.change, Change::PoeEnabled { delta, .. } if delta.after)
        };
        let ports = self.applied.steps.iter().filter(is_on).filter_map(place_of);
        let started: BTreeSet<PortRef> = ports.collect();
        let places = place(&self.site.site, &self.observed);
        let at_those = places.iter().filter(|place| place.placement.at.as_ref().is_some_and(|at| started.contains(at)));
        let phones: Vec<MacAddress> = at_those.map(|place| place.placement.mac).collect();
        for mac in phones {
            let file = self.site.site.phone(mac).and_then(|phone| fetches::own_file(&self.site.catalogue, phone));
            // what it fetched before is no proof any more: it asks again now
            if let Some(file) = file {
                self.known.fetches.insert(mac, Fetched::NotAsked { file });
            }
        }
    }

    /// After a refusal or a rollback: the switches are read once more, and compared with what they were.
    pub async fn not_applied(&mut self) -> SiteReport {
        let now = observe(&mut self.connected, &self.site.catalogue, self.context).await;
        let mut left = Vec::new();
        for (name, before) in &self.observed.switches {
            match now.switches.get(name) {
                Some(after) => left.extend(differences(before, after)),
                None => left.push(format!("{name}: cannot be read any more")),
            }
        }
        // where nothing was written there is nothing to compare
        if left.is_empty() && self.applied.outcome != Outcome::Refused {
            self.context.emit(ChangeEvent::AsBefore);
        }
        if !left.is_empty() {
            self.applied.outcome = Outcome::RollbackIncomplete;
        }
        self.known.causes.splice(0..0, self.run_failed(left));
        self.see(now);
        self.report(None)
    }

    /// Why nothing of the plan stands: the failed run, and what is not as before. Refusals of a whole plan are causes already.
    fn run_failed(&self, left: Vec<String>) -> Vec<Cause> {
        let mut causes = Vec::new();
        if self.applied.outcome != Outcome::Refused {
            let failed = |step: &&StepReport| matches!(step.status, StepStatus::Failed | StepStatus::FailedDirty);
            let steps: Vec<String> = self.applied.steps.iter().filter(failed).map(sentence).collect();
            let why = if steps.is_empty() { self.applied.failure.clone().unwrap_or_default() } else { steps.join("; ") };
            let run = self.applied.run.map_or_else(String::new, |run| format!("Run {run}: "));
            let back = match self.applied.outcome {
                Outcome::RollbackIncomplete => "failed, and not everything is as before",
                _ => "failed, everything was put back and read back",
            };
            let message = if why.is_empty() { format!("{run}{back}") } else { format!("{run}{back}: {why}") };
            causes.push(Cause {
                code: FindingCode::RunFailed,
                message,
                hint: Some("voiceport history show tells every step".to_owned()),
                explains: Explains::Ports(self.applied.steps.iter().filter_map(place_of).collect()),
                ends_all: true,
            });
        }
        causes.extend(left.into_iter().map(|message| Cause {
            code: FindingCode::LeftChanged,
            message,
            hint: Some("look at the switch".to_owned()),
            explains: Explains::Nothing,
            ends_all: true,
        }));
        causes
    }

    /// Measures the path, where the acceptance depends on it.
    pub async fn measure(&mut self) -> Option<ProbeReport> {
        let report = self.known.measure(&self.site.site, self.context).await?;
        self.context.emit(ProbeEvent::Measured(&report));
        Some(report)
    }

    /// The report of what is known now.
    pub fn report(&self, probe: Option<ProbeReport>) -> SiteReport {
        let mut report = acceptance::report(self.site, &self.observed, self.acceptance(), self.context);
        report.plan = Some(self.plan.clone());
        report.apply = Some(self.applied.clone());
        report.probe = probe;
        report
    }
}

fn place_of(step: &StepReport) -> Option<PortRef> {
    Some(PortRef { switch: step.switch.clone(), port: step.port.clone()? })
}

/// `switch port: change: what happened`.
fn sentence(step: &StepReport) -> String {
    let port = step.port.as_ref().map_or_else(String::new, |port| format!(" {port}"));
    let detail = step.detail.as_deref().unwrap_or(step.status.words());
    format!("{}{port}: {}: {detail}", step.switch, step.change)
}
