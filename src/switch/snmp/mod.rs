//! Switches over SNMP v1, v2c and v3 (RFC 3416, RFC 3414), by profile. Pure, but for the files marked I/O.
//!
//! `engine` has the socket, `session`, `walker` and `contexts` ask, `tables` holds what came, `translate` and its neighbours make a
//! [`model::switch::SwitchState`] of it, `driver` is the [`crate::switch::Switch`]. Traps, informs and SNMP over TCP are not
//! supported.

use model::credential::Credential;
use model::ids::SwitchName;
use model::units::Milliwatts;

mod aggregates;
mod catalogue;
mod cdp;
mod contexts;
mod driver;
mod edit_buffer;
mod engine;
mod extensions;
mod interfaces;
mod keys;
mod learned;
mod links;
mod lists;
mod lldp;
mod local_ports;
mod med;
mod member_writes;
mod mib;
mod neighbours;
mod notes;
mod packing;
mod patience;
mod portlist;
mod profile;
mod pse;
mod remote;
mod saving;
mod session;
mod subtrees;
mod tables;
mod translate;
mod vlans;
mod voice_writes;
mod walk;
#[cfg(test)]
mod walk_laws;
mod walker;
mod writes;
#[cfg(test)]
mod written_objects;
#[cfg(test)]
mod written_octets;

pub use catalogue::{ProfileSummary, profiles};
pub use driver::SnmpSwitch;
pub use engine::Engine;
pub use profile::Support;

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
