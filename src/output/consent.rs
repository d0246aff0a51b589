//! The person at the terminal, who is asked before anything is written. I/O through the terminal.

use async_trait::async_trait;

use super::terminal::Terminal;
use super::views::words::count;
use crate::change::plan::Plan;
use crate::ops::consent::{Answer, Decide, Question};
use model::time_zone::local_time;

#[async_trait]
impl Decide for Terminal {
    fn preview(&self, plan: &Plan) {
        Self::preview(self, plan);
    }

    async fn decide(&self, question: Question<'_>) -> Answer {
        if !self.can_ask() {
            return Answer::Nobody;
        }
        let text = match question {
            Question::Apply => "Make these changes?".to_owned(),
            Question::Finish { run, changes: 0, reverting: false } => format!("Read run {run} again, and save it?"),
            Question::Finish { run, changes, reverting: false } => {
                format!("Do the {} that are left of run {run}, and save it?", count(changes, "change"))
            }
            Question::Finish { run, changes, reverting: true } => {
                format!("Run {run} was being put back: put back the {} that are left?", count(changes, "change"))
            }
            Question::RollBack { run, started_at, time_zone, changes } => {
                let (changes, began) = (count(changes, "change"), local_time(started_at, time_zone));
                format!("Put back the {changes} of run {run} ({began})?")
            }
        };
        if self.ask(&text) { Answer::Yes } else { Answer::No }
    }
}
