//! What is open of a run that has not ended. Pure.

use std::collections::BTreeSet;

use super::history::RunRecord;
use super::next::{Entry, RunState, auto_save_paused};
use super::record::Record;
use super::report::StepStatus;
use model::ids::SwitchName;
use model::site::{Site, SwitchTransport};

/// A run that has not ended: interrupted, unless another process goes on with it.
#[derive(Debug, Clone)]
pub struct Unfinished {
    pub run: RunRecord,
    /// The switches on which it has something to do or to put back.
    pub open: BTreeSet<SwitchName>,
}

/// What is open of a run with these lines; all of it where they cannot be read.
#[must_use]
pub fn unfinished(run: RunRecord, entries: Option<&[Entry]>) -> Unfinished {
    let open = match entries {
        None => run.plan.steps.iter().map(|step| step.switch.clone()).collect(),
        Some(entries) => {
            let state = RunState::of(entries);
            let is_open = |status| match status {
                StepStatus::Done | StepStatus::Unknown | StepStatus::FailedDirty | StepStatus::RevertFailed => true,
                // to be done yet, unless the run is put back
                StepStatus::Pending => !state.reverting(),
                StepStatus::AlreadySet | StepStatus::Failed | StepStatus::Reverted => false,
            };
            let steps = run.plan.steps.iter().filter(|step| is_open(state.status(step.number)));
            steps.map(|step| step.switch.clone()).chain(auto_save_paused(entries)).collect()
        }
    };
    Unfinished { run, open }
}

impl Unfinished {
    /// Whether another run, of this record, would change switches that this one has left open.
    #[must_use]
    pub fn concerns(&self, site: &str, other: &Record) -> bool {
        self.is_of(site) && other.switches.iter().any(|switch| self.is_open(&switch.name, |own| own == &switch.transport))
    }

    /// Whether it has left open a switch of this site, among those asked for. No names: all are.
    #[must_use]
    pub fn concerns_site(&self, site: &Site, names: &[String]) -> bool {
        let asked = |name: &SwitchName| names.is_empty() || names.iter().any(|asked| asked == name.as_str());
        self.is_of(&site.name)
            && site.switches.iter().any(|(name, spec)| asked(name) && self.is_open(name, |own| own == &spec.transport))
    }

    fn is_of(&self, site: &str) -> bool {
        self.run.plan.site == site
    }

    /// Whether a switch is open that is reached like this; by its name alone in a journal of an older version.
    fn is_open(&self, name: &SwitchName, reached_like: impl Fn(&SwitchTransport) -> bool) -> bool {
        match &self.run.record {
            Some(record) => record.switches.iter().any(|own| reached_like(&own.transport) && self.open.contains(&own.name)),
            None => self.open.contains(name),
        }
    }
}
