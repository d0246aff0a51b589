//! The templates for people. Pure.

use super::words::count;
use crate::output::document::{Block, Document};
use crate::render::report::TemplateReport;

impl Document for TemplateReport {
    const SCHEMA: &'static str = "voiceport.template/1";

    fn view(&self) -> Vec<Block> {
        let rows = self
            .models
            .iter()
            .map(|row| vec![row.model.to_string(), row.title.clone(), row.lines.to_string(), row.files.join("  ")]);
        let mut blocks = vec![Block::Fitted(&["model", "title", "lines", "files"], rows.collect(), &["title"]), Block::Gap];
        blocks.extend(self.findings.iter().map(|finding| Block::line(format!("finding: {finding}"))));
        blocks.push(Block::line(format!("{}, {}.", count(self.models.len(), "model"), count(self.findings.len(), "finding"))));
        blocks
    }
}
