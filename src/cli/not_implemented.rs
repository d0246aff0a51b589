//! Commands of the contract that this version does not carry out: they say so and fail. Pure.

use super::exit::Exit;
use crate::ops::Error;
use model::ids::MacAddress;

/// Ask phones to fetch their files again (not in this version)
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  voiceport resync --phone 00:15:65:12:34:56")]
pub struct Resync {
    /// Only this phone (may be repeated)
    #[arg(long, value_name = "MAC")]
    phone: Vec<MacAddress>,
}

impl Resync {
    pub fn run(self) -> Result<Exit, Error> {
        let whom = if self.phone.is_empty() { "all phones".to_owned() } else { format!("{} phones", self.phone.len()) };
        Err(Error::not_implemented(
            format!("resync of {whom}"),
            "switch the phones' ports off and on, or restart them by hand: they fetch at boot",
        ))
    }
}

/// Print the option snippet that points phones here, for a DHCP server (not in this version)
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  voiceport dhcp dnsmasq")]
pub struct Dhcp {
    /// The DHCP server
    #[arg(value_enum)]
    server: DhcpServer,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum DhcpServer {
    Kea,
    Dnsmasq,
    Isc,
    Mikrotik,
}

impl Dhcp {
    pub fn run(self) -> Result<Exit, Error> {
        let server = format!("{:?}", self.server).to_lowercase();
        Err(Error::not_implemented(
            format!("dhcp snippet for {server}"),
            "set option 66 (tftp-server-name) to this machine's address by hand",
        ))
    }
}
