//! `voiceport power`: each PSE group as it stands, and how long the supplies last. I/O.

use std::time::Duration;
use std::time::Instant;

use super::apply;
use super::apply::Consent;
use super::apply::Order;
use super::apply::carry_out;
use super::error::Error;
use super::exit::Exit;
use super::gather;
use super::global::Global;
use crate::change;
use crate::change::apply::Saving;
use crate::change::cycle::PortGuard;
use crate::output::Terminal;
use crate::power::account;
use crate::switch::Scope;
use crate::switch::Switch;
use model::ids::PortName;
use model::ids::PortRef;
use model::ids::SwitchName;
use model::plan::Step;
use model::report::Outcome;
use model::switch::Detection;
use model::switch::SwitchState;

const EXAMPLES: &str = "Examples:
  voiceport power                        every PSE group of every switch
  voiceport power cycle desk-1 Gi1/0/7   restart the phone on that port
  voiceport power --format json          in milliwatts, for machines";

/// How long a phone may take until it is detected and powered again; some switches need most of a minute.
const DELIVERING: Duration = Duration::from_secs(60);
/// How often it is looked at meanwhile.
const LOOK: Duration = Duration::from_millis(500);

/// Show, per PSE group, nominal, reserved, measured and worst-case power, headroom, and minutes on the UPS
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Take a port's power away for three seconds and give it back
    Cycle(CycleArgs),
}

#[derive(Debug, clap::Args)]
struct CycleArgs {
    /// The switch
    switch: SwitchName,
    /// The port
    port: PortName,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    /// Also where no phone is known; uplinks and protected ports are refused all the same
    #[arg(long)]
    force: bool,
}

impl Args {
    pub async fn run(self, global: &Global) -> Result<Exit, Error> {
        if let Some(What::Cycle(args)) = self.what {
            return cycle(global, args).await;
        }
        let wanted = gather::wanted(global)?;
        let mut connected = gather::connect(global, &wanted.site, &[]).await?;
        let observed = gather::observe(&mut connected, &wanted.catalogue).await;
        gather::show_failures(global.terminal(), &connected.failures);
        global.terminal().print(&account::report(&wanted.site, &observed));
        Ok(if connected.failures.is_empty() { Exit::Done } else { Exit::Device })
    }
}

async fn cycle(global: &Global, args: CycleArgs) -> Result<Exit, Error> {
    let terminal = global.terminal();
    let wanted = gather::wanted(global)?;
    let mut connected = gather::connect(global, &wanted.site, &[args.switch.to_string()]).await?;
    let observed = gather::observe(&mut connected, &wanted.catalogue).await;
    if let Some((_, error)) = connected.failures.into_iter().next() {
        return Err(error.into());
    }
    let Some(state) = observed.switches.get(&args.switch) else {
        return Err(Error::usage(format!("no switch is called {}", args.switch), "voiceport inventory show lists them"));
    };
    let at = PortRef { switch: args.switch.clone(), port: args.port };
    let behind = if args.force { PortGuard::AnyDevice } else { PortGuard::Phone };
    let plan = change::cycle::plan(&wanted.site, state, &at, behind);
    let step = plan.steps.first().cloned();
    let consent = if args.yes { Consent::Given } else { Consent::Ask };
    if consent == Consent::Ask {
        terminal.preview(&plan);
    }
    let switches = connected.switches.clone();
    // it ends as it began, so there is nothing to save
    let order = Order { plan, switches: connected.switches, saving: Saving::RunningOnly, parallel: 1, consent };
    let report = carry_out(global, terminal, order).await?;
    terminal.print(&report);
    let delivered = delivering(state, &at);
    match (step, switches.get(&args.switch)) {
        (Some(step), Some(switch)) if report.outcome == Outcome::Applied && delivered => {
            await_power(terminal, switch.as_ref(), &step).await
        }
        _ => Ok(apply::exit(&report)),
    }
}

fn delivering(state: &SwitchState, at: &PortRef) -> bool {
    let poe = state.find_port(&at.port).and_then(|(_, port)| port.poe.as_ref());
    poe.is_some_and(|poe| poe.detection == Some(Detection::Delivering))
}

/// Waits until a device that had power before has it again. Switching on is done by then; detecting has its own, longer deadline.
async fn await_power(terminal: Terminal, switch: &dyn Switch, step: &Step) -> Result<Exit, Error> {
    let Some(port) = &step.port else { return Ok(Exit::Done) };
    let at = PortRef { switch: step.switch.clone(), port: port.clone() };
    terminal.progress(&format!("{at}: power is on; waiting until the device draws it, at most {DELIVERING:?}"));
    let started = Instant::now();
    while started.elapsed() < DELIVERING {
        let state = switch.read(Scope::Step { port: Some(port), change: &step.change }).await?;
        if delivering(&state, &at) {
            terminal.progress(&format!("{at}: the device has power again after {:.1?}", started.elapsed()));
            return Ok(Exit::Done);
        }
        tokio::time::sleep(LOOK).await;
    }
    terminal.warn(&format!("{at}: power is on, but nothing draws it after {DELIVERING:?}: look at the cable and at the device"));
    Ok(Exit::Differences)
}
