//! `inventory`: read, summarised, described, imported. I/O: reads files.

use std::path::Path;
use std::sync::Arc;

use super::context::Context;
use super::error::Error;
use super::event::SiteEvent;
use super::preflight::{self, Secrets};
use crate::inventory::report::{InventoryReport, InventoryWarning, SecretsChecked};
use crate::inventory::{Imported, Problem, Problems, Reading};
use crate::switch::capabilities::{CapabilitiesReport, ProfileRow};
use crate::switch::snmp::{ProfileSummary, Support, profiles};
use crate::{inventory, phones};

pub use super::loaded_site::{LoadedSite, Templates};

/// Reads an inventory: a file, or a folder of files.
pub fn load(path: &Path) -> Result<LoadedSite, Error> {
    let (site, problems) = read(path)?;
    let problems = problems.and(preflight::profiles(&site));
    if problems.is_empty() { Ok(site) } else { Err(inventory::Error::Invalid(problems).into()) }
}

/// Reads an inventory as far as it can be read; what is wrong with it is in the second part.
fn read(path: &Path) -> Result<(LoadedSite, Problems), Error> {
    let catalogue = phones::builtin()?;
    let Reading { site, places, problems } = inventory::read(path, &catalogue)?;
    Ok((
        LoadedSite { site, catalogue, folder: inventory::base(path), places: Arc::new(places), templates: Templates::default() },
        problems,
    ))
}

/// Reads an inventory, and looks for everything that a later command would trip over.
pub fn check(path: &Path, secrets: Secrets, context: &Context) -> Result<(LoadedSite, InventoryReport), Error> {
    let (site, mut problems) = read(path)?;
    let mut report = summary(&site);
    if problems.is_empty() {
        let found = preflight::run(&site, secrets, context);
        problems = found.problems;
        report.warnings = Some(found.warnings.list.iter().map(warning).collect());
        report.secrets = Some(match secrets {
            Secrets::Fetch => SecretsChecked::Fetched,
            Secrets::Placeholders => SecretsChecked::Placeholders,
        });
        if !found.warnings.is_empty() {
            context.emit(SiteEvent::Warnings(&found.warnings));
        }
    } else if secrets == Secrets::Fetch {
        // the files of a site that is wrong cannot be made, its secrets can be looked for
        problems = problems.and(preflight::secrets_of(&site, context));
    }
    let problems = problems.and(preflight::profiles(&site));
    if problems.is_empty() { Ok((site, report)) } else { Err(inventory::Error::Invalid(problems).into()) }
}

fn warning(problem: &Problem) -> InventoryWarning {
    InventoryWarning {
        code: problem.code.name().to_owned(),
        message: problem.message.clone(),
        file: problem.file.clone(),
        line: problem.line,
        column: problem.column,
        hint: problem.hint.clone(),
    }
}

/// What the site amounts to.
#[must_use]
pub fn summary(site: &LoadedSite) -> InventoryReport {
    inventory::summary::summary(&site.site)
}

/// The JSON Schema of an inventory.
#[must_use]
pub fn schema() -> serde_json::Value {
    inventory::schema()
}

/// What can be done with each kind of switch.
#[must_use]
pub fn capabilities() -> CapabilitiesReport {
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

/// The phones of a CSV file as the YAML of an inventory.
pub fn import_csv(file: &Path) -> Result<Imported, Error> {
    let name = file.display().to_string();
    let bytes = std::fs::read(file).map_err(|source| Error::reading(file, source))?;
    Ok(inventory::import_csv(&name, bytes).map_err(inventory::Error::Invalid)?)
}
