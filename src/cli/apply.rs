//! `voiceport apply`: perform the plan, read it back, put back what failed. I/O.

use std::path::PathBuf;

use super::exit::Exit;
use super::global::Global;
use crate::ops::apply::{self, Disruption, Saving};
use crate::ops::consent::Consent;
use crate::ops::{Error, finish};

const EXAMPLES: &str = "Examples:
  voiceport apply                  show the plan, ask, then do it
  voiceport apply plan.json --yes  exactly that plan; refused when the switches have changed since
  voiceport apply --check          what would be done; writes nothing
  voiceport apply --finish         the rest of a run that was interrupted";

/// Perform the plan: every write is read back, and when one fails everything is put back
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct Args {
    /// A plan saved by `voiceport plan --out`: its steps are done and no others. Refused when it was edited, is of another site, or the
    /// switches have changed since; consent where nobody can be asked
    #[arg(value_name = "PLAN.JSON")]
    plan: Option<PathBuf>,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    /// Only this switch (may be repeated) [default: all in the inventory, or those of the plan]
    #[arg(long, value_name = "NAME")]
    switch: Vec<String>,
    /// Do not save to the startup configuration: a restart of the switch undoes the change
    #[arg(long)]
    no_persist: bool,
    /// Also where the switch does not tell whether the phone is in a call; one in a call is left for later all the same
    #[arg(long)]
    disrupt: bool,
    /// Show what would be done, as `changed`; write nothing
    #[arg(long)]
    check: bool,
    /// Finish the run that was interrupted: find out what it did, do the rest of its plan, save
    #[arg(long, conflicts_with_all = ["plan", "switch", "no_persist"])]
    finish: bool,
    /// Switches changed at the same time
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=256))]
    parallel: u16,
}

impl Args {
    pub async fn run(self, global: &Global) -> Result<Exit, Error> {
        let site = global.site()?;
        let request = apply::Request {
            plan_file: self.plan,
            switches: self.switch,
            saving: if self.no_persist { Saving::RunningOnly } else { Saving::Startup },
            parallel: usize::from(self.parallel),
            disruption: Disruption::allowed_if(self.disrupt),
            consent: if self.check { Consent::OnlyCheck } else { global.consent(self.yes) },
        };
        let was_shown = matches!(request.consent, Consent::Ask(_));
        let (terminal, context) = (global.terminal(), global.context());
        let applied = if self.finish {
            finish::run(&site, request.into(), &context).await?
        } else {
            apply::run(&site, request, &context).await?
        };
        if was_shown {
            terminal.print_outcome(&applied.report);
        } else {
            terminal.print(&applied.report);
        }
        Ok(applied.conclusion().into())
    }
}
