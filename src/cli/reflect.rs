//! `voiceport reflect`: the far end of a probe. I/O.

use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;
use std::net::SocketAddr;

use tokio::task::JoinSet;

use super::error::Error;
use super::exit::Exit;
use super::global::Global;
use super::stop;
use crate::probe::Reflector;

/// The port of the STAMP session-reflector (RFC 8545).
const STAMP_PORT: u16 = 862;

const EXAMPLES: &str = "Examples:
  voiceport reflect                 answer on port 862 of every address
  voiceport reflect 192.0.2.5:8620  a port that needs no right";

/// Answer probes: the STAMP session-reflector (RFC 8762), until Ctrl-C
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Address and port to listen on [default: [::]:862, all addresses]
    #[arg(value_name = "ADDR:PORT")]
    address: Option<SocketAddr>,
}

impl Args {
    pub async fn run(self, global: &Global) -> Result<Exit, Error> {
        let terminal = global.terminal();
        let everywhere = [IpAddr::from(Ipv4Addr::UNSPECIFIED), IpAddr::from(Ipv6Addr::UNSPECIFIED)];
        let addresses = self
            .address
            .map_or_else(|| everywhere.map(|address| SocketAddr::from((address, STAMP_PORT))).to_vec(), |one| vec![one]);
        let mut tasks = JoinSet::new();
        for address in addresses {
            let reflector = Reflector::bind(address)?;
            terminal.progress(&format!("reflecting on {}; stop with Ctrl-C", reflector.local_addr()));
            tasks.spawn(reflector.run_until(stop::asked()));
        }
        while let Some(ended) = tasks.join_next().await {
            let counts = ended.map_err(|cause| Error::io("reflecting", &cause))??;
            terminal.progress(&format!(
                "{} received, {} reflected, {} refused, {} sessions",
                counts.received, counts.reflected, counts.refused, counts.sessions
            ));
        }
        Ok(Exit::Done)
    }
}
