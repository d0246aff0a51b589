//! `voiceport template`: the phone templates themselves, checked before a phone sees them. I/O.

use super::exit::Exit;
use super::global::Global;
use crate::ops::{Error, template};
use model::ids::ModelId;

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
    #[command(after_help = "Examples:\n  voiceport template check  exit code 3 when something is wrong")]
    Check,
    /// Compare renderings with golden examples of your own (not in this version)
    #[command(after_help = "Examples:\n  voiceport template test --bless")]
    Test {
        /// Rewrite the golden examples
        #[arg(long)]
        bless: bool,
    },
    /// List vendors, models and the files they fetch
    #[command(after_help = "Examples:\n  voiceport template list")]
    List,
    /// List the variables a model's templates use (not in this version)
    #[command(after_help = "Examples:\n  voiceport template vars VENDOR/MODEL")]
    Vars {
        /// Vendor and model, like yealink/t46s
        model: ModelId,
    },
}

impl Args {
    pub fn run(self, global: &Global) -> Result<Exit, Error> {
        let report = match self.what {
            What::Check => template::check()?,
            What::List => template::list()?,
            What::Test { bless } => {
                let what = if bless { "template test --bless" } else { "template test" };
                return Err(Error::not_implemented(what, "voiceport template check renders every model"));
            }
            What::Vars { model } => {
                let help = "voiceport render --phone MAC --explain shows them with values";
                return Err(Error::not_implemented(format!("template vars {model}"), help));
            }
        };
        global.terminal().print(&report);
        Ok(template::conclusion(&report).into())
    }
}
