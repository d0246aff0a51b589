//! The document `voiceport.capabilities/1`. Pure.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use model::switch::SwitchCapabilities;

/// `voiceport.capabilities/1`: what each switch profile can do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CapabilitiesReport {
    pub profiles: Vec<ProfileRow>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProfileRow {
    /// Its name in the inventory.
    pub name: String,
    /// What it is for.
    pub title: String,
    /// `full`, `experimental`, `opt_in` (writing needs `allow_generic_write`), `read_only`.
    pub support: String,
    /// What can be done with it, given a credential for writing.
    pub capabilities: SwitchCapabilities,
    /// What it cannot do and why.
    pub limits: Option<String>,
    /// sysObjectID prefixes it fits, in dotted form.
    pub object_ids: Vec<String>,
}
