//! `voiceport inventory`: check, show, schema, import. I/O.

use std::path::PathBuf;

use super::exit::Exit;
use super::global::Global;
use crate::ops::preflight::Secrets;
use crate::ops::{Error, inventory};
use crate::output::{Format, no_problems};

const EXAMPLES: &str = "Examples:
  voiceport inventory check                 every problem at once, with its place and cure
  voiceport inventory check --without-secrets   for CI, which has none
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
    /// Find everything a later command would trip over; every problem with file, line, column and cure
    Check {
        /// Fetch no secret: references are checked by their form, and files made with placeholders
        #[arg(long)]
        without_secrets: bool,
    },
    /// Show what it amounts to
    Show {
        /// What each switch profile can do, whether or not the inventory uses it
        #[arg(long)]
        capabilities: bool,
    },
    /// Print the JSON Schema of the inventory, for editors
    Schema,
    /// Print the phones of a table as YAML, to be looked through and put into an inventory
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
            What::Check { without_secrets } => {
                let secrets = if without_secrets { Secrets::Placeholders } else { Secrets::Fetch };
                let (_, report) = inventory::check(&global.inventory, secrets, &global.context())?;
                if terminal.format == Format::Json {
                    terminal.print(&report);
                }
                terminal.progress(&no_problems(&report));
            }
            What::Show { capabilities: false } => terminal.print(&inventory::summary(&global.site()?)),
            What::Schema => terminal.raw(&format!("{:#}\n", inventory::schema())),
            What::Show { capabilities: true } => terminal.print(&inventory::capabilities()),
            What::Import { csv: Some(file), .. } => {
                let imported = inventory::import_csv(&file)?;
                imported.notes.iter().for_each(|note| terminal.warn(note));
                terminal.raw(&imported.yaml);
            }
            What::Import { csv: None, .. } => {
                return Err(Error::not_implemented("inventory import --netbox", "export a CSV file and import that"));
            }
        }
        Ok(Exit::Done)
    }
}
