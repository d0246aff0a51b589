//! Wanted × seen: where each phone is, what proves it, what is accepted and why not. Pure.

pub mod acceptance;
pub mod announced;
pub mod awaited;
pub mod evidence;
pub mod findings;
mod phone_checks;
pub mod place;
pub mod port;
pub mod proof;
pub mod report;
pub mod scope;
mod switch_checks;
