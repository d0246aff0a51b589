//! The command line: flags → request; report → output. I/O.
//!
//! clap lives here and nowhere else. A command decides nothing: what it does is an operation of `ops`, and how it looks is in `output`.

mod apply;
mod command;
mod complete;
mod completions;
mod ctrl_c;
mod discover;
mod doctor;
mod duration;
mod entry;
mod exit;
mod global;
mod history;
mod init;
mod inventory;
mod lab;
mod manual;
mod not_implemented;
mod plan;
mod power;
mod probe;
mod reflect;
mod render;
mod report;
mod roff;
mod rollback;
mod serve;
mod template;
mod up;
mod values;
mod verify;

pub use crate::ops::Error;
pub use command::Cli;
pub use entry::run;
pub use exit::Exit;
pub use global::Global;
pub use manual::pages;
