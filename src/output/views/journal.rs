//! One journal line for people who watch a run. Pure.

use crate::change::next::Entry;
use crate::change::plan::{Plan, Step};
use crate::change::report::{SavingEvent, StepEvent};
use crate::output::document::{Block, Document};

impl Document for StepEvent {
    const SCHEMA: &'static str = "voiceport.step/1";

    fn view(&self) -> Vec<Block> {
        let step = &self.step;
        let port = step.port.as_ref().map_or_else(String::new, |port| format!(" {port}"));
        vec![Block::Line(format!("{}/{} {}{port}: {}: {}", step.number, self.steps, step.switch, step.change, step.status.words()))]
    }
}

impl Document for SavingEvent {
    const SCHEMA: &'static str = "voiceport.saving/1";

    fn view(&self) -> Vec<Block> {
        vec![Block::Line(format!("{}: {}", self.0.switch, self.0.status.words()))]
    }
}

/// The line in words; `None` for a line that only matters after a crash.
#[must_use]
pub fn line(plan: &Plan, entry: &Entry) -> Option<String> {
    let step = |number: u32| plan.step(number).map_or_else(|| format!("step {number}"), Step::called);
    Some(match entry {
        Entry::Intended { .. }
        | Entry::RequestLeaving { .. }
        | Entry::RequestAnswered { .. }
        | Entry::Holding { .. }
        | Entry::Released { .. }
        | Entry::MembersAtCreation { .. }
        | Entry::Unwritten { .. }
        | Entry::RevertIntended { .. }
        | Entry::AutoSavePausing { .. }
        | Entry::AutoSavePaused { .. }
        | Entry::AutoSaveResuming { .. }
        | Entry::AutoSaveResumed { .. }
        | Entry::Saving { .. } => return None,
        Entry::AlreadySet { step: number } => format!("  =  {}: already set", step(*number)),
        Entry::Done { step: number, note } => {
            format!("  ok {}{}", step(*number), note.as_deref().map_or_else(String::new, |note| format!(" ({note})")))
        }
        Entry::Failed { step: number, detail } | Entry::FailedDirty { step: number, detail } => {
            format!("  !! {}: {detail}", step(*number))
        }
        Entry::Reverting { .. } => "putting everything back".to_owned(),
        Entry::Reverted { step: number } => format!("  <- {}: put back", step(*number)),
        Entry::RevertFailed { step: number, detail } => format!("  !! {}: not put back: {detail}", step(*number)),
        Entry::Saved { switch, status, detail, .. } => {
            let sign = if status.is_safe() { "ok" } else { "!!" };
            format!("  {sign} {switch}: {}{}", status.words(), detail.as_deref().map_or_else(String::new, |why| format!(": {why}")))
        }
    })
}

/// What is being written or read just now.
#[must_use]
pub fn under_way(plan: &Plan, entry: &Entry) -> Option<String> {
    match entry {
        Entry::Intended { step } => plan.step(*step).map(Step::called),
        Entry::Saving { switch } => Some(format!("{switch}: saving")),
        Entry::RevertIntended { step } => plan.step(*step).map(|step| format!("putting back {}", step.called())),
        _ => None,
    }
}

/// Whether it is worth a line of its own where the others go by in one place.
#[must_use]
pub const fn is_remarkable(entry: &Entry) -> bool {
    match entry {
        Entry::Done { note, .. } => note.is_some(),
        Entry::AlreadySet { .. } | Entry::Reverted { .. } => false,
        _ => true,
    }
}
