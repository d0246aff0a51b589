//! What a later operation would trip over, found before anything is read or changed: all at once, with file and line. I/O through the
//! context: fetches secrets.

mod files;
mod remarks;
mod secrets;
mod switches;

use std::sync::Arc;

use super::context::Context;
use super::error::Error;
use super::event::SiteEvent;
use super::loaded_site::LoadedSite;
use crate::inventory::{self, ProblemCode, Problems};
use model::ids::SwitchName;
use model::site::{PhoneSpec, SwitchSpec};
use remarks::Remarks;
use secrets::FetchedSecrets;

/// How secrets are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrets {
    /// Each is fetched from where it is kept.
    Fetch,
    /// None is; files are made with placeholders.
    Placeholders,
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Preflight {
    /// What keeps the site from being set up.
    pub problems: Problems,
    /// What may be meant so.
    pub warnings: Problems,
}

/// Looks at everything that needs no switch: secrets, every phone's files, the right to write.
#[must_use]
pub fn run(site: &LoadedSite, how: Secrets, context: &Context) -> Preflight {
    let (mut problems, mut warnings) = (Remarks::default(), Remarks::default());
    let fetched = match how {
        Secrets::Fetch => secrets::fetch(&site.site, &site.folder, context),
        Secrets::Placeholders => FetchedSecrets::default(),
    };
    secrets::problems(&site.site, &fetched, &mut problems);
    switches::warnings(&site.site, &mut warnings);
    files::check(site, &fetched, &mut problems, &mut warnings);
    Preflight { problems: problems.locate(&site.places), warnings: warnings.locate(&site.places) }
}

/// The secrets alone, of a site that is wrong otherwise and whose files cannot be made.
pub(super) fn secrets_of(site: &LoadedSite, context: &Context) -> Problems {
    let mut problems = Remarks::default();
    secrets::problems(&site.site, &secrets::fetch(&site.site, &site.folder, context), &mut problems);
    problems.locate(&site.places)
}

/// Switch profiles that do not exist.
pub(super) fn profiles(site: &LoadedSite) -> Problems {
    let mut problems = Remarks::default();
    switches::profiles(&site.site, &mut problems);
    problems.locate(&site.places)
}

/// What is wrong with the secrets of these switches' credentials.
pub(super) fn credentials_of<'a>(site: &LoadedSite, switches: impl Iterator<Item = &'a SwitchSpec>, context: &Context) -> Problems {
    let mut problems = Remarks::default();
    problems.extend(secrets::of_switches(&site.site, &site.folder, switches, context));
    problems.locate(&site.places)
}

/// Ends the operation when something was found; warnings are told. Of the switches named, or of all.
pub fn require(site: &LoadedSite, names: &[String], context: &Context) -> Result<(), Error> {
    let Preflight { problems, mut warnings } =
        if names.is_empty() { run(site, Secrets::Fetch, context) } else { run(&limited(site, names), Secrets::Fetch, context) };
    if !names.is_empty() {
        // what none of these phones makes use of may be for the others
        warnings.list.retain(|warning| warning.code == ProblemCode::ReadOnly);
    }
    if !warnings.is_empty() {
        context.emit(SiteEvent::Warnings(&warnings));
    }
    if problems.is_empty() { Ok(()) } else { Err(inventory::Error::Invalid(problems).into()) }
}

/// The site as if it had these switches only, with the phones that are or may be on them.
fn limited(site: &LoadedSite, names: &[String]) -> LoadedSite {
    let is_asked = |switch: &SwitchName| names.iter().any(|name| name == switch.as_str());
    let mut only = site.site.without_phones();
    only.switches.retain(|name, _| is_asked(name));
    let here = |phone: &&PhoneSpec| phone.at.as_ref().is_none_or(|at| is_asked(&at.switch));
    only.phones = site.site.phones.iter().filter(here).cloned().collect();
    LoadedSite {
        site: only,
        catalogue: site.catalogue.clone(),
        folder: site.folder.clone(),
        places: Arc::clone(&site.places),
        templates: site.templates.clone(),
    }
}
