//! Options that every command takes. I/O: reads the environment.

use std::path::PathBuf;
use std::sync::Arc;

use anstream::ColorChoice;
use clap::parser::ValueSource;
use clap::{ArgMatches, ValueEnum};

use super::ctrl_c::Signals;
use crate::ops::Error;
use crate::ops::consent::Consent;
use crate::ops::context::Context;
use crate::ops::inventory::{self, LoadedSite};
use crate::ops::machine::{LocalSecrets, Network, SystemClock};
use crate::output::progress::Requests;
use crate::output::terminal::Verbosity;
use crate::output::{EventPrinter, Format, Terminal};

/// Options that every command takes.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// The inventory: a YAML file, or a folder of YAML files merged in name order [env: VOICEPORT_INVENTORY]
    #[arg(short, long, global = true, value_name = "PATH", default_value = "inventory/")]
    pub inventory: PathBuf,
    /// What standard output carries: tables for people, or one JSON document (one object per line for commands that run on)
    #[arg(long, global = true, value_enum, default_value_t, value_name = "FORMAT")]
    format: OutputFormat,
    /// Say more on standard error: requests, evidence, timings
    #[arg(short, long, global = true, conflicts_with = "quiet", hide_short_help = true)]
    verbose: bool,
    /// Say only errors on standard error
    #[arg(short, long, global = true, hide_short_help = true)]
    quiet: bool,
    /// Colours on terminals
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN", hide_short_help = true)]
    color: Color,
    /// Where journals and history are kept [env: VOICEPORT_STATE_DIR] [default: $XDG_STATE_HOME/voiceport]
    #[arg(long, global = true, value_name = "DIR", hide_short_help = true)]
    state_dir: Option<PathBuf>,
}

/// The variables that stand for options where these are not given. They are read here, because the parser would name their options in
/// every usage line.
pub const VARIABLES: [(&str, &str); 2] = [("VOICEPORT_INVENTORY", "inventory"), ("VOICEPORT_STATE_DIR", "state-dir")];

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum OutputFormat {
    #[default]
    Table,
    Json,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub enum Color {
    #[default]
    Auto,
    Always,
    Never,
}

impl Color {
    /// Sets it for both streams.
    pub fn apply(self) {
        Terminal::set_color(match self {
            Self::Auto => ColorChoice::Auto,
            Self::Always => ColorChoice::Always,
            Self::Never => ColorChoice::Never,
        });
    }
}

impl Global {
    /// Takes options that are not on the command line from their variables.
    pub fn take_environment(&mut self, matches: &ArgMatches) {
        let [inventory, state_dir] =
            VARIABLES.map(|(variable, _)| std::env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from));
        let is_given = matches.value_source("inventory") == Some(ValueSource::CommandLine);
        if let Some(inventory) = inventory.filter(|_| !is_given) {
            self.inventory = inventory;
        }
        if self.state_dir.is_none() {
            self.state_dir = state_dir;
        }
    }

    /// The same with paths that another command line names.
    #[must_use]
    pub fn with_paths(mut self, inventory: Option<PathBuf>, state_dir: Option<PathBuf>) -> Self {
        self.inventory = inventory.unwrap_or(self.inventory);
        self.state_dir = state_dir.or(self.state_dir);
        self
    }

    /// The terminal these options describe.
    #[must_use]
    pub fn terminal(&self) -> Terminal {
        self.color.apply();
        let format = match self.format {
            OutputFormat::Table => Format::Table,
            OutputFormat::Json => Format::Json,
        };
        let verbosity = match (self.quiet, self.verbose) {
            (true, _) => Verbosity::Quiet,
            (false, true) => Verbosity::Verbose,
            (false, false) => Verbosity::Normal,
        };
        Terminal { format, verbosity }
    }

    /// The inventory these options name.
    pub fn site(&self) -> Result<LoadedSite, Error> {
        inventory::load(&self.inventory)
    }

    /// What an operation gets of this machine and of these options.
    #[must_use]
    pub fn context(&self) -> Context {
        self.context_with(Requests::Answers)
    }

    /// The same, where a request that was answered is a detail.
    #[must_use]
    pub fn context_with(&self, requests: Requests) -> Context {
        Context {
            connector: Arc::new(Network::default()),
            secrets: Arc::new(LocalSecrets),
            state_folder: self.state_folder(),
            clock: Arc::new(SystemClock),
            events: Arc::new(EventPrinter::new(self.terminal(), requests)),
            stop: Arc::new(Signals::default()),
        }
    }

    /// Consent given by `--yes`, or to be asked for.
    #[must_use]
    pub fn consent(&self, yes: bool) -> Consent {
        if yes { Consent::Given } else { Consent::Ask(Arc::new(self.terminal())) }
    }

    /// Whether the command line names a folder for journals.
    #[must_use]
    pub const fn names_state_folder(&self) -> bool {
        self.state_dir.is_some()
    }

    fn state_folder(&self) -> Option<PathBuf> {
        let from = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        self.state_dir
            .clone()
            .or_else(|| from("XDG_STATE_HOME").map(|folder| folder.join("voiceport")))
            .or_else(|| from("HOME").map(|home| home.join(".local/state/voiceport")))
    }
}
