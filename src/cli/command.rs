//! The program's command line as a whole: global options and one command. I/O.

use clap::{CommandFactory, Parser, Subcommand};

use super::exit::Exit;
use super::global::Global;
use super::{
    apply, complete, completions, discover, doctor, history, init, inventory, lab, not_implemented, plan, power, probe, reflect,
    render, report, rollback, serve, template, up, verify,
};
use crate::ops::Error;

/// From a wiring closet and a box of desk phones to a working, proven voice network.
///
/// voiceport finds the phones, plans power and voice VLAN against the switch's real budget, makes the change and reads it back,
/// serves each phone its own file, measures the voice path and writes the report the customer signs. What it did it can undo.
#[derive(Debug, Parser)]
#[command(name = "voiceport", version, propagate_version = true, arg_required_else_help = true, max_term_width = 110)]
#[command(after_help = EXAMPLES)]
pub struct Cli {
    /// Options that every command takes.
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Start here:
  voiceport up --lab                    the whole way on a simulated site, on this machine alone
  voiceport init                        a commented inventory to fill in
  voiceport inventory check             is the inventory right?
  voiceport plan                        what would change, and is there power enough?
  voiceport up                          the whole way on the real site

Exit codes:
  0  done, nothing wrong
  1  failed
  2  wrong usage
  3  inventory or template invalid
  4  device unreachable or refused
  5  differences found, or a limit not met
  6  failed, everything put back
  7  switches left changed against the plan's promise: look at them";

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Args),
    Discover(discover::Args),
    Plan(plan::Args),
    Apply(apply::Args),
    Rollback(rollback::Args),
    History(history::Args),
    Power(power::Args),
    Render(render::Args),
    Template(template::Args),
    Serve(serve::Args),
    Resync(not_implemented::Resync),
    Reflect(reflect::Args),
    Probe(probe::Args),
    Verify(verify::Args),
    Report(report::Args),
    Up(up::Args),
    Lab(lab::Args),
    Dhcp(not_implemented::Dhcp),
    Inventory(inventory::Args),
    Doctor(doctor::Args),
    Completions(completions::Args),
    Complete(complete::Args),
}

impl Cli {
    /// Carries out the command.
    pub fn run(self) -> Result<Exit, Error> {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|cause| Error::io("starting", &cause))?;
        runtime.block_on(self.command.run(&self.global))
    }
}

impl Command {
    async fn run(self, global: &Global) -> Result<Exit, Error> {
        match self {
            Self::Init(args) => args.run(global).await,
            Self::Discover(args) => args.run(global).await,
            Self::Plan(args) => args.run(global).await,
            Self::Apply(args) => args.run(global).await,
            Self::Rollback(args) => args.run(global).await,
            Self::History(args) => args.run(global),
            Self::Power(args) => args.run(global).await,
            Self::Render(args) => args.run(global),
            Self::Template(args) => args.run(global),
            Self::Serve(args) => args.run(global).await,
            Self::Resync(args) => args.run(),
            Self::Reflect(args) => args.run(global).await,
            Self::Probe(args) => args.run(global).await,
            Self::Verify(args) => args.run(global).await,
            Self::Report(args) => args.run(global),
            Self::Up(args) => args.run(global).await,
            Self::Lab(args) => args.run(global).await,
            Self::Dhcp(args) => args.run(),
            Self::Inventory(args) => args.run(global),
            Self::Doctor(args) => args.run(global).await,
            Self::Completions(args) => Ok(args.run(&Cli::command(), global)),
            Self::Complete(args) => Ok(args.run(Cli::command(), global)),
        }
    }
}
