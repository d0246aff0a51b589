//! PoE arithmetic: classes, cable loss and the account of a PSE group (IEEE 802.3 clauses 33 and 145). Pure.
//!
//! Budgets count power at the PSE output; LLDP values and data sheets are power at the PD. The cable is the difference.

pub mod account;
mod classes;
pub mod report;

pub use classes::{PairSet, at_pse, budget, pse_output, reservation, reserved_now, ups_minutes, worst_case};
