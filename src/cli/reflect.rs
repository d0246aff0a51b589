//! `voiceport reflect`: the far end of a probe. I/O.

use std::net::SocketAddr;

use super::exit::Exit;
use super::global::Global;
use super::values;
use crate::ops::{Error, reflect};

const EXAMPLES: &str = "Examples:
  voiceport reflect                 answer on port 862 of every address
  voiceport reflect 192.0.2.5:8620  a port that needs no right";

/// Answer probes: the STAMP session-reflector (RFC 8762), until Ctrl-C
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Address and port to listen on [default: [::]:862, all addresses]
    #[arg(value_name = "ADDR:PORT", value_parser = values::address)]
    address: Option<SocketAddr>,
}

impl Args {
    pub async fn run(self, global: &Global) -> Result<Exit, Error> {
        reflect::run(self.address, &global.context()).await?;
        Ok(Exit::Done)
    }
}
