//! `voiceport inventory`: check, show, schema, import. I/O.

use std::path::Path;
use std::path::PathBuf;

use super::error::Error;
use super::exit::Exit;
use super::gather;
use super::global::Global;
use crate::inventory;
use crate::output::Format;
use crate::switch::snmp::ProfileSummary;
use crate::switch::snmp::Support;
use crate::switch::snmp::profiles;
use model::report::CapabilitiesReport;
use model::report::ProfileRow;

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
    Check,
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
            What::Check | What::Show { capabilities: false } => {
                let site = gather::wanted(global)?.site;
                let shown = matches!(self.what, What::Show { .. }) || terminal.format == Format::Json;
                if shown {
                    terminal.print(&inventory::summary::summary(&site));
                }
                terminal.progress(&format!(
                    "site {}: {} switches, {} phones, {} VLANs: no problems",
                    site.name,
                    site.switches.len(),
                    site.phones.len(),
                    site.vlans.len()
                ));
                Ok(Exit::Done)
            }
            What::Schema => {
                terminal.raw(&format!("{:#}\n", inventory::schema()));
                Ok(Exit::Done)
            }
            What::Show { capabilities: true } => {
                terminal.print(&capabilities());
                Ok(Exit::Done)
            }
            What::Import { csv: Some(file), .. } => {
                terminal.raw(&from_csv(&file)?);
                Ok(Exit::Done)
            }
            What::Import { csv: None, .. } => Err(Error::not_yet("inventory import --netbox", "export a CSV file and import that")),
        }
    }
}

/// The switch profiles of this version.
fn capabilities() -> CapabilitiesReport {
    let support = |profile: &ProfileSummary| match profile.support {
        _ if profile.generic => "opt_in",
        Support::Full => "full",
        Support::Experimental => "experimental",
        Support::ReadOnly => "read_only",
    };
    let row = |profile: ProfileSummary| ProfileRow {
        support: support(&profile).to_owned(),
        name: profile.name,
        title: profile.title,
        capabilities: profile.capabilities,
        limits: profile.limits,
        object_ids: profile.object_ids,
    };
    CapabilitiesReport { profiles: profiles().into_iter().map(row).collect() }
}

fn from_csv(file: &Path) -> Result<String, Error> {
    let name = file.display().to_string();
    let bytes = std::fs::read(file).map_err(|cause| Error::io(format!("reading {name}"), &cause))?;
    Ok(inventory::import_csv(&name, bytes).map_err(inventory::Error::Invalid)?)
}
