//! `voiceport power`: each PSE group as it stands, and how long the supplies last. I/O.

use super::exit::Exit;
use super::global::Global;
use crate::ops::Error;
use crate::ops::power;
use model::ids::{PortName, PortRef, SwitchName};

const EXAMPLES: &str = "Examples:
  voiceport power                        every PSE group of every switch
  voiceport power cycle desk-1 Gi1/0/7   restart the phone on that port
  voiceport power --format json          in milliwatts, for machines";

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
#[command(
    after_help = "Examples:\n  voiceport power cycle desk-1 Gi1/0/7        asks first\n  voiceport power cycle desk-1 Gi1/0/7 --yes  does not ask"
)]
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
        match self.what {
            Some(What::Cycle(args)) => args.run(global).await,
            None => {
                let site = global.site()?;
                let power = power::run(&site, &global.context()).await?;
                global.terminal().print(&power.report);
                Ok(power.conclusion().into())
            }
        }
    }
}

impl CycleArgs {
    async fn run(self, global: &Global) -> Result<Exit, Error> {
        let (site, context) = (global.site()?, global.context());
        let port = PortRef { switch: self.switch, port: self.port };
        let request = power::CycleRequest { port, force: self.force, consent: global.consent(self.yes) };
        let cycled = power::cycle(&site, request, &context).await?;
        let report = cycled.report.clone();
        let conclusion = cycled.conclusion(&context).await?;
        global.terminal().print(&report);
        Ok(conclusion.into())
    }
}
