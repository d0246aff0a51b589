//! `voiceport template`: the phone templates themselves, checked before a phone sees them. I/O.

use super::error::Error;
use super::exit::Exit;
use super::global::Global;
use crate::phones;
use crate::phones::catalogue::Catalogue;
use crate::phones::catalogue::PhoneModel;
use crate::phones::catalogue::Vendor;
use crate::render::Renderer;
use crate::render::sample;
use model::ids::ModelId;
use model::report::TemplateReport;
use model::report::TemplateRow;

const EXAMPLES: &str = "Examples:
  voiceport template list   vendors, models, and the files they fetch
  voiceport template check  render all models with difficult names";

/// Check, test and list the phone templates
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Render every file of every model with difficult names, and check the parameter names against the vendor's list
    Check,
    /// Compare renderings with golden examples of your own (not in this version)
    Test {
        /// Rewrite the golden examples
        #[arg(long)]
        bless: bool,
    },
    /// List vendors, models and the files they fetch
    List,
    /// List the variables a model's templates use (not in this version)
    Vars {
        /// Vendor and model, like yealink/t46s
        model: ModelId,
    },
}

impl Args {
    pub fn run(self, global: &Global) -> Result<Exit, Error> {
        let terminal = global.terminal();
        match self.what {
            What::Check => check(global),
            What::List => {
                terminal.print(&TemplateReport { models: models(&phones::builtin()?), findings: Vec::new() });
                Ok(Exit::Done)
            }
            What::Test { bless } => {
                let what = if bless { "template test --bless" } else { "template test" };
                Err(Error::not_yet(what, "voiceport template check renders every model"))
            }
            What::Vars { model } => Err(Error::not_yet(
                format!("template vars {model}"),
                "voiceport render --phone MAC --explain shows them with values",
            )),
        }
    }
}

fn check(global: &Global) -> Result<Exit, Error> {
    let renderer = Renderer::builtin()?;
    let report = TemplateReport { models: models(renderer.catalogue()), findings: sample::check(&renderer) };
    let exit = if report.findings.is_empty() { Exit::Done } else { Exit::Invalid };
    global.terminal().print(&report);
    Ok(exit)
}

fn models(catalogue: &Catalogue) -> Vec<TemplateRow> {
    let row = |vendor: &str, model: &str, phone: &PhoneModel| TemplateRow {
        model: ModelId { vendor: vendor.to_owned(), model: model.to_owned() },
        title: phone.title.clone(),
        lines: phone.lines,
        files: phone.files.iter().map(|file| file.name.clone()).collect(),
    };
    let of = |(vendor, facts): (&String, &Vendor)| {
        facts.models.iter().map(|(model, phone)| row(vendor, model, phone)).collect::<Vec<_>>()
    };
    catalogue.vendors.iter().flat_map(of).collect()
}
