//! A switch to connect to, as the inventory has it. Pure.

use model::credential::Credential;
use model::ids::SwitchName;
use model::units::Milliwatts;

/// A switch to connect to.
#[derive(Debug, Clone)]
pub struct Target {
    /// Its name in the inventory.
    pub name: SwitchName,
    /// Host name or address.
    pub address: String,
    /// UDP port, 161 by custom.
    pub port: u16,
    /// The credential for reading.
    pub read: Option<Credential>,
    /// The credential for writing; never used for reading.
    pub write: Option<Credential>,
    /// The profile's name; `None` chooses by sysObjectID.
    pub profile: Option<String>,
    /// Whether a switch of which only the standard MIBs are known may be written.
    pub allow_generic_write: bool,
    /// Power of the PSE where the switch does not tell it.
    pub power_budget: Option<Milliwatts>,
}
