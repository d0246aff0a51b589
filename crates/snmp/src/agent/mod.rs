//! An agent without its socket: who may ask ([`access`]), from a datagram to its answer ([`dispatcher`]), and what a request for objects
//! is answered with ([`respond`], over any [`mib::Mib`]). Pure.
//!
//! Not supported: notifications, a MIB of the agent's own configuration.

pub mod access;
pub mod dispatcher;
pub mod mib;
pub mod respond;

pub use access::{Access, Principal, View};
pub use dispatcher::{Dispatcher, EngineClock, Handler, Requester};
pub use mib::{Mib, Object, Objects, Viewed};
