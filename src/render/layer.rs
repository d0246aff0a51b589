//! Where a value is written. Pure.

use std::fmt;

use model::ids::{MacAddress, ModelId};

/// Where a value is written; prints as the place in the inventory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Layer {
    /// voiceport's own choice.
    BuiltIn,
    Site,
    Defaults,
    Vlan(String),
    Pbx,
    /// The address this machine serves files at.
    Serving,
    Provisioning,
    Model(ModelId),
    Phone(MacAddress),
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn => f.write_str("built in"),
            Self::Site => f.write_str("site"),
            Self::Defaults => f.write_str("defaults"),
            Self::Vlan(name) => write!(f, "vlans.{name}"),
            Self::Pbx => f.write_str("pbx"),
            Self::Serving => f.write_str("serve"),
            Self::Provisioning => f.write_str("provisioning"),
            Self::Model(model) => write!(f, "model {model}"),
            Self::Phone(mac) => write!(f, "phone {mac}"),
        }
    }
}
