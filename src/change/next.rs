//! What to do next with a plan and a journal. Pure: apply, rollback, resume and retry are this one function.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::model::ids::SwitchName;
use crate::model::plan::Plan;
use crate::model::report::Kept;
use crate::model::report::Outcome;
use crate::model::report::Standing;

/// One line of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Entry {
    /// The write of a step is about to leave; without a later entry of the step its effect is unknown.
    Intended {
        /// The step.
        step: u32,
    },
    /// The switch was already as the step wants it: nothing was written, nothing is to be undone.
    Found {
        /// The step.
        step: u32,
    },
    /// Reading back showed the value wanted.
    Verified {
        /// The step.
        step: u32,
        /// What was strange on the way.
        note: Option<String>,
    },
    /// The step failed and the switch still is as before.
    Unchanged {
        /// The step.
        step: u32,
        /// Why.
        reason: String,
    },
    /// The step failed and the switch is neither as before nor as wanted, or cannot be read.
    Disturbed {
        /// The step.
        step: u32,
        /// Why.
        reason: String,
    },
    /// From here on everything is put back.
    Reverting {
        /// Why.
        reason: String,
    },
    /// The write back of a step is about to leave.
    Undoing {
        /// The step.
        step: u32,
    },
    /// Reading back showed the value from before.
    Restored {
        /// The step.
        step: u32,
    },
    /// The value from before could not be restored.
    NotRestored {
        /// The step.
        step: u32,
        /// Why.
        reason: String,
    },
    /// The switch saves each write by itself, and is about to be told not to until all are done.
    SavingPaused {
        /// The switch.
        switch: SwitchName,
    },
    /// It saves each write by itself again.
    SavingResumed {
        /// The switch.
        switch: SwitchName,
    },
    /// All is verified, and the switch was asked to keep it over a restart.
    Persisted {
        /// The switch.
        switch: SwitchName,
        /// Whether it will.
        kept: Kept,
        /// Why not, when it failed.
        detail: Option<String>,
    },
}

/// The next action on one switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Write the step and read it back.
    Do(u32),
    /// A write of this step may or may not have arrived: read, and note what is there.
    Settle(u32),
    /// Write the step's value from before and read it back.
    Undo(u32),
    /// Nothing is left on this switch.
    Done,
}

/// Names the next action on one switch.
///
/// Forward: the first step that is unknown is settled, then the first that is open is done. Reverting: the same steps backwards;
/// what was applied or disturbed is undone, what was only intended is settled first.
#[must_use]
pub fn next(plan: &Plan, journal: &[Entry], switch: &SwitchName) -> Action {
    let standings = standings(journal);
    let standing = |number: u32| standings.get(&number).copied().unwrap_or_default();
    let steps = plan.steps.iter().filter(|step| step.switch == *switch).map(|step| step.number);
    if !is_reverting(journal) {
        return steps.map(|number| (number, standing(number))).find_map(forward).unwrap_or(Action::Done);
    }
    steps.rev().map(|number| (number, standing(number))).find_map(backward).unwrap_or(Action::Done)
}

fn forward((number, standing): (u32, Standing)) -> Option<Action> {
    match standing {
        Standing::Open => Some(Action::Do(number)),
        Standing::Unknown => Some(Action::Settle(number)),
        _ => None,
    }
}

fn backward((number, standing): (u32, Standing)) -> Option<Action> {
    match standing {
        Standing::Unknown => Some(Action::Settle(number)),
        Standing::Applied | Standing::Disturbed => Some(Action::Undo(number)),
        _ => None,
    }
}

/// Whether the run is being put back.
#[must_use]
pub fn is_reverting(journal: &[Entry]) -> bool {
    journal.iter().any(|entry| matches!(entry, Entry::Reverting { .. }))
}

/// The reason of a turn that nothing but a person's wish made.
pub const ASKED_FOR: &str = "asked for";

/// The lines after the run was last turned round; all when it never was.
#[must_use]
pub fn since_turn(journal: &[Entry]) -> &[Entry] {
    journal.rsplit(|entry| matches!(entry, Entry::Reverting { .. })).next().unwrap_or_default()
}

/// Where every step named in the journal stands.
///
/// Putting back once more is a new attempt: what could not be restored before is unknown again, so that it is read anew.
#[must_use]
pub fn standings(journal: &[Entry]) -> BTreeMap<u32, Standing> {
    let mut standings = BTreeMap::new();
    for entry in journal {
        if matches!(entry, Entry::Reverting { .. }) {
            for standing in standings.values_mut().filter(|standing| **standing == Standing::NotRestored) {
                *standing = Standing::Unknown;
            }
        }
        standings.extend(standing_of(entry));
    }
    standings
}

/// Switches whose startup configuration holds what the run did: saved, and put back only in the running configuration.
#[must_use]
pub fn saved_before_reverting(journal: &[Entry]) -> BTreeSet<SwitchName> {
    let saved = |entry: &Entry| match entry {
        Entry::Persisted { switch, kept: Kept::Saved, .. } => Some(switch.clone()),
        _ => None,
    };
    journal.iter().take_while(|entry| !matches!(entry, Entry::Reverting { .. })).filter_map(saved).collect()
}

/// Switches that were told not to save each write by themselves, and are to be told again.
#[must_use]
pub fn saving_paused(journal: &[Entry]) -> BTreeSet<SwitchName> {
    let mut paused = BTreeSet::new();
    for entry in journal {
        match entry {
            Entry::SavingPaused { switch } => drop(paused.insert(switch.clone())),
            Entry::SavingResumed { switch } => drop(paused.remove(switch)),
            _ => {}
        }
    }
    paused
}

fn standing_of(entry: &Entry) -> Option<(u32, Standing)> {
    match entry {
        Entry::Intended { step } | Entry::Undoing { step } => Some((*step, Standing::Unknown)),
        Entry::Found { step } => Some((*step, Standing::Found)),
        Entry::Verified { step, .. } => Some((*step, Standing::Applied)),
        Entry::Unchanged { step, .. } => Some((*step, Standing::Unchanged)),
        Entry::Disturbed { step, .. } => Some((*step, Standing::Disturbed)),
        Entry::Restored { step } => Some((*step, Standing::Restored)),
        Entry::NotRestored { step, .. } => Some((*step, Standing::NotRestored)),
        Entry::Reverting { .. } | Entry::SavingPaused { .. } | Entry::SavingResumed { .. } | Entry::Persisted { .. } => None,
    }
}

/// The outcome that a finished journal amounts to.
#[must_use]
pub fn outcome(journal: &[Entry]) -> Outcome {
    let reverting = is_reverting(journal);
    let left = |standing: &Standing| match standing {
        Standing::NotRestored | Standing::Unknown | Standing::Disturbed => true,
        Standing::Applied => reverting,
        _ => false,
    };
    if standings(journal).values().any(left) {
        return Outcome::RollbackIncomplete;
    }
    let unsaved = since_turn(journal).iter().any(|entry| matches!(entry, Entry::Persisted { kept: Kept::Failed, .. }));
    match (reverting, unsaved) {
        (true, true) => Outcome::RollbackIncomplete,
        (true, false) => Outcome::RolledBack,
        (false, true) => Outcome::NotSaved,
        (false, false) => Outcome::Applied,
    }
}
