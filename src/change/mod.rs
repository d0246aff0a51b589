//! From wanted and observed to a safe change and back: plan, guard, next and verify are pure; journal and apply do I/O.
//!
//! ```text
//! Site × Observed → plan → ( next → switch.write → switch.read → verify → journal )* → save
//! ```
//!
//! Rollback, resume and retry are the same loop with another journal.

pub mod apply;
mod budget;
pub mod cycle;
mod data_vlan;
pub mod disruption;
mod error;
pub mod guard;
pub mod history;
pub mod in_use;
pub mod journal;
pub mod landmarks;
pub mod next;
pub mod open;
pub mod plan;
pub mod planner;
mod poe;
pub mod quiet;
pub mod record;
pub mod report;
mod reserve;
mod run_log;
mod site_lock;
mod step_runner;
pub mod summary;
pub mod verify;
mod voice_vlan;

pub use error::{Error, finish_or_put_back};
pub use site_lock::SiteLock;
