//! What to do next with a plan and a journal. Pure: apply, rollback, resume and retry are all `Progress::next`.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use model::ids::SwitchName;
use model::report::Kept;
use model::report::Outcome;
use model::report::Standing;

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

/// What the lines of a journal amount to, kept up line by line: where every step named in it stands, and which way the run goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    standings: BTreeMap<u32, Standing>,
    reverting: bool,
}

impl Progress {
    /// Of these lines.
    #[must_use]
    pub fn of(journal: &[Entry]) -> Self {
        let mut progress = Self::default();
        for entry in journal {
            progress.take(entry);
        }
        progress
    }

    /// Takes the next line.
    ///
    /// Putting back once more is a new attempt: what could not be restored before is unknown again, so that it is read anew.
    pub fn take(&mut self, entry: &Entry) {
        if matches!(entry, Entry::Reverting { .. }) {
            self.reverting = true;
            for standing in self.standings.values_mut().filter(|standing| **standing == Standing::NotRestored) {
                *standing = Standing::Unknown;
            }
        }
        self.standings.extend(standing_of(entry));
    }

    /// Whether the run is being put back.
    #[must_use]
    pub const fn reverting(&self) -> bool {
        self.reverting
    }

    /// Where a step stands.
    #[must_use]
    pub fn standing(&self, step: u32) -> Standing {
        self.standings.get(&step).copied().unwrap_or_default()
    }

    /// Where the steps named so far stand.
    pub fn standings(&self) -> impl Iterator<Item = Standing> + '_ {
        self.standings.values().copied()
    }

    /// The next action on one switch, whose steps these are, in order.
    ///
    /// Forward: the first step that is unknown is settled, then the first that is open is done. Reverting: the same steps backwards;
    /// what was applied or disturbed is undone, what was only intended is settled first.
    #[must_use]
    pub fn next(&self, steps: &[u32]) -> Action {
        let steps = steps.iter().map(|number| (*number, self.standing(*number)));
        let action = if self.reverting { steps.rev().find_map(backward) } else { steps.into_iter().find_map(forward) };
        action.unwrap_or(Action::Done)
    }
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

/// The reason of a turn that nothing but a person's wish made.
pub const ASKED_FOR: &str = "asked for";

/// The lines after the run was last turned round; all when it never was.
#[must_use]
pub fn since_turn(journal: &[Entry]) -> &[Entry] {
    journal.rsplit(|entry| matches!(entry, Entry::Reverting { .. })).next().unwrap_or_default()
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
    let progress = Progress::of(journal);
    let reverting = progress.reverting();
    let left = |standing: Standing| match standing {
        Standing::NotRestored | Standing::Unknown | Standing::Disturbed => true,
        Standing::Applied => reverting,
        _ => false,
    };
    if progress.standings().any(left) {
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
