//! What the inventory sets for a phone that none of its files holds. Pure.

use std::collections::{BTreeSet, HashMap};

use super::concepts;
use super::error::Error;
use super::layers::{Layer, Layers, Value};
use super::made::{Made, RenderedFile};
use super::renderer::{Renderer, Secrets, ServingContext};
use model::ids::ModelId;
use model::site::{PhoneSpec, Site};

/// Checks one phone after another; what is for all phones of a model is made once.
pub struct Checker<'a> {
    renderer: &'a Renderer,
    site: &'a Site,
    serving: &'a ServingContext,
    common: HashMap<(ModelId, usize), Made>,
}

impl<'a> Checker<'a> {
    #[must_use]
    pub fn new(renderer: &'a Renderer, site: &'a Site, serving: &'a ServingContext) -> Self {
        Self { renderer, site, serving, common: HashMap::new() }
    }

    /// All files of a phone, and what the inventory sets for it that none of them holds.
    pub fn check(&mut self, phone: &PhoneSpec, secrets: &Secrets<'_>) -> Result<Checked, Error> {
        let model = self.renderer.model(phone)?;
        let mut made = Vec::new();
        for (index, file) in model.files.iter().enumerate() {
            let known = self.common.get(&(phone.model.clone(), index)).filter(|_| !file.device).cloned();
            let one = match known {
                Some(known) => known,
                None => self.renderer.made(self.site, phone, file, secrets, self.serving)?,
            };
            if !file.device {
                self.common.entry((phone.model.clone(), index)).or_insert_with(|| one.clone());
            }
            made.push(one);
        }
        Ok(Checked::new(made, &self.renderer.layers(self.site, phone, self.serving)?))
    }
}

/// A phone's files, and what was not put into them.
#[derive(Debug)]
pub struct Checked {
    pub files: Vec<RenderedFile>,
    pub unused: Vec<UnusedSetting>,
    /// The vendor's parameters given by their own names.
    pub parameters: BTreeSet<String>,
    /// The variables that the templates looked at, by their first name.
    pub asked: BTreeSet<String>,
}

/// A setting that does nothing, or not all of what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnusedSetting {
    pub name: String,
    /// Where it is written.
    pub layer: Layer,
    /// Why, where the template says it; `None` when no template of these phones knows the setting.
    pub reason: Option<String>,
}

impl Checked {
    pub(super) fn new(made: Vec<Made>, layers: &Layers) -> Self {
        let asked = |name: &str| {
            let variable = if name == "time_zone" { "time" } else { name };
            made.iter().any(|made| made.asked.contains(variable) || made.asked.contains(name))
        };
        let settings = || layers.values.iter().filter(|(name, _)| concepts::kind(name).is_some());
        // `time_zone: null` says that the phone's clock is left alone
        let off_by_absence = |name: &str| name == "time_zone" && layers.values.get(name).is_some_and(|sourced| sourced.value == Value::Off);
        let unknown = settings().filter(|(name, _)| !asked(name) && !off_by_absence(name)).map(|(name, sourced)| UnusedSetting {
            name: name.clone(),
            layer: sourced.layer.clone(),
            reason: None,
        });
        let mut unused: Vec<_> = unknown.collect();
        for (name, reason) in made.iter().flat_map(|made| &made.unused) {
            let Some(sourced) = layers.values.get(name) else { continue };
            let one = UnusedSetting { name: name.clone(), layer: sourced.layer.clone(), reason: Some(reason.clone()) };
            if !unused.contains(&one) {
                unused.push(one);
            }
        }
        let parameters = layers.parameters.keys().cloned().collect();
        let asked = made.iter().flat_map(|made| made.asked.iter().cloned()).collect();
        Self { files: made.into_iter().map(|made| made.file).collect(), unused, parameters, asked }
    }
}
