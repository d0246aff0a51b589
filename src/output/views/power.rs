//! Power accounts for people. Pure.

use super::words::or_dash;
use crate::output::document::{Block, Document};
use crate::power::report::PowerReport;

impl Document for PowerReport {
    const SCHEMA: &'static str = "voiceport.power/1";

    fn view(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        if !self.groups.is_empty() {
            let titles = &["switch", "pse group", "budget", "reserved", "measured", "worst case", "headroom", "on", "delivering"];
            let rows = self.groups.iter().map(|group| {
                vec![
                    group.switch.to_string(),
                    group.group.to_string(),
                    or_dash(group.budget),
                    or_dash(group.reserved),
                    or_dash(group.measured),
                    or_dash(group.worst_case),
                    or_dash(group.headroom),
                    or_dash(group.ports_on),
                    or_dash(group.ports_delivering),
                ]
            });
            blocks.push(Block::Table(titles, rows.collect()));
        }
        if !self.ups.is_empty() {
            let rows = self.ups.iter().map(|ups| vec![ups.name.clone(), or_dash(ups.load), or_dash(ups.minutes)]);
            blocks.push(Block::Gap);
            blocks.push(Block::Table(&["ups", "load", "minutes"], rows.collect()));
        }
        blocks.extend(self.notes.iter().map(|note| Block::line(format!("note: {note}"))));
        if blocks.is_empty() {
            blocks.push(Block::line("No switch with Power over Ethernet."));
        }
        blocks
    }
}
