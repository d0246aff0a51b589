//! What is missing, for people. Pure.

use crate::ops::document::DoctorReport;
use crate::output::document::{Block, Document, Tone};

impl Document for DoctorReport {
    const SCHEMA: &'static str = "voiceport.doctor/1";

    fn view(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        for check in &self.checks {
            let sign = if check.ok { "ok     " } else { "missing" };
            let detail = check.detail.as_deref().map_or_else(String::new, |detail| format!(": {detail}"));
            let tone = if check.ok { Tone::Good } else { Tone::Bad };
            blocks.push(Block::Toned(tone, format!("{sign}  {}{detail}", check.what)));
            blocks.extend(check.hint.iter().map(|hint| Block::line(format!("         hint: {hint}"))));
        }
        blocks
    }
}
