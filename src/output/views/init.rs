//! An inventory that was made to start from, for people. Pure.

use crate::ops::init::InitReport;
use crate::output::document::{Block, Document};

impl Document for InitReport {
    const SCHEMA: &'static str = "voiceport.init/1";

    fn view(&self) -> Vec<Block> {
        let mut blocks = vec![Block::line(format!("made {}; secrets go into files of {}", self.file, self.secrets))];
        blocks.extend(self.switches.iter().map(|switch| Block::line(format!("  switch {} at {}", switch.name, switch.address))));
        if let Some(added) = self.phones_added {
            blocks.push(Block::line(format!("  phones added: {added}")));
        }
        blocks.extend(self.left_out.iter().map(|phone| Block::line(format!("  left out: {phone}"))));
        blocks.push(Block::line("fill it in, then: voiceport inventory check"));
        blocks
    }
}
