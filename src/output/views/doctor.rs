//! What is missing, for people. Pure.

use crate::ops::document::{DoctorReport, DoctorResult};
use crate::output::document::{Block, Document, Tone};

impl Document for DoctorReport {
    const SCHEMA: &'static str = "voiceport.doctor/1";

    fn view(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        for check in &self.checks {
            let (sign, tone) = match check.result {
                DoctorResult::Passed => ("ok         ", Tone::Good),
                DoctorResult::Failed => ("missing    ", Tone::Bad),
                DoctorResult::NotChecked => ("not checked", Tone::Doubtful),
            };
            let detail = check.detail.as_deref().map_or_else(String::new, |detail| format!(": {detail}"));
            blocks.push(Block::Toned(tone, format!("{sign}  {}{detail}", check.what)));
            blocks.extend(check.hint.iter().map(|hint| Block::line(format!("             hint: {hint}"))));
        }
        blocks
    }
}
