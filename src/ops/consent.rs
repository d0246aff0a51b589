//! Who agrees to a change before anything is written. Pure.

use std::sync::Arc;

use async_trait::async_trait;

use super::error::Error;
use crate::change::history::RunRecord;
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

    async fn decide(&self, question: Question<'_>) -> Answer;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question<'a> {
    /// Whether the plan shown is to be carried out.
    Apply,
    /// Whether the rest of an interrupted run is to be done.
    Finish {
        run: i64,
        /// How many changes are left.
        changes: usize,
        /// Whether it was being put back.
        reverting: bool,
    },
    /// Whether an earlier run is to be put back.
    RollBack {
        run: i64,
        started_at: Timestamp,
        /// The zone that people there read times in.
        time_zone: Option<&'a str>,
        /// How many changes are put back.
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

    /// The same; given where there is nobody to ask.
    #[must_use]
    pub(super) fn or_given(self) -> Self {
        match self {
            Self::Ask(somebody) => Self::Ask(Arc::new(OrGiven(somebody))),
            other => other,
        }
    }

    /// Asks whether a plan is to be carried out, when somebody is to be asked.
    pub(super) async fn to_apply(&self) -> Result<(), Error> {
        let Self::Ask(somebody) = self else { return Ok(()) };
        match somebody.decide(Question::Apply).await {
            Answer::Yes => Ok(()),
            Answer::No => Err(Error::Declined { run: None }),
            Answer::Nobody => Err(Error::NobodyToAsk { run: None }),
        }
    }

    /// Asks whether the rest of a run is to be done, when somebody is to be asked.
    pub(super) async fn to_finish(&self, earlier: &RunRecord, changes: usize, reverting: bool) -> Result<(), Error> {
        let Self::Ask(somebody) = self else { return Ok(()) };
        match somebody.decide(Question::Finish { run: earlier.id, changes, reverting }).await {
            Answer::Yes => Ok(()),
            Answer::No => Err(Error::Declined { run: None }),
            Answer::Nobody => Err(Error::NobodyToAsk { run: None }),
        }
    }

    /// Asks whether so many changes of a run are to be put back, when somebody is to be asked.
    pub(super) async fn to_roll_back(&self, earlier: &RunRecord, changes: usize, time_zone: Option<&str>) -> Result<(), Error> {
        let Self::Ask(somebody) = self else { return Ok(()) };
        let (run, started_at) = (earlier.id, earlier.started_at);
        match somebody.decide(Question::RollBack { run, started_at, time_zone, changes }).await {
            Answer::Yes => Ok(()),
            Answer::No => Err(Error::Declined { run: Some(run) }),
            Answer::Nobody => Err(Error::NobodyToAsk { run: Some(run) }),
        }
    }
}

/// Somebody whose absence is consent.
struct OrGiven(Arc<dyn Decide>);

#[async_trait]
impl Decide for OrGiven {
    fn preview(&self, plan: &Plan) {
        self.0.preview(plan);
    }

    async fn decide(&self, question: Question<'_>) -> Answer {
        match self.0.decide(question).await {
            Answer::Nobody => Answer::Yes,
            answer => answer,
        }
    }
}
