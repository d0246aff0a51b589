//! A simulated site on loopback: two switches that speak SNMP, eight phones that boot and fetch, a STAMP reflector.
//!
//! Everything crosses real sockets of 127.0.0.0/8, as an ordinary user; what talks to it cannot tell it from a site.
//! Frames between phones, switches and the server are decided in memory. Not simulated: DHCP and SIP on a wire.
#![allow(missing_docs, reason = "not a library: a name that says all needs no comment")]

pub mod agent;
pub mod control;
mod error;
mod fabric;
pub mod forwarding;
mod listeners;
mod options;
pub mod phone;
mod reflector;
mod running;
mod site;
pub mod switch;

pub use control::Control;
pub use error::Error;
pub use options::{LabOptions, Servers};
pub use phone::event::{PhoneEvent, Stage};
pub use running::Lab;
pub use switch::family::Family;
pub use switch::layout;
pub use switch::scenario::Scenario;
