//! Why a command ended early, as its JSON document; people get it on standard error. Pure.

use crate::ops::document::ErrorReport;
use crate::output::document::{Block, Document};

impl Document for ErrorReport {
    const SCHEMA: &'static str = "voiceport.error/1";

    fn view(&self) -> Vec<Block> {
        let mut blocks = vec![Block::line(format!("error: {}", self.error))];
        blocks.extend(self.hint.iter().map(|hint| Block::line(format!("hint: {hint}"))));
        blocks
    }
}
