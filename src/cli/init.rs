//! `voiceport init`: an inventory to start from. I/O.

use std::time::Duration;

use super::duration;
use super::exit::Exit;
use super::global::Global;
use crate::ops::{Error, init};

const EXAMPLES: &str = "Examples:
  voiceport init                        a commented inventory/site.yaml to fill in
  voiceport -i branch.yaml init         one file instead of a folder
  voiceport init --interface eth0       with the switches and phones that announce themselves there";

/// Make a commented inventory to start from, from nothing or from what is heard; nothing is overwritten
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The site's name [default: that of the folder]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Listen on this interface of this machine for switches and phones (may be repeated); needs CAP_NET_RAW
    #[arg(long, value_name = "IFACE")]
    interface: Vec<String>,
    /// How long to listen: switches and phones announce themselves every 30 seconds [default: 40s]
    #[arg(long, value_name = "TIME", value_parser = duration::parse, requires = "interface")]
    duration: Option<Duration>,
}

impl Args {
    pub async fn run(self, global: &Global) -> Result<Exit, Error> {
        let request = init::Request { name: self.name, interfaces: self.interface, duration: self.duration };
        global.terminal().print(&init::run(&global.inventory, request, &global.context()).await?);
        Ok(Exit::Done)
    }
}
