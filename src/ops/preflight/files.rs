//! Every phone's files made once, in memory: what cannot be made, and what is set and written nowhere. Pure, on several threads.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;

use super::remarks::{Remarks, remark};
use super::secrets::{FetchedSecrets, secret_or_placeholder};
use crate::inventory::{Place, ProblemCode, Remark};
use crate::ops::loaded_site::LoadedSite;
use crate::render::{self, Checker, Layer, Renderer, ServingContext, UnusedSetting, is_secret_setting};
use model::credential::SecretRef;
use model::ids::MacAddress;
use model::site::{PhoneSpec, Setting, Settings, Site};

/// Phones of one thread at a time.
const CHUNK: usize = 64;

/// What the phones of one chunk told.
#[derive(Default)]
struct Told {
    problems: Vec<Remark>,
    warnings: Vec<Remark>,
    /// The parameters that were written, and the variables that templates looked at.
    parameters: BTreeSet<String>,
    asked: BTreeSet<String>,
}

/// Makes the files of every phone.
pub fn check(site: &LoadedSite, fetched: &FetchedSecrets, problems: &mut Remarks, warnings: &mut Remarks) {
    plain_secrets(site, warnings);
    let renderer = match site.templates.renderer() {
        Ok(renderer) => renderer,
        Err(error) => return problems.add(remark(Place::Inventory, ProblemCode::Render, error.to_string(), error.hint())),
    };
    let (mut parameters, mut asked) = (BTreeSet::new(), BTreeSet::new());
    for told in on_threads(&site.site, &renderer, fetched) {
        problems.extend(told.problems);
        warnings.extend(told.warnings);
        parameters.extend(told.parameters);
        asked.extend(told.asked);
    }
    unused_defaults(&site.site, &parameters, warnings);
    if site.site.country.is_some() && !asked.contains("site") {
        let message = "site: country: no phone's file makes use of it".to_owned();
        let hint = Some("set `tone_country` for the tones, in the words of the phones' vendor".to_owned());
        warnings.add(remark(Place::Country, ProblemCode::Unused, message, hint));
    }
}

fn on_threads(site: &Site, renderer: &Renderer, fetched: &FetchedSecrets) -> Vec<Told> {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let share = site.phones.len().div_ceil(threads).max(CHUNK);
    std::thread::scope(|scope| {
        let work: Vec<_> = site.phones.chunks(share).map(|phones| scope.spawn(|| of(site, renderer, fetched, phones))).collect();
        work.into_iter().map(|work| work.join().unwrap_or_default()).collect()
    })
}

fn of(site: &Site, renderer: &Renderer, fetched: &FetchedSecrets, phones: &[PhoneSpec]) -> Told {
    let secrets = |reference: &SecretRef| Ok(secret_or_placeholder(fetched, reference));
    let serving = ServingContext::default();
    let mut checker = Checker::new(renderer, site, &serving);
    let (mut told, mut problems, mut warnings) = (Told::default(), Remarks::default(), Remarks::default());
    for phone in phones {
        let (files, errors) = checker.check(phone, &secrets);
        problems.extend(errors.iter().map(|error| problem(error, phone)));
        let Some(files) = files else { continue };
        told.parameters.extend(files.parameters);
        told.asked.extend(files.asked);
        let set = files.unused.iter().filter(|setting| setting.layer != Layer::BuiltIn);
        warnings.extend(set.map(|setting| unused(setting, phone, renderer)));
    }
    told.problems = problems.into_remarks();
    told.warnings = warnings.into_remarks();
    told
}

/// Where a phone's value is written.
fn place(layer: &Layer, name: &str, phone: MacAddress) -> Place {
    match layer {
        Layer::Defaults => Place::Default(name.to_owned()),
        Layer::Phone(mac) => Place::Setting(*mac, name.to_owned()),
        Layer::Site if name == "time_zone" => Place::TimeZone,
        _ => Place::Phone(phone),
    }
}

fn problem(error: &render::Error, phone: &PhoneSpec) -> Remark {
    let hint = error.hint();
    let (place, message) = match error {
        render::Error::Setting { layer, name, .. } => (place(layer, name, phone.mac), error.to_string()),
        render::Error::Template { .. } | render::Error::Lint { .. } => {
            (Place::Phone(phone.mac), format!("phone {}: its files cannot be made: {error}", phone.mac))
        }
        _ => (Place::Phone(phone.mac), error.to_string()),
    };
    remark(place, ProblemCode::Render, message, hint)
}

fn unused(setting: &UnusedSetting, phone: &PhoneSpec, renderer: &Renderer) -> Remark {
    let vendor = renderer.catalogue().vendors.get(&phone.model.vendor).map_or(phone.model.vendor.as_str(), |vendor| &vendor.title);
    let message = format!("{setting} (phones of {vendor})");
    let hint =
        setting.reason.is_none().then(|| "give the phone's own parameter, or leave it for the phones of other vendors".to_owned());
    remark(place(&setting.layer, &setting.name, phone.mac), ProblemCode::Unused, message, hint)
}

/// Parameters in `defaults` that no phone of the site knows.
fn unused_defaults(site: &Site, written: &BTreeSet<String>, warnings: &mut Remarks) {
    if site.phones.is_empty() {
        return;
    }
    let parameters = site.defaults.keys().filter(|name| !render::is_setting(name) && !written.contains(*name));
    for name in parameters {
        let message = format!("defaults: {name}: no phone of this site knows this parameter");
        let hint = "it is of another vendor's phones; take it out if there will be none";
        warnings.add(remark(Place::Default(name.clone()), ProblemCode::Unused, message, Some(hint.to_owned())));
    }
}

/// Passwords among the settings that stand there as text.
fn plain_secrets(site: &LoadedSite, warnings: &mut Remarks) {
    let is_secret = |name: &str| is_secret_setting(name) || site.catalogue.is_secret_parameter(name);
    let mut look = |settings: &Settings, owner: &str, place: &dyn Fn(&str) -> Place| {
        let plain: BTreeMap<_, _> = settings
            .iter()
            .filter(|(name, value)| matches!(value, Setting::Text(text) if !text.is_empty()) && is_secret(name))
            .collect();
        for name in plain.into_keys() {
            let message = format!("{owner}: {name}: a secret stands here as text");
            let hint =
                "write {env: NAME}, {file: PATH} or {command: [PROGRAM, ARGUMENT]}, or {insecure_literal: true, value: TEXT}";
            warnings.add(remark(place(name), ProblemCode::SecretInText, message, Some(hint.to_owned())));
        }
    };
    look(&site.site.defaults, "defaults", &|name| Place::Default(name.to_owned()));
    for phone in &site.site.phones {
        look(&phone.settings, &format!("phone {}: settings", phone.mac), &|name| Place::Setting(phone.mac, name.to_owned()));
    }
}
