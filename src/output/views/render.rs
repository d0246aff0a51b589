//! What was rendered, or where its values come from, for people. Pure.

use super::words::count;
use crate::ops::render::RenderedFile;
use crate::output::document::{Block, Document, Tone};
use crate::render::report::{RenderReport, RenderedPhone};

impl Document for RenderReport {
    const SCHEMA: &'static str = "voiceport.render/1";

    fn view(&self) -> Vec<Block> {
        let mut blocks: Vec<Block> = self.phones.iter().flat_map(values).collect();
        if let Some(folder) = &self.folder {
            let files: usize = self.phones.iter().filter_map(|phone| phone.files.as_ref()).map(Vec::len).sum();
            let (files, phones) = (count(files, "file"), count(self.phones.len(), "phone"));
            blocks.push(Block::Line(format!("{files} of {phones} in {folder}")));
        }
        blocks
    }
}

/// The files one after the other; where there are several, each under its name.
#[must_use]
pub fn joined(files: &[RenderedFile]) -> String {
    if let [only] = files {
        return only.content.clone();
    }
    let parts: Vec<String> = files.iter().map(|file| format!("==> {} <==\n{}", file.name, file.content)).collect();
    parts.join("\n")
}

fn values(phone: &RenderedPhone) -> Vec<Block> {
    let Some(values) = &phone.values else { return Vec::new() };
    let rows = values.iter().map(|row| vec![row.name.clone(), row.value.clone(), row.layer.clone()]);
    let mut blocks =
        vec![Block::line(format!("phone {} ({})", phone.mac, phone.model)), Block::Table(&["value", "is", "from"], rows.collect())];
    blocks.extend(phone.warnings.iter().map(|warning| Block::Toned(Tone::Doubtful, format!("warning: {warning}"))));
    blocks.push(Block::Gap);
    blocks
}
