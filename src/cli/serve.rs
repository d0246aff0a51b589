//! `voiceport serve`: give the files to booting phones, and to nobody else. I/O.

use std::net::SocketAddr;
use std::path::PathBuf;

use super::exit::Exit;
use super::global::Global;
use super::values;
use crate::ops::{Error, serve};

const EXAMPLES: &str = "Examples:
  voiceport serve                                      TFTP on port 69 and HTTP on port 80
  voiceport serve --tftp 192.0.2.5:69                  TFTP alone, on one address
  voiceport serve --http 192.0.2.5:8080 --format json  one JSON object per request";

/// Serve the phones their files over TFTP and HTTP, until Ctrl-C; one line per request
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// TFTP address [default: 0.0.0.0:69]
    #[arg(long, value_name = "ADDR:PORT", value_parser = values::address)]
    tftp: Option<SocketAddr>,
    /// HTTP address [default: 0.0.0.0:80 when neither address is given]
    #[arg(long, value_name = "ADDR:PORT", value_parser = values::address)]
    http: Option<SocketAddr>,
    /// HTTPS address (not in this version)
    #[arg(long, value_name = "ADDR:PORT", value_parser = values::address)]
    https: Option<SocketAddr>,
    /// Metrics address (not in this version)
    #[arg(long, value_name = "ADDR:PORT", value_parser = values::address)]
    metrics: Option<SocketAddr>,
    /// Folder with firmware images (not in this version)
    #[arg(long, value_name = "DIR")]
    firmware: Option<PathBuf>,
}

impl Args {
    pub async fn run(self, global: &Global) -> Result<Exit, Error> {
        self.refuse_not_implemented()?;
        let site = global.site()?;
        serve::run(&site, serve::Request { tftp: self.tftp, http: self.http }, &global.context()).await?;
        Ok(Exit::Done)
    }

    fn refuse_not_implemented(&self) -> Result<(), Error> {
        let planned =
            [("--https", self.https.is_some()), ("--metrics", self.metrics.is_some()), ("--firmware", self.firmware.is_some())];
        match planned.iter().find(|(_, given)| *given) {
            Some((flag, _)) => Err(Error::not_implemented(format!("serve {flag}"), "serve over TFTP and HTTP on the voice VLAN")),
            None => Ok(()),
        }
    }
}
