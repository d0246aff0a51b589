//! `render`: each phone's files, and where their values come from. I/O through the context.

use std::path::{Path, PathBuf};

use super::context::Context;
use super::error::Error;
use super::files::write_private;
use super::inventory::LoadedSite;
use super::preflight::{self, Secrets};
use crate::inventory;
use crate::phones::catalogue::FileSpec;
use crate::render::report::{ExplainReport, ExplainRow};
use crate::render::{Checker, Renderer, ServingContext};
use model::credential::SecretRef;
use model::ids::MacAddress;
use model::secret::Secret;
use model::site::PhoneSpec;

pub use crate::render::RenderedFile;

/// Whose files.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The phones; none means all.
    pub phones: Vec<MacAddress>,
}

/// The files of the one phone asked for.
pub fn run(site: &LoadedSite, request: &Request, context: &Context) -> Result<Vec<RenderedFile>, Error> {
    let renderer = Renderer::builtin()?;
    match chosen(site, request)?.as_slice() {
        [phone] => files(&renderer, site, phone, context).map_err(|first| everything_wrong(site, &[phone], first, context)),
        _ => Err(Error::SeveralPhones),
    }
}

/// All that is wrong with these phones, each with its place, where the first of it ended the work.
fn everything_wrong(site: &LoadedSite, phones: &[&PhoneSpec], first: Error, context: &Context) -> Error {
    let mut only = site.site.without_phones();
    only.switches.clear();
    only.phones = phones.iter().copied().cloned().collect();
    let problems = preflight::run(&LoadedSite { site: only, ..site.clone() }, Secrets::Fetch, context).problems;
    if problems.is_empty() { first } else { inventory::Error::Invalid(problems).into() }
}

/// What was written into a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub files: usize,
    /// Phones they are of.
    pub phones: usize,
    pub folder: PathBuf,
}

impl std::fmt::Display for Written {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} files of {} phones in {}", self.files, self.phones, self.folder.display())
    }
}

/// Writes the files into a folder, one folder a phone.
pub fn into_folder(site: &LoadedSite, request: &Request, folder: &Path, context: &Context) -> Result<Written, Error> {
    let renderer = Renderer::builtin()?;
    let phones = chosen(site, request)?;
    // Everything is rendered before anything is written: an error leaves the folder as it was.
    let mut all = Vec::new();
    for phone in &phones {
        let own = folder.join(phone.mac.bare());
        let made = files(&renderer, site, phone, context);
        let files = made.map_err(|first| everything_wrong(site, &phones, first, context))?;
        all.extend(files.into_iter().map(|file| (own.join(&file.name), file.content)));
    }
    for (path, content) in &all {
        let parent = path.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent).map_err(|cause| Error::io(format!("making {}", parent.display()), &cause))?;
        write_private(path, content)?;
    }
    Ok(Written { files: all.len(), phones: phones.len(), folder: folder.to_owned() })
}

/// Each value of each phone, and where it comes from; secrets as `***`.
pub fn explain(site: &LoadedSite, request: &Request) -> Result<Vec<ExplainReport>, Error> {
    let renderer = Renderer::builtin()?;
    let serving = serving();
    let mut checker = Checker::new(&renderer, &site.site, &serving);
    let no_secrets = |_: &SecretRef| Ok(Secret::new("placeholder"));
    let mut one = |phone: &PhoneSpec| {
        let values = renderer.explain(&site.site, phone, &serving)?;
        let rows = values.into_iter().map(|value| ExplainRow { name: value.name, value: value.value, layer: value.layer });
        let (files, errors) = checker.check(phone, &no_secrets);
        let unused = files.map(|files| files.unused).unwrap_or_default();
        let warnings = errors.iter().map(ToString::to_string).chain(unused.iter().map(ToString::to_string)).collect();
        Ok(ExplainReport { mac: phone.mac, model: phone.model.clone(), values: rows.collect(), warnings })
    };
    chosen(site, request)?.into_iter().map(&mut one).collect()
}

/// What files say about where to fetch: the inventory's `provisioning.url`, or nothing, which leaves the phone with what DHCP told it.
pub(super) fn serving() -> ServingContext {
    ServingContext::default()
}

fn chosen<'a>(site: &'a LoadedSite, request: &Request) -> Result<Vec<&'a PhoneSpec>, Error> {
    if request.phones.is_empty() {
        return Ok(site.site.phones.iter().collect());
    }
    request.phones.iter().map(|mac| site.site.phone(*mac).ok_or(Error::UnknownPhone { mac: *mac })).collect()
}

/// One file of one phone, as it would be served now.
pub(super) fn one(
    renderer: &Renderer,
    site: &LoadedSite,
    phone: &PhoneSpec,
    file: &FileSpec,
    context: &Context,
) -> Result<RenderedFile, Error> {
    let resolve = |reference: &SecretRef| context.secrets.secret(reference, &site.folder).map_err(|error| error.to_string());
    Ok(renderer.file(&site.site, phone, file, &resolve, &serving())?)
}

fn files(renderer: &Renderer, site: &LoadedSite, phone: &PhoneSpec, context: &Context) -> Result<Vec<RenderedFile>, Error> {
    let resolve = |reference: &SecretRef| context.secrets.secret(reference, &site.folder).map_err(|error| error.to_string());
    Ok(renderer.files(&site.site, phone, &resolve, &serving())?)
}
