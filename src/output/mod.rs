//! Reports as tables, JSON, HTML and JUnit. Nothing else prints. I/O at the edge (`terminal`), pure behind it.
//!
//! Table and JSON show the same facts. Standard output is the answer; progress, warnings and errors go to standard error.
//! A reader that goes away (`| head`) is a quiet success.

pub mod document;
pub mod html;
pub mod junit;
pub mod row_json;
pub mod rows;
pub mod schema;
pub mod terminal;
mod views;

pub use document::{Block, Document};
pub use terminal::{Format, Terminal};
