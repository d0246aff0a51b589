//! Requests for files, for people: one line each, and what was served in all. Pure.

use super::words::{count, or_dash};
use crate::output::document::{Block, Document};
use crate::output::printable;
use model::serve::{FetchEvent, FetchProtocol, FetchResult, ServeSummary, ServedPhone};
use model::time_zone::local_time;

impl Document for FetchEvent {
    const SCHEMA: &'static str = "voiceport.serve/1";

    fn view(&self) -> Vec<Block> {
        request(self, None)
    }
}

/// One request, at the time of this zone.
pub fn request(event: &FetchEvent, time_zone: Option<&str>) -> Vec<Block> {
    let protocol = match event.protocol {
        FetchProtocol::Tftp => "tftp",
        FetchProtocol::Http => "http",
    };
    let result = match event.result {
        FetchResult::Served => format!("served {} bytes in {} ms", event.bytes, event.duration_ms),
        FetchResult::NotModified => "not modified: the asker has it".to_owned(),
        FetchResult::HeadersOnly => "headers alone".to_owned(),
        FetchResult::NotFound => "not found".to_owned(),
        FetchResult::Denied => "denied".to_owned(),
        FetchResult::Refused => "refused".to_owned(),
        FetchResult::TimedOut => "timed out".to_owned(),
    };
    let phone = event.mac.map_or_else(String::new, |mac| format!(" phone {mac}"));
    let detail = event.detail.as_deref().map_or_else(String::new, |detail| format!(" ({detail})"));
    let (at, name) = (local_time(event.at, time_zone), printable::name(&event.name));
    vec![Block::line(format!("{at} {protocol} {} {name}{phone}: {result}{detail}", event.peer))]
}

impl Document for ServeSummary {
    const SCHEMA: &'static str = "voiceport.served/1";

    fn view(&self) -> Vec<Block> {
        served(self, None)
    }
}

/// What was served in all, at the time of this zone.
pub fn served(summary: &ServeSummary, time_zone: Option<&str>) -> Vec<Block> {
    const PHONE: &[&str] = &["phone", "ext", "files", "bytes"];
    let row = |phone: &ServedPhone| {
        vec![phone.mac.to_string(), or_dash(phone.extension.as_ref()), phone.files.to_string(), phone.bytes.to_string()]
    };
    let mut blocks = Vec::new();
    if !summary.phones.is_empty() {
        blocks.extend([Block::Gap, Block::Table(PHONE, summary.phones.iter().map(row).collect()), Block::Gap]);
    }
    let own: u64 = summary.phones.iter().map(|phone| phone.files).sum();
    let since = local_time(summary.started_at, time_zone);
    let phones = count(summary.phones.len(), "phone");
    let others = [
        (summary.common_files, "files for all phones"),
        (summary.not_found, "not found"),
        (summary.denied, "denied"),
        (summary.refused, "refused"),
        (summary.timed_out, "timed out"),
    ];
    let others: Vec<String> = others.iter().map(|(count, what)| format!("{count} {what}")).collect();
    blocks.push(Block::line(format!("Served since {since}: {own} own files to {phones}, {}.", others.join(", "))));
    blocks
}
