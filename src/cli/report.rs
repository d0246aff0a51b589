//! `voiceport report`: the acceptance document of a run, as HTML for people and JSON or JUnit for machines. I/O.

use std::path::PathBuf;

use super::exit::Exit;
use super::global::Global;
use super::values;
use crate::ops::{Error, report};
use crate::output::file;

const EXAMPLES: &str = "Examples:
  voiceport report                                      the last report
  voiceport report 3 --html site.html --junit site.xml  the report of run 3, as files";

/// Show the acceptance report that `voiceport up` made, or write it as HTML or JUnit
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The run's number [default: the last report of the site]
    #[arg(value_name = "RUN", value_parser = values::run)]
    run: Option<i64>,
    /// Write it as one HTML file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write it as JUnit XML
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
}

impl Args {
    pub fn run(self, global: &Global) -> Result<Exit, Error> {
        let (terminal, report) = (global.terminal(), report::load(self.run, &global.inventory, &global.context())?);
        if let Some(out) = &self.html {
            terminal.existing(out, &file::write_html(out, &report)?);
        }
        if let Some(out) = &self.junit {
            terminal.existing(out, &file::write_junit(out, &report)?);
        }
        terminal.print(&report);
        Ok(report::conclusion(&report).into())
    }
}
