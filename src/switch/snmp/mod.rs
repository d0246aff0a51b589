//! Switches over SNMP v1, v2c and v3 (RFC 3416, RFC 3414), by profile.
//!
//! `agent` asks one switch, `read` makes a [`model::switch::SwitchState`] of its answers, `write` makes requests of a
//! [`model::change::Change`], `profile` says what is particular to a vendor, `driver` is the [`crate::switch::Switch`]. Traps, informs and
//! SNMP over TCP are not supported.

mod agent;
mod credential;
mod driver;
mod mib;
mod profile;
mod read;
mod target;
mod write;

pub use agent::open_socket;
pub use driver::SnmpSwitch;
pub use profile::Support;
pub use profile::catalogue::{ProfileSummary, is_generic, profiles};
pub use snmp::manager::Socket;
pub use target::Target;
