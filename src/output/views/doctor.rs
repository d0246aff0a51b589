//! What is missing, for people. Pure.

use crate::ops::document::{DoctorReport, DoctorResult};
use crate::output::document::{Block, Document};

impl Document for DoctorReport {
    const SCHEMA: &'static str = "voiceport.doctor/1";

    fn view(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        for check in &self.checks {
            let sign = match check.result {
                DoctorResult::Passed => "ok         ",
                DoctorResult::Failed => "missing    ",
                DoctorResult::NotChecked => "not checked",
            };
            let detail = check.detail.as_deref().map_or_else(String::new, |detail| format!(": {detail}"));
            blocks.push(Block::line(format!("{sign}  {}{detail}", check.what)));
            blocks.extend(check.hint.iter().map(|hint| Block::line(format!("             hint: {hint}"))));
        }
        blocks
    }
}
