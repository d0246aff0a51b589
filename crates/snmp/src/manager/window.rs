//! How much an agent is asked for at once: grows while its answers are complete and quick, shrinks when it cannot answer. Pure.

use std::time::Duration;

use super::error::BadAnswer;
use crate::ErrorStatus;

/// Variable bindings of the first answers.
const FIRST_VARBINDS: usize = 50;
/// Most of them, however short.
const MOST_VARBINDS: usize = 100;
/// What every agent is believed to bear that does not say tooBig.
const DOUBTFUL_CEILING: usize = 8;
/// An answer within this time says that the agent can do more.
const QUICK: Duration = Duration::from_millis(300);
/// Requests at once, and after one that was not answered.
const LANES: usize = 4;
const LANES_AFTER_SILENCE: usize = 2;

/// What an agent bears, kept from walk to walk.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    /// Variable bindings of one answer.
    pub(super) varbinds: usize,
    pub(super) ceiling: usize,
    /// Requests without an answer.
    pub(super) lanes: usize,
    /// Whether it answers GETBULK.
    pub(super) bulk: Bulk,
}

/// Whether an agent answers GETBULK at all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Bulk {
    /// It was not answered yet.
    #[default]
    Unknown,
    Answered,
    /// The smallest GETBULK gets no answer, while other requests do.
    Silent,
}

impl Default for Window {
    fn default() -> Self {
        Self { varbinds: FIRST_VARBINDS, ceiling: MOST_VARBINDS, lanes: LANES, bulk: Bulk::Unknown }
    }
}

impl Window {
    /// Learns from an answer.
    pub(super) fn answered(&mut self, asked: usize, came: usize, took: Duration) {
        if came < asked && came > 0 {
            // It sent what it had room for.
            self.varbinds = came;
        } else if took < QUICK {
            self.varbinds += (self.varbinds / 2).max(1);
        }
        self.varbinds = self.varbinds.min(self.ceiling).max(1);
    }

    /// Learns from a request for so many that was not answered.
    pub(super) fn failed(&mut self, asked: usize, why: &NoRows) {
        if asked == 1 {
            return; // that was no question of size
        }
        self.varbinds = (self.varbinds.min(asked) / 2).max(1);
        match why {
            NoRows::Status(ErrorStatus::TOO_BIG, _) => self.ceiling = self.ceiling.min(self.varbinds),
            // It may have been a column and not the size.
            NoRows::Status(..) => self.ceiling = self.ceiling.min(self.varbinds.max(DOUBTFUL_CEILING)),
            NoRows::Silence | NoRows::BadAnswer(_) => {
                self.ceiling = self.ceiling.min(self.varbinds.max(DOUBTFUL_CEILING));
                self.lanes = LANES_AFTER_SILENCE;
            }
        }
    }
}

/// Why a request brought no rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoRows {
    /// No answer, though the agent answers other questions.
    Silence,
    /// An answer that cannot be read.
    BadAnswer(BadAnswer),
    /// An error status, and the position it is about, from 1.
    Status(ErrorStatus, usize),
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_millis(5);

    #[test]
    fn answers_grow_while_they_are_complete_and_quick() {
        let mut window = Window::default();
        window.answered(50, 50, SOON);
        assert_eq!(window.varbinds, 75);
        window.answered(75, 75, Duration::from_secs(1));
        assert_eq!(window.varbinds, 75, "a slow agent is not asked for more");
        window.answered(75, 30, SOON);
        assert_eq!(window.varbinds, 30, "it sent what it had room for");
        window.failed(30, &NoRows::Status(ErrorStatus::TOO_BIG, 0));
        window.answered(15, 15, SOON);
        assert_eq!(window.varbinds, 15, "more was too much");
    }
}
