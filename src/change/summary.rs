//! A plan and its journal as a report. Pure.

use std::collections::BTreeMap;

use super::next::{Entry, RevertCause, RunState, since_revert};
use super::plan::{Plan, RefusalReason, Step};
use super::report::{ApplyReport, Outcome, SaveReport, StepEvent, StepReport, StepStatus};

/// The report of a run.
#[must_use]
pub fn of_run(id: i64, plan: &Plan, journal: &[Entry], outcome: Outcome) -> ApplyReport {
    let state = RunState::of(journal);
    let mut details: BTreeMap<u32, String> = journal.iter().filter_map(detail).collect();
    ApplyReport {
        run: Some(id),
        site: plan.site.clone(),
        changed: matches!(outcome, Outcome::Applied | Outcome::NotSaved | Outcome::RollbackIncomplete)
            && state
                .statuses()
                .any(|status| !matches!(status, StepStatus::AlreadySet | StepStatus::Pending | StepStatus::Reverted)),
        outcome,
        failure: journal.iter().find_map(|entry| match entry {
            Entry::Reverting { cause: RevertCause::Failure(detail) } => Some(detail.clone()),
            _ => None,
        }),
        steps: plan.steps.iter().map(|step| step_report(step, state.status(step.number), details.remove(&step.number))).collect(),
        saving: since_revert(journal).iter().filter_map(saving).collect(),
        left_out: Vec::new(),
        refusals: plan.refusals.clone(),
        errors: plan.errors.clone(),
    }
}

/// The report of a plan that needed no run: nothing to do, or only checked.
#[must_use]
pub fn without_run(plan: &Plan, outcome: Outcome) -> ApplyReport {
    ApplyReport {
        run: None,
        site: plan.site.clone(),
        changed: outcome == Outcome::Checked,
        outcome,
        failure: None,
        steps: plan.steps.iter().map(|step| step_report(step, StepStatus::default(), None)).collect(),
        saving: Vec::new(),
        left_out: Vec::new(),
        refusals: plan.refusals.clone(),
        errors: plan.errors.clone(),
    }
}

/// The report of a plan that must not be carried out.
#[must_use]
pub fn refused(plan: &Plan) -> ApplyReport {
    let why = plan.refusals.iter().find(|refusal| refusal.reason == RefusalReason::OverBudget).map(ToString::to_string);
    ApplyReport { changed: false, failure: why, ..without_run(plan, Outcome::Refused) }
}

/// A step that has come to a status by this line; `None` for a line about something else.
#[must_use]
pub fn step_event(plan: &Plan, entry: &Entry) -> Option<StepEvent> {
    let (number, status) = match entry {
        Entry::AlreadySet { step } => (step, StepStatus::AlreadySet),
        Entry::Done { step, .. } => (step, StepStatus::Done),
        Entry::Failed { step, .. } => (step, StepStatus::Failed),
        Entry::FailedDirty { step, .. } => (step, StepStatus::FailedDirty),
        Entry::Reverted { step } => (step, StepStatus::Reverted),
        Entry::RevertFailed { step, .. } => (step, StepStatus::RevertFailed),
        _ => return None,
    };
    let detail = detail(entry).map(|(_, detail)| detail);
    Some(StepEvent { steps: plan.steps.len(), step: step_report(plan.step(*number)?, status, detail) })
}

/// How a switch saved by this line; `None` for a line about something else.
#[must_use]
pub fn saving(entry: &Entry) -> Option<SaveReport> {
    match entry {
        Entry::Saved { switch, status, detail, .. } => {
            Some(SaveReport { switch: switch.clone(), status: *status, detail: detail.clone() })
        }
        _ => None,
    }
}

fn step_report(step: &Step, status: StepStatus, detail: Option<String>) -> StepReport {
    StepReport {
        number: step.number,
        switch: step.switch.clone(),
        port: step.port.clone(),
        change: step.change.clone(),
        status,
        detail,
    }
}

/// What a line says about its step; of several, the last counts.
fn detail(entry: &Entry) -> Option<(u32, String)> {
    match entry {
        Entry::Done { step, note } => Some((*step, note.clone()?)),
        Entry::Failed { step, detail } | Entry::FailedDirty { step, detail } | Entry::RevertFailed { step, detail } => {
            Some((*step, detail.clone()))
        }
        _ => None,
    }
}
