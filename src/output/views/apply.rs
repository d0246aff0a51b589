//! What became of a plan, and the history of runs, for people. Pure.

use super::plan::refusals;
use super::words::or_dash;
use crate::change::report::{ApplyReport, HistoryReport, Outcome, RollbackReport, SaveReport, StepReport, StepStatus};
use crate::output::document::{Block, Document, Tone};
use model::time_zone::local_time;

impl Document for ApplyReport {
    const SCHEMA: &'static str = "voiceport.apply/1";

    fn view(&self) -> Vec<Block> {
        view(self, self.steps.iter())
    }
}

/// For somebody who saw the plan just now: only the steps that ended otherwise than it says.
#[must_use]
pub fn brief(report: &ApplyReport) -> Vec<Block> {
    view(report, report.steps.iter().filter(|step| step.status != StepStatus::Done || step.detail.is_some()))
}

fn view<'a>(report: &ApplyReport, steps: impl Iterator<Item = &'a StepReport>) -> Vec<Block> {
    let row = |step: &StepReport| {
        vec![
            step.number.to_string(),
            step.switch.to_string(),
            or_dash(step.port.as_ref()),
            step.change.to_string(),
            step.status.words().to_owned(),
            step.detail.clone().unwrap_or_default(),
        ]
    };
    let rows: Vec<Vec<String>> = steps.map(row).collect();
    let mut blocks = Vec::new();
    if !rows.is_empty() {
        blocks.push(Block::Table(&["step", "switch", "port", "change", "status", "detail"], rows));
        blocks.push(Block::Gap);
    }
    blocks.extend(report.saving.iter().map(|switch| Block::line(saving(switch))));
    blocks.extend(refusals(&report.refusals));
    blocks.push(Block::Toned(tone(report.outcome), report.to_string()));
    blocks
}

const fn tone(outcome: Outcome) -> Tone {
    match outcome {
        Outcome::NothingToDo | Outcome::Applied | Outcome::Checked | Outcome::AlreadyPutBack => Tone::Good,
        Outcome::NotSaved | Outcome::RolledBack => Tone::Doubtful,
        Outcome::Refused | Outcome::RollbackIncomplete => Tone::Bad,
    }
}

impl Document for RollbackReport {
    const SCHEMA: &'static str = "voiceport.rollback/1";

    fn view(&self) -> Vec<Block> {
        self.0.view()
    }
}

impl Document for HistoryReport {
    const SCHEMA: &'static str = "voiceport.history/1";

    fn view(&self) -> Vec<Block> {
        if self.runs.is_empty() {
            return vec![Block::line("No runs yet.")];
        }
        let rows = self.runs.iter().map(|run| {
            let ended = run.outcome.map_or(if run.goes_on { "goes on" } else { "interrupted" }, Outcome::words);
            let outcome = if run.unreadable.is_some() { "cannot be read" } else { ended };
            vec![
                run.run.to_string(),
                local_time(run.started_at, self.time_zone.as_deref()),
                or_dash(run.site.as_ref()),
                or_dash(run.steps),
                outcome.to_owned(),
            ]
        });
        let mut blocks = vec![Block::Table(&["run", "started", "site", "changes", "outcome"], rows.collect())];
        let unreadable = self.runs.iter().filter_map(|run| Some((run.run, run.unreadable.as_ref()?)));
        blocks.extend(unreadable.map(|(run, why)| Block::line(format!("run {run}: {why}"))));
        blocks
    }
}

/// How a switch keeps the change, in one line.
fn saving(switch: &SaveReport) -> String {
    let why = switch.detail.as_deref().map_or_else(String::new, |why| format!(": {why}"));
    format!("{}: {}{why}", switch.switch, switch.status.words())
}
