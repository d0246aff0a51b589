//! One switch, read and written: the trait that every transport fulfils, and its drivers.
//!
//! `snmp` speaks to switches on the network by profile, `linux` to this machine's own bridge and PSE controllers.
//! No vendor's name occurs outside the profiles.

pub mod capabilities;
mod driver;
mod error;
pub mod linux;
pub mod snmp;

pub use driver::{Leaving, NotLogged, Persistence, RequestStats, Scope, Switch, WriteLog};
pub use error::{CredentialFault, Error, Refusal, SaveFailure};
