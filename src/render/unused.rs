//! What the inventory sets for a phone that none of its files holds. Pure.

use std::collections::BTreeSet;
use std::fmt;

use super::concepts;
use super::layer::Layer;
use super::layers::{Layers, Value};
use super::made::{Made, RenderedFile};

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

impl fmt::Display for UnusedSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, layer, reason } = self;
        match reason {
            Some(reason) => write!(f, "{layer}: setting {name}: not as it is written: {reason}"),
            None => write!(f, "{layer}: setting {name}: not written: the template does not know it"),
        }
    }
}

impl Checked {
    pub(super) fn new(made: Vec<Made>, layers: &Layers) -> Self {
        let asked = |name: &str| {
            let variable = if name == "time_zone" { "time" } else { name };
            made.iter().any(|made| made.asked.contains(variable) || made.asked.contains(name))
        };
        let settings = || layers.values.iter().filter(|(name, _)| concepts::kind(name).is_some());
        // `time_zone: null` says that the phone's clock is left alone
        let off_by_absence =
            |name: &str| name == "time_zone" && layers.values.get(name).is_some_and(|sourced| sourced.value == Value::Off);
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
