//! Reports as tables, JSON, HTML and JUnit. Nothing else prints. I/O at the edge (`terminal`), pure behind it.
//!
//! Table and JSON show the same facts. Standard output is the answer; progress, warnings and errors go to standard error.
//! A reader that goes away (`| head`) is a quiet success.

pub mod capture;
mod consent;
pub mod document;
pub mod failure;
pub mod file;
pub mod html;
pub mod junit;
pub mod printable;
pub mod progress;
pub mod row_json;
pub mod rows;
pub mod schema;
mod status;
pub mod table;
pub mod terminal;
pub mod text;
mod views;

pub use document::{Block, Document};
pub use progress::EventPrinter;
pub use terminal::{Format, Terminal};
pub use views::{existing, joined, no_problems, saved};
