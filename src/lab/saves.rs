//! How a simulated switch is told to save: rows of a table that copies configurations, or one object. Pure.
//!
//! Not simulated: any other copy than from the running to the startup configuration.

use std::collections::BTreeMap;

use super::family::Family;
use super::quirk::Quirk;
use super::state::{Config, Refusal, Switch};

/// How long saving the configuration takes, in hundredths of a second.
const SAVE_CS: u32 = 20;
/// Rows that a Comware switch has at most.
const MOST_ROWS: usize = 5;

/// A copy: a row of the family's table, or the only one of a switch that has no table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Copy {
    /// What was written to the columns of the row.
    pub columns: BTreeMap<u32, i32>,
    /// When it was started.
    pub started_cs: Option<u32>,
    /// Whether it is finished.
    pub finished: bool,
    /// Whether it went wrong.
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
    /// Starts a row.
    Start(u32),
    /// Removes a row.
    Destroy(u32),
    /// Starts the only copy of a switch that has no table.
    Begin,
    /// Saves at once.
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
    pub(super) fn due_cs(&self) -> Option<u32> {
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

impl Switch {
    /// Saves the running configuration.
    pub fn save(&mut self) {
        self.startup = self.config.clone();
        self.saves += 1;
    }

    pub(super) fn write_saving(&mut self, write: &SaveWrite, now_cs: u32) -> Result<(), Refusal> {
        let family = self.layout.family;
        let copies = &mut self.config.copies;
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
            SaveWrite::Now if self.quirks.has(&Quirk::FailsToSave) => return Err(Refusal::GenErr),
            SaveWrite::Now => self.save(),
            SaveWrite::Pause(paused) => self.config.saves_paused = paused,
        }
        Ok(())
    }

    /// Ends copies when that is due; whether anything changed.
    pub(super) fn end_copies(&mut self, now_cs: u32) -> bool {
        let fails = self.quirks.has(&Quirk::FailsToSave);
        let due: Vec<u32> = self
            .config
            .copies
            .iter()
            .filter(|(_, row)| row.due_cs().is_some_and(|due| due <= now_cs))
            .map(|(number, _)| *number)
            .collect();
        for number in &due {
            if let Some(row) = self.config.copies.get_mut(number) {
                (row.finished, row.failed) = (true, fails);
            }
            if !fails {
                self.config.saved_cs = now_cs;
                self.save();
            }
        }
        !due.is_empty()
    }
}

impl Config {
    /// What comes up after a restart: nothing of what was under way.
    pub(super) fn started(&self) -> Self {
        let (copies, edit) = Default::default();
        Self { changed_cs: 0, saved_cs: 0, copies, edit, saves_paused: false, ..self.clone() }
    }
}
