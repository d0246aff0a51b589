//! `inventory`: read, summarised, described, imported. I/O: reads files.

use std::path::{Path, PathBuf};

use super::error::Error;
use crate::inventory::report::InventoryReport;
use crate::phones::catalogue::Catalogue;
use crate::switch::capabilities::{CapabilitiesReport, ProfileRow};
use crate::switch::snmp::{ProfileSummary, Support, profiles};
use crate::{inventory, phones};
use model::site::Site;

/// A site with what it was checked against and where it lies.
#[derive(Debug, Clone)]
pub struct LoadedSite {
    pub site: Site,
    pub catalogue: Catalogue,
    /// The folder that relative paths of secrets start from.
    pub folder: PathBuf,
}

/// Reads an inventory: a file, or a folder of files.
pub fn load(path: &Path) -> Result<LoadedSite, Error> {
    let catalogue = phones::builtin()?;
    let site = inventory::load(path, &catalogue)?;
    Ok(LoadedSite { site, catalogue, folder: inventory::base(path) })
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
pub fn import_csv(file: &Path) -> Result<String, Error> {
    let name = file.display().to_string();
    let bytes = std::fs::read(file).map_err(|source| Error::reading(file, source))?;
    Ok(inventory::import_csv(&name, bytes).map_err(inventory::Error::Invalid)?)
}
