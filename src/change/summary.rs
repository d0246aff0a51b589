//! A plan and its journal as a report, and one journal line in words. Pure.

use std::collections::BTreeMap;

use super::next::ASKED_FOR;
use super::next::Entry;
use super::next::Progress;
use super::next::since_turn;
use model::plan::Plan;
use model::plan::RefusalKind;
use model::plan::Step;
use model::report::ApplyReport;
use model::report::Outcome;
use model::report::PersistReport;
use model::report::Standing;
use model::report::StepReport;

/// The report of a run.
#[must_use]
pub fn of_run(id: i64, plan: &Plan, journal: &[Entry], outcome: Outcome) -> ApplyReport {
    let progress = Progress::of(journal);
    let mut details: BTreeMap<u32, String> = journal.iter().filter_map(detail).collect();
    ApplyReport {
        run: Some(id),
        site: plan.site.clone(),
        changed: matches!(outcome, Outcome::Applied | Outcome::NotSaved | Outcome::RollbackIncomplete)
            && progress.standings().any(|standing| !matches!(standing, Standing::Found | Standing::Open | Standing::Restored)),
        outcome,
        failure: journal.iter().find_map(|entry| match entry {
            Entry::Reverting { reason } if reason != ASKED_FOR => Some(reason.clone()),
            _ => None,
        }),
        steps: plan
            .steps
            .iter()
            .map(|step| step_report(step, progress.standing(step.number), details.remove(&step.number)))
            .collect(),
        persisted: since_turn(journal).iter().filter_map(persisted).collect(),
        refusals: plan.refusals.clone(),
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
        steps: plan.steps.iter().map(|step| step_report(step, Standing::default(), None)).collect(),
        persisted: Vec::new(),
        refusals: plan.refusals.clone(),
    }
}

/// The report of a plan that must not be carried out.
#[must_use]
pub fn refused(plan: &Plan) -> ApplyReport {
    let why = plan.refusals.iter().find(|refusal| refusal.kind == RefusalKind::OverBudget).map(ToString::to_string);
    ApplyReport { changed: false, failure: why, ..without_run(plan, Outcome::Refused) }
}

/// A journal line as people watch it go by; `None` for lines that only matter after a crash.
#[must_use]
pub fn line(plan: &Plan, entry: &Entry) -> Option<String> {
    let step = |number: u32| step_of(plan, number).map_or_else(|| format!("step {number}"), place);
    Some(match entry {
        Entry::Intended { .. } | Entry::Undoing { .. } | Entry::SavingPaused { .. } | Entry::SavingResumed { .. } => return None,
        Entry::Found { step: number } => format!("  =  {}: already so", step(*number)),
        Entry::Verified { step: number, note } => {
            format!("  ok {}{}", step(*number), note.as_deref().map_or_else(String::new, |note| format!(" ({note})")))
        }
        Entry::Unchanged { step: number, reason } | Entry::Disturbed { step: number, reason } => {
            format!("  !! {}: {reason}", step(*number))
        }
        Entry::Reverting { .. } => "putting everything back".to_owned(),
        Entry::Restored { step: number } => format!("  <- {}: put back", step(*number)),
        Entry::NotRestored { step: number, reason } => format!("  !! {}: not put back: {reason}", step(*number)),
        Entry::Persisted { switch, kept, detail } => {
            let sign = if kept.is_safe() { "ok" } else { "!!" };
            format!("  {sign} {switch}: {}{}", kept.words(), detail.as_deref().map_or_else(String::new, |why| format!(": {why}")))
        }
    })
}

fn place(step: &Step) -> String {
    let port = step.port.as_ref().map_or_else(String::new, |port| format!(" {port}"));
    format!("{}{port}: {}", step.switch, step.change)
}

/// The step of a number; they count from 1.
pub(super) fn step_of(plan: &Plan, number: u32) -> Option<&Step> {
    let at = usize::try_from(number).ok()?.checked_sub(1)?;
    plan.steps.get(at).filter(|step| step.number == number).or_else(|| plan.steps.iter().find(|step| step.number == number))
}

fn step_report(step: &Step, standing: Standing, detail: Option<String>) -> StepReport {
    StepReport {
        number: step.number,
        switch: step.switch.clone(),
        port: step.port.clone(),
        change: step.change.clone(),
        standing,
        detail,
    }
}

/// What a line says about its step; of several, the last counts.
fn detail(entry: &Entry) -> Option<(u32, String)> {
    match entry {
        Entry::Verified { step, note } => Some((*step, note.clone()?)),
        Entry::Unchanged { step, reason } | Entry::Disturbed { step, reason } | Entry::NotRestored { step, reason } => {
            Some((*step, reason.clone()))
        }
        _ => None,
    }
}

fn persisted(entry: &Entry) -> Option<PersistReport> {
    match entry {
        Entry::Persisted { switch, kept, detail } => {
            Some(PersistReport { switch: switch.clone(), kept: *kept, detail: detail.clone() })
        }
        _ => None,
    }
}
