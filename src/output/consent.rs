//! The person at the terminal, who is asked before anything is written. I/O through the terminal.

use async_trait::async_trait;

use super::terminal::Terminal;
use crate::change::plan::Plan;
use crate::ops::consent::{Answer, Decide, Question};

#[async_trait]
impl Decide for Terminal {
    fn preview(&self, plan: &Plan) {
        Self::preview(self, plan);
    }

    async fn decide(&self, question: Question) -> Answer {
        if !self.can_ask() {
            return Answer::Nobody;
        }
        let text = match question {
            Question::Apply => "Make these changes?".to_owned(),
            Question::RollBack { run, started_at, changes } => {
                format!("Put back the {changes} changes of run {run} ({started_at})?")
            }
        };
        if self.ask(&text) { Answer::Yes } else { Answer::No }
    }
}
