//! One file an operation: (site, request, context) → report, with progress as events. I/O through the context.
//!
//! The command line, a worker or a live view call these alike. What an operation needs of its caller is a [`Context`]; nothing here
//! knows of flags, of a screen or of how a report is printed.

mod acceptance;
pub mod apply;
pub mod capture;
mod conclusion;
pub mod connect;
pub mod consent;
pub mod context;
pub mod discover;
pub mod doctor;
pub mod document;
mod error;
pub mod event;
mod fetches;
pub mod files;
pub mod finish;
mod guards;
pub mod history;
pub mod init;
pub mod inventory;
pub mod jack;
pub mod lab;
pub mod listen;
mod loaded_site;
pub mod machine;
pub mod names;
pub mod new_phones;
pub mod plan;
pub mod plan_fault;
mod plan_file;
pub mod power;
pub mod preflight;
pub mod probe;
pub mod reflect;
pub mod render;
pub mod report;
pub mod rollback;
mod runs;
pub mod save;
mod selection;
pub mod serve;
pub mod template;
pub mod up;
pub mod verify;

pub use conclusion::Conclusion;
pub use context::Context;
pub use error::Error;
pub use event::Event;
