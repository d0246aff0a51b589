//! Phone lists from spreadsheets, as inventory YAML. Pure.

mod encoding;
mod phones;
mod table;

pub use phones::{Imported, import_csv};
