//! One column of a walk: how far it came, and why it ended. Pure.

use std::collections::HashSet;

use super::error::BadAnswer;
use super::window::NoRows;
use crate::{ErrorStatus, Oid};

/// Bytes of a binding of which none was seen yet.
const USUAL_BYTES: usize = 26;
/// Rows of a column for which there is room from the first on.
const USUAL_ROWS: usize = 64;
/// Most rows of one column: a large forwarding table; more is an agent that counts without end.
const MOST_ROWS: usize = 200_000;

/// A column, a subtree or an object with one instance.
#[derive(Debug)]
pub struct Column {
    pub root: Oid,
    /// Bindings in the last answer, and their bytes.
    pub last: (usize, usize),
    /// Whether it has one instance and ends with it.
    pub scalar: bool,
    pub position: Oid,
    /// Positions of its values.
    pub found: Vec<u32>,
    pub state: State,
    /// Asked for alone, at most so many rows at once, since it made a request fail.
    pub alone: Option<usize>,
    pub cut: Option<Cut>,
    /// The names so far, once one was not behind the one before.
    seen: Option<HashSet<Oid>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Fresh,
    Begun,
    Asked,
    Ended,
}

/// Why a column ended before its time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Cut {
    /// Silence about this column alone.
    #[error("no answer, though the switch answers other questions")]
    Silence,
    /// An answer about it that cannot be read.
    #[error(transparent)]
    BadAnswer(BadAnswer),
    /// An error status about it alone.
    #[error("{0}")]
    Status(ErrorStatus),
    /// A name that came before: the agent goes round, and what it has behind is not seen.
    #[error("incomplete: it begins again with row {0}")]
    Repeats(Oid),
    /// More rows than any table has.
    #[error("more than {MOST_ROWS} rows")]
    TooManyRows,
}

impl Column {
    pub fn new(root: &Oid, scalar: bool) -> Self {
        Self {
            root: root.clone(),
            last: (0, 0),
            scalar,
            position: root.clone(),
            found: Vec::new(),
            state: State::Fresh,
            alone: None,
            cut: None,
            seen: None,
        }
    }

    /// Keeps a value's position.
    pub fn keep(&mut self, position: u32, bytes: usize) {
        if self.found.is_empty() && !self.scalar {
            self.found.reserve_exact(USUAL_ROWS);
        }
        self.found.push(position);
        self.last = (self.last.0 + 1, self.last.1 + bytes);
    }

    /// Bytes of a binding in its next answer, by those in its last one.
    pub fn bytes(&self) -> usize {
        let (bindings, bytes) = self.last;
        if bindings == 0 { USUAL_BYTES } else { bytes.div_ceil(bindings) }
    }

    /// Whether a name of the column is, for the first time, not behind the one before. Some agents have rows in an order of their own: from
    /// then on the column has to know its names, to see where the agent goes round.
    pub fn steps_back(&self, oid: &[u32]) -> bool {
        self.seen.is_none() && *oid <= self.position[..] && oid.starts_with(&self.root)
    }

    /// Gets to know the names so far.
    pub fn remember(&mut self, names: HashSet<Oid>) {
        self.seen = Some(names);
    }

    /// Moves on to an instance; whether it belongs to the column.
    pub fn take(&mut self, oid: &[u32], exception: bool) -> bool {
        if exception || !oid.starts_with(&self.root) {
            self.state = State::Ended;
            return false;
        }
        if self.seen.as_mut().is_some_and(|seen| !seen.insert(Oid::new(oid))) {
            let row = oid.get(self.root.len()..).unwrap_or_default();
            self.end(Cut::Repeats(Oid::new(row)));
            return false;
        }
        self.position.set(oid);
        if self.scalar {
            self.state = State::Ended;
        } else if self.found.len() >= MOST_ROWS {
            self.end(Cut::TooManyRows);
        }
        true
    }

    /// A request for this column alone was not answered: fewer rows, or none.
    pub fn fail(&mut self, repetitions: usize, why: &NoRows) {
        if repetitions > 1 {
            self.alone = Some(if matches!(why, NoRows::Silence) { 1 } else { repetitions / 2 });
            return;
        }
        self.end(match why {
            NoRows::Silence => Cut::Silence,
            NoRows::BadAnswer(what) => Cut::BadAnswer(what.clone()),
            NoRows::Status(status, _) => Cut::Status(*status),
        });
    }

    fn end(&mut self, why: Cut) {
        self.state = State::Ended;
        self.cut = Some(why);
    }
}
