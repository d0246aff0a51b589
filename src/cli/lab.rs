//! `voiceport lab`: the simulated site alone, for trying things and for CI. I/O.

use std::net::SocketAddr;
use std::path::PathBuf;

use super::exit::Exit;
use super::global::Global;
use crate::ops::Error;
use crate::ops::lab;
use crate::ops::lab::{Family, LabOptions, Scenario, Servers};

const EXAMPLES: &str = "Examples:
  voiceport lab                     then, in another shell: voiceport -i voiceport-lab.yaml plan
  voiceport lab --fault wrong-vlan  with a switch that stores another VLAN than it was told
  voiceport lab --closet dell-n     with a switch of another kind in the closet";

/// Run the simulated site on this machine: switches that answer SNMP, phones that boot, a reflector; until Ctrl-C
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Where to write the inventory of the simulated site
    #[arg(long, value_name = "FILE", default_value = "voiceport-lab.yaml")]
    write_inventory: PathBuf,
    /// Where the simulated phones fetch over TFTP [default: nowhere]
    #[arg(long, value_name = "ADDR")]
    tftp: Option<SocketAddr>,
    /// Where the simulated phones fetch over HTTP [default: nowhere]
    #[arg(long, value_name = "ADDR")]
    http: Option<SocketAddr>,
    /// Serve a control socket there, through which a test looks at the site and disturbs it
    #[arg(long, value_name = "SOCKET")]
    control: Option<PathBuf>,
    /// Let something go wrong
    #[arg(long, value_name = "NAME")]
    fault: Option<Scenario>,
    /// Which kind of switch is in the closet: a profile that is full in `inventory show --capabilities`
    #[arg(long, value_name = "PROFILE", default_value = "ubiquiti-edgeswitch")]
    closet: Family,
}

impl Args {
    pub async fn run(self, global: &Global) -> Result<Exit, Error> {
        let request = lab::Request {
            options: LabOptions { scenario: self.fault, closet: self.closet },
            servers: Servers { tftp: self.tftp, http: self.http },
            inventory: self.write_inventory,
            control: self.control,
        };
        lab::run(request, &global.context()).await?;
        Ok(Exit::Done)
    }
}
