//! What a phone gets and where each value comes from. Pure.
//!
//! Layers, a later one wins: what voiceport itself says, the site and its `defaults`, the VLANs, the telephone system, where files
//! are fetched, the model, the phone. A setting is a value, explicitly off (`null`), or absent: absent leaves the phone as it is,
//! off is written as the vendor writes off.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use super::concepts::{self, Kind};
use super::error::Error;
use super::layer::Layer;
use crate::phones::catalogue::PhoneModel;
use model::credential::SecretRef;
use model::ids::ModelId;
use model::secret::Secret;
use model::site::{PhoneSpec, Setting, Settings, Site, VlanRole, VlanSpec};
use model::suggest;

/// A value a template can use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Text(String),
    Number(i64),
    Flag(bool),
    /// A secret from the settings.
    Password(Secret),
    /// A secret still to be fetched.
    Reference(SecretRef),
    Off,
}

impl fmt::Display for Value {
    /// For people; secrets as `***`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => match url_login(text) {
                Some(login) => write!(f, "{}***{}", &text[..login.start], &text[login.end..]),
                None => f.write_str(text),
            },
            Self::Number(number) => number.fmt(f),
            Self::Flag(on) => f.write_str(if *on { "on" } else { "off" }),
            Self::Password(_) | Self::Reference(_) => f.write_str("***"),
            Self::Off => f.write_str("(off)"),
        }
    }
}

/// A value and its origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sourced {
    pub value: Value,
    /// The layer that won.
    pub layer: Layer,
}

/// Everything templates can use for one phone, or for all phones of one model.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layers {
    /// By dotted name: `pbx.address`, `line.1.user`, `ntp_server`.
    pub values: BTreeMap<String, Sourced>,
    /// Vendor parameters given by their own names.
    pub parameters: BTreeMap<String, Sourced>,
}

/// What the layers are made from.
pub struct Input<'a> {
    pub site: &'a Site,
    pub model: &'a PhoneModel,
    pub model_id: &'a ModelId,
    /// Where this machine serves files.
    pub serving_url: &'a str,
    /// Whether a name is a parameter of this vendor's phones.
    pub is_parameter: &'a dyn Fn(&str) -> bool,
    /// Whether the value of a parameter of this vendor's phones is never shown.
    pub is_secret_parameter: &'a dyn Fn(&str) -> bool,
    /// Whether a name is a parameter of any vendor's phones.
    pub is_foreign_parameter: &'a dyn Fn(&str) -> bool,
}

/// What all phones of the model get.
pub fn common(input: &Input<'_>) -> Result<Layers, Error> {
    let mut layers = shared(input, site_voice_vlan(input.site))?;
    layers.parameters.clear();
    layers
        .values
        .retain(|name, sourced| concepts::kind(name).is_none() || (concepts::may_be_common(name) && !is_secret(&sourced.value)));
    refuse_login(&layers)?;
    Ok(layers)
}

/// Anybody may fetch a file for all phones.
fn refuse_login(layers: &Layers) -> Result<(), Error> {
    let login = |(_, sourced): &(&String, &Sourced)| matches!(&sourced.value, Value::Text(text) if url_login(text).is_some());
    let Some((name, sourced)) = layers.values.iter().find(login) else { return Ok(()) };
    let reason = "a user or password in a URL, which would stand in the file that every phone, and anybody else, may fetch".into();
    Err(Error::Setting { layer: sourced.layer.clone(), name: name.clone(), reason, nearest: None })
}

/// The bytes of `user:password` in a URL.
pub(super) fn url_login(text: &str) -> Option<Range<usize>> {
    let start = text.find("://")? + 3;
    let authority = text.get(start..)?.split(['/', '?', '#']).next()?;
    Some(start..start + authority.rfind('@')?)
}

/// What one phone gets.
pub fn of_phone(input: &Input<'_>, phone: &PhoneSpec) -> Result<Layers, Error> {
    let mut layers = shared(input, voice_vlan(input.site, phone))?;
    let layer = Layer::Phone(phone.mac);
    layers.put("mac", Value::Text(phone.mac.bare()), &layer);
    add_lines(&mut layers, input, phone)?;
    layers.add_settings(&phone.settings, &layer, input)?;
    refuse_lost_voice_vlan(&layers, input.site, phone)?;
    Ok(layers)
}

/// What is left for the phone's own file when a common file says the rest.
#[must_use]
pub fn own(mut phone: Layers, common: &Layers) -> Layers {
    phone.values.retain(|name, sourced| {
        let said = common.values.get(name).is_some_and(|common| common.value == sourced.value);
        !(concepts::may_be_common(name) && said)
    });
    phone
}

fn shared(input: &Input<'_>, voice: Option<(&String, &VlanSpec)>) -> Result<Layers, Error> {
    let (site, mut layers) = (input.site, Layers::default());
    // LLDP carries the voice VLAN: without it the phone falls out of its VLAN at the next start.
    layers.put("lldp", Value::Flag(true), &Layer::BuiltIn);
    // Anybody on the VLAN can answer the multicast discovery.
    layers.put("pnp", Value::Flag(false), &Layer::BuiltIn);
    layers.put("site.name", Value::Text(site.name.clone()), &Layer::Site);
    layers.put_some("site.country", site.country.clone().map(Value::Text), &Layer::Site);
    layers.put_some("time_zone", site.time_zone.clone().map(Value::Text), &Layer::Site);
    layers.add_settings(&site.defaults, &Layer::Defaults, input)?;
    if let Some((name, vlan)) = voice {
        let dscp = vlan.dscp.map(|dscp| Value::Number(dscp.get().into()));
        layers.put_some("rtp_dscp", dscp, &Layer::Vlan(name.clone()));
    }
    if let Some(pbx) = &site.pbx {
        let port = pbx.port.unwrap_or(pbx.transport.default_port());
        layers.put("pbx.address", Value::Text(pbx.address.clone()), &Layer::Pbx);
        layers.put("pbx.port", Value::Number(port.into()), &Layer::Pbx);
        layers.put("pbx.transport", Value::Text(pbx.transport.name().into()), &Layer::Pbx);
    }
    add_url(&mut layers, input);
    let model = Layer::Model(input.model_id.clone());
    layers.put("model.title", Value::Text(input.model.title.clone()), &model);
    layers.put("model.lines", Value::Number(input.model.lines.into()), &model);
    Ok(layers)
}

fn add_url(layers: &mut Layers, input: &Input<'_>) {
    match &input.site.provisioning.url {
        Some(url) => layers.put("provisioning_url", Value::Text(url.clone()), &Layer::Provisioning),
        // Without a URL of its own the phone keeps the one DHCP told it.
        None if input.serving_url.is_empty() => {}
        None => layers.put("provisioning_url", Value::Text(input.serving_url.to_owned()), &Layer::Serving),
    }
}

fn add_lines(layers: &mut Layers, input: &Input<'_>, phone: &PhoneSpec) -> Result<(), Error> {
    let wrong = |reason: String| Error::Phone { mac: phone.mac, reason };
    let most = usize::try_from(input.model.lines).unwrap_or(usize::MAX);
    if phone.lines.len() > most {
        return Err(wrong(format!("{} lines, but a {} has {most}", phone.lines.len(), input.model.title)));
    }
    if !phone.lines.is_empty() && input.site.pbx.is_none() {
        return Err(wrong("it has lines, but the inventory has no `pbx` to register them with".into()));
    }
    let layer = Layer::Phone(phone.mac);
    for (line, number) in phone.lines.iter().zip(1..) {
        let name = line.name.as_ref().unwrap_or(&line.extension);
        let mut put = |key: &str, value| layers.put(&format!("line.{number}.{key}"), value, &layer);
        put("extension", Value::Text(line.extension.clone()));
        put("label", Value::Text(name.clone()));
        put("name", Value::Text(name.clone()));
        put("user", Value::Text(line.user.clone()));
        put("password", Value::Reference(line.secret.clone()));
    }
    Ok(())
}

impl Layers {
    fn put(&mut self, name: &str, value: Value, layer: &Layer) {
        self.values.insert(name.to_owned(), Sourced { value, layer: layer.clone() });
    }

    fn put_some(&mut self, name: &str, value: Option<Value>, layer: &Layer) {
        if let Some(value) = value {
            self.put(name, value, layer);
        }
    }

    /// Rules, in this order: 1. a concept's name; 2. a parameter of this vendor; 3. a parameter of another vendor, in `defaults`
    /// only: it is meant for other phones; 4. anything else is a mistake.
    fn add_settings(&mut self, settings: &Settings, layer: &Layer, input: &Input<'_>) -> Result<(), Error> {
        for (name, setting) in settings {
            let wrong = |reason: String, nearest| Error::Setting { layer: layer.clone(), name: name.clone(), reason, nearest };
            if let Some(kind) = concepts::kind(name) {
                self.put(name, read(kind, setting).map_err(|reason| wrong(reason, None))?, layer);
            } else if (input.is_parameter)(name) {
                let value = match setting {
                    Setting::Off => Value::Off,
                    Setting::Text(text) if (input.is_secret_parameter)(name) => Value::Password(Secret::new(text.as_str())),
                    Setting::Text(text) => Value::Text(text.clone()),
                    Setting::Secret(reference) => Value::Reference(reference.clone()),
                };
                self.parameters.insert(name.clone(), Sourced { value, layer: layer.clone() });
            } else if *layer != Layer::Defaults || !(input.is_foreign_parameter)(name) {
                let nearest = suggest::nearest(name, concepts::names()).map(str::to_owned);
                return Err(wrong("neither a setting nor a parameter of these phones".into(), nearest));
            }
        }
        Ok(())
    }
}

fn read(kind: Kind, setting: &Setting) -> Result<Value, String> {
    let text = match setting {
        Setting::Off if kind == Kind::Flag => return Ok(Value::Flag(false)),
        Setting::Off => return Ok(Value::Off),
        Setting::Secret(reference) if kind == Kind::Password => return Ok(Value::Reference(reference.clone())),
        Setting::Secret(_) => return Err("it is no secret: write the value itself".to_owned()),
        Setting::Text(text) => text.as_str(),
    };
    match kind {
        Kind::Text => Ok(Value::Text(text.to_owned())),
        Kind::Password => Ok(Value::Password(Secret::new(text))),
        Kind::Flag => flag(text),
        Kind::Number(low, high) => match text.parse::<i64>() {
            Ok(number) if (low..=high).contains(&number) => Ok(Value::Number(number)),
            _ => Err(format!("`{text}` is not a number from {low} to {high}")),
        },
        Kind::Choice(words) if words.contains(&text) => Ok(Value::Text(text.to_owned())),
        Kind::Choice(words) => Err(format!("`{text}` is not one of {}", words.join(", "))),
    }
}

fn flag(text: &str) -> Result<Value, String> {
    match text.to_ascii_lowercase().as_str() {
        "on" | "true" | "yes" | "1" => Ok(Value::Flag(true)),
        "off" | "false" | "no" | "0" => Ok(Value::Flag(false)),
        _ => Err(format!("`{text}` is neither on nor off")),
    }
}

fn is_secret(value: &Value) -> bool {
    matches!(value, Value::Password(_) | Value::Reference(_))
}

fn site_voice_vlan(site: &Site) -> Option<(&String, &VlanSpec)> {
    site.vlans.iter().find(|(_, vlan)| vlan.role == VlanRole::Voice)
}

fn voice_vlan<'a>(site: &'a Site, phone: &PhoneSpec) -> Option<(&'a String, &'a VlanSpec)> {
    let named = || site.vlans.get_key_value(site.switches.get(&phone.at.as_ref()?.switch)?.voice_vlan.as_ref()?);
    named().or_else(|| site_voice_vlan(site))
}

fn refuse_lost_voice_vlan(layers: &Layers, site: &Site, phone: &PhoneSpec) -> Result<(), Error> {
    let get = |name: &str| layers.values.get(name).map(|sourced| &sourced.value);
    if get("lldp") == Some(&Value::Flag(false)) && get("voice_vlan").is_none() && voice_vlan(site, phone).is_some() {
        let reason = "lldp is off and no voice_vlan is set: the phone would leave its voice VLAN at the next start".into();
        return Err(Error::Phone { mac: phone.mac, reason });
    }
    Ok(())
}
