//! How each document looks to people. Pure.

mod apply;
mod discover;
mod doctor;
mod error;
mod init;
mod inventory;
mod jack;
pub mod journal;
mod plan;
mod power;
mod probe;
mod save;
mod serve;
mod site;
mod template;
pub mod wait;
pub mod words;

pub use inventory::no_problems;
pub use save::saved;
