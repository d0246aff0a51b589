//! The inventory: YAML files to a `Site` that is valid as a whole. Pure but for `files` and `secrets`.
//!
//! Every problem is reported at once, with file, line, column, the source line and what to write instead.
//! [`load`] reads files, [`parse`] texts. Secrets stay references until [`secrets`] resolves them.
//! Every field is described in `docs/inventory.md`, and for editors in `inventory/schema.json` (see [`schema`]).

mod accept;
mod assemble;
mod cables;
mod credentials;
mod env_name;
mod error;
mod fields;
mod files;
mod findings;
mod general;
mod import;
pub mod insert;
mod locate;
mod mask;
mod merge;
mod node;
mod parse;
mod phones;
mod places;
mod ports;
mod problem;
mod references;
pub mod report;
mod schema;
pub mod secrets;
mod source;
pub mod summary;
mod switches;
mod ups;
mod vlans;
mod yaml;

pub use error::Error;
pub use files::{base, check_with, load, read};
pub use import::{Imported, import_csv};
pub use parse::{Reading, parse};
pub use places::{CredentialSecret, Place, Places, Remark};
pub use problem::{Problem, ProblemCode, Problems};
pub use schema::schema;
pub use source::Source;
