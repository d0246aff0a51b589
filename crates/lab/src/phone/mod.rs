//! A simulated phone: its model, its way from power to its configuration, and how it fetches a file.

pub(crate) mod boot;
pub mod event;
mod fetch;
pub mod model;
