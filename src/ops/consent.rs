//! Who agrees to a change before anything is written. Pure.

use std::sync::Arc;

use async_trait::async_trait;

use super::error::Error;
use crate::change::plan::Plan;
use model::timestamp::Timestamp;

/// Whether writing is allowed.
#[derive(Clone)]
pub enum Consent {
    /// Write nothing, say what would be written.
    OnlyCheck,
    Given,
    /// Somebody is to be asked.
    Ask(Arc<dyn Decide>),
}

/// Somebody who decides.
#[async_trait]
pub trait Decide: Send + Sync {
    /// Shows what the question will be about. Called also for a plan that is refused before the question.
    fn preview(&self, plan: &Plan);

    async fn decide(&self, question: Question) -> Answer;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// Whether the plan shown is to be carried out.
    Apply,
    /// Whether an earlier run is to be put back.
    RollBack {
        run: i64,
        started_at: Timestamp,
        /// How many changes it planned.
        changes: usize,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Yes,
    No,
    /// There is nobody to ask.
    Nobody,
}

impl Consent {
    /// Shows a plan to somebody who will be asked about it.
    pub(super) fn preview(&self, plan: &Plan) {
        if let Self::Ask(somebody) = self {
            somebody.preview(plan);
        }
    }

    /// Asks whether a plan is to be carried out, when somebody is to be asked.
    pub(super) async fn to_apply(&self) -> Result<(), Error> {
        let Self::Ask(somebody) = self else { return Ok(()) };
        match somebody.decide(Question::Apply).await {
            Answer::Yes => Ok(()),
            Answer::No => Err(Error::Declined { run: None }),
            Answer::Nobody => Err(Error::NobodyToAsk),
        }
    }

    /// Asks whether a run is to be put back, when somebody is to be asked.
    pub(super) async fn to_roll_back(&self, run: i64, started_at: Timestamp, changes: usize) -> Result<(), Error> {
        let Self::Ask(somebody) = self else { return Ok(()) };
        match somebody.decide(Question::RollBack { run, started_at, changes }).await {
            Answer::Yes => Ok(()),
            Answer::No | Answer::Nobody => Err(Error::Declined { run: Some(run) }),
        }
    }
}
