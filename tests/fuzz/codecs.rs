//! The program's codecs and what they stand upon, without the rest of it.

#[path = "../../src/discover/mod.rs"]
pub mod discover;
#[path = "../../src/output/row_json.rs"]
pub mod row_json;

/// What writes the rows of captures.
pub mod output {
    pub use crate::row_json;
}
