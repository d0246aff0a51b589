//! What became of a plan, and the history of runs, for people. Pure.

use super::count;
use super::or_dash;
use super::plan::refusals;
use crate::model::report::ApplyReport;
use crate::model::report::HistoryReport;
use crate::model::report::Outcome;
use crate::model::report::PersistReport;
use crate::model::report::RollbackReport;
use crate::output::document::Block;
use crate::output::document::Document;

impl Document for ApplyReport {
    const SCHEMA: &'static str = "voiceport.apply/1";

    fn view(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        if !self.steps.is_empty() {
            let rows = self.steps.iter().map(|step| {
                vec![
                    step.number.to_string(),
                    step.switch.to_string(),
                    or_dash(step.port.as_ref()),
                    step.change.to_string(),
                    step.standing.words().to_owned(),
                    step.detail.clone().unwrap_or_default(),
                ]
            });
            blocks.push(Block::Table(&["step", "switch", "port", "change", "state", "detail"], rows.collect()));
            blocks.push(Block::Gap);
        }
        blocks.extend(self.persisted.iter().map(|switch| Block::line(kept(switch))));
        blocks.extend(refusals(&self.refusals));
        blocks.push(Block::Line(self.sentence()));
        blocks
    }
}

impl ApplyReport {
    /// The outcome in one sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        let run = self.run.map_or_else(String::new, |run| format!("Run {run}: "));
        let why = self.failure.as_deref().map_or_else(String::new, |failure| format!(" ({failure})"));
        let steps = count(self.steps.len(), "change");
        let what = match self.outcome {
            Outcome::NothingToDo => "nothing to change".to_owned(),
            Outcome::Checked => format!("{steps} would be made; nothing was written"),
            Outcome::Applied => format!("{steps} done and read back"),
            Outcome::NotSaved => format!("{steps} done, but not saved: a restart of the switch undoes them"),
            Outcome::RolledBack if self.failure.is_none() => "everything was put back and read back".to_owned(),
            Outcome::RolledBack => format!("failed, everything was put back and read back{why}"),
            Outcome::RollbackIncomplete if self.failure.is_none() => "not everything is put back: look at the switch".to_owned(),
            Outcome::RollbackIncomplete => format!("failed, and not everything could be put back: look at the switch{why}"),
            Outcome::Refused => format!("refused, nothing was written{why}"),
        };
        format!("{run}{what}.")
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
            let outcome = run.outcome.map_or("interrupted", Outcome::words).to_owned();
            vec![run.run.to_string(), run.started_at.to_string(), run.site.clone(), run.steps.to_string(), outcome]
        });
        vec![Block::Table(&["run", "started", "site", "changes", "outcome"], rows.collect())]
    }
}

/// How a switch keeps the change, in one line.
fn kept(switch: &PersistReport) -> String {
    let why = switch.detail.as_deref().map_or_else(String::new, |why| format!(": {why}"));
    format!("{}: {}{why}", switch.switch, switch.kept.words())
}
