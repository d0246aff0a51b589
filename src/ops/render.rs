//! `render`: each phone's files, and where their values come from. I/O through the context.

use std::path::Path;

use super::context::Context;
use super::error::Error;
use super::files::write_private;
use super::inventory::LoadedSite;
use super::preflight::{self, Secrets};
use super::selection::unknown_phone;
use crate::inventory;
use crate::phones::catalogue::FileSpec;
use crate::render::report::{ExplainRow, RenderReport, RenderedFileRow, RenderedPhone};
use crate::render::{Checker, Making, Renderer, ServingContext};
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
    /// Only the file of this name.
    pub file: Option<String>,
}

/// The files, in memory.
pub fn run(site: &LoadedSite, request: &Request, context: &Context) -> Result<RenderReport, Error> {
    let phones = rendered(site, request, context)?.into_iter().map(|(phone, files)| {
        let row = |file: RenderedFile| RenderedFileRow { name: file.name, path: None, content: Some(file.content) };
        of_phone(phone, files.into_iter().map(row).collect())
    });
    Ok(RenderReport { folder: None, phones: phones.collect() })
}

/// The files of the one phone asked for.
pub fn of_one(site: &LoadedSite, request: &Request, context: &Context) -> Result<Vec<RenderedFile>, Error> {
    let [_] = chosen(site, request)?[..] else { return Err(Error::SeveralPhones) };
    let rendered = rendered(site, request, context)?;
    Ok(rendered.into_iter().flat_map(|(_, files)| files).collect())
}

/// All that is wrong with these phones, each with its place, where the first of it ended the work.
fn everything_wrong(site: &LoadedSite, phones: &[&PhoneSpec], first: Error, context: &Context) -> Error {
    let mut only = site.site.without_phones();
    only.switches.clear();
    only.phones = phones.iter().copied().cloned().collect();
    let problems = preflight::run(&LoadedSite { site: only, ..site.clone() }, Secrets::Fetch, context).problems;
    if problems.is_empty() { first } else { inventory::Error::Invalid(problems).into() }
}

/// Writes the files into a folder, one folder a phone.
pub fn into_folder(site: &LoadedSite, request: &Request, folder: &Path, context: &Context) -> Result<RenderReport, Error> {
    // Everything is rendered before anything is written: an error leaves the folder as it was.
    let mut phones = Vec::new();
    for (phone, files) in rendered(site, request, context)? {
        let own = folder.join(phone.mac.bare());
        let mut rows = Vec::new();
        for file in files {
            let path = own.join(&file.name);
            rows.push((
                RenderedFileRow { name: file.name, path: Some(path.display().to_string()), content: None },
                path,
                file.content,
            ));
        }
        phones.push((phone, rows));
    }
    for (_, path, content) in phones.iter().flat_map(|(_, rows)| rows) {
        let parent = path.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent).map_err(|source| Error::making(parent, source))?;
        write_private(path, content)?;
    }
    let phones = phones.into_iter().map(|(phone, rows)| of_phone(phone, rows.into_iter().map(|(row, ..)| row).collect()));
    Ok(RenderReport { folder: Some(folder.display().to_string()), phones: phones.collect() })
}

fn of_phone(phone: &PhoneSpec, files: Vec<RenderedFileRow>) -> RenderedPhone {
    RenderedPhone { mac: phone.mac, model: phone.model.clone(), files: Some(files), values: None, warnings: Vec::new() }
}

/// The files of each phone asked for.
fn rendered<'a>(
    site: &'a LoadedSite,
    request: &Request,
    context: &Context,
) -> Result<Vec<(&'a PhoneSpec, Vec<RenderedFile>)>, Error> {
    let renderer = site.templates.renderer()?;
    let phones = chosen(site, request)?;
    let one = |phone: &&'a PhoneSpec| {
        let phone = *phone;
        let made = files(&renderer, site, phone, context);
        let mut files = made.map_err(|first| everything_wrong(site, &phones, first, context))?;
        if let Some(name) = &request.file {
            let known: Vec<String> = files.iter().map(|file| file.name.clone()).collect();
            files.retain(|file| file.name == *name);
            if files.is_empty() {
                return Err(Error::UnknownFile { mac: phone.mac, name: name.clone(), known });
            }
        }
        Ok((phone, files))
    };
    phones.iter().map(one).collect()
}

/// Each value of each phone, and where it comes from; secrets as `***`.
pub fn explain(site: &LoadedSite, request: &Request) -> Result<RenderReport, Error> {
    let renderer = site.templates.renderer()?;
    let serving = serving();
    let mut checker = Checker::new(&renderer, &site.site, &serving);
    let no_secrets = |_: &SecretRef| Ok(Secret::new("placeholder"));
    let mut one = |phone: &PhoneSpec| {
        let values = renderer.explain(&site.site, phone, &serving)?;
        let rows = values.into_iter().map(|value| ExplainRow { name: value.name, value: value.value, layer: value.layer });
        let (files, errors) = checker.check(phone, &no_secrets);
        let unused = files.map(|files| files.unused).unwrap_or_default();
        let warnings = errors.iter().map(ToString::to_string).chain(unused.iter().map(ToString::to_string)).collect();
        Ok(RenderedPhone { mac: phone.mac, model: phone.model.clone(), files: None, values: Some(rows.collect()), warnings })
    };
    let phones: Result<Vec<_>, Error> = chosen(site, request)?.into_iter().map(&mut one).collect();
    Ok(RenderReport { folder: None, phones: phones? })
}

/// What files say about where to fetch: the inventory's `provisioning.url`, or nothing, which leaves the phone with what DHCP told it.
pub(super) fn serving() -> ServingContext {
    ServingContext::default()
}

fn chosen<'a>(site: &'a LoadedSite, request: &Request) -> Result<Vec<&'a PhoneSpec>, Error> {
    if request.phones.is_empty() {
        return Ok(site.site.phones.iter().collect());
    }
    request.phones.iter().map(|mac| site.site.phone(*mac).ok_or_else(|| unknown_phone(&site.site, &mac.to_string()))).collect()
}

/// One file of one phone, as it would be served now.
pub(super) fn one(
    renderer: &Renderer,
    site: &LoadedSite,
    phone: &PhoneSpec,
    file: &FileSpec,
    context: &Context,
) -> Result<RenderedFile, Error> {
    Ok(renderer.file(file, &Making { site: &site.site, phone, secrets: &context.resolver(&site.folder), context: &serving() })?)
}

fn files(renderer: &Renderer, site: &LoadedSite, phone: &PhoneSpec, context: &Context) -> Result<Vec<RenderedFile>, Error> {
    Ok(renderer.files(&site.site, phone, &context.resolver(&site.folder), &serving())?)
}
