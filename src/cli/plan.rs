//! `voiceport plan`: wanted × observed = the exact changes. I/O.

use std::path::PathBuf;

use super::error::Error;
use super::exit::Exit;
use super::gather;
use super::global::Global;
use crate::change::planner::plan;
use crate::output::Document;

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
        let terminal = global.terminal();
        let wanted = gather::wanted(global)?;
        let mut connected = gather::connect(global, &wanted.site, &self.switch).await?;
        let observed = gather::observe(&mut connected, &wanted.catalogue).await;
        let plan = plan(&wanted.site, &observed, &wanted.catalogue).limited_to(&self.switch);
        gather::show_failures(terminal, &connected.failures);
        terminal.print(&plan);
        if let Some(file) = &self.out {
            let text = format!("{:#}\n", plan.json());
            std::fs::write(file, text).map_err(|cause| Error::io(format!("writing {}", file.display()), &cause))?;
        }
        Ok(match () {
            () if !connected.failures.is_empty() => Exit::Device,
            () if !plan.is_safe() => Exit::Differences,
            () if self.check && !plan.steps.is_empty() => Exit::Differences,
            () => Exit::Done,
        })
    }
}
