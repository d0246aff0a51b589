//! A simulated site on loopback: two switches that speak SNMP, eight phones that boot and fetch, a STAMP reflector.
//!
//! Everything crosses real sockets of 127.0.0.0/8, as an ordinary user; what talks to it cannot tell it from a site.
//! Not simulated: forwarding of frames, DHCP, SIP.
#![allow(missing_docs, reason = "not a library: a name that says all needs no comment")]

mod agent;
mod error;
mod listeners;
mod options;
pub mod phone;
mod reflector;
mod running;
mod site;
pub mod switch;

pub use error::Error;
pub use options::{LabOptions, Servers};
pub use phone::event::{PhoneEvent, Stage};
pub use running::Lab;
pub use switch::family::Family;
pub use switch::layout;
pub use switch::scenario::Scenario;
