//! `voiceport power`: each PSE group as it stands, and how long the supplies last. I/O.

use super::error::Error;
use super::exit::Exit;
use super::gather;
use super::global::Global;
use crate::model::ids::PortName;
use crate::model::ids::SwitchName;
use crate::power::account;

const EXAMPLES: &str = "Examples:
  voiceport power                every PSE group of every switch
  voiceport power --format json  in milliwatts, for machines";

/// Show, per PSE group, nominal, reserved, measured and worst-case power, headroom, and minutes on the UPS
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Take a port's power away and give it back (not in this version)
    Cycle {
        /// The switch
        switch: SwitchName,
        /// The port
        port: PortName,
    },
}

impl Args {
    pub async fn run(self, global: &Global) -> Result<Exit, Error> {
        if let Some(What::Cycle { switch, port }) = self.what {
            return Err(Error::not_yet(
                format!("power cycle of {switch} {port}"),
                "unplug the phone, or switch the port off and on at the switch",
            ));
        }
        let wanted = gather::wanted(global)?;
        let mut connected = gather::connect(global, &wanted.site, &[]).await?;
        let observed = gather::observe(&mut connected, &wanted.catalogue).await;
        gather::show_failures(global.terminal(), &connected.failures);
        global.terminal().print(&account::report(&wanted.site, &observed));
        Ok(if connected.failures.is_empty() { Exit::Done } else { Exit::Device })
    }
}
