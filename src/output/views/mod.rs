//! How each document looks to people. Pure.

mod apply;
mod discover;
mod doctor;
mod error;
mod file;
mod init;
mod inventory;
mod jack;
pub mod journal;
mod plan;
mod power;
mod probe;
mod render;
mod save;
mod serve;
mod site;
mod template;
pub mod wait;
pub mod words;

pub use apply::brief;
pub use file::existing;
pub use inventory::no_problems;
pub use probe::reflected;
pub use render::joined;
pub use save::saved;
pub use serve::{request, served};
pub use site::{about, words_of};
