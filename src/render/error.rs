//! Why a file for a phone cannot be made. Pure.

use std::fmt;

use super::layer::Layer;
use crate::phones;
use model::ids::{MacAddress, ModelId};

/// What keeps a file from being made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A template folder cannot be read, or a data file in it is not what it should be.
    #[error(transparent)]
    Phones(#[from] phones::Error),
    /// A template is not valid, or asks for something that does not exist.
    #[error("{file}: {reason}")]
    Template {
        /// Path under the template folder, with the line where known.
        file: String,
        /// What is wrong; never holds a value.
        reason: String,
    },
    /// The inventory names a model without a table entry.
    #[error("phone {mac}: no templates for model {model}")]
    UnknownModel {
        mac: MacAddress,
        model: ModelId,
        /// The nearest model there is.
        nearest: Option<String>,
    },
    /// The inventory names a model that is known when seen, and has no template.
    #[error("phone {mac}: voiceport knows the {title}, but has no template for it in this version")]
    NoTemplate {
        mac: MacAddress,
        /// The model as its vendor writes it.
        title: String,
    },
    /// A setting nobody knows, or with a value it cannot have.
    #[error("{layer}: setting {name}: {reason}")]
    Setting {
        /// Where it is written.
        layer: Layer,
        name: String,
        reason: String,
        /// The nearest name there is.
        nearest: Option<String>,
    },
    /// The phone wants something it cannot have.
    #[error("phone {mac}: {reason}")]
    Phone { mac: MacAddress, reason: String },
    /// A secret cannot be had.
    #[error("phone {mac}: {owner}: {reason}")]
    Secret {
        mac: MacAddress,
        owner: SecretOwner,
        /// Why, without the secret.
        reason: String,
    },
    /// The finished file would not do what it says.
    #[error("file {name}: {}", problems.join("; "))]
    Lint {
        name: String,
        /// All that is wrong.
        problems: Vec<String>,
    },
}

/// What a secret of a phone is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretOwner {
    /// A line, from 1.
    Line(usize),
    /// A setting or a parameter, by name.
    Setting(String),
}

impl fmt::Display for SecretOwner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(number) => write!(f, "password of line {number}"),
            Self::Setting(name) => write!(f, "setting {name}"),
        }
    }
}

impl Error {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::UnknownModel { nearest: Some(nearest), .. } | Self::Setting { nearest: Some(nearest), .. } => {
                Some(format!("did you mean {nearest}?"))
            }
            Self::UnknownModel { .. } | Self::NoTemplate { .. } => Some("`voiceport template list` shows every model".into()),
            Self::Lint { .. } => Some("correct the template, or add the name to the vendor's parameters.yaml".into()),
            _ => None,
        }
    }
}
