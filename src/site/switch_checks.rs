//! The checks of a switch and of a measured path. Pure.

use super::evidence::{Evidence, LastSave, PathEvidence};
use super::phone_checks::Outcome;
use super::report::Reason;
use model::check::CheckResult;
use model::ids::SwitchName;
use model::saving::SaveStatus;

/// Whether the startup configuration has what is running. What the switch itself tells comes first; else what the last run that
/// changed it came to.
pub(super) fn saved(evidence: &Evidence<'_>, switch: &SwitchName) -> Outcome {
    if let Some(LastSave::Interrupted { run }) = evidence.saving.get(switch) {
        return Outcome::failed(Reason::Interrupted, format!("run {run}, which changed it, was interrupted"));
    }
    let Some(state) = evidence.observed.switches.get(switch) else {
        let why = evidence.unread.get(switch).map_or_else(String::new, |why| format!(": {why}"));
        return Outcome::not_checked(Reason::SwitchUnread, format!("it was not read{why}"));
    };
    match (state.unsaved_changes, evidence.saving.get(switch)) {
        (Some(true), _) => Outcome::failed(Reason::NotSaved, "its running configuration is not in its startup configuration"),
        (Some(false), _) => Outcome::passed("its startup configuration is current"),
        (None, Some(LastSave::Told { run, status, detail })) => told(*run, *status, detail.as_deref()),
        (None, Some(LastSave::LeftOut { run })) => {
            Outcome::failed(Reason::NotSaved, format!("run {run} changed it without saving: a restart undoes the change"))
        }
        (None, Some(LastSave::Interrupted { .. }) | None) => Outcome::not_checked(
            Reason::SaveUnknown,
            "it does not tell whether its startup configuration is current, and no run from here has changed it",
        ),
    }
}

fn told(run: i64, status: SaveStatus, detail: Option<&str>) -> Outcome {
    let why = detail.map_or_else(String::new, |detail| format!(": {detail}"));
    match status {
        SaveStatus::Saved => Outcome::passed(format!("saved by run {run}")),
        SaveStatus::SavesItself => Outcome::passed("it saves every change itself"),
        SaveStatus::NotPossible => {
            Outcome::failed(Reason::CannotBeSaved, format!("what run {run} changed cannot be saved from here: a restart undoes it"))
        }
        SaveStatus::Failed => {
            Outcome::failed(Reason::NotSaved, format!("run {run} could not save it: a restart undoes the change{why}"))
        }
    }
}

pub(super) fn quality(path: &PathEvidence) -> Outcome {
    match path {
        PathEvidence::Measured { result: CheckResult::Passed, detail, .. } => Outcome::passed(detail.clone()),
        PathEvidence::Measured { result: CheckResult::NotChecked | CheckResult::NotReached, detail, .. } => {
            Outcome::not_checked(Reason::NotMeasured, detail.clone())
        }
        PathEvidence::Measured { result, detail, .. } => {
            Outcome { result: *result, ..Outcome::failed(Reason::LimitMissed, detail.clone()) }
        }
        PathEvidence::NotMeasured { why, .. } => Outcome::not_checked(Reason::NotMeasured, why.clone()),
    }
}
