//! A simulated switch as plain data and what happens to it; [`shared`] alone has a clock and a lock.

pub mod behaviour;
mod bridging;
pub mod config;
pub mod edit_buffer;
pub mod family;
pub mod fault;
pub mod faults;
pub mod layout;
pub mod lldp_content;
mod power;
pub mod refusal;
pub mod saving;
pub mod scenario;
pub mod shared;
pub mod state;
pub mod switchport;
mod told;
pub mod traffic;
pub mod vlan;
pub mod voice;
pub mod write;
