//! `voiceport plan`: wanted × observed = the exact changes. I/O.

use std::path::PathBuf;

use super::exit::Exit;
use super::global::Global;
use crate::ops::Error;
use crate::ops::files::try_out;
use crate::ops::plan;
use crate::output::file;

const EXAMPLES: &str = "Examples:
  voiceport plan                                  every switch of the inventory
  voiceport plan --switch desk-1 --out plan.json  one switch; keep it for `voiceport apply`
  voiceport plan --check                          exit code 5 when something would change";

/// Show the exact changes per port, with reasons, the power account and what is refused; nothing is written
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Only this switch (may be repeated) [default: all in the inventory]
    #[arg(long, value_name = "NAME")]
    switch: Vec<String>,
    /// Save the plan, for `voiceport apply FILE`
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Exit with 5 when something would change
    #[arg(long)]
    check: bool,
}

impl Args {
    pub async fn run(self, global: &Global) -> Result<Exit, Error> {
        let (site, terminal) = (global.site()?, global.terminal());
        if let Some(out) = &self.out {
            try_out(out)?;
        }
        let planned = plan::run(&site, &plan::Request { switches: self.switch }, &global.context()).await?;
        // the file first: when it cannot be written, the error is the one document
        let existing = self.out.as_ref().map(|out| file::write_json(out, &planned.plan)).transpose()?;
        terminal.print(&planned.plan);
        if let Some((out, existing)) = self.out.as_ref().zip(existing) {
            terminal.existing(out, &existing);
            terminal.progress(&format!("saved to {0}: voiceport apply {0}", out.display()));
        }
        Ok(planned.conclusion(self.check).into())
    }
}
