//! Every error a command can end in, and its exit code. Pure but for showing it.

use super::exit::Exit;
use crate::change;
use crate::discover;
use crate::inventory;
use crate::lab;
use crate::output::Format;
use crate::output::Terminal;
use crate::phones;
use crate::probe;
use crate::render;
use crate::serve;
use crate::switch;
use model::report::ErrorReport;

/// What ended a command early.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The inventory cannot be read or is wrong.
    #[error(transparent)]
    Inventory(#[from] inventory::Error),
    /// A secret the inventory refers to cannot be had.
    #[error(transparent)]
    Secret(#[from] inventory::secrets::Error),
    /// The model tables cannot be read.
    #[error(transparent)]
    Phones(#[from] phones::Error),
    /// A template or model table is wrong.
    #[error(transparent)]
    Render(#[from] render::Error),
    /// A switch cannot be reached or refuses.
    #[error(transparent)]
    Switch(#[from] switch::Error),
    /// The journal cannot be used.
    #[error(transparent)]
    Change(#[from] change::Error),
    /// Frames cannot be captured or read.
    #[error(transparent)]
    Discover(#[from] discover::Error),
    /// A capture file cannot be read.
    #[error("{file}: {error}")]
    Capture {
        /// The file.
        file: String,
        /// What is wrong with it.
        error: discover::Error,
    },
    /// Files cannot be served.
    #[error(transparent)]
    Serve(#[from] serve::Error),
    /// The path cannot be probed.
    #[error(transparent)]
    Probe(#[from] probe::Error),
    /// The simulated site cannot start.
    #[error(transparent)]
    Lab(#[from] lab::Error),
    /// The command line asks for something that makes no sense.
    #[error("{what}")]
    Usage {
        /// What.
        what: String,
        /// The cure.
        hint: String,
    },
    /// The contract knows it, this version does not do it.
    #[error("{what}: this version cannot do that yet")]
    NotYet {
        /// What was asked for.
        what: String,
        /// What to do instead.
        hint: String,
    },
    /// A saved plan no longer fits the switches.
    #[error("plan {file}: stale: {why}")]
    Stale {
        /// The plan file.
        file: String,
        /// What differs.
        why: String,
    },
    /// Phones cannot be added to an inventory file.
    #[error("{file}: {unfit}")]
    Unfit {
        /// The file.
        file: String,
        /// Why, and what to do.
        unfit: inventory::insert::Unfit,
    },
    /// A file cannot be read or written.
    #[error("{what}: {cause}")]
    Io {
        /// What was attempted on which file.
        what: String,
        /// The operating system's words.
        cause: String,
    },
}

impl Error {
    /// Wrong usage, with its cure.
    pub fn usage(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Usage { what: what.into(), hint: hint.into() }
    }

    /// Not in this version, with what to do instead.
    pub fn not_yet(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::NotYet { what: what.into(), hint: hint.into() }
    }

    /// A failed file operation.
    pub fn io(what: impl Into<String>, cause: &dyn std::fmt::Display) -> Self {
        Self::Io { what: what.into(), cause: cause.to_string() }
    }

    /// The exit code.
    #[must_use]
    pub const fn exit(&self) -> Exit {
        match self {
            Self::Inventory(_) | Self::Secret(_) | Self::Phones(_) | Self::Render(_) | Self::Unfit { .. } => Exit::Invalid,
            Self::Switch(_) => Exit::Device,
            Self::Usage { .. } => Exit::Usage,
            Self::Stale { .. } => Exit::Differences,
            Self::Change(_)
            | Self::Discover(_)
            | Self::Capture { .. }
            | Self::Serve(_)
            | Self::Probe(_)
            | Self::Lab(_)
            | Self::NotYet { .. }
            | Self::Io { .. } => Exit::Failed,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Inventory(error) => error.hint(),
            Self::Secret(error) => error.hint(),
            Self::Render(error) => error.hint(),
            Self::Switch(error) => error.hint(),
            Self::Change(error) => error.hint(),
            Self::Discover(error) | Self::Capture { error, .. } => error.hint(),
            Self::Serve(error) => error.hint(),
            Self::Probe(error) => error.hint(),
            Self::Lab(error) => error.hint(),
            Self::Usage { hint, .. } | Self::NotYet { hint, .. } => Some(hint.clone()),
            Self::Unfit { unfit, .. } => Some(unfit.hint.clone()),
            Self::Stale { .. } => Some("make a new plan: voiceport plan --out plan.json".to_owned()),
            Self::Phones(_) | Self::Io { .. } => None,
        }
    }

    /// Every problem with file, line, column and cure, when the inventory is wrong.
    fn details(&self) -> Option<String> {
        match self {
            Self::Inventory(inventory::Error::Invalid(problems)) => Some(problems.render(false)),
            _ => None,
        }
    }

    /// Shows it: on standard error for people, and as the one document on standard output when that is JSON.
    pub fn show(&self, terminal: Terminal) {
        if let Self::Inventory(inventory::Error::Invalid(problems)) = self {
            terminal.error_snippets(&problems.render(terminal.color_on_stderr()));
        } else {
            terminal.error(&self.to_string(), self.hint().as_deref());
        }
        if terminal.format == Format::Json {
            // On one line, so that it is also a line of what commands that run on print.
            terminal.stream(&ErrorReport {
                error: self.to_string(),
                hint: self.hint(),
                details: self.details(),
                exit_code: self.exit() as u8,
            });
        }
    }
}
