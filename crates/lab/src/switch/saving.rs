//! How a simulated switch is told to save: rows of a table that copies configurations, or one object. Pure.
//!
//! Not simulated: any other copy than from the running to the startup configuration.

use std::collections::BTreeMap;

use super::family::Family;
use super::refusal::Refusal;

/// How long saving the configuration takes, in hundredths of a second.
const SAVE_CS: u32 = 20;
/// Rows that a Comware switch has at most.
const MOST_ROWS: usize = 5;

/// What is under way, and when things happened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Saving {
    /// Copies of configurations, by the number of their row; a switch without such a table has row 0 alone.
    pub copies: BTreeMap<u32, Copy>,
    /// Whether writes are not saved by themselves for the time being.
    pub paused: bool,
}

/// A copy of the running to the startup configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Copy {
    /// What was written to the columns of the row.
    pub columns: BTreeMap<u32, i32>,
    pub started_cs: Option<u32>,
    pub finished: bool,
    pub failed: bool,
}

/// How far a copy is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Progress {
    Running,
    Done,
    Failed,
}

/// A write about saving.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SaveWrite {
    /// A column of a row.
    Column(u32, u32, i32),
    Start(u32),
    Destroy(u32),
    /// Starts the only copy of a switch that has no table.
    Begin,
    Now,
    /// Whether writes are not saved by themselves for the time being.
    Pause(bool),
}

impl Copy {
    /// How far it is.
    #[must_use]
    pub const fn progress(&self) -> Progress {
        match (self.finished, self.failed) {
            (false, _) => Progress::Running,
            (true, false) => Progress::Done,
            (true, true) => Progress::Failed,
        }
    }

    /// When it ends, in hundredths of a second; `None` unless it is under way.
    fn due_cs(&self) -> Option<u32> {
        self.started_cs.filter(|_| !self.finished).map(|started| started.saturating_add(SAVE_CS))
    }
}

/// What the columns of a row must say, from running to startup configuration.
const fn wanted(family: Family) -> &'static [(u32, i32)] {
    match family {
        Family::Catalyst => &[(3, 4), (4, 3)],
        Family::Comware => &[(2, 1)],
        Family::SmallBusiness => &[(3, 1), (7, 2), (8, 1), (12, 3)],
        _ => &[],
    }
}

impl Saving {
    /// Carries out a write; [`SaveWrite::Now`] is the switch's own matter.
    pub(crate) fn write(&mut self, write: &SaveWrite, family: Family, now_cs: u32) -> Result<(), Refusal> {
        let copies = &mut self.copies;
        match *write {
            SaveWrite::Column(number, column, value) => {
                if copies.get(&number).is_some_and(|row| row.started_cs.is_some()) {
                    return Err(Refusal::InconsistentValue);
                }
                copies.entry(number).or_default().columns.insert(column, value);
                if family == Family::Comware && copies.len() > MOST_ROWS {
                    return Err(Refusal::ResourceUnavailable);
                }
            }
            SaveWrite::Start(number) => {
                let row = copies.get_mut(&number).filter(|row| row.started_cs.is_none()).ok_or(Refusal::InconsistentValue)?;
                if wanted(family).iter().any(|(column, value)| row.columns.get(column) != Some(value)) {
                    return Err(Refusal::InconsistentValue);
                }
                row.started_cs = Some(now_cs);
            }
            SaveWrite::Destroy(number) => {
                copies.remove(&number);
            }
            SaveWrite::Begin => {
                copies.insert(0, Copy { started_cs: Some(now_cs), ..Copy::default() });
            }
            SaveWrite::Now => return Err(Refusal::NotWritable),
            SaveWrite::Pause(paused) => self.paused = paused,
        }
        Ok(())
    }

    /// Ends the copies that are due; how many those were.
    pub(crate) fn finish(&mut self, fails: bool, now_cs: u32) -> usize {
        let due = self.copies.values_mut().filter(|row| row.due_cs().is_some_and(|due| due <= now_cs));
        due.map(|row| (row.finished, row.failed) = (true, fails)).count()
    }

    /// When the next copy ends.
    pub(crate) fn due_cs(&self) -> Option<u32> {
        self.copies.values().filter_map(Copy::due_cs).min()
    }
}
