//! One phone's files, and where each of their values comes from. Pure, but for reading a template folder at the start.

use std::collections::BTreeMap;
use std::path::Path;

use super::error::{Error, SecretOwner};
use super::layers::{self, Layers, Value};
use super::lint::{self, Parameters};
use super::made::{Made, RenderedFile};
use super::template::{Engine, Rendering, Variable};
use crate::phones::catalogue::{Catalogue, FileSpec, PhoneModel};
use crate::phones::source::{self, Files};
use crate::phones::{self, tables};
use model::credential::SecretRef;
use model::secret::Secret;
use model::site::{PhoneSpec, Site};
use model::suggest;
use model::time_zone::{self, NoRule, TimeZone};

/// How a reference becomes a secret.
pub type Secrets<'a> = dyn Fn(&SecretRef) -> Result<Secret, String> + 'a;

/// What files say about the machine that serves them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServingContext {
    /// URL phones fetch from, when the inventory's `provisioning` names none: `http://192.0.2.1:8080/`.
    pub url: String,
}

/// What a phone's files are made of.
#[derive(Clone, Copy)]
pub struct Making<'a> {
    pub site: &'a Site,
    pub phone: &'a PhoneSpec,
    pub secrets: &'a Secrets<'a>,
    pub context: &'a ServingContext,
}

/// One value a phone gets, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// Dotted name, as in templates.
    pub name: String,
    /// The value; secrets as `***`.
    pub value: String,
    /// Where it comes from.
    pub layer: String,
}

/// The templates, ready for any number of phones.
pub struct Renderer {
    engine: Engine,
    catalogue: Catalogue,
    parameters: BTreeMap<String, Parameters>,
}

impl Renderer {
    /// With the templates in the binary.
    pub fn builtin() -> Result<Self, Error> {
        Self::new(source::built_in())
    }

    /// With the templates in the binary, replaced and added to by those of a folder of the same shape.
    pub fn from_folder(folder: &Path) -> Result<Self, Error> {
        Self::new(source::with_folder(folder)?)
    }

    fn new(files: Files) -> Result<Self, Error> {
        let catalogue = tables::read(&files)?;
        let parameters = lint::parameters(&files)?;
        let renderer = Self { engine: Engine::new(files)?, catalogue, parameters };
        renderer.check_templates_exist()?;
        Ok(renderer)
    }

    fn check_templates_exist(&self) -> Result<(), Error> {
        for (vendor, table) in &self.catalogue.vendors {
            for (key, file) in table.models.iter().flat_map(|(key, model)| model.files.iter().map(move |file| (key, file))) {
                if !self.engine.has(&format!("{vendor}/{}", file.template)) {
                    let reason = format!("model {key}: file {}: there is no template {}", file.name, file.template);
                    return Err(Error::Phones(phones::Error::Data { file: format!("{vendor}/models.yaml"), reason }));
                }
            }
        }
        Ok(())
    }

    /// The vendors and models these templates are for.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// All files of a phone, in the order it fetches them.
    pub fn files(
        &self,
        site: &Site,
        phone: &PhoneSpec,
        secrets: &Secrets<'_>,
        context: &ServingContext,
    ) -> Result<Vec<RenderedFile>, Error> {
        let making = Making { site, phone, secrets, context };
        self.model(phone)?.files.iter().map(|file| self.file(file, &making)).collect()
    }

    /// One of a phone's files. One that is for all phones of the model is the same whichever phone is named, and fetches no secret.
    pub fn file(&self, file: &FileSpec, making: &Making<'_>) -> Result<RenderedFile, Error> {
        Ok(self.made(file, making)?.file)
    }

    pub(super) fn made(&self, file: &FileSpec, making: &Making<'_>) -> Result<Made, Error> {
        let Making { site, phone, secrets, context } = *making;
        let model = self.model(phone)?;
        let layers = self.with_input(site, phone, model, context, |input| {
            if !file.device {
                return layers::common(input);
            }
            let own = layers::of_phone(input, phone)?;
            if model.files.iter().all(|file| file.device) {
                return Ok(own);
            }
            Ok(layers::own(own, &layers::common(input)?))
        })?;
        let variables = self.variables(&layers, phone, secrets)?;
        let name = file.name_for(phone.mac);
        let template = format!("{}/{}", phone.model.vendor, file.template);
        let Rendering { text, asked, unused } =
            self.engine.render(&template, file.format, variables).map_err(|error| placed(error, &layers))?;
        let problems = self.parameters.get(&phone.model.vendor).map(|known| lint::lint(&text, file.format, known));
        match problems {
            Some(problems) if !problems.is_empty() => Err(Error::Lint { name, problems }),
            _ => Ok(Made { file: RenderedFile { name, content: text, device: file.device }, asked, unused }),
        }
    }

    /// Every value a phone gets, by name, and where it comes from. No secret is fetched.
    pub fn explain(&self, site: &Site, phone: &PhoneSpec, context: &ServingContext) -> Result<Vec<Explained>, Error> {
        let layers = self.layers(site, phone, context)?;
        let shown = |(name, sourced): (&String, &layers::Sourced)| Explained {
            name: name.clone(),
            value: sourced.value.to_string(),
            layer: sourced.layer.to_string(),
        };
        Ok(layers.values.iter().chain(&layers.parameters).map(shown).collect())
    }

    /// What a phone gets, before templates put it into words.
    pub(super) fn layers(&self, site: &Site, phone: &PhoneSpec, context: &ServingContext) -> Result<Layers, Error> {
        let model = self.model(phone)?;
        self.with_input(site, phone, model, context, |input| layers::of_phone(input, phone))
    }

    pub(super) fn model(&self, phone: &PhoneSpec) -> Result<&PhoneModel, Error> {
        self.catalogue.model(&phone.model).ok_or_else(|| {
            if let Some(title) = self.catalogue.without_template(&phone.model) {
                return Error::NoTemplate { mac: phone.mac, title: title.to_owned() };
            }
            let wanted = phone.model.to_string();
            let known = || {
                self.catalogue
                    .vendors
                    .iter()
                    .flat_map(|(key, vendor)| vendor.models.keys().map(move |model| format!("{key}/{model}")))
            };
            let all: Vec<String> = known().collect();
            let nearest = suggest::nearest(&wanted, all.iter().map(String::as_str)).map(str::to_owned);
            Error::UnknownModel { mac: phone.mac, model: phone.model.clone(), nearest }
        })
    }

    fn with_input<T>(
        &self,
        site: &Site,
        phone: &PhoneSpec,
        model: &PhoneModel,
        context: &ServingContext,
        work: impl FnOnce(&layers::Input<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let vendor = self.parameters.get(&phone.model.vendor);
        work(&layers::Input {
            site,
            model,
            model_id: &phone.model,
            serving_url: &context.url,
            is_parameter: &|name| vendor.is_some_and(|known| known.knows(name)),
            is_secret_parameter: &|name| vendor.is_some_and(|known| known.is_secret(name)),
            is_foreign_parameter: &|name| self.parameters.values().any(|known| known.knows(name)),
        })
    }

    fn variables(&self, layers: &Layers, phone: &PhoneSpec, secrets: &Secrets<'_>) -> Result<BTreeMap<String, Variable>, Error> {
        let (mut root, mut lines) = (BTreeMap::new(), BTreeMap::<i64, BTreeMap<String, Variable>>::new());
        let mut trees = BTreeMap::<String, BTreeMap<String, Variable>>::new();
        let value = |value: &Value, owner: SecretOwner| value_of(value, phone, owner, secrets);
        let setting = |name: &str| SecretOwner::Setting(name.to_owned());
        for (name, sourced) in &layers.values {
            match name.split('.').collect::<Vec<_>>().as_slice() {
                ["line", number, key] => {
                    let number: i64 = number.parse().unwrap_or_default();
                    let owner = SecretOwner::Line(usize::try_from(number).unwrap_or_default());
                    lines.entry(number).or_default().insert((*key).to_owned(), value(&sourced.value, owner)?);
                }
                [tree, key] => {
                    let value = value(&sourced.value, setting(name))?;
                    trees.entry((*tree).to_owned()).or_default().insert((*key).to_owned(), value);
                }
                _ => drop(root.insert(name.clone(), value(&sourced.value, setting(name))?)),
            }
        }
        let parameters = layers.parameters.iter().map(|(name, sourced)| Ok((name.clone(), value(&sourced.value, setting(name))?)));
        root.insert("parameters".into(), Variable::Tree(parameters.collect::<Result<_, Error>>()?));
        root.extend(trees.into_iter().map(|(name, tree)| (name, Variable::Tree(tree))));
        root.insert(
            "line".into(),
            Variable::Numbered(lines.into_iter().map(|(number, line)| (number, Variable::Tree(line))).collect()),
        );
        if let Some(time) = self.time(layers)? {
            root.insert("time".into(), time);
        }
        Ok(root)
    }

    #[allow(clippy::unused_self, reason = "reads as a step of `variables`")]
    fn time(&self, layers: &Layers) -> Result<Option<Variable>, Error> {
        let Some(sourced) = layers.values.get("time_zone") else { return Ok(None) };
        let Value::Text(name) = &sourced.value else { return Ok(None) };
        let wrong = |reason: String, nearest| Error::Setting {
            layer: sourced.layer.clone(),
            name: "time_zone".into(),
            reason: format!("`{name}`{reason}"),
            nearest,
        };
        let zone = TimeZone::named(name).map_err(|cause| {
            let nearest = suggest::nearest(name, time_zone::names()).filter(|_| cause == NoRule::Unknown);
            wrong(format!(" {cause}"), nearest.map(str::to_owned))
        })?;
        Ok(Some(super::time_zone::variables(&zone).map_err(|reason| wrong(format!(": {reason}"), None))?))
    }
}

fn value_of(value: &Value, phone: &PhoneSpec, owner: SecretOwner, secrets: &Secrets<'_>) -> Result<Variable, Error> {
    Ok(match value {
        Value::Text(text) => Variable::Text(text.clone()),
        Value::Number(number) => Variable::Number(*number),
        Value::Flag(on) => Variable::Flag(*on),
        Value::Off => Variable::Off,
        Value::Password(secret) => Variable::Text(secret.expose().to_owned()),
        Value::Reference(reference) => {
            let secret = secrets(reference).map_err(|reason| Error::Secret { mac: phone.mac, owner, reason })?;
            Variable::Text(secret.expose().to_owned())
        }
    })
}

/// What a template refuses, with the layer that gives it.
fn placed(error: Error, layers: &Layers) -> Error {
    match error {
        Error::Setting { layer, name, reason, nearest } => {
            let layer = layers.values.get(&name).map_or(layer, |sourced| sourced.layer.clone());
            Error::Setting { layer, name, reason, nearest }
        }
        other => other,
    }
}
