//! `voiceport render`: each phone's files, deterministic and strict. I/O.

use std::path::PathBuf;

use super::exit::Exit;
use super::global::Global;
use crate::ops::{Error, render};
use crate::output::{self, Format};
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
    /// Only the file of this name, as the phone asks for it
    #[arg(long, value_name = "NAME", conflicts_with = "explain")]
    file: Option<String>,
    /// Show each value and where it comes from, secrets as ***
    #[arg(long, conflicts_with = "out")]
    explain: bool,
}

impl Args {
    pub fn run(self, global: &Global) -> Result<Exit, Error> {
        let (terminal, site, context) = (global.terminal(), global.site()?, global.context());
        let request = render::Request { phones: self.phone, file: self.file };
        match self.out {
            _ if self.explain => terminal.print(&render::explain(&site, &request)?),
            Some(folder) => terminal.print(&render::into_folder(&site, &request, &folder, &context)?),
            None if terminal.format == Format::Json => terminal.print(&render::run(&site, &request, &context)?),
            None => {
                let files = render::of_one(&site, &request, &context)?;
                terminal.raw(&output::joined(&files));
            }
        }
        Ok(Exit::Done)
    }
}
