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
            Question::RollBack { run, started_at, time_zone, changes } => {
                let (changes, began) = (count(changes, "change"), local_time(started_at, time_zone));
                format!("Put back the {changes} of run {run} ({began})?")
            }
        };
        if self.ask(&text) { Answer::Yes } else { Answer::No }
    }
}
