//! Options that every command takes. I/O: reads the environment.

use std::path::PathBuf;

use anstream::ColorChoice;
use clap::ValueEnum;

use super::error::Error;
use crate::output::Format;
use crate::output::Terminal;
use crate::output::terminal::Talk;

/// Options that every command takes.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// The inventory: a YAML file, or a folder of YAML files merged in name order
    #[arg(
        short,
        long,
        global = true,
        value_name = "PATH",
        env = "VOICEPORT_INVENTORY",
        default_value = "inventory/",
        hide_env_values = true
    )]
    pub inventory: PathBuf,
    /// What standard output carries: tables for people, or one JSON document (one object per line for commands that run on)
    #[arg(long, global = true, value_enum, default_value_t, value_name = "FORMAT")]
    format: OutputFormat,
    /// Say more on standard error: requests, evidence, timings
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    verbose: bool,
    /// Say only errors on standard error
    #[arg(short, long, global = true)]
    quiet: bool,
    /// Colours on standard error
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    color: Color,
    /// Where journals and history are kept [default: $XDG_STATE_HOME/voiceport]
    #[arg(long, global = true, value_name = "DIR", env = "VOICEPORT_STATE_DIR", hide_env_values = true)]
    state_dir: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum OutputFormat {
    #[default]
    Table,
    Json,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Color {
    #[default]
    Auto,
    Always,
    Never,
}

impl Global {
    /// The terminal these options describe.
    #[must_use]
    pub fn terminal(&self) -> Terminal {
        Terminal::set_color(match self.color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        });
        let format = match self.format {
            OutputFormat::Table => Format::Table,
            OutputFormat::Json => Format::Json,
        };
        let talk = match (self.quiet, self.verbose) {
            (true, _) => Talk::Quiet,
            (false, true) => Talk::Verbose,
            (false, false) => Talk::Normal,
        };
        Terminal { format, talk }
    }

    /// Where journals and history are kept.
    pub fn state_dir(&self) -> Result<PathBuf, Error> {
        let from = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        self.state_dir
            .clone()
            .or_else(|| from("XDG_STATE_HOME").map(|folder| folder.join("voiceport")))
            .or_else(|| from("HOME").map(|home| home.join(".local/state/voiceport")))
            .ok_or_else(|| Error::usage("no folder for journals: HOME is not set", "name one with --state-dir"))
    }

    /// The same options for another inventory; its journal goes into `folder` unless the command line names one.
    #[must_use]
    pub fn elsewhere(&self, inventory: PathBuf, folder: PathBuf) -> Self {
        Self { inventory, state_dir: Some(self.state_dir.clone().unwrap_or(folder)), ..self.clone() }
    }

    /// The folder that relative secret files are looked up in.
    #[must_use]
    pub fn secrets_base(&self) -> PathBuf {
        crate::inventory::base(&self.inventory)
    }
}
