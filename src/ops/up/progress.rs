//! The site on its way into service: wanted, seen, planned and done. I/O through the context.

use crate::change::plan::Plan;
use crate::change::report::{ApplyReport, Outcome};
use crate::change::verify::differences;
use crate::ops::connect::{Connected, error_rows, observe};
use crate::ops::context::Context;
use crate::ops::document::SiteReport;
use crate::ops::event::{ChangeEvent, ProbeEvent};
use crate::ops::inventory::LoadedSite;
use crate::ops::{probe, verify};
use crate::probe::report::{ProbeReport, Verdict};
use crate::site::acceptance::Acceptance;
use crate::site::report::Stage;
use model::change::Observed;

/// What is known of the site so far.
pub struct SiteProgress<'a> {
    pub site: &'a LoadedSite,
    pub context: &'a Context,
    pub connected: Connected,
    pub observed: Observed,
    pub plan: Plan,
    pub applied: ApplyReport,
}

impl SiteProgress<'_> {
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
        if left.is_empty() {
            self.context.emit(ChangeEvent::AsBefore);
        } else {
            self.applied.outcome = Outcome::RollbackIncomplete;
        }
        let mut acceptance = Acceptance::new(&self.site.site);
        acceptance.observe(&self.site.site, &now);
        let mut report = self.report(&acceptance, None);
        report.accepted = false;
        report.findings.splice(0..0, std::iter::once(self.applied.to_string()).chain(left));
        report
    }

    /// Measures the path, when the inventory names a reflector.
    pub async fn measure(&self, acceptance: &mut Acceptance) -> Option<ProbeReport> {
        acceptance.not_checked(Stage::Registered, verify::NO_REGISTRATION);
        let Some(spec) = &self.site.site.probe else {
            acceptance.not_checked(Stage::Qos, "the inventory names no reflector under `probe`");
            return None;
        };
        let request = probe::Request {
            target: spec.target.clone(),
            streams: spec.streams,
            duration: spec.duration,
            ..probe::Request::default()
        };
        match probe::run(&request, self.context).await {
            Ok(report) => {
                acceptance.probed(report.verdict == Verdict::Pass, &report.to_string());
                self.context.emit(ProbeEvent::Measured(&report));
                Some(report)
            }
            Err(error) => {
                self.context.emit(ProbeEvent::NotMeasured(&error));
                acceptance.probed(false, &error.to_string());
                None
            }
        }
    }

    /// The report of what is known now.
    pub fn report(&self, acceptance: &Acceptance, probe: Option<ProbeReport>) -> SiteReport {
        let mut report = verify::report(self.site, &self.observed, acceptance, self.context);
        report.findings.extend(self.plan.refusals.iter().map(ToString::to_string));
        report.findings.extend(self.connected.failures.iter().map(|(_, error)| error.to_string()));
        report.accepted = report.findings.is_empty();
        report.power.clone_from(&self.plan.power);
        report.plan = Some(self.plan.clone());
        report.apply = Some(self.applied.clone());
        report.probe = probe;
        report.errors = error_rows(&self.connected.failures);
        report
    }
}
