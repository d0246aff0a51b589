//! `voiceport inventory`: check, show, schema, import. I/O.

use std::path::PathBuf;

use super::exit::Exit;
use super::global::Global;
use crate::ops::{Error, inventory};
use crate::output::{Format, no_problems};

const EXAMPLES: &str = "Examples:
  voiceport inventory check                 every problem at once, with its place and cure
  voiceport inventory show                  VLANs, switches and phones as understood
  voiceport inventory show --capabilities   what can be done with which kind of switch
  voiceport inventory import --csv list.csv > phones.yaml
  voiceport inventory schema > schema.json  for editors that complete and check";

/// Check and show the inventory
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Read it whole; every problem with file, line, column and cure
    #[command(
        after_help = "Examples:\n  voiceport inventory check               the inventory/ folder here\n  voiceport -i site.yaml inventory check  one file"
    )]
    Check,
    /// Show what it amounts to
    #[command(
        after_help = "Examples:\n  voiceport inventory show                 VLANs, switches and phones\n  voiceport inventory show --capabilities  what each kind of switch can do"
    )]
    Show {
        /// What each switch profile can do, whether or not the inventory uses it
        #[arg(long)]
        capabilities: bool,
    },
    /// Print the JSON Schema of the inventory, for editors
    #[command(after_help = "Examples:\n  voiceport inventory schema > schema.json")]
    Schema,
    /// Print the phones of a table as YAML, to be looked through and put into an inventory
    #[command(after_help = "Examples:\n  voiceport inventory import --csv phones.csv > inventory/phones.yaml")]
    Import {
        /// A CSV file with a line of titles: mac, vendor, model, extension, name, user, switch, port, address
        #[arg(long, value_name = "FILE", required_unless_present = "netbox")]
        csv: Option<PathBuf>,
        /// A NetBox server (not in this version)
        #[arg(long, value_name = "URL", conflicts_with = "csv")]
        netbox: Option<String>,
    },
}

impl Args {
    pub fn run(self, global: &Global) -> Result<Exit, Error> {
        let terminal = global.terminal();
        match self.what {
            What::Check | What::Show { capabilities: false } => {
                let summary = inventory::summary(&global.site()?);
                if matches!(self.what, What::Show { .. }) || terminal.format == Format::Json {
                    terminal.print(&summary);
                }
                terminal.progress(&no_problems(&summary));
            }
            What::Schema => terminal.raw(&format!("{:#}\n", inventory::schema())),
            What::Show { capabilities: true } => terminal.print(&inventory::capabilities()),
            What::Import { csv: Some(file), .. } => terminal.text(inventory::import_csv(&file)?),
            What::Import { csv: None, .. } => {
                return Err(Error::not_implemented("inventory import --netbox", "export a CSV file and import that"));
            }
        }
        Ok(Exit::Done)
    }
}
