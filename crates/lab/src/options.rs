//! How the simulated site is to be, and what its phones are told. Pure.

use std::net::SocketAddr;

use super::switch::family::Family;
use super::switch::scenario::Scenario;

/// How the site is to be.
#[derive(Debug, Clone, Copy, Default)]
pub struct LabOptions {
    /// What goes wrong; `None` when nothing does.
    pub scenario: Option<Scenario>,
    /// Which family builds the switch of the wiring closet.
    pub closet: Family,
}

/// Where phones fetch their files: what DHCP would tell them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Servers {
    pub tftp: Option<SocketAddr>,
    pub http: Option<SocketAddr>,
}
