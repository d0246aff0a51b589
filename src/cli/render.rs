//! `voiceport render`: each phone's files, deterministic and strict. I/O.

use std::path::Path;
use std::path::PathBuf;

use super::error::Error;
use super::exit::Exit;
use super::gather;
use super::gather::Wanted;
use super::global::Global;
use super::report;
use crate::inventory::secrets;
use crate::output::Terminal;
use crate::render::Renderer;
use crate::render::ServingContext;
use model::credential::SecretRef;
use model::ids::MacAddress;
use model::report::ExplainReport;
use model::report::ExplainRow;
use model::secret::Secret;
use model::site::PhoneSpec;

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
        let terminal = global.terminal();
        let wanted = gather::wanted(global)?;
        let renderer = Renderer::builtin()?;
        let phones = self.chosen(&wanted)?;
        if self.explain {
            return explain(terminal, &renderer, &wanted, &phones);
        }
        let base = global.secrets_base();
        let secrets = |reference: &SecretRef| secrets::resolve(reference, &base).map_err(|error| error.to_string());
        match (&self.out, phones.as_slice()) {
            (Some(folder), phones) => into_folder(terminal, folder, &renderer, &wanted, phones, &secrets),
            (None, [phone]) => to_stdout(terminal, &renderer, &wanted, phone, &secrets),
            (None, _) => Err(Error::usage("render: several phones", "name a folder with --out, or one phone with --phone MAC")),
        }
    }

    fn chosen<'a>(&self, wanted: &'a Wanted) -> Result<Vec<&'a PhoneSpec>, Error> {
        if self.phone.is_empty() {
            return Ok(wanted.site.phones.iter().collect());
        }
        let one = |mac: &MacAddress| {
            wanted
                .site
                .phone(*mac)
                .ok_or_else(|| Error::usage(format!("phone {mac}: not in the inventory"), "voiceport inventory show"))
        };
        self.phone.iter().map(one).collect()
    }
}

/// What files say about where to fetch: the inventory's `provisioning.url`, or nothing, which leaves the phone with what DHCP told it.
pub fn serving() -> ServingContext {
    ServingContext { url: String::new() }
}

type Secrets<'a> = &'a dyn Fn(&SecretRef) -> Result<Secret, String>;

fn to_stdout(
    terminal: Terminal,
    renderer: &Renderer,
    wanted: &Wanted,
    phone: &PhoneSpec,
    secrets: Secrets<'_>,
) -> Result<Exit, Error> {
    for file in renderer.files(&wanted.site, phone, secrets, &serving())? {
        terminal.progress(&format!("# {}", file.name));
        terminal.raw(&file.content);
    }
    Ok(Exit::Done)
}

fn into_folder(
    terminal: Terminal,
    folder: &Path,
    renderer: &Renderer,
    wanted: &Wanted,
    phones: &[&PhoneSpec],
    secrets: Secrets<'_>,
) -> Result<Exit, Error> {
    // Everything is rendered before anything is written: an error leaves the folder as it was.
    let mut files = Vec::new();
    for phone in phones {
        let own = folder.join(phone.mac.bare());
        files.extend(
            renderer.files(&wanted.site, phone, secrets, &serving())?.into_iter().map(|file| (own.join(&file.name), file.content)),
        );
    }
    for (path, content) in &files {
        let parent = path.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent).map_err(|cause| Error::io(format!("making {}", parent.display()), &cause))?;
        report::write_private(path, content)?;
    }
    terminal.progress(&format!("{} files of {} phones in {}", files.len(), phones.len(), folder.display()));
    Ok(Exit::Done)
}

fn explain(terminal: Terminal, renderer: &Renderer, wanted: &Wanted, phones: &[&PhoneSpec]) -> Result<Exit, Error> {
    for phone in phones {
        let values = renderer.explain(&wanted.site, phone, &serving())?;
        let rows = values.into_iter().map(|value| ExplainRow { name: value.name, value: value.value, layer: value.layer });
        terminal.stream(&ExplainReport { mac: phone.mac, model: phone.model.clone(), values: rows.collect() });
    }
    Ok(Exit::Done)
}
