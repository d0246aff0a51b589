//! An answer that is text by nature, like a completion script, as a JSON document. Pure.

use schemars::JsonSchema;
use serde::Serialize;

use super::document::{Block, Document};

/// `voiceport.text/1`: help, a completion script, an inventory to be looked through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TextReport {
    /// The text, with its line ends.
    pub text: String,
}

impl Document for TextReport {
    const SCHEMA: &'static str = "voiceport.text/1";

    fn view(&self) -> Vec<Block> {
        vec![Block::line(self.text.trim_end_matches('\n'))]
    }
}
