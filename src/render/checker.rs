//! Phone after phone of a site, each looked at as a whole: its files, and everything that is wrong with its settings. Pure.

use std::collections::HashMap;

use super::error::Error;
use super::layer::Layer;
use super::made::Made;
use super::renderer::{Making, Renderer, Secrets, ServingContext};
use super::unused::Checked;
use model::ids::ModelId;
use model::site::{PhoneSpec, Site};

/// Checks one phone after another; what is for all phones of a model is made once.
pub struct Checker<'a> {
    renderer: &'a Renderer,
    /// Without the settings that were found wrong: what they hide is found too.
    site: Site,
    serving: &'a ServingContext,
    common: HashMap<(ModelId, usize), Made>,
}

impl<'a> Checker<'a> {
    #[must_use]
    pub fn new(renderer: &'a Renderer, site: &Site, serving: &'a ServingContext) -> Self {
        Self { renderer, site: site.without_phones(), serving, common: HashMap::new() }
    }

    /// All files of a phone and what the inventory sets for it that none of them holds, as far as they can be made; and why not.
    pub fn check(&mut self, phone: &PhoneSpec, secrets: &Secrets<'_>) -> (Option<Checked>, Vec<Error>) {
        let mut errors = Vec::new();
        let mut changed = None;
        loop {
            let phone = changed.as_ref().unwrap_or(phone);
            let error = match self.once(phone, secrets) {
                Ok(checked) => return (Some(checked), errors),
                Err(error) => error,
            };
            let left = self.without(&error, phone);
            errors.push(error);
            match left {
                Some(phone) => changed = Some(phone),
                None => return (None, errors),
            }
        }
    }

    /// The phone without the setting that is wrong, which is taken out of the site too; `None` where it is no setting that is wrong.
    fn without(&mut self, error: &Error, phone: &PhoneSpec) -> Option<PhoneSpec> {
        let Error::Setting { layer, name, .. } = error else { return None };
        let mut phone = phone.clone();
        let taken = match layer {
            Layer::Defaults => self.site.defaults.remove(name).is_some(),
            Layer::Site => self.site.time_zone.take().is_some(),
            Layer::Phone(_) => phone.settings.remove(name).is_some(),
            _ => false,
        };
        taken.then_some(phone)
    }

    fn once(&mut self, phone: &PhoneSpec, secrets: &Secrets<'_>) -> Result<Checked, Error> {
        let model = self.renderer.model(phone)?;
        let mut made = Vec::new();
        for (index, file) in model.files.iter().enumerate() {
            let key = (phone.model.clone(), index);
            let one = match self.common.get(&key) {
                Some(known) => known.clone(),
                None => self.renderer.made(file, &Making { site: &self.site, phone, secrets, context: self.serving })?,
            };
            if !file.device {
                self.common.entry(key).or_insert_with(|| one.clone());
            }
            made.push(one);
        }
        Ok(Checked::new(made, &self.renderer.layers(&self.site, phone, self.serving)?))
    }
}
