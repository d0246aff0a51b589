//! `voiceport render`: each phone's files, deterministic and strict. I/O.

use std::path::PathBuf;

use super::exit::Exit;
use super::global::Global;
use crate::ops::{Error, render};
use model::ids::MacAddress;

const EXAMPLES: &str = "Examples:
  voiceport render --phone 00:15:65:12:34:56            one phone's files, on standard output
  voiceport render --out files                          all phones' files, one folder per phone
  voiceport render --phone 00:15:65:12:34:56 --explain  each value and where it comes from";

/// Render the phones' files: one phone to standard output, or all into a folder
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Only this phone (may be repeated) [default: all]
    #[arg(long, value_name = "MAC")]
    phone: Vec<MacAddress>,
    /// Write the files into this folder, one folder per phone; they hold the phones' passwords
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Show each value and where it comes from, secrets as ***
    #[arg(long, conflicts_with = "out")]
    explain: bool,
}

impl Args {
    pub fn run(self, global: &Global) -> Result<Exit, Error> {
        let (terminal, site, context) = (global.terminal(), global.site()?, global.context());
        let request = render::Request { phones: self.phone };
        match self.out {
            _ if self.explain => render::explain(&site, &request)?.iter().for_each(|phone| terminal.stream(phone)),
            Some(folder) => {
                let written = render::into_folder(&site, &request, &folder, &context)?;
                terminal.progress(&written.to_string());
            }
            None => {
                for file in render::run(&site, &request, &context)? {
                    terminal.progress(&format!("# {}", file.name));
                    terminal.raw(&file.content);
                }
            }
        }
        Ok(Exit::Done)
    }
}
