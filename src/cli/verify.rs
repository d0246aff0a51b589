//! `voiceport verify`: acceptance checks of the site as it stands now. I/O.

use super::exit::Exit;
use super::global::Global;
use super::values;
use crate::ops::Error;
use crate::ops::verify::{self, Check};

const EXAMPLES: &str = "Examples:
  voiceport verify                                     every phone, switch and path
  voiceport verify --switch closet                     one switch and the phones on it
  voiceport verify --phone 101 --require powered,vlan  one phone, and these checks alone
  voiceport verify --format json                       the same, for machines";

/// Check the site as it stands now; exit with 5 unless every required check of every phone, switch and path passed
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Only this switch and the phones on it (may be repeated) [default: the whole site]
    #[arg(long, value_name = "NAME")]
    switch: Vec<String>,
    /// Only this phone and the switch it is on, by MAC address or extension (may be repeated; with --switch, this phone too)
    #[arg(long, value_name = "MAC|EXTENSION")]
    phone: Vec<String>,
    /// The checks that must pass, instead of `accept.require` of the inventory
    #[arg(long, value_name = "CHECK,...", value_delimiter = ',', value_parser = values::one_of::<Check>(Check::ALL.map(Check::name)))]
    require: Vec<Check>,
}

impl Args {
    pub async fn run(self, global: &Global) -> Result<Exit, Error> {
        let request = verify::Request { switches: self.switch, phones: self.phone, require: self.require };
        let verified = verify::run(global.site()?, &request, &global.context()).await?;
        global.terminal().print(&verified.report);
        Ok(verified.conclusion().into())
    }
}
